"""The parts of a Whoosh index as they are asked: postings as arrays, read when first wanted and remembered.

Whoosh's own searching looks at one posting at a time in Python, some hundred thousand a second. A segment never
changes, but for the documents that are deleted from it, so what was read of it once is good as long as it is there.
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale

# What postings are remembered, in bytes, of all segments of an index together.
LARGEST = 12 * 1024 * 1024
OVERHEAD = 300
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


class Remembered:
    """Postings that were read, those longest unused forgotten first."""

    def __init__(self, largest: int = LARGEST) -> None:
        self._largest = largest
        self._size = 0
        self._kept: OrderedDict[tuple[str, str, str], Postings] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str, str]) -> Postings | None:
        """Return what is remembered."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def put(self, key: tuple[str, str, str], postings: Postings) -> None:
        """Remember it."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = postings
                self._size += _weight(postings)
            while self._size > self._largest:
                self._size -= _weight(self._kept.popitem(last=False)[1])


def _weight(postings: Postings) -> int:
    return OVERHEAD + int(postings.documents.nbytes) + int(postings.impacts.nbytes)


class Segment:
    """One segment of the index, as its reader gives it."""

    def __init__(self, reader: Any, remembered: Remembered) -> None:
        self.name = str(reader.segment().segment_id())
        self._reader = reader
        self._remembered = remembered
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

    def with_tag(self, tag: str) -> Array:
        """Return which documents have the tag."""
        found = np.zeros(self.size, dtype=bool)
        if tag in self.tag_names:
            found[self.tagged[self.tags == self.tag_names.index(tag)]] = True
        return found

    def postings(self, locale: Locale, word: str) -> Postings:
        """Return the documents that have `word` in their text in `locale`."""
        key = (self.name, locale, word)
        found = self._remembered.get(key)
        if found is None:
            found = self._read(locale, word)
            self._remembered.put(key, found)
        return found

    def _read(self, locale: Locale, word: str) -> Postings:
        documents: list[int] = []
        impacts: list[float] = []
        # One place in the file is shared by all who read the segment.
        with self._reading:
            if (locale, word) in self._reader:
                matcher = self._reader.postings(locale, word)
                while matcher.is_active():
                    documents.append(matcher.id())
                    impacts.append(matcher.weight())
                    matcher.next()
        return Postings(np.array(documents, dtype=np.int32), np.array(impacts, dtype=np.float32))

    def _column(self, rows: dict[int, About], value: Any, kind: Any) -> Array:
        column = np.zeros(self.size, dtype=kind)
        for number, about in rows.items():
            column[number] = value(about)
        return column


class Alive(NamedTuple):
    """A segment, and which of its documents are not deleted."""

    segment: Segment
    documents: Array
