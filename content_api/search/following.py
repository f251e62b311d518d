"""Keeps an index up with what is published: follows the log, in batches, and makes the index anew where it must.

Whoever was cut off begins at the state the index itself tells; to index an entry twice changes nothing. What the index
was written is then told in `search_state`, and told again until it stands there: readers remember answers by that.
"""

import logging
import threading
from collections.abc import Callable
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import func, select, true, update

from content_api.search import documents, suggesting, texts
from content_api.search.gathering import BATCH, Gathering
from content_api.search.index import Index, State
from content_api.search.opening import index_of
from content_api.storage import events, tables
from content_api.storage.database import Database
from content_api.storage.jobs import Stopping
from content_api.storage.progress import Progress, silent
from pipeline import malloc
from pipeline.analysis import version_of
from pipeline.morphology import Morphology, Splitter, is_older
from schemas.language import Term

log = logging.getLogger("hanmi.search")
# How long to wait, in seconds, until it is tried again to make an index anew: the disk may be full.
LONG = 60.0
# How long to wait, in seconds, where another process makes it anew, or Kiwi cannot be loaded.
SHORT = 1.0
# How long the end of the service waits, in seconds, for an index that is just being made anew.
GRACE = 5.0
s, ll = tables.search_state.c, tables.log.c


class There(NamedTuple):
    """How far the log has come, from where on it is kept, and what was last told of the index."""

    log: str
    seq: int
    compacted: int
    told: State

    def can_be_followed_from(self, state: State | None) -> bool:
        """Whether all is kept that an index in this state does not know."""
        return state is not None and state.log == self.log and self.compacted <= state.seq <= self.seq


class Indexer:
    """The writer of an installation's index; others may run in other processes, and take turns."""

    def __init__(self, database: Database, data_dir: str, morphology: Morphology) -> None:
        self._database = database
        self._data_dir = data_dir
        self._morphology = morphology
        self._renewing: threading.Thread | None = None
        self._stop = threading.Event()

    def catch_up(self) -> bool:
        """Bring the index a step nearer to what is published; return whether there was anything to do.

        An index that is there goes on answering, and following, while another one is made in the background.
        """
        state, there = self._index.state(), self._there()
        if not there.can_be_followed_from(state):
            return self._renew_patiently()
        if self._is_outdated(self._morphology.name):
            self._renew_in_background()
        if state == there.told and there.told.seq == there.seq:
            return False
        with self._index.turn() as is_ours:
            return is_ours and self._follow()

    def is_far_behind(self) -> bool:
        """Whether more is left than goes in together."""
        state = self._index.state()
        return state is not None and self._there().seq - state.seq > BATCH

    def renew(self, told: Progress = silent) -> bool:
        """Make the index anew, whatever its state; return whether it was our turn."""
        return self._renew_if(lambda: True, told)

    def stop(self) -> None:
        """Give up what takes long."""
        self._stop.set()
        if self._renewing is not None:
            self._renewing.join(GRACE)

    @cached_property
    def _index(self) -> Index:
        return index_of(self._database, self._data_dir)

    def _is_outdated(self, splitter: str) -> bool:
        """Whether an index made with this splitter would answer better.

        Where processes read texts by different versions, the one that knows less follows, and never takes back what
        the other made: they would make it anew against each other for ever.
        """
        state = self._index.state()
        return state is not None and (self._index.is_worn or is_older(state.version, version_of(splitter)))

    def _follow(self) -> bool:
        """Write what follows in the log, a batch of events at most, and tell of it."""
        state, there, terms = self._index.state(), self._there(), self._terms_of_the_index()
        if state is None:
            return False
        gathering = self._gathering(self._morphology.loaded, terms)
        for step in gathering.since(state):
            self._index.write(step)
            is_whole = step.state != state
            is_other = bool(step.documents or step.gone) or (is_whole and gathering.terms != terms)
            self._tell(step.state, gathering.terms if is_whole else terms, is_other=is_other or there.told != state)
            if is_whole:
                malloc.give_back()
                return True
        if there.told != state:  # whoever wrote it was cut off before it was told
            self._tell(state, gathering.terms, is_other=True)
        return there.told != state

    def _renew_patiently(self) -> bool:
        """Make a missing index; a disk that has no room for it has none in a moment either."""
        try:
            return self._renew_if(lambda: not self._there().can_be_followed_from(self._index.state()))
        except FileNotFoundError:  # somebody removed what was just being made
            raise
        except OSError:
            log.exception("the search index could not be made; it is tried again in %d seconds", LONG)
            self._stop.wait(LONG)
            return False

    def _renew_in_background(self) -> None:
        if self._renewing is None or not self._renewing.is_alive():
            self._renewing = threading.Thread(target=self._renew_quietly, name="hanmi-reindex", daemon=True)
            self._renewing.start()

    def _renew_quietly(self) -> None:
        try:
            if not self._renew_if(lambda: self._is_outdated(self._morphology.loaded().name)):
                self._stop.wait(SHORT)
        except Stopping:
            pass
        except Exception:
            log.exception("the search index could not be made anew; the old one answers on")
            self._stop.wait(LONG)

    def _renew_if(self, is_needed: Callable[[], bool], told: Progress = silent) -> bool:
        """Make the index anew if it is our turn, and still needed then: another process may just have made it."""
        with self._index.renewal() as is_ours:
            if not (is_ours and is_needed()):
                return False
            self._renew(told)
            return True

    def _renew(self, told: Progress) -> None:
        splitter = self._morphology.loaded()
        with self._database.read() as connection:
            there = connection.execute(select(ll.id, ll.seq)).one()
            terms = documents.glossary(connection)
        start = State(there.id, there.seq, version_of(splitter.name))
        gathering = self._gathering(lambda: splitter, terms, told)
        log.info("the search index is made anew, as of event %s", start.seq)
        self._index.renew(start, gathering, lambda state: self._tell(state, gathering.terms, is_other=True))
        with self._database.write() as tx:
            suggesting.sweep(tx)
        is_clean = False
        while not is_clean:  # some at a time: others wait to write
            with self._database.write() as tx:
                is_clean = not texts.sweep(tx, start.version)
        malloc.give_back()

    def _gathering(
        self, splitter: Callable[[], Splitter], terms: tuple[Term, ...], told: Progress = silent
    ) -> Gathering:
        return Gathering(self._database, splitter, terms, self._stop, told)

    def _terms_of_the_index(self) -> tuple[Term, ...]:
        """Return the terms its texts were read by; other processes write them too, so nobody remembers them."""
        with self._database.read() as connection:
            terms: tuple[Term, ...] = connection.execute(select(s.terms)).scalar_one()
        return terms

    def _there(self) -> There:
        both = tables.log.join(tables.search_state, true())  # one row each
        asked = select(ll.id, ll.seq, ll.compacted, s.log, s.seq, s.version).select_from(both)
        with self._database.read() as connection:
            name, seq, compacted, *told = connection.execute(asked).one()
        return There(name, seq, compacted, State(*told))

    def _tell(self, state: State, terms: tuple[Term, ...], *, is_other: bool) -> None:
        """Note how far the index has come; where it answers otherwise, tell all who remember its answers."""
        values: dict[str, Any] = {"log": state.log, "seq": state.seq, "version": state.version}
        if is_other:
            values |= {"generation": s.generation + 1, "terms": terms}
        with self._database.write() as tx:
            tx.execute(update(tables.search_state).values(**values))
            if is_other and not self._database.is_sqlite:
                tx.execute(select(func.pg_notify(events.CHANNEL, "")))
