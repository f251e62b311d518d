"""Finds what was translated before: in context, exactly, or nearly. The store is handed in; nothing is kept here.

Texts are compared as they fold (`pipeline.folding`). Only a unit a person confirmed counts as exact; an unconfirmed
one (aligned, imported), and one whose source is only like the segment's, is `fuzzy`: offered, for a person to judge.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, Protocol

from rapidfuzz import fuzz

from pipeline.adapting import Kind, adapted, fits
from pipeline.difference import differences
from pipeline.folding import fold, key, shape
from schemas.language import OTHER, Difference, Locale, Provenance, Unit

if TYPE_CHECKING:
    from pipeline.fuzzy import FuzzyIndex

__all__ = ["Match", "Memory", "context", "contexts", "key", "matches", "recall"]

# The score of an equal text nobody confirmed: high enough to be offered first, never 100.
UNCONFIRMED_SCORE = 95
# What a score loses: for each thing that was adapted; for numbers, and placeholders, that could not be.
ADAPTED, WRONG_NUMBERS, WRONG_PLACEHOLDERS, UNCONFIRMED = 1, 15, 25, 100 - UNCONFIRMED_SCORE
# A source that is less alike (0 to 100) has another sense: to read its translation takes longer than to write one.
LEAST_ALIKE = 60
# From here on a fuzzy match stands in the draft. Below, it says something else than the source more often than not,
# and an engine's translation is mended sooner; it is still offered.
DRAFTED_FROM = 85
# How many texts like a segment's are weighed, before numbers and placeholders are looked at.
WEIGHED = 10


class Memory(Protocol):
    """A store of units."""

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return, for each of `hashes` (see `key`) that is known, the units whose text in `locale` has it, the latest
        first.
        """
        ...

    def alike(self, texts: Sequence[str], locale: Locale, most: int, least: float) -> Sequence[Sequence[str]]:
        """Return for each of `texts` the hashes of the most alike texts of `locale` (see `FuzzyIndex.alike`)."""
        ...


@dataclass(frozen=True)
class Match:
    """A remembered translation of the segment `asked`, in placeholder form, with its score (0 to 100).

    `source` is what was translated then; `adapted` tells what of the target was made to fit, `misfits` what was not.
    """

    target: str
    origin: Literal["memory", "fuzzy"]
    score: int
    in_context: bool = False
    asked: str = ""
    source: str = ""
    confirmed: bool = True
    unit_id: str | None = None
    provenance: Provenance | None = None
    adapted: tuple[Kind, ...] = ()
    misfits: tuple[Kind, ...] = ()

    @cached_property
    def changes(self) -> tuple[Difference, ...]:
        """How the segment came of the remembered source; none where they are equal."""
        return tuple(differences(self.source, self.asked)) if self.source != self.asked else ()


def context(before: str, after: str) -> str:
    """Return the hash of a segment's neighbours (the empty string at an end of the text): 32 hexadecimal digits."""
    return hashlib.blake2b(f"{key(before)} {key(after)}".encode(), digest_size=16).hexdigest()


def contexts(sources: Sequence[str]) -> list[str]:
    """Return the context of every segment of a text, in order."""
    padded = ["", *sources, ""]
    return [context(padded[n], padded[n + 2]) for n in range(len(sources))]


def recall(sources: Sequence[str], locale: Locale, memory: Memory) -> list[Match | None]:
    """Return what of `memory` is to stand in a draft of a text's segments, in order.

    In context, else exact, else the best fuzzy match from `DRAFTED_FROM` on, if its placeholders fit.
    """
    hashes = [key(source) for source in sources]
    known = memory.among(sorted(set(hashes)), locale)
    best = [
        next(iter(_equal(source, known.get(hashed, ()), where, locale)), None)
        for source, hashed, where in zip(sources, hashes, contexts(sources), strict=True)
    ]
    left = list(dict.fromkeys(source for source, match in zip(sources, best, strict=True) if match is None))
    found = dict(zip(left, _fuzzy(left, locale, memory, DRAFTED_FROM), strict=True))
    return [match or next(iter(found[source]), None) for source, match in zip(sources, best, strict=True)]


def matches(source: str, where: str, locale: Locale, memory: Memory, most: int) -> list[Match]:
    """Return what is offered for one segment in the context `where`, the best first, each target once."""
    hashed = key(source)
    equal = _equal(source, memory.among([hashed], locale).get(hashed, ()), where, locale)
    (others,) = _fuzzy([source], locale, memory, LEAST_ALIKE)
    once: dict[str, Match] = {}
    for each in [*equal, *others]:
        once.setdefault(each.target, each)
    return list(once.values())[:most]


