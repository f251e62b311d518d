"""How well sentence ends are found: a labelled set, made by somebody who did not know the rules; half of it sealed."""

import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any

import yaml

from pipeline.sentences import boundaries
from schemas.language import LOCALES, Locale

LABELLED = Path(__file__).parents[1] / "pipeline" / "labelled_sentences"
BAR = "|"


@dataclass
class Score:
    """How many ends inside texts were found rightly, wrongly or not, and the texts in which that happened."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    misses: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Twice what was found rightly, over what was found and what was to be found (0 to 1)."""
        return 2 * self.right / (2 * self.right + self.wrong + self.missing)

    def __str__(self) -> str:
        return f"F1 {self.f1:.3f}  ({self.right} right, {self.wrong} wrong, {self.missing} missing)"

    def add(self, name: str, labelled: str, locale: Locale) -> None:
        """Divide a labelled text, and count its ends."""
        text = labelled.replace(BAR, "")
        wanted = ends(labelled)
        # An end stands before the white space that follows it, and a boundary after.
        found = {len(text[:each].rstrip()) for each in boundaries(text, locale)}
        self.right += len(wanted & found)
        self.wrong += len(found - wanted)
        self.missing += len(wanted - found)
        if wanted != found:
            shown = BAR.join(text[start:end] for start, end in _ranges(sorted(found), len(text)))
            self.misses.append(f"{name}\n      wanted {labelled!r}\n      found  {shown!r}")


def ends(labelled: str) -> set[int]:
    """Return where the bars of `labelled` stand in the text without bars."""
    *parts, _ = labelled.split(BAR)
    return set(accumulate(map(len, parts)))


def _ranges(cuts: Sequence[int], length: int) -> Iterator[tuple[int, int]]:
    return zip([0, *cuts], [*cuts, length], strict=True)


def items_in(path: Path) -> list[dict[str, Any]]:
    """Return what a half of a labelled set holds."""
    packed = path.read_bytes()
    return list(yaml.safe_load(lzma.decompress(packed) if path.suffix == ".xz" else packed))


def scores(path: Path) -> dict[Locale, Score]:
    """Return how the sentence ends of a half are found, by language."""
    found = {locale: Score() for locale in LOCALES}
    for item in items_in(path):
        found[item["locale"]].add(item["id"], item["text"], item["locale"])
    return found


def report(*, open_half: bool) -> None:
    """Print how well both halves are divided, with every miss."""
    print("Sentence ends inside texts (target F1 0.970)")
    for half in ["open.yaml"] if open_half else ["open.yaml", "sealed.yaml.xz"]:
        for locale, score in scores(LABELLED / half).items():
            print(f"  {half.split('.')[0]:<7} {locale}  {score}")
            for miss in score.misses:
                print(f"    {miss}")
