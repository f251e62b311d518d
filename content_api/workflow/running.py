"""Runs a queued draft for the worker: each finished segment is saved at once, under the job's lease.

No transaction is open while an engine is asked (invariant 4), and every write renews and proves the lease first.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import update

from content_api.storage import jobs, tables
from content_api.storage.database import Database, Transaction
from content_api.storage.jobs import Job, Stopping
from content_api.workflow import drafting, memory, terms
from content_api.workflow.usage import Meter
from pipeline.draft import Finished, make_draft
from pipeline.engines.chain import Chain
from schemas.entries import DraftState
from schemas.language import DraftedSegment
from schemas.problems import Invalid, NotFound

s = tables.segment.c
# How often a draft is tried again because engines failed in a way that may pass; then its segments stay open.
ENGINE_RETRIES = 2


@dataclass(frozen=True)
class _Start:
    segments: list[DraftedSegment]
    done: set[str]
    source: str
    engines: list[str] | None


def run(database: Database, job: Job, chain: Chain, stopping: Callable[[], bool]) -> None:
    """Draft what is not drafted yet and hand the draft to review.

    Raises `LeaseLost` when the job is no longer ours, `Stopping` when asked to stop: nothing more is sent out then.
    """
    start = _begin(database, job)
    with database.read() as connection:
        glossary = terms.known(connection)
    engines = _chosen(chain, start.engines)
    stored = memory.StoredMemory(database)
    passing = 0
    with Meter(database) as meter:
        finished = make_draft(
            start.segments,
            start.source,  # type: ignore[arg-type]  # a draft's column holds a locale
            memory=stored,
            glossary=glossary,
            engines=engines.counted(meter).until(stopping),
            done=start.done,
        )
        for each in finished:
            with meter.write() as tx:
                jobs.hold(tx, job)
                _save(tx, job.subject, each)
            passing += each.worth_retrying
        if stopping():  # what came back meanwhile is stored, and paid for once
            raise Stopping
    _end(database, job, passing)


def _chosen(chain: Chain, names: list[str] | None) -> Chain:
    """Return the engines the draft was asked for with; raise `Invalid` where one is no longer configured."""
    if names is None:
        return chain
    try:
        return chain.only(names)
    except ValueError as fault:
        raise Invalid(f"{fault}") from None


def give_up(tx: Transaction, job: Job, error: str) -> None:
    """Fail the draft with its job: its tries are spent. A draft whose entry is deleted is left as it is."""
    _leave(tx, job, "failed", reason=error)


def step_back(tx: Transaction, job: Job) -> None:
    """Put the draft back to `queued` together with its job."""
    _leave(tx, job, "queued")


def _leave(tx: Transaction, job: Job, state: DraftState, **values: str) -> None:
    with suppress(NotFound):
        row = drafting.get(tx.connection, job.subject, lock=True)
        if row.state != state and row.state in ("queued", "running"):
            drafting.move(tx, row, state, **values)


def _begin(database: Database, job: Job) -> _Start:
    with database.write() as tx:
        row = drafting.get(tx.connection, job.subject, lock=True)
        jobs.hold(tx, job)
        if row.state == "queued":
            drafting.move(tx, row, "running")
        rows = drafting.segments_of(tx.connection, job.subject)
    segments = [drafting.drafted(each) for each in rows]
    return _Start(segments, {each.id for each in rows if each.tried}, row.source_locale, row.engines)


def _save(tx: Transaction, draft_id: str, finished: Finished) -> None:
    values = drafting.segment_values(finished.segment) | {
        "version": s.version + 1,
        "tried": not finished.worth_retrying,
    }
    here = (s.draft_id == draft_id) & (s.id == finished.segment.id)
    tx.execute(update(tables.segment).where(here).values(**values))


def _end(database: Database, job: Job, passing: int) -> None:
    with database.write() as tx:
        row = drafting.get(tx.connection, job.subject, lock=True)
        if passing and job.failures < ENGINE_RETRIES:
            jobs.retry(tx, job, f"{passing} segments wait for an engine")
            drafting.move(tx, row, "queued")
            return
        jobs.finish(tx, job)
        tx.execute(update(tables.segment).where(s.draft_id == job.subject).values(tried=True))
        drafting.move(tx, row, "needs_review", reason=None)
