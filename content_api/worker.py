"""Claims due jobs and hands each to its function. At least once: a function must bear being run again."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from content_api.search.following import Indexer
from content_api.search.opening import morphology_of
from content_api.settings import Settings
from content_api.storage import jobs
from content_api.storage.database import Database, Transaction
from content_api.storage.jobs import Job, LeaseLost, Stopping
from content_api.workflow import drafting, running, scheduling, tagging
from pipeline import engines
from pipeline.engines.chain import Chain
from schemas.problems import Busy, Invalid, Problem, Unavailable

log = logging.getLogger("hanmi.worker")
# How long to sleep when nothing is due, in seconds: the longest a new job of another process waits.
IDLE = 0.25
# How often the lease of the job in hand is renewed, in seconds: an engine may take longer to answer than a lease lasts.
HEARTBEAT = jobs.LEASE.total_seconds() / 3
# How long the end of the service waits for the job in hand, in seconds: an engine may take minutes to answer.
GRACE = 5.0
# How long the index waits after a fault of ours, in seconds.
LONG_WAIT = 5.0
# What is worth another try; anything else is a fault of ours, and fails the job at once, visibly.
PASSING = (Busy, Unavailable, OperationalError)


@dataclass(frozen=True)
class Kind:
    """How jobs of one kind are done, and what becomes of their subject when they go back or fail.

    `step_back` and `give_up` lock the subject before its job, as everywhere, and run before the job is written.
    """

    perform: Callable[[Job], None]
    step_back: Callable[[Transaction, Job], None] = lambda _tx, _job: None
    give_up: Callable[[Transaction, Job, str], None] = lambda _tx, _job, _error: None


def _unknown(job: Job) -> None:
    raise Invalid(f"No worker of this version does jobs of the kind {job.kind}.")


UNKNOWN = Kind(_unknown)


class Worker:
    """Works off jobs one at a time until told to stop."""

    def __init__(self, database: Database, chain: Chain, indexer: Indexer | None = None) -> None:
        self._database = database
        self._indexer = indexer
        self._stop = threading.Event()
        self._in_hand: Job | None = None
        stopping = self._stop.is_set
        self._kinds = {
            drafting.JOB: Kind(
                lambda job: running.run(database, job, chain, stopping), running.step_back, running.give_up
            ),
            scheduling.JOB: Kind(lambda job: scheduling.fire(database, job), give_up=scheduling.give_up),
            tagging.RETAG: Kind(lambda job: tagging.rewrite(database, job, stopping)),
        }

    def run(self) -> None:
        """Work until `stop` is called; faults of one job, or of the database, never end the loop."""
        is_away = False
        while not self._stop.is_set():
            worked = False
            try:
                self._put_back_left_over()
                worked = self.work_once()
                is_away = False
            except PASSING as fault:
                if not is_away:  # told once, however long it takes
                    log.warning("the worker waits until the database can be used again: %s", _said(fault))
                is_away = True
            except Exception:
                log.exception("the worker could not take a job; it goes on in a moment")
            if not worked:
                self._stop.wait(IDLE)

    def index(self, indexer: Indexer) -> None:
        """Keep the search index up with what is published until `stop` is called, whatever engines take their time."""
        is_away = is_far_behind = False
        # A pause between all others: what is published meanwhile goes in together, and those who search get on too.
        while not self._stop.wait(0 if is_far_behind else IDLE):
            try:
                is_far_behind = False
                is_far_behind = indexer.catch_up() and indexer.is_far_behind()
                is_away = False
            except Stopping:
                return
            except PASSING as fault:
                if not is_away:
                    log.warning("search waits until the database can be used again: %s", _said(fault))
                is_away = True
            except Exception:
                log.exception("the search index could not be brought up to date; it is tried again in a moment")
                self._stop.wait(LONG_WAIT)

    def _put_back_left_over(self) -> None:
        """Put back the job that could not even go back, because the database was away; or it waited for its lease."""
        job = self._in_hand
        if job is not None:
            with suppress(LeaseLost):
                self._put_back(job)
            self._in_hand = None

    def stop(self) -> None:
        """Ask the loop to end; the job in hand goes back after its present segment."""
        self._stop.set()

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Work in a thread meanwhile. At the end a job that takes longer than `GRACE` seconds to go back is put back.

        What its thread still does, until the process ends, can store nothing: the job is no longer its own.
        """
        thread = threading.Thread(target=self.run, name="hanmi-worker", daemon=True)
        thread.start()
        indexing = threading.Thread(target=self.index, args=[self._indexer], name="hanmi-index", daemon=True)
        if self._indexer:
            indexing.start()
        try:
            yield
        finally:
            self.stop()
            if self._indexer:
                self._indexer.stop()
                indexing.join(GRACE)
            thread.join(GRACE)
            job = self._in_hand
            if thread.is_alive() and job is not None:
                log.warning("job %s (%s) is put back, because an engine does not answer", job.id, job.kind)
                with suppress(LeaseLost):
                    self._put_back(job)

    def work_once(self) -> bool:
        """Take one due job and bring it to an end; return whether there was one."""
        with self._database.read() as connection:
            if not jobs.is_due(connection, self._database.clock()):
                return False
        with self._database.write() as tx:
            job = jobs.claim(tx)
        if job is None:  # another worker was quicker
            return False
        self._in_hand = job
        with suppress(LeaseLost):  # cancelled, or another worker has it: nothing of ours was stored
            self._bring_to_an_end(job)
        self._in_hand = None
        return True

    def _bring_to_an_end(self, job: Job) -> None:
        try:
            with self._kept(job):
                self._perform(job)
        except Stopping:
            self._put_back(job)
        except LeaseLost:
            raise
        except PASSING as fault:
            self._failed_once(job, _said(fault))
        except Problem as refused:
            self._fail(job, _said(refused))
        except Exception as fault:
            log.exception("job %s (%s) failed", job.id, job.kind)
            self._fail(job, _said(fault))

    @contextmanager
    def _kept(self, job: Job) -> Iterator[None]:
        """Renew the job's lease now and then; one that is lost shows at the job's own next write."""
        ended = threading.Event()

        def beat() -> None:
            while not ended.wait(HEARTBEAT):
                with suppress(LeaseLost, *PASSING), self._database.write() as tx:
                    jobs.hold(tx, job)

        thread = threading.Thread(target=beat, name="hanmi-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _perform(self, job: Job) -> None:
        if job.failures >= jobs.MAX_FAILURES:
            self._fail(job, "the last of its tries was cut off")
            return
        self._kind(job).perform(job)

    def _kind(self, job: Job) -> Kind:
        return self._kinds.get(job.kind, UNKNOWN)

    def _put_back(self, job: Job) -> None:
        with self._database.write() as tx:
            self._kind(job).step_back(tx, job)
            jobs.release(tx, job)

    def _failed_once(self, job: Job, error: str) -> None:
        if job.failures + 1 >= jobs.MAX_FAILURES:
            self._fail(job, error)
            return
        with self._database.write() as tx:
            self._kind(job).step_back(tx, job)
            jobs.retry(tx, job, error)

    def _fail(self, job: Job, error: str) -> None:
        with self._database.write() as tx:
            self._kind(job).give_up(tx, job, error)
            jobs.fail(tx, job, error)


def _said(fault: Exception) -> str:
    """Return what a person is told of a fault: never its own words, which may hold text or keys, unless it is ours."""
    return fault.detail if isinstance(fault, Problem) else f"unexpected {type(fault).__name__}"


def indexer(settings: Settings, database: Database) -> Indexer:
    """Return what keeps the search index of this installation up with what is published."""
    return Indexer(database, settings.data_dir, morphology_of(settings))


def chain(settings: Settings) -> Chain:
    """Return the configured engines as one chain, whose breakers live as long as the process."""
    return engines.chain(settings.engine_names, settings.options, settings.engine_timeout)
