"""Gathers what an index is to be written: the documents of entries, and what changed since a state of the index."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from content_api.search import documents, suggesting, texts
from content_api.search.documents import Entry
from content_api.search.index import Document, State, Step
from content_api.search.suggesting import batched
from content_api.search.texts import Words
from content_api.storage import events, tables
from content_api.storage.database import Database
from content_api.storage.jobs import Stopping
from content_api.storage.progress import Progress, silent
from pipeline.analysis import Analyser
from pipeline.morphology import Splitter
from schemas.language import Term

log = logging.getLogger("hanmi.search")
# How many events are followed at once: what is published goes with them, and one commit is cheaper than many.
BATCH = 50
# How many entries are read and written at once, however many are to be: nobody else waits longer to write.
CHUNK = 50
e = tables.event.c


class Gathering:
    """Reads texts by one glossary, `terms`: the index's, until `since` comes upon a newer one."""

    def __init__(
        self,
        database: Database,
        splitter: Callable[[], Splitter],
        terms: tuple[Term, ...],
        stop: threading.Event,
        told: Progress = silent,
    ) -> None:
        self._database = database
        self._splitter = splitter
        self._stop = stop
        self._told = told
        self.terms = terms

    def pause(self, seconds: float = 0) -> None:
        """Wait; raise `Stopping` as soon as the service ends."""
        if self._stop.wait(seconds):
            raise Stopping

    def everything(self) -> Iterator[Sequence[Document]]:
        """Yield every entry that is public, some at a time."""
        last, done = "", 0
        with self._database.read() as connection:
            total = documents.number(connection)
        while True:
            with self._database.read() as connection:
                entry_ids = documents.after(connection, last, CHUNK)
            if not entry_ids:
                return
            yield self._documents(entry_ids)
            last, done = entry_ids[-1], done + len(entry_ids)
            self._told("Indexing", done, max(done, total))

    def since(self, state: State) -> Iterator[Step]:
        """Yield what to write for the events that follow `state`, until none follow.

        A batch of events may touch any number of entries, as a new term does: its last step alone moves the state on,
        so that whoever is cut off before begins with the batch again.
        """
        while True:
            self.pause()
            asked = select(e.seq, e.type, e.entry_id).where(e.seq > state.seq).order_by(e.seq).limit(BATCH)
            with self._database.read() as connection:
                rows = connection.execute(asked).all()
                before, self.terms = self.terms, documents.glossary(connection)
                changed = {row.entry_id for row in rows if row.type in events.PUBLIC and row.entry_id}
                if rows:
                    changed |= documents.saying(connection, set(before) ^ set(self.terms))
            if not rows:
                return
            *some, last = [*batched(sorted(changed), CHUNK)] or [[]]
            for entry_ids in some:
                yield self._step(entry_ids, state)
            state = state._replace(seq=rows[-1].seq)
            step = self._step(last, state)
            yield step._replace(purges=any(row.type == "entry.purged" for row in rows))

    def _step(self, entry_ids: Sequence[str], state: State) -> Step:
        found = self._documents(entry_ids)
        gone = set(entry_ids) - {each.entry_id for each in found}
        return Step(found, sorted(gone), state)

    def _documents(self, entry_ids: Sequence[str]) -> list[Document]:
        """Return those of the entries that are public as an index takes them; what nobody read yet is read."""
        self.pause()
        if not entry_ids:
            return []
        analyser = Analyser(self._splitter(), self.terms)
        with self._database.read() as connection:
            entries = documents.public(connection, entry_ids)
            revisions = [key for entry in entries.values() for key in entry.revisions.values()]
            known = texts.read_by(analyser, texts.stored(connection, revisions, analyser.version))
            unread = texts.unread(connection, revisions, known)
        words = known | {row.id: self._read(analyser, row) for row in unread}
        self._keep(entry_ids, entries, words, set(words) - set(known), analyser.version)
        return [documents.document(entry, words, analyser) for entry in entries.values()]

    def _read(self, analyser: Analyser, row: Row[Any]) -> Words:
        """Return the words of a revision: none where it cannot be read, for all others are to be found."""
        self.pause()
        try:
            return texts.read(analyser, row.locale, row.title, row.summary, row.body)
        except MemoryError:
            raise
        except Exception:
            log.exception("revision %s cannot be read for its words; it is not found by them", row.id)
            return texts.unreadable(row.title, row.summary)

    def _keep(
        self,
        entry_ids: Sequence[str],
        entries: Mapping[str, Entry],
        words: Mapping[str, Words],
        new: set[str],
        version: str,
    ) -> None:
        """Store what is new, and what may be suggested of all; what was purged meanwhile is left out.

        What is not public any more goes.
        """
        entry_of = {key: entry.id for entry in entries.values() for key in entry.revisions.values()}
        with self._database.write() as tx:
            there = texts.still_there(tx, entry_of)
            for key in sorted(there & new):
                texts.keep(tx, key, entry_of[key], version, words[key])
            texts.forget_all_but(tx, entry_ids, entry_of)
            suggesting.put(tx, entry_ids, entries, {key: words[key] for key in there & set(words)}, self.terms)
