"""Names of people and places: one name, one way to write it."""

import re
from collections.abc import Iterator

from pipeline import glossary
from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.naming import Known, alike, named, renderings
from schemas.language import Term

_NAME = re.compile(r"[A-Z][a-z]+(?:[ -][A-Z][a-z]+){0,3}")


@check("names", "warning")
def names(pair: Pair) -> Iterator[Finding]:
    """A name is written as in the glossary, and the same way throughout the entry.

    A name of the source is written otherwise than the glossary has it, or than elsewhere in the entry: 맥아더 and
    맥아서, Park Jung-ho and Pak Chong-ho. Two words are taken for one name by the sound of their consonants.
    """
    elsewhere = pair.context.entry.names
    listed = {name: written for name in named(pair.source, pair.source_locale) for written in _listed(name, pair)}
    if not listed and not elsewhere:
        return
    for name, here in renderings(pair.source, pair.target, pair.source_locale).items():
        known = {listed[name]} if name in listed else elsewhere.get(name, set())
        if not known or not _others(here, known):
            continue
        for written in sorted(here):
            yield from _misspelt(pair, name, written, known, fixed=name in listed)


def _listed(name: str, pair: Pair) -> list[str]:
    """Return how the glossary writes a name, if it has it as one."""
    terms = [term for term in pair.glossary if _side(term, pair, source=True) == name and _NAME.fullmatch(term.en)]
    return [_side(term, pair, source=False) for term in terms[:1]]


def _others(here: Known, known: Known) -> bool:
    """Tell whether none of what may be the name here is among what it is known as."""
    folded = {_folded(word) for word in known}
    return not any(_folded(word) in folded or any(_within(word, each) for each in known) for word in here)


def _within(word: str, known: str) -> bool:
    return word in known or known in word


def _misspelt(pair: Pair, name: str, written: str, known: Known, *, fixed: bool) -> Iterator[Finding]:
    usual = sorted(known)[0]
    place = pair.target.find(written)
    if place < 0 or not alike(usual, written):
        return
    span = (place, place + len(written))
    start = pair.source.find(name)
    where = "The glossary" if fixed else "The entry elsewhere"
    fix = glossary.replace(pair.target, span, usual, pair.target_locale) if len(known) == 1 else None
    yield Finding(f"{where} writes {name} “{usual}”, not “{written}”.", (start, start + len(name)), span, fix)


def _folded(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _side(term: Term, pair: Pair, *, source: bool) -> str:
    return term.ko if (pair.source_locale == "ko") is source else term.en
