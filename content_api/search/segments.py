"""The parts of a Whoosh index as they are asked: postings as arrays, read when first wanted and remembered.

Whoosh's own searching looks at one posting at a time in Python, some hundred thousand a second. A segment never
changes, but for the documents that are deleted from it, so what was read of it once is good as long as it is there.
"""

import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from content_api.search.remembering import Remembered
from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale

# What postings are remembered, in bytes, of all segments of an index together.
LARGEST = 24 * 1024 * 1024
# Beside its arrays, which are small for the most part.
OVERHEAD = 650
# The mark of an undated entry, which is in no range of days.
NO_DAY = -1
SIDES: dict[Locale, int] = {locale: 1 << number for number, locale in enumerate(LOCALES)}

Array = NDArray[Any]


class About(NamedTuple):
    """What an index keeps of an entry beside its words."""

    entry_id: str
    kind: Kind
    day: int | None
    tags: tuple[str, ...]
    locales: tuple[Locale, ...]


class Postings(NamedTuple):
    """Which documents of a segment have a word, and how much it says of each."""

    documents: Array
    impacts: Array


def weight(postings: Postings) -> int:
    """Return what postings take in memory, in bytes."""
    return OVERHEAD + int(postings.documents.nbytes) + int(postings.impacts.nbytes)


Known = Remembered[tuple[str, Locale, str], Postings]
"""Postings that were read, by their segment, language and word."""


class Segment:
    """One segment of the index, as its reader gives it."""

    def __init__(self, reader: Any, known: Known) -> None:
        self.name = str(reader.segment().segment_id())
        self._reader = reader
        self._known = known
        self._reading = threading.Lock()
        self.size = int(reader.doc_count_all())
        # Those deleted already are left out: they are never asked for.
        rows = {number: About(*fields["about"]) for number, fields in reader.iter_docs()}
        self._ids: Sequence[str] = [rows[number].entry_id if number in rows else "" for number in range(self.size)]
        self.kinds = self._column(rows, lambda about: KINDS.index(about.kind), np.int8)
        self.days = self._column(rows, lambda about: NO_DAY if about.day is None else about.day, np.int32)
        self.sides = self._column(rows, lambda about: sum(SIDES[each] for each in about.locales), np.int8)
        self.tag_names = sorted({tag for about in rows.values() for tag in about.tags})
        numbers = {tag: number for number, tag in enumerate(self.tag_names)}
        pairs = [(document, numbers[tag]) for document, about in rows.items() for tag in about.tags]
        self.tagged = np.array([document for document, _ in pairs], dtype=np.int32)
        self.tags = np.array([tag for _, tag in pairs], dtype=np.int32)

    def entry_id(self, document: int) -> str:
        """Return the entry of a document."""
        return self._ids[document]

    def postings(self, locale: Locale, word: str) -> Postings:
        """Return the documents that have `word` in their text in `locale`."""
        key = (self.name, locale, word)
        found = self._known.get(key)
        if found is None:
            found = self._read(locale, word)
            self._known.put(key, found)
        return found

    def _read(self, locale: Locale, word: str) -> Postings:
        # One place in the file is shared by all who read the segment.
        with self._reading:
            blocks = list(self._reader.blocks(locale, word))
        documents, impacts = zip(*blocks, strict=True) if blocks else (((),), ((),))
        return Postings(_joined(documents, np.int32), _joined(impacts, np.float32))

    def _column(self, rows: dict[int, About], value: Any, kind: Any) -> Array:
        column = np.zeros(self.size, dtype=kind)
        for number, about in rows.items():
            column[number] = value(about)
        return column


def _joined(parts: Sequence[Any], kind: Any) -> Array:
    return np.concatenate([np.asarray(part, dtype=kind) for part in parts])


class Alive(NamedTuple):
    """A segment, and which of its documents are not deleted."""

    segment: Segment
    documents: Array


class Joined:
    """Segments asked as one, their documents numbered on: there are some dozen small ones after as many changes, and
    each would be counted and compared for itself at the same price.
    """

    def __init__(self, parts: Sequence[Alive]) -> None:
        self._segments = [part.segment for part in parts]
        sizes = [segment.size for segment in self._segments]
        self._starts = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
        self.size = int(self._starts[-1])
        self.documents = _together([part.documents for part in parts], bool)
        self.kinds = _together([segment.kinds for segment in self._segments], np.int8)
        self.days = _together([segment.days for segment in self._segments], np.int32)
        self.sides = _together([segment.sides for segment in self._segments], np.int8)
        self.tag_names = sorted({tag for segment in self._segments for tag in segment.tag_names})
        numbers = {tag: number for number, tag in enumerate(self.tag_names)}
        own = [np.array([numbers[tag] for tag in each.tag_names], dtype=np.int32) for each in self._segments]
        self._tagged = self._numbered([segment.tagged for segment in self._segments])
        self._tags = _together([names[each.tags] for names, each in zip(own, self._segments, strict=True)], np.int32)

    def entry_id(self, document: int) -> str:
        """Return the entry of a document."""
        number = int(np.searchsorted(self._starts, document, side="right")) - 1
        return self._segments[number].entry_id(document - int(self._starts[number]))

    def with_tag(self, tag: str) -> Array:
        """Return which documents have the tag."""
        found = np.zeros(self.size, dtype=bool)
        if tag in self.tag_names:
            found[self._tagged[self._tags == self.tag_names.index(tag)]] = True
        return found

    def count_tags(self, documents: Array) -> dict[str, int]:
        """Return how many of these documents have which tag, of those that any has."""
        counts = np.bincount(self._tags[documents[self._tagged]], minlength=len(self.tag_names))
        return {self.tag_names[number]: int(counts[number]) for number in np.flatnonzero(counts)}

    def postings(self, locale: Locale, word: str) -> Postings:
        """Return the documents that have `word` in their text in `locale`."""
        found = [segment.postings(locale, word) for segment in self._segments]
        return Postings(
            self._numbered([each.documents for each in found]),
            _together([each.impacts for each in found], np.float32),
        )

    def _numbered(self, parts: Sequence[Array]) -> Array:
        """Return documents of each segment as they are numbered here."""
        there = [(part, start) for part, start in zip(parts, self._starts[:-1], strict=True) if len(part)]
        return _together([part + start if start else part for part, start in there], np.int32)


def _together(parts: Sequence[Array], kind: Any) -> Array:
    """Return arrays as one; a single one as it is, which for an index made at once is all there are."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)