def _equal(source: str, units: Iterable[Unit], where: str, locale: Locale) -> list[Match]:
    """Return the matches of equal sources: in context, confirmed, not confirmed; of each the latest first.

    One whose placeholders were lost comes last: it is offered with its error, and not passed over.
    """
    found = []
    for unit in units:
        target = _text(unit, OTHER[locale])
        in_context = unit.confirmed and (unit.context_ko if locale == "ko" else unit.context_en) == where
        origin, score = ("memory", 100) if unit.confirmed else ("fuzzy", UNCONFIRMED_SCORE)
        misfits: tuple[Kind, ...] = () if fits(source, target) else ("placeholders",)
        found.append(
            _match(unit, source, locale, target, origin, score, in_context=in_context, misfits=misfits)  # type: ignore[arg-type]
        )
    return sorted(found, key=lambda match: (bool(match.misfits), not match.in_context, not match.confirmed))


def _fuzzy(sources: Sequence[str], locale: Locale, memory: Memory, least: int) -> list[list[Match]]:
    """Return for each source the matches of sources like it whose score is `least` or more, the best first."""
    if not sources:
        return []
    near = memory.alike([fold(source) for source in sources], locale, WEIGHED, LEAST_ALIKE)
    known = memory.among(sorted({hashed for each in near for hashed in each}), locale)
    found = []
    for source, hashes in zip(sources, near, strict=True):
        units = [unit for hashed in hashes if hashed != key(source) for unit in known.get(hashed, ())[:WEIGHED]]
        scored = [each for each in (_likened(unit, source, locale) for unit in units) if each.score >= least]
        if least >= DRAFTED_FROM:
            scored = [each for each in scored if fits(source, each.target)]
        found.append(sorted(scored, key=lambda match: -match.score))
    return found


def _likened(unit: Unit, source: str, locale: Locale) -> Match:
    remembered = _text(unit, locale)
    made = adapted(remembered, _text(unit, OTHER[locale]), source, OTHER[locale])
    alike = min(int(fuzz.ratio(shape(fold(source)), shape(fold(remembered)))), 99)
    lost = ADAPTED * len(made.changed) + UNCONFIRMED * (not unit.confirmed)
    lost += WRONG_NUMBERS * ("numbers" in made.misfits) + WRONG_PLACEHOLDERS * ("placeholders" in made.misfits)
    return _match(
        unit, source, locale, made.target, "fuzzy", max(alike - lost, 0), adapted=made.changed, misfits=made.misfits
    )


def _match(
    unit: Unit,
    source: str,
    locale: Locale,
    target: str,
    origin: Literal["memory", "fuzzy"],
    score: int,
    *,
    in_context: bool = False,
    adapted: tuple[Kind, ...] = (),
    misfits: tuple[Kind, ...] = (),
) -> Match:
    return Match(
        target=target,
        origin=origin,
        score=score,
        in_context=in_context,
        asked=source,
        source=_text(unit, locale),
        confirmed=unit.confirmed,
        unit_id=unit.id or None,
        provenance=unit.provenance,
        adapted=adapted,
        misfits=misfits,
    )


def _text(unit: Unit, locale: Locale) -> str:
    return unit.ko if locale == "ko" else unit.en


class ListMemory:
    """A memory over units in a list, the latest last: for files and tests."""

    def __init__(self, units: Sequence[Unit] = ()) -> None:
        self._known: dict[tuple[Locale, str], list[Unit]] = {}
        self._texts: dict[Locale, list[str]] = {"ko": [unit.ko for unit in units], "en": [unit.en for unit in units]}
        self._indexes: dict[Locale, FuzzyIndex] = {}
        for unit in reversed(units):
            self._known.setdefault(("ko", key(unit.ko)), []).append(unit)
            self._known.setdefault(("en", key(unit.en)), []).append(unit)

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return the units whose text in `locale` has one of `hashes`."""
        return {hashed: self._known[locale, hashed] for hashed in hashes if (locale, hashed) in self._known}

    def alike(self, texts: Sequence[str], locale: Locale, most: int, least: float) -> list[list[str]]:
        """Return the hashes of the most alike texts."""
        from pipeline.fuzzy import FuzzyIndex

        if locale not in self._indexes:
            self._indexes[locale] = FuzzyIndex()
            self._indexes[locale].put(fold(text) for text in self._texts[locale])
        return [[key(each) for each, _ in self._indexes[locale].alike(text, most, least)] for text in texts]
