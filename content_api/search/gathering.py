"""Gathers what an index is to be written: the documents of entries, and what changed since a state of the index."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select

from content_api.search import documents, suggesting, texts
from content_api.search.documents import Entry
from content_api.search.index import Document, State, Step
from content_api.search.texts import Words
from content_api.storage import events, tables
from content_api.storage.database import Database
from content_api.storage.jobs import Stopping
from content_api.storage.progress import Progress
from pipeline.analysis import Analyser
from pipeline.initials import squeezed
from pipeline.morphology import Morphology
from schemas.language import Term

# How many events are followed at once: what is published goes with them, and one commit is cheaper than many.
BATCH = 50
# How many entries are read at once where the index is made anew.
CHUNK = 50
TERMS = ("term.added", "term.changed", "term.removed", "glossary.imported")
e = tables.event.c


class Gathering:
    """Reads texts by one glossary, `terms`, until an event says that it changed."""

    def __init__(
        self, database: Database, morphology: Morphology, terms: tuple[Term, ...], stopping: Callable[[], bool]
    ) -> None:
        self._database = database
        self._morphology = morphology
        self._stopping = stopping
        self.terms = terms

    def step(self, state: State) -> Step | None:
        """Return what to write for the events that follow `state`, at most a batch; `None` if there are none."""
        with self._database.read() as connection:
            asked = select(e.seq, e.type, e.entry_id).where(e.seq > state.seq).order_by(e.seq).limit(BATCH)
            rows = connection.execute(asked).all()
        if not rows:
            return None
        changed = {row.entry_id for row in rows if row.type in events.PUBLIC and row.entry_id}
        if any(row.type in TERMS for row in rows):
            changed |= self._read_otherwise()
        found = self._documents(sorted(changed))
        gone = changed - {each.entry_id for each in found}
        purges = any(row.type == "entry.purged" for row in rows)
        return Step(found, sorted(gone), state._replace(seq=rows[-1].seq), purges)

    def everything(self, told: Progress) -> Iterator[Sequence[Document]]:
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
            told("Indexing", done, max(done, total))

    def _documents(self, entry_ids: Sequence[str]) -> list[Document]:
        """Return those of the entries that are public as an index takes them; what nobody read yet is read."""
        if not entry_ids:
            return []
        analyser = Analyser(self._morphology.loaded(), self.terms)
        with self._database.read() as connection:
            entries = documents.public(connection, entry_ids)
            revisions = [key for entry in entries.values() for key in entry.revisions.values()]
            known = texts.stored(connection, revisions, analyser.version)
            unread = texts.unread(connection, revisions, known)
        words = dict(known)
        for row in unread:
            words[row.id] = self._read(analyser, row)
        self._keep(entry_ids, entries, words, set(words) - set(known), analyser.version)
        return [documents.document(entry, words, analyser) for entry in entries.values()]

    def _read(self, analyser: Analyser, row: Row[Any]) -> Words:
        if self._stopping():
            raise Stopping
        return texts.read(analyser, row.locale, row.title, row.summary, row.body)

    def _keep(
        self,
        entry_ids: Iterable[str],
        entries: Mapping[str, Entry],
        words: Mapping[str, Words],
        new: set[str],
        version: str,
    ) -> None:
        """Store what is new, and what may be suggested of all; what was purged meanwhile is left out."""
        entry_of = {key: entry.id for entry in entries.values() for key in entry.revisions.values()}
        with self._database.write() as tx:
            there = texts.still_there(tx, entry_of)
            for key in sorted(there & new):
                texts.keep(tx, key, entry_of[key], version, words[key])
            suggesting.put(tx, entry_ids, entries, {key: words[key] for key in there & set(words)}, self.terms)

    def _read_otherwise(self) -> set[str]:
        """Return the public entries that say a term which came, went or changed; their words are forgotten."""
        with self._database.read() as connection:
            before, self.terms = self.terms, documents.glossary(connection)
            changed = set(before) ^ set(self.terms)
            forms = (form for term in changed for form in (term.ko, term.en, *term.forbidden_ko, *term.forbidden_en))
            affected = documents.saying(connection, {squeezed(form) for form in forms} - {""})
        if affected:
            with self._database.write() as tx:
                texts.forget(tx, affected)
        return set(affected.values())
