"""Claims due jobs and hands each to its function. At least once: a function must bear being run again."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.exc import OperationalError

from content_api.storage import jobs
from content_api.storage.database import Database
from content_api.storage.jobs import Job, LeaseLost
from content_api.workflow import drafting, publishing, running, tagging
from content_api.workflow.running import Stopping
from pipeline.engines.chain import Chain
from schemas.problems import Busy, Problem, Unavailable

log = logging.getLogger("hanmi.worker")
# How long to sleep when nothing is due, in seconds: the longest a new job of another process waits.
IDLE = 0.25
# How often the lease of the job in hand is renewed, in seconds: an engine may take longer to answer than a lease lasts.
HEARTBEAT = jobs.LEASE.total_seconds() / 3
# What is worth another try; anything else is a fault of ours, and fails the job at once, visibly.
PASSING = (Busy, Unavailable, OperationalError)


class Worker:
    """Works off jobs one at a time until told to stop."""

    def __init__(self, database: Database, chain: Chain) -> None:
        self._database = database
        self._chain = chain
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until `stop` is called; faults of one job never end the loop."""
        while not self._stop.is_set():
            try:
                worked = self.work_once()
            except Exception:
                log.exception("the worker could not take a job; it goes on in a moment")
                worked = False
            if not worked:
                self._stop.wait(IDLE)

    def stop(self) -> None:
        """Ask the loop to end; the job in hand goes back after its present segment."""
        self._stop.set()

    def work_once(self) -> bool:
        """Take one due job and bring it to an end; return whether there was one."""
        with self._database.read() as connection:
            if not jobs.is_due(connection, self._database.clock()):
                return False
        with self._database.write() as tx:
            job = jobs.claim(tx)
        if job is None:  # another worker was quicker
            return False
        with suppress(LeaseLost):  # cancelled, or another worker has it: nothing of ours was stored
            self._bring_to_an_end(job)
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
            self._failed_once(job, type(fault).__name__)
        except Problem as refused:
            self._fail(job, refused.detail)
        except Exception as fault:
            log.exception("job %s (%s) failed", job.id, job.kind)
            self._fail(job, f"unexpected {type(fault).__name__}")

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
        functions: dict[str, Callable[[Job], None]] = {
            drafting.JOB: lambda job: running.run(self._database, job, self._chain, self._stop.is_set),
            tagging.RETAG: self._retag,
        }
        functions[job.kind](job)

    def _retag(self, job: Job) -> None:
        """Rewrite what is published with a renamed tag, one entry to a transaction."""
        with self._database.read() as connection:
            entries = tagging.entries_with(connection, job.subject)
        for entry_id in entries:
            if self._stop.is_set():
                raise Stopping
            with self._database.write() as tx:
                jobs.hold(tx, job)
                publishing.refresh_if_there(tx, entry_id)
        with self._database.write() as tx:
            jobs.finish(tx, job)

    # The draft before its job, as everywhere: two who lock in different order would wait for each other.

    def _put_back(self, job: Job) -> None:
        with self._database.write() as tx:
            if job.kind == drafting.JOB:
                running.step_back(tx, job)
            jobs.release(tx, job)

    def _failed_once(self, job: Job, error: str) -> None:
        if job.failures + 1 >= jobs.MAX_FAILURES:
            self._fail(job, error)
            return
        with self._database.write() as tx:
            if job.kind == drafting.JOB:
                running.step_back(tx, job)
            jobs.retry(tx, job, error)

    def _fail(self, job: Job, error: str) -> None:
        with self._database.write() as tx:
            if job.kind == drafting.JOB:
                running.give_up(tx, job, error)
            jobs.fail(tx, job, error)
