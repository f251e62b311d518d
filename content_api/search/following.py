"""Keeps an index up with what is published: follows the log, in batches, and makes the index anew where it must.

Whoever was cut off begins at the state the index itself tells; to index an entry twice changes nothing.
"""

import logging
import threading
from functools import cached_property
from typing import Any

from sqlalchemy import func, select, update

from content_api.search import documents, suggesting
from content_api.search.gathering import Gathering
from content_api.search.index import Index, State
from content_api.search.opening import index_of
from content_api.storage import events, tables
from content_api.storage.database import Database
from content_api.storage.jobs import Stopping
from content_api.storage.progress import Progress, silent
from pipeline import malloc
from pipeline.analysis import version_of
from pipeline.morphology import Morphology
from schemas.language import Term

log = logging.getLogger("hanmi.search")
# How long to wait, in seconds, until it is tried again to make an index anew: the disk may be full.
LONG = 60.0
s = tables.search_state.c


class Indexer:
    """The writer of an installation's index; others may run in other processes, and take turns."""

    def __init__(self, database: Database, data_dir: str, morphology: Morphology) -> None:
        self._database = database
        self._data_dir = data_dir
        self._morphology = morphology
        self._gathering: Gathering | None = None
        self._renewing: threading.Thread | None = None
        self._stop = threading.Event()

    def catch_up(self) -> bool:
        """Bring the index a step nearer to what is published; return whether there was anything to do.

        An index that is there goes on answering, and following, while another one is made in the background.
        """
        state, there = self._index.state(), self._log()
        if state is None or state.log != there.id or not there.compacted <= state.seq <= there.seq:
            return self.renew()
        if state.version != version_of(self._morphology.name) or self._index.is_worn:
            self._renew_in_background()
        if state.seq == there.seq:
            return False
        with self._index.turn() as is_ours:
            return is_ours and self._follow()

    def renew(self, told: Progress = silent) -> bool:
        """Make the index anew, whatever its state; return whether it was our turn."""
        with self._index.renewal() as is_ours:
            if is_ours:
                self._renew(told)
            return is_ours

    def stop(self) -> None:
        """Give up what takes long."""
        self._stop.set()
        if self._renewing is not None:
            self._renewing.join()

    @cached_property
    def _index(self) -> Index:
        return index_of(self._database, self._data_dir)

    def _follow(self) -> bool:
        gathering = self._gathering or self._gather(self._terms_of_the_index())
        self._gathering = gathering
        state = self._index.state()
        step = gathering.step(state) if state else None
        if step is None:
            return False
        self._index.write(step)
        self._tell(step.state, gathering, is_other=bool(step.documents or step.gone))
        malloc.give_back()
        return True

    def _renew_in_background(self) -> None:
        if self._renewing is None or not self._renewing.is_alive():
            self._renewing = threading.Thread(target=self._renew_quietly, name="hanmi-reindex", daemon=True)
            self._renewing.start()

    def _renew_quietly(self) -> None:
        try:
            self.renew()
        except Stopping:
            pass
        except Exception:
            log.exception("the search index could not be made anew; the old one answers on")
            self._stop.wait(LONG)

    def _renew(self, told: Progress) -> None:
        self._morphology.loaded()
        there = self._log()
        with self._database.read() as connection:
            gathering = self._gather(documents.glossary(connection))
        start = State(there.id, there.seq, version_of(self._morphology.name))
        log.info("the search index is made anew, as of event %s", start.seq)
        self._index.renew(start, gathering.everything(told), gathering.step)
        with self._database.write() as tx:
            suggesting.sweep(tx)
        self._gathering = gathering
        self._tell(self._index.state() or start, gathering, is_other=True)
        malloc.give_back()

    def _gather(self, terms: tuple[Term, ...]) -> Gathering:
        return Gathering(self._database, self._morphology, terms, self._stop.is_set)

    def _terms_of_the_index(self) -> tuple[Term, ...]:
        with self._database.read() as connection:
            terms: tuple[Term, ...] = connection.execute(select(s.terms)).scalar_one()
        return terms

    def _log(self) -> Any:
        with self._database.read() as connection:
            return connection.execute(select(tables.log.c.id, tables.log.c.seq, tables.log.c.compacted)).one()

    def _tell(self, state: State, gathering: Gathering, *, is_other: bool) -> None:
        """Note how far the index has come; where it answers otherwise, tell all who remember its answers."""
        values: dict[str, Any] = {"log": state.log, "seq": state.seq, "version": state.version}
        if is_other:
            values |= {"generation": s.generation + 1, "terms": gathering.terms}
        with self._database.write() as tx:
            tx.execute(update(tables.search_state).values(**values))
            if is_other and not self._database.is_sqlite:
                tx.execute(select(func.pg_notify(events.CHANNEL, "")))
