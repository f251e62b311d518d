"""The queue: a job is a row, enqueued in the caller's transaction and claimed under a lease.

Delivery is at least once. Every write a job makes is conditional on its attempt (`hold`): when a lease ran out and
another worker took over, the first one's next write raises `LeaseLost` and stores nothing.

Rows are locked in one order by everybody, or two would wait for each other: entry, tag, schedule, draft, job, segment,
log.
"""

import datetime as dt
import random
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, insert, or_, select, update

from content_api.storage.database import Transaction, new_id
from content_api.storage.tables import job

LEASE = dt.timedelta(seconds=60)
MAX_FAILURES = 6
FIRST_RETRY = 5.0
LONGEST_RETRY = 900.0


class LeaseLost(Exception):
    """The job is no longer this worker's: its lease ran out, or it was cancelled."""


class Stopping(Exception):
    """The worker is asked to stop; the job goes back and is taken up where it was left."""


@dataclass(frozen=True)
class Job:
    """A claimed job. `attempt` only ever grows and is the fencing token; `failures` counts what went wrong before."""

    id: str
    kind: str
    subject: str
    attempt: int
    failures: int


def enqueue(tx: Transaction, kind: str, subject: str, due: dt.datetime | None = None) -> None:
    """Add a job of `kind` about `subject` (an id) within the caller's transaction, due now or at the time given."""
    row = {"id": new_id(), "kind": kind, "subject": subject, "state": "queued", "attempt": 0, "failures": 0}
    tx.execute(insert(job).values(**row, due_at=due or tx.now, created_at=tx.now))


def is_due(connection: Connection, now: dt.datetime) -> bool:
    """Tell whether there is a job to take: a look that keeps no one from writing."""
    return connection.execute(select(job.c.id).where(_due(now)).limit(1)).first() is not None


def claim(tx: Transaction) -> Job | None:
    """Take the job that has been due longest, or one whose lease ran out; `None` when nothing is due."""
    oldest = select(job.c.id).where(_due(tx.now)).order_by(job.c.due_at, job.c.id).limit(1)
    taken = (
        update(job)
        .where(job.c.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
        .values(
            state="running",
            attempt=job.c.attempt + 1,
            # A lease that ran out is a worker that died or hung: it counts, so that no job can kill workers for ever.
            failures=case((_lapsed(tx.now), job.c.failures + 1), else_=job.c.failures),
            lease_until=tx.now + LEASE,
        )
        .returning(job.c.id, job.c.kind, job.c.subject, job.c.attempt, job.c.failures)
    )
    row = tx.execute(taken).one_or_none()
    return Job(**row._mapping) if row else None


def _lapsed(now: dt.datetime) -> ColumnElement[bool]:
    return and_(job.c.state == "running", job.c.lease_until < now)


def _due(now: dt.datetime) -> ColumnElement[bool]:
    # The clock may have been set back since: what was due when it was made is due, and no retry waits longer than any.
    is_retry = and_(job.c.failures > 0, job.c.due_at > now + dt.timedelta(seconds=LONGEST_RETRY))
    is_time = or_(job.c.due_at <= now, job.c.due_at == job.c.created_at, is_retry)
    return or_(and_(job.c.state == "queued", is_time), _lapsed(now))


def hold(tx: Transaction, held: Job) -> None:
    """Renew the lease, within every write of a job; raise `LeaseLost`, and so undo the write, if it is not ours."""
    _write(tx, held, lease_until=tx.now + LEASE)


def finish(tx: Transaction, held: Job) -> None:
    """Mark the job done; raise `LeaseLost` if it is not ours."""
    _write(tx, held, state="done", lease_until=None, ended_at=tx.now)


def fail(tx: Transaction, held: Job, error: str) -> None:
    """Mark the job failed for good; raise `LeaseLost` if it is not ours."""
    _write(tx, held, state="failed", lease_until=None, last_error=error, ended_at=tx.now)


def retry(tx: Transaction, held: Job, error: str) -> None:
    """Put the job back, one failure richer, due after its backoff."""
    failures = held.failures + 1
    due = {"due_at": tx.now + dt.timedelta(seconds=backoff(failures)), "failures": failures}
    _write(tx, held, state="queued", lease_until=None, last_error=error, **due)


def release(tx: Transaction, held: Job) -> None:
    """Put the job back at once and uncounted: the worker is stopping, nothing went wrong."""
    _write(tx, held, state="queued", lease_until=None, due_at=job.c.created_at)


def cancel(tx: Transaction, subject: str) -> None:
    """Cancel whatever jobs about `subject` have not ended; a worker that runs one finds its lease lost."""
    ended = {"state": "cancelled", "lease_until": None, "ended_at": tx.now}
    tx.execute(update(job).where(job.c.subject == subject, job.c.state.in_(["queued", "running"])).values(**ended))


def backoff(failures: int) -> float:
    """Return the seconds to wait after failure number `failures`: doubling, capped, between half and whole at random.

    Jitter keeps jobs that failed together from coming back together (Brooker, "Exponential Backoff and Jitter", 2015).
    """
    longest: float = min(LONGEST_RETRY, FIRST_RETRY * 2 ** (failures - 1))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing


def _write(tx: Transaction, held: Job, **values: object) -> None:
    mine = and_(job.c.id == held.id, job.c.attempt == held.attempt, job.c.state == "running")
    if tx.execute(update(job).where(mine).values(**values)).rowcount != 1:
        raise LeaseLost(held.id)
