"""Many workers on one database, threads and processes: what is due is done once, by one of them."""

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from content_api.settings import Settings
from content_api.storage import jobs, tables
from content_api.storage.database import Database
from content_api.storage.jobs import LeaseLost
from content_api.worker import Worker
from content_api.workflow import scheduling
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.conftest import Clock
from tests.content_api.worker.story import job_of, texts_of
from tests.pipeline.engines.scripted import Scripted
from tests.postgres import only_on
from tests.server import WorkerProcess
from tests.waiting import until

WORKERS = 6


@pytest.fixture
def told(database: Database) -> Callable[[], Counter[str]]:
    """Give a function that counts the events there are, by their type."""

    def count() -> Counter[str]:
        with database.read() as connection:
            return Counter(connection.execute(select(tables.event.c.type)).scalars())

    return count


@pytest.fixture
def scheduled(api: Api, clock: Clock) -> Any:
    """An entry whose Korean text is to be published in an hour, and its English one."""
    entry = api.create(slug="day", texts={"ko": {"title": "감사의 날", "body": ""}, "en": {"title": "Day", "body": ""}})
    at = (clock() + dt.timedelta(hours=1)).isoformat()
    return api.schedule(entry["id"], "publish", at, "ko", "en")


def together(database: Database, chain: Chain) -> list[bool]:
    """Let many workers look for one job at the same moment; return which found one."""
    start = threading.Barrier(WORKERS)

    def look(worker: Worker) -> bool:
        start.wait()
        return worker.work_once()

    with ThreadPoolExecutor(WORKERS) as threads:
        return list(threads.map(look, [Worker(database, chain) for _ in range(WORKERS)]))


def test_drafts_are_shared_out(api: Api, database: Database) -> None:
    """Threads that work off many drafts together send out each text once, and claim each job once."""
    engine = Scripted("scripted", lambda texts: [f"EN {text}" for text in texts])
    chain = Chain([engine])
    drafts = [
        api.ask(api.create(texts={"ko": {"title": f"{number}번째 제목", "body": f"{number}번째 글입니다."}})["id"])[
            "id"
        ]
        for number in range(12)
    ]
    with ThreadPoolExecutor(WORKERS) as threads:
        workers = [Worker(database, chain) for _ in range(WORKERS)]
        list(threads.map(lambda worker: sum(iter(worker.work_once, False)), workers))
    while Worker(database, chain).work_once():  # a worker that finds a job just taken goes home early
        pass
    assert {api.draft(draft)["state"] for draft in drafts} == {"needs_review"}
    assert {job_of(database, draft).attempt for draft in drafts} == {1}
    assert set(Counter(texts_of(engine)).values()) == {1}


@pytest.mark.usefixtures("scheduled")
def test_a_due_schedule_is_done_once(
    api: Api, database: Database, clock: Clock, told: Callable[[], Counter[str]]
) -> None:
    """However many workers watch, a request's languages are published once, with one event each."""
    assert not any(together(database, Chain([])))
    clock.advance(hours=2)
    while any(together(database, Chain([]))):
        pass
    events = told()
    assert (events["schedule.done"], events["entry.published"]) == (2, 2)
    assert api.http.get("/v1/news/day?locale=all").status_code == 200


def test_a_schedule_whose_worker_died_is_done_by_the_next(
    api: Api, database: Database, clock: Clock, scheduled: Any, told: Callable[[], Counter[str]]
) -> None:
    """Claimed and not done, it is done when the lease ran out; the first, if it comes back, does nothing."""
    clock.advance(hours=2)
    with database.write() as tx:
        late = jobs.claim(tx)
    assert late
    other = Worker(database, Chain([]))
    while other.work_once():  # the other language's job does both
        pass
    clock.advance(seconds=61)
    while other.work_once():
        pass
    assert api.entry(scheduled["id"])["schedules"] == []
    before = told()
    assert before["schedule.done"] == 2
    with pytest.raises(LeaseLost):
        scheduling.fire(database, late)
    assert told() == before


def test_a_clock_that_jumps_ahead_does_what_was_missed(
    api: Api, database: Database, clock: Clock, scheduled: Any, told: Callable[[], Counter[str]]
) -> None:
    """A clock set a year ahead makes due what is scheduled; set back again, nothing is done twice."""
    worker = Worker(database, Chain([]))
    clock.advance(days=365)
    assert worker.work_once() is True
    clock.advance(days=-365)
    while worker.work_once():
        pass
    assert told()["schedule.done"] == 2
    assert api.entry(scheduled["id"])["schedules"] == []


def test_a_clock_that_is_set_back_between_claim_and_work(
    api: Api, database: Database, clock: Clock, scheduled: Any
) -> None:
    """What was claimed as due is done, whatever the clock says a moment later: nothing waits for ever."""
    clock.advance(hours=2)
    with database.write() as tx:
        job = jobs.claim(tx)
    assert job
    clock.advance(hours=-2)
    scheduling.fire(database, job)
    assert api.entry(scheduled["id"])["schedules"] == []


@only_on("postgresql")
def test_a_worker_does_not_wait_for_a_job_another_is_claiming(database: Database) -> None:
    """On PostgreSQL a row that is being claimed is skipped (`SKIP LOCKED`), and the next one taken at once."""
    with database.write() as tx:
        for subject in ("first", "second"):
            jobs.enqueue(tx, "draft", subject)
    with database.write() as one:
        first = jobs.claim(one)
        with database.write() as other:
            second = jobs.claim(other)
            third = jobs.claim(other)
    assert first
    assert second
    assert (first.subject, second.subject, third) == ("first", "second", None)


def test_two_worker_processes_share_the_work(
    api: Api, database: Database, settings: Settings, clock: Clock, told: Callable[[], Counter[str]]
) -> None:
    """Two real `hanmi worker` processes draft each text once and do what is scheduled once."""
    drafts = [api.ask(api.create()["id"])["id"] for _ in range(6)]
    at = (clock() + dt.timedelta(seconds=2)).isoformat()
    entries = [api.schedule(api.create(slug=f"day-{number}")["id"], "publish", at, "ko")["id"] for number in range(4)]
    with WorkerProcess(settings), WorkerProcess(settings):
        until(lambda: told()["draft.needs_review"], len(drafts).__eq__)
        until(lambda: told()["schedule.done"], lambda done: done >= len(entries))
    assert {job_of(database, draft).attempt for draft in drafts} == {1}
    events = told()
    assert events["draft.running"] == events["draft.needs_review"] == len(drafts)
    assert events["schedule.done"] == events["entry.published"] == len(entries)
    assert [api.entry(entry_id)["schedules"] for entry_id in entries] == [[]] * len(entries)
    assert {api.draft(draft)["progress"]["done"] for draft in drafts} == {4}
