"""How well the checks judge the labelled pairs: what they find, miss, and flag in pairs that are clean.

The sealed half is opened for the final figure alone; `python -m tests.bench.judging` opens the other.
"""

import lzma
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.checks import Context, Entry, run
from pipeline.memory import key
from schemas.language import OTHER, Issue, Locale, Term

LABELLED = Path(__file__).parents[1] / "pipeline" / "checks" / "labelled"
# What a label calls a fault, and which checks may find it.
# A forbidden form in a term's place is told once, by `forbidden`.
CHECKS_OF: dict[str, frozenset[str]] = {
    "artefact": frozenset({"artefacts"}),
    "code": frozenset({"code", "placeholders"}),
    "contact": frozenset({"contacts"}),
    "currency": frozenset({"money"}),
    "date": frozenset({"dates"}),
    "empty": frozenset({"untranslated"}),
    "forbidden_term": frozenset({"forbidden"}),
    "glossary": frozenset({"glossary", "forbidden"}),
    "image": frozenset({"links", "placeholders"}),
    "length": frozenset({"length"}),
    "link": frozenset({"links"}),
    "markup": frozenset({"structure"}),
    "memory": frozenset({"memory"}),
    "name": frozenset({"names"}),
    "negation": frozenset({"negation"}),
    "number": frozenset({"numbers"}),
    "particle": frozenset({"particles"}),
    "placeholder": frozenset({"placeholders", "markup"}),
    "punctuation": frozenset({"punctuation"}),
    "repeated_word": frozenset({"repeated_word"}),
    "same_as_source": frozenset({"untranslated"}),
    "sentence_count": frozenset({"sentence_count", "artefacts"}),
    "spacing": frozenset({"spacing"}),
    "speech_level": frozenset({"speech_level"}),
    "time": frozenset({"times"}),
    "unit": frozenset({"units"}),
    "unsafe_html": frozenset({"unsafe_html"}),
    # A segment left as it was is told once, by `untranslated`: what follows from it is not said besides.
    "wrong_script": frozenset({"wrong_script", "untranslated"}),
}


@dataclass(frozen=True)
class Judged:
    """A labelled pair with the issues that the checks found in it."""

    pair: dict[str, Any]
    issues: Sequence[Issue]

    @property
    def missed(self) -> list[str]:
        """The categories that are violated and were not found."""
        found = {issue.check for issue in self.issues}
        return [name for name in self.pair["expect"] if not CHECKS_OF[name] & found]

    @property
    def false_alarms(self) -> list[Issue]:
        """What was found in a pair that is clean."""
        return [] if self.pair["expect"] else list(self.issues)


def judged(*, sealed: bool = False) -> Iterator[Judged]:
    """Run the checks on one half of the labelled pairs."""
    for pair in yaml.safe_load(_half(sealed=sealed)):
        source: Locale = pair["source_locale"]
        glossary = [Term(**{**term, **_forms(term)}) for term in pair.get("glossary", ())]
        context = Context(
            entry=Entry(source, [(each["source"], each["target"]) for each in pair.get("elsewhere", ())]),
            confirmed=[each["target"] for each in pair.get("memory", ()) if key(each["source"]) == key(pair["source"])],
        )
        yield Judged(
            pair, run(pair["source"], pair["target"], source, OTHER[source], glossary=glossary, context=context)
        )


def _half(*, sealed: bool) -> str:
    if sealed:
        return lzma.decompress((LABELLED / "sealed.yaml.xz").read_bytes()).decode("utf-8")
    return (LABELLED / "open.yaml").read_text(encoding="utf-8")


def _forms(term: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(term.get(name, ())) for name in ("forbidden_ko", "forbidden_en")}


def report(*, open_half: bool) -> None:
    """Print what the checks find, by category and in all, with every miss; the sealed half unless `open_half`."""
    for sealed in (False,) if open_half else (False, True):
        _report_half(list(judged(sealed=sealed)), "sealed" if sealed else "open")


def _report_half(found: Sequence[Judged], name: str) -> None:
    wanted = Counter(category for each in found for category in each.pair["expect"])
    missed = Counter(category for each in found for category in each.missed)
    clean = [each for each in found if not each.pair["expect"]]
    print(f"Checks, labelled pairs, {name} half: {len(found)}, of which {len(clean)} are clean")
    for category in sorted(CHECKS_OF):
        alarmed = [each for each in clean if each.pair["about"] == category and each.issues]
        got = wanted[category] - missed[category]
        print(f"  {category:16} found {got:3} of {wanted[category]:3}   falsely flagged {len(alarmed)}")
    print(f"  {'in all':16} found {(wanted - missed).total():3} of {wanted.total():3}")
    for severity in ("error", "warning"):
        count = sum(any(issue.severity == severity for issue in each.issues) for each in clean)
        print(f"  clean pairs with {severity}s: {count} of {len(clean)} ({count / len(clean):.1%})")
    for each in found:
        for category in each.missed:
            print(f"    missed  {each.pair['id']} {category}: {each.pair['source']} | {each.pair['target']}")
        for issue in each.false_alarms:
            print(f"    alarm   {each.pair['id']} {issue.check}: {each.pair['source']} | {each.pair['target']}")


if __name__ == "__main__":
    report(open_half=True)
