"""Finds what was translated before: in the same context, or exactly. The store is handed in; nothing is kept here.

A match is by the segment's placeholder form in NFC, white space folded. Only a unit a person confirmed counts as
exact; an unconfirmed one (aligned, imported) is offered as `fuzzy`, for a person to judge.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from schemas.language import OTHER, Locale, Unit

# The score of an equal text nobody confirmed: high enough to be offered first, never 100.
UNCONFIRMED_SCORE = 95


class Memory(Protocol):
    """A store of units. `among` gives, for each hash asked for that it knows, its units, the latest first."""

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return the units whose text in `locale` has one of `hashes` (see `key`)."""
        ...


@dataclass(frozen=True)
class Match:
    """A remembered translation of a segment, in placeholder form, with its score (0 to 100)."""

    target: str
    origin: Literal["memory", "fuzzy"]
    score: int
    in_context: bool = False


def key(text: str) -> str:
    """Return the hash under which a segment is remembered: 32 hexadecimal digits."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def context(before: str, after: str) -> str:
    """Return the hash of a segment's neighbours (the empty string at an end of the text): 32 hexadecimal digits."""
    return hashlib.blake2b(f"{key(before)} {key(after)}".encode(), digest_size=16).hexdigest()


def contexts(sources: Sequence[str]) -> list[str]:
    """Return the context of every segment of a text, in order."""
    padded = ["", *sources, ""]
    return [context(padded[n], padded[n + 2]) for n in range(len(sources))]


def recall(sources: Sequence[str], locale: Locale, memory: Memory) -> list[Match | None]:
    """Return what `memory` knows of each segment of a text, in order: in context, else exact, else unconfirmed."""
    hashes = [key(source) for source in sources]
    known = memory.among(sorted(set(hashes)), locale)
    return [
        _best(known.get(hashed, ()), where, locale) for hashed, where in zip(hashes, contexts(sources), strict=True)
    ]


def _best(units: Sequence[Unit], where: str, locale: Locale) -> Match | None:
    confirmed = [unit for unit in units if unit.confirmed]
    in_context = [unit for unit in confirmed if _side(unit, "context", locale) == where]
    for unit in in_context or confirmed:
        return Match(_side(unit, "text", OTHER[locale]), "memory", 100, in_context=bool(in_context))
    for unit in units:
        return Match(_side(unit, "text", OTHER[locale]), "fuzzy", UNCONFIRMED_SCORE)
    return None


def _side(unit: Unit, what: Literal["text", "context"], locale: Locale) -> str:
    if what == "text":
        return unit.ko if locale == "ko" else unit.en
    return unit.context_ko if locale == "ko" else unit.context_en


class ListMemory:
    """A memory over units in a list, the latest last: for files and tests."""

    def __init__(self, units: Sequence[Unit] = ()) -> None:
        self._known: dict[tuple[Locale, str], list[Unit]] = {}
        for unit in reversed(units):
            self._known.setdefault(("ko", key(unit.ko)), []).append(unit)
            self._known.setdefault(("en", key(unit.en)), []).append(unit)

    def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
        """Return the units whose text in `locale` has one of `hashes`."""
        return {hashed: self._known[locale, hashed] for hashed in hashes if (locale, hashed) in self._known}
