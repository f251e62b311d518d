"""What engines were sent is counted, per day and engine, whatever came of it."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, update

from content_api.storage import jobs, tables
from content_api.storage.database import Database
from content_api.storage.jobs import LeaseLost
from content_api.worker import Worker
from pipeline.engines.base import Unreachable
from pipeline.engines.chain import Chain
from pipeline.engines.libre import Libre
from pipeline.engines.limits import Limits
from tests.client import Api
from tests.conftest import Clock
from tests.content_api.worker.story import SEGMENTS, Crash, at_call, fail, texts_of
from tests.peers.libretranslate import LibreTranslatePeer
from tests.pipeline.engines.scripted import Scripted


@pytest.fixture
def peer() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer() as peer:
        yield peer


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer is on this machine, whatever proxy the environment names."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def used(database: Database) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return requests, characters and errors by day and engine."""
    with database.read() as connection:
        rows = connection.execute(select(tables.engine_usage))
        return {(row.day, row.engine): (row.requests, row.characters, row.errors) for row in rows}


def today(clock: Clock) -> str:
    return clock().date().isoformat()


@pytest.mark.usefixtures("draft_id")
def test_every_request_and_character_is_counted(
    database: Database, work: Worker, engine: Scripted, clock: Clock
) -> None:
    """Requests and characters are the engine's own count of what it was sent."""
    assert work.work_once()
    sent = texts_of(engine)
    assert used(database) == {(today(clock), "scripted"): (SEGMENTS, sum(map(len, sent)), 0)}


@pytest.mark.usefixtures("draft_id")
def test_a_service_over_the_network_is_counted(database: Database, peer: LibreTranslatePeer, clock: Clock) -> None:
    """What a real service received, failures first, is what is stored, and the next engine has its own row."""
    peer.behaviour = "500"
    second = Scripted("second")
    assert Worker(database, Chain([Libre(peer.url), second], failures=1000)).work_once()
    found = used(database)
    requests, characters, errors = found[today(clock), "libre"]
    assert requests == errors == len(peer.requests)
    assert characters == sum(map(len, peer.texts))
    assert found[today(clock), "second"] == (len(second.asked), sum(map(len, texts_of(second))), 0)


def test_each_day_has_its_row(database: Database, work: Worker, engine: Scripted, clock: Clock, api: Api) -> None:
    """A day ends at midnight UTC, and the sums of the next begin at nought."""
    for body in ("하나입니다.", "둘입니다."):
        api.ask(api.create(texts={"ko": {"title": "제목", "body": body}})["id"])
        assert work.work_once()
        clock.advance(days=1)
    clock.advance(days=-2)
    first, second = (clock().date() + dt.timedelta(days=n) for n in (0, 1))
    assert {day: row[0] for (day, _), row in used(database).items()} == {first.isoformat(): 2, second.isoformat(): 2}


@pytest.mark.usefixtures("draft_id")
def test_a_request_that_brought_nothing_is_counted(
    database: Database, work: Worker, engine: Scripted, clock: Clock
) -> None:
    """Requests that failed are counted as errors, with their characters."""
    at_call(engine, 2, fail(Unreachable("down")))
    assert work.work_once()
    requests, characters, errors = used(database)[today(clock), "scripted"]
    assert (requests, errors) == (SEGMENTS, 1)
    assert characters == sum(map(len, texts_of(engine)))


@pytest.mark.usefixtures("draft_id")
@pytest.mark.parametrize("fault", [Unreachable("down"), Crash()], ids=["none answered", "interrupted"])
def test_a_draft_that_stored_no_segment_is_counted(
    database: Database, work: Worker, engine: Scripted, clock: Clock, fault: BaseException
) -> None:
    """Where no segment is stored, the requests are."""
    at_call(engine, 1, fail(fault))
    if isinstance(fault, Crash):
        with pytest.raises(Crash):
            work.work_once()
    else:
        assert work.work_once()
    requests, _, errors = used(database)[today(clock), "scripted"]
    assert requests == len(engine.asked)
    assert errors == 1


def test_requests_of_a_lost_lease_are_counted(
    database: Database, work: Worker, engine: Scripted, clock: Clock, draft_id: str
) -> None:
    """A segment that came too late is not stored; what it cost is, once."""

    def lose() -> None:
        with database.write() as tx:
            tx.execute(update(tables.job).where(tables.job.c.subject == draft_id).values(attempt=99))

    at_call(engine, 2, lose)
    assert work.work_once()
    assert len(engine.asked) == 2
    assert used(database)[today(clock), "scripted"] == (2, sum(map(len, texts_of(engine))), 0)


@pytest.mark.usefixtures("draft_id")
def test_a_segment_stored_twice_over_is_counted_once(
    database: Database, work: Worker, engine: Scripted, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that is undone takes its count along, and the count is stored later, not twice."""
    hold, calls = jobs.hold, []

    def undone(tx: Any, job: Any) -> None:
        hold(tx, job)
        calls.append(job)
        if len(calls) == 3:
            raise LeaseLost(job.id)

    monkeypatch.setattr(jobs, "hold", undone)
    assert work.work_once()
    requests, characters, _ = used(database)[today(clock), "scripted"]
    assert (requests, characters) == (len(engine.asked), sum(map(len, texts_of(engine))))


def test_workers_share_an_engines_daily_budget(database: Database, clock: Clock, api: Api) -> None:
    """What any worker sent today counts; the next day begins at nought, and a segment without room says why."""
    first, second = Scripted("dear", max_texts=1), Scripted("dear", max_texts=1)
    budget = {"dear": Limits(daily_characters=20)}
    drafts = []
    for engine in (first, second, second):
        drafts.append(api.ask(api.create(texts={"ko": {"title": "제목", "body": "하나는 첫째입니다."}})["id"])["id"])
        assert Worker(database, Chain([engine], limits=budget)).work_once()
        if len(drafts) == 2:
            clock.advance(days=1)
    each = sum(map(len, texts_of(first)))
    assert 2 * each > 20 >= each + len("제목")
    segments = api.draft(drafts[1])["segments"]
    assert [bool(segment["target"]) for segment in segments] == [True, False]
    assert "20 characters that it is given a day" in segments[1]["issues"][0]["message"]
    assert all(segment["target"] for segment in api.draft(drafts[2])["segments"])


@pytest.mark.usefixtures("draft_id")
def test_all_that_comes_back_while_the_worker_stops_is_stored(database: Database, draft_id: str, api: Api) -> None:
    """Requests under way when the worker is to end are stored and counted: nobody pays for them again."""
    engine, out = Scripted("wide", max_texts=1), threading.Barrier(2, timeout=20)
    worker = Worker(database, Chain([engine], limits={"wide": Limits(at_once=2)}))

    def reply(texts: list[str]) -> list[str]:
        out.wait()
        worker.stop()
        return [f"EN {texts[0]}"]

    engine.reply = reply
    assert worker.work_once()
    assert len(engine.asked) == 2
    assert sum(1 for segment in api.draft(draft_id)["segments"] if segment["target"]) == 2
    again = Scripted("wide", max_texts=1)
    assert Worker(database, Chain([again])).work_once()
    assert sorted(texts_of(engine) + texts_of(again)) == sorted(set(texts_of(engine) + texts_of(again)))
    assert len(texts_of(again)) == SEGMENTS - 2
