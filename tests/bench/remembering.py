"""Fuzzy lookups in a memory of 100,000 units against comparing with each (`rapidfuzz.process.extractOne`), in one run.

The sentences are made, with a seed, of what the seeds' own texts say and of words for names, places and numbers: the
longer ones share most of their words with many others, which is harder than what people write.
"""

import random
import re
import statistics
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz, process

from pipeline.folding import fold
from pipeline.fuzzy import FuzzyIndex

ROOT = Path(__file__).parents[2]
UNITS, ASKED, CUTOFF = 100_000, 1_000, 70
# How often a word is another's than in the sentence it was made of.
ALTERED = 0.35


def sentences(locale: str, chance: random.Random, many: int) -> list[str]:
    """Return `many` different sentences of a language, half of them as long as two or three of the seeds' clauses."""
    bodies = [path.read_text("utf-8").split("---\n", 2)[2] for path in sorted(ROOT.glob(f"seeds/**/*.{locale}.md"))]
    said = [each.split() for each in re.split(r"(?<=[.!?])\s+|\n+", "\n".join(bodies)) if len(each.split()) > 3]
    words = [word for each in said for word in each]
    found: dict[str, None] = {}
    while len(found) < many:
        start = chance.choice(said)
        parts = [*start, *(chance.choice(said)[: chance.randint(2, 9)] if chance.random() < 0.5 else ())]
        made = [chance.choice(words) if chance.random() < ALTERED else word for word in parts]
        found[fold(re.sub(r"\d+", lambda _: str(chance.randint(1, 2_026)), " ".join(made)))] = None
    return list(found)


def altered(text: str, chance: random.Random, words: list[str]) -> str:
    """Return a text as an editor would have written it again: one to three words changed, added or left out."""
    parts = text.split()
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(parts))
        parts[at : at + chance.choice((0, 1, 1))] = chance.choice(([], [chance.choice(words)], [chance.choice(words)]))
        parts = parts or [chance.choice(words)]
    return " ".join(parts)


def report(asked: int = ASKED) -> None:
    """Print time, misses and memory for both languages."""
    print(f"Fuzzy lookups in {UNITS:,} units, the best with a score of {CUTOFF} or more, {asked:,} asked for")
    for locale in ("ko", "en"):
        chance = random.Random(f"memory {locale}")
        known = sentences(locale, chance, UNITS + asked // 4)
        units, new = known[:UNITS], known[UNITS:]
        words = [word for each in units[:2_000] for word in each.split()]
        wanted = [altered(chance.choice(units), chance, words) for _ in range(asked - len(new))] + new
        chance.shuffle(wanted)
        tracemalloc.start()
        index = FuzzyIndex()
        index.put(list(units))
        weight = tracemalloc.get_traced_memory()[0] + sum(map(len, units)) * (1 if locale == "en" else 2)
        tracemalloc.stop()
        began = time.perf_counter()
        FuzzyIndex().put(units)
        built = time.perf_counter() - began
        _compare(locale, index, units, wanted)
        print(f"      {weight / 2**20:.0f} MiB with its texts, made in {built:.1f} s; mean length {_mean(units):.0f}")


def _compare(locale: str, index: FuzzyIndex, units: list[str], wanted: list[str]) -> None:
    ours: list[float] = []
    theirs: list[float] = []
    found = missed = 0
    for text in wanted:
        mine = _timed(lambda text=text: index.alike(text, 10, CUTOFF), ours)  # type: ignore[misc]
        best = _timed(
            lambda text=text: process.extractOne(text, units, scorer=fuzz.ratio, score_cutoff=CUTOFF),  # type: ignore[misc]
            theirs,
        )
        if best:
            found += 1
            missed += not mine or mine[0][1] < best[1]
    for name, times in (("one by one", theirs), ("the index", ours)):
        print(f"  {locale}  {name:<11} p50 {_share(times, 0.5):6.2f} ms  p95 {_share(times, 0.95):6.2f} ms")
    ratios = ", ".join(f"p{share * 100:.0f} {_share(theirs, share) / _share(ours, share):.1f}" for share in (0.5, 0.95))
    print(f"      times as fast: {ratios}; the best match missed {missed} times of {found}")


def _timed(act: Callable[[], object], times: list[float]) -> object:
    began = time.perf_counter()
    result = act()
    times.append((time.perf_counter() - began) * 1000)
    return result


def _share(times: list[float], share: float) -> float:
    return sorted(times)[int(len(times) * share)]


def _mean(texts: list[str]) -> float:
    return statistics.mean(map(len, texts))
