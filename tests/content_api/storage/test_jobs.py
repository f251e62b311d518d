"""The queue in the database: order, leases, fencing, retries, and one transaction with what a job follows from."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from content_api.storage import jobs
from content_api.storage.database import Database, Transaction
from content_api.storage.jobs import Job, LeaseLost
from content_api.storage.tables import job
from tests.conftest import Clock

WRITES: dict[str, Callable[[Transaction, Job], None]] = {
    "hold": jobs.hold,
    "finish": jobs.finish,
    "fail": lambda tx, held: jobs.fail(tx, held, "broken"),
    "retry": lambda tx, held: jobs.retry(tx, held, "broken"),
    "release": jobs.release,
}


def enqueue(database: Database, *subjects: str) -> None:
    for subject in subjects:
        with database.write() as tx:
            jobs.enqueue(tx, "draft", subject)


def claim(database: Database) -> Job | None:
    with database.write() as tx:
        return jobs.claim(tx)


def claimed(database: Database) -> Job:
    held = claim(database)
    assert held is not None
    return held


def row(database: Database, subject: str) -> dict[str, object]:
    with database.read() as connection:
        return dict(connection.execute(select(job).where(job.c.subject == subject)).one()._mapping)


def test_jobs_are_claimed_in_the_order_they_came_due(database: Database, clock: Clock) -> None:
    """What has been due longest comes first; a job put back with a wait goes behind what is due before it."""
    enqueue(database, "a", "b", "c")
    first = claimed(database)
    with database.write() as tx:
        jobs.retry(tx, first, "broken")
    assert claimed(database).subject == "b"
    clock.advance(seconds=jobs.FIRST_RETRY + 1)
    assert [claimed(database).subject for _ in range(2)] == ["c", "a"]
    assert claim(database) is None


def test_a_clock_that_is_set_back_keeps_no_job_waiting(database: Database, clock: Clock) -> None:
    """What was due as it was made, or was put back by a worker that stops, is due whatever the clock says later."""
    clock.advance(hours=5)
    with database.write() as tx:
        jobs.enqueue(tx, "draft", "a")
        jobs.release(tx, jobs.claim(tx))  # type: ignore[arg-type]
        jobs.enqueue(tx, "schedule", "b", due=tx.now + dt.timedelta(hours=1))
    clock.advance(hours=-5)
    with database.write() as tx:
        assert [held and held.subject for held in (jobs.claim(tx), jobs.claim(tx))] == ["a", None]


def test_a_clock_that_is_set_back_lets_no_retry_wait_longer_than_any_does(database: Database, clock: Clock) -> None:
    """What failed while the clock was ahead is tried again soon; what is due at a time to come keeps its time."""
    clock.advance(hours=5)
    with database.write() as tx:
        jobs.enqueue(tx, "draft", "a")
        jobs.retry(tx, jobs.claim(tx), "busy")  # type: ignore[arg-type]
        jobs.enqueue(tx, "schedule", "b", due=tx.now + dt.timedelta(hours=1))
    clock.advance(hours=-5)
    assert claimed(database).subject == "a"
    assert claim(database) is None


def test_a_job_is_part_of_its_callers_transaction(database: Database) -> None:
    """Nothing is queued by a transaction that is rolled back."""

    def fail() -> None:
        with database.write() as tx:
            jobs.enqueue(tx, "draft", "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert claim(database) is None


def test_a_claimed_job_is_nobody_elses_while_its_lease_lasts(database: Database, clock: Clock) -> None:
    """A second worker gets a running job only after its lease ran out, with the next attempt and one failure more."""
    enqueue(database, "a")
    first = claimed(database)
    clock.advance(seconds=jobs.LEASE.total_seconds() - 1)
    assert claim(database) is None
    clock.advance(seconds=2)
    second = claimed(database)
    assert (second.id, second.attempt, second.failures) == (first.id, first.attempt + 1, first.failures + 1)


def test_holding_renews_the_lease(database: Database, clock: Clock) -> None:
    """A job that goes on writing is not taken away, however long it takes."""
    enqueue(database, "a")
    held = claimed(database)
    for _ in range(3):
        clock.advance(seconds=jobs.LEASE.total_seconds() - 1)
        with database.write() as tx:
            jobs.hold(tx, held)
        assert claim(database) is None


@pytest.mark.parametrize("write", WRITES)
def test_a_worker_whose_job_was_taken_over_stores_nothing(database: Database, clock: Clock, write: str) -> None:
    """Every write of a job is conditional on its attempt: the late one raises, and its transaction leaves no trace."""
    enqueue(database, "a")
    late = claimed(database)
    clock.advance(seconds=61)
    present = claimed(database)
    before = row(database, "a")

    def write_late() -> None:
        with database.write() as tx:
            jobs.enqueue(tx, "draft", "of the late one")
            WRITES[write](tx, late)

    with pytest.raises(LeaseLost):
        write_late()
    assert row(database, "a") == before
    with database.write() as tx:
        jobs.finish(tx, present)
    assert claim(database) is None


@pytest.mark.parametrize("write", WRITES)
def test_a_cancelled_job_takes_no_more_writes(database: Database, write: str) -> None:
    """Cancelling ends the job at once; whoever runs it finds its lease lost."""
    enqueue(database, "a")
    held = claimed(database)
    with database.write() as tx:
        jobs.cancel(tx, "a")
    with pytest.raises(LeaseLost), database.write() as tx:
        WRITES[write](tx, held)
    assert row(database, "a")["state"] == "cancelled"
    assert claim(database) is None


def test_cancelling_leaves_other_jobs_and_ended_ones(database: Database) -> None:
    """Only what has not ended, and only of the one subject, is cancelled."""
    enqueue(database, "a", "b")
    with database.write() as tx:
        jobs.finish(tx, jobs.claim(tx))  # type: ignore[arg-type]
        jobs.cancel(tx, "a")
    assert row(database, "a")["state"] == "done"
    assert claimed(database).subject == "b"


def test_a_released_job_comes_back_at_once_and_uncounted(database: Database) -> None:
    """A worker that stops gives its job back: no failure, no wait, but a new attempt."""
    enqueue(database, "a")
    held = claimed(database)
    with database.write() as tx:
        jobs.release(tx, held)
    again = claimed(database)
    assert (again.failures, again.attempt) == (0, held.attempt + 1)


def test_a_failed_job_keeps_its_error_and_is_not_claimed_again(database: Database, clock: Clock) -> None:
    """A failure for good is visible in the row."""
    enqueue(database, "a")
    with database.write() as tx:
        jobs.fail(tx, jobs.claim(tx), "broken")  # type: ignore[arg-type]
    clock.advance(days=30)
    assert claim(database) is None
    stored = row(database, "a")
    assert (stored["state"], stored["last_error"], stored["lease_until"]) == ("failed", "broken", None)
    assert stored["ended_at"] is not None


@pytest.mark.parametrize(("failures", "longest"), [(1, 5), (2, 10), (3, 20), (5, 80), (20, 900)])
def test_backoff_doubles_up_to_its_cap_with_jitter(failures: int, longest: float) -> None:
    """The wait is between half and the whole of five seconds doubled per failure, at most fifteen minutes."""
    waits = {jobs.backoff(failures) for _ in range(200)}
    assert longest / 2 <= min(waits)
    assert max(waits) <= longest
    assert len(waits) > 100  # what failed together does not come back together


def test_a_retry_is_due_after_its_backoff(database: Database, clock: Clock) -> None:
    """A retried job counts one failure more and waits."""
    enqueue(database, "a")
    held = claimed(database)
    with database.write() as tx:
        jobs.retry(tx, held, "broken")
        wait = tx.execute(select(job.c.due_at)).scalar_one() - tx.now
    assert dt.timedelta(seconds=2.5) <= wait <= dt.timedelta(seconds=5)
    assert claim(database) is None
    clock.advance(seconds=6)
    assert claimed(database).failures == 1


def test_no_job_is_claimed_twice_at_once(database: Database) -> None:
    """Many workers that claim at the same time share the jobs out: each goes to exactly one."""
    enqueue(database, *(str(number) for number in range(30)))

    def take_all(_worker: int) -> list[str]:
        return [held.subject for held in iter(lambda: claim(database), None)]

    with ThreadPoolExecutor(8) as workers:
        taken = Counter(subject for found in workers.map(take_all, range(8)) for subject in found)
    assert taken == Counter(str(number) for number in range(30))
