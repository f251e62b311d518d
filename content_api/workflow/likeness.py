"""The fuzzy index of the stored memory: one for each language and database in a process, made when first asked for.

It follows the log: what was added or changed since, by whichever process, is put in before a question is answered.
What was removed is found out when it is found: the table has no unit of that text any more.
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Connection, func, or_, select

from content_api.storage import tables
from content_api.storage.database import Database
from pipeline.folding import fold, key
from schemas.language import Locale

e, m = tables.event.c, tables.memory_unit.c
# SQLite binds at most 32,766 values to a statement, PostgreSQL 65,535; far below both.
BATCH = 500
T = TypeVar("T")
TOLD = ("draft.approved", "memory.imported", "unit.added", "unit.changed")


def parts(whole: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield a sequence in parts that one statement can take."""
    for start in range(0, len(whole), BATCH):
        yield whole[start : start + BATCH]


class Place(NamedTuple):
    """How far an index has followed: which log, and its last event."""

    log: str
    seq: int


class Likeness:
    """One language's index over a database. Any thread may ask."""

    def __init__(self, locale: Locale) -> None:
        self._text = m.ko if locale == "ko" else m.en
        self._hash = m.hash_ko if locale == "ko" else m.hash_en
        from pipeline.fuzzy import FuzzyIndex  # numpy comes with it, which a process that drafts nothing never needs

        self._keeping = threading.Lock()
        self._index = FuzzyIndex()
        self._place: Place | None = None

    def alike(self, connection: Connection, texts: Sequence[str], most: int, least: float) -> list[list[str]]:
        """Return for each folded text the hashes of those most like it that the memory holds (see `FuzzyIndex`)."""
        with self._keeping:
            self._catch_up(connection)
            index = self._index
        found = [[text for text, _ in index.alike(each, most, least)] for each in texts]
        gone = self._gone(connection, {text for each in found for text in each})
        if not gone:
            return [[key(text) for text in each] for each in found]
        with self._keeping:
            for text in gone:
                index.discard(text)
        return self.alike(connection, texts, most, least)

    def _gone(self, connection: Connection, texts: set[str]) -> list[str]:
        hashes = {key(text): text for text in texts}
        for some in parts(list(hashes)):
            for known in connection.execute(select(self._hash).where(self._hash.in_(some))).scalars():
                hashes.pop(known, None)
        return list(hashes.values())

    def _catch_up(self, connection: Connection) -> None:
        log = connection.execute(select(tables.log.c.id, tables.log.c.seq, tables.log.c.compacted)).one()
        now = Place(log.id, log.seq)
        if now == self._place:
            return
        before = self._place
        if before is None or before.log != now.log or before.seq > now.seq or before.seq < log.compacted:
            self._load(connection)
        else:
            told = connection.execute(select(e.type, e.draft_id, e.detail).where(e.seq > before.seq, e.type.in_(TOLD)))
            for some in parts(told.all()):
                self._index.put(self._folded(connection, or_(*(_about(event) for event in some))))
        self._place = now

    def _load(self, connection: Connection) -> None:
        """Begin anew, with the newest texts that fit; the newest last, as `FuzzyIndex` keeps them."""
        from pipeline.fuzzy import HEAVIEST, LONGEST, OVERHEAD, FuzzyIndex

        index, texts, weight = FuzzyIndex(), [], 0
        asked = select(self._text).where(func.length(self._text) <= LONGEST).order_by(m.id.desc())
        for text in connection.execution_options(yield_per=2_000).execute(asked).scalars():
            texts.append(fold(text))
            weight += OVERHEAD + len(text)
            if weight > HEAVIEST:
                break
        index.put(reversed(texts))
        self._index = index

    def _folded(self, connection: Connection, where: ColumnElement[bool]) -> Iterator[str]:
        for text in connection.execute(select(self._text).where(where).order_by(m.id)).scalars():
            yield fold(text)


def _about(event: Any) -> Any:
    """Return which units an event tells of."""
    if event.type == "draft.approved":
        return m.draft_id == event.draft_id
    if event.type == "memory.imported":
        return m.id.between(event.detail["first"], event.detail["last"])
    return m.id == event.detail["unit"]


_LOCK = threading.Lock()
_KNOWN: WeakKeyDictionary[Database, dict[Locale, Likeness]] = WeakKeyDictionary()


def likeness(database: Database, locale: Locale) -> Likeness:
    """Return the process's index of a language of a database, empty until it is asked."""
    with _LOCK:
        return _KNOWN.setdefault(database, {}).setdefault(locale, Likeness(locale))
