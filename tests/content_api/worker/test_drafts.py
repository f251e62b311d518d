"""The worker on drafts: what it saves as it goes, and what survives a crash, a stop or a cancellation."""

import threading
from contextlib import suppress

import pytest

from content_api import worker as working
from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.conftest import Clock
from tests.content_api.worker.story import BODY, SEGMENTS, Crash, at_call, fail, job_of, texts_of
from tests.pipeline.engines.scripted import Scripted
from tests.waiting import until


def test_nothing_due_is_nothing_done(work: Worker) -> None:
    """Without a job the worker says so."""
    assert work.work_once() is False


def test_a_draft_is_brought_to_review(api: Api, work: Worker, draft_id: str, database: Database) -> None:
    """Every segment has its target, engine and state; the draft awaits review and its job is done."""
    assert work.work_once() is True
    draft = api.draft(draft_id)
    assert (draft["state"], draft["progress"]) == ("needs_review", {"done": SEGMENTS, "total": SEGMENTS})
    assert {(each["state"], each["origin"], each["engine"]) for each in draft["segments"]} == {
        ("translated", "machine", "scripted")
    }
    assert job_of(database, draft_id).state == "done"


def test_progress_shows_while_the_worker_runs(api: Api, work: Worker, engine: Scripted, draft_id: str) -> None:
    """Each finished segment is saved at once and seen by readers of the draft."""
    seen = []
    answer = engine.reply

    def reply(texts: list[str]) -> list[str]:
        draft = api.draft(draft_id)  # also: no transaction is open while an engine is asked
        api.ok("POST", "tags", {"slug": f"t{len(engine.asked)}", "name": {"ko": "글", "en": "Text"}})
        seen.append((draft["state"], draft["progress"]["done"]))
        return answer(texts)

    engine.reply = reply
    work.work_once()
    assert seen == [("running", done) for done in range(SEGMENTS)]


@pytest.mark.parametrize("crash_at", [1, 3, SEGMENTS])
def test_a_crash_loses_nothing_that_was_finished(
    api: Api, work: Worker, engine: Scripted, draft_id: str, database: Database, clock: Clock, crash_at: int
) -> None:
    """When its worker dies, another takes the draft up once the lease ran out, and sends out only what is missing."""
    at_call(engine, crash_at, fail(Crash()))
    with pytest.raises(Crash):
        work.work_once()
    draft = api.draft(draft_id)
    assert (draft["state"], draft["progress"]["done"]) == ("running", crash_at - 1)
    other = Scripted("scripted", max_texts=1)
    successor = Worker(database, Chain([other]))
    assert successor.work_once() is False  # the lease still holds
    clock.advance(seconds=61)
    assert successor.work_once() is True
    finished = api.draft(draft_id)
    assert (finished["state"], finished["progress"]["done"]) == ("needs_review", SEGMENTS)
    assert finished["segments"][: crash_at - 1] == draft["segments"][: crash_at - 1]
    assert texts_of(other) == [each["source"] for each in draft["segments"]][crash_at - 1 :]


def test_a_late_worker_stores_nothing(
    api: Api, work: Worker, engine: Scripted, draft_id: str, database: Database, clock: Clock
) -> None:
    """A worker that comes back after its lease ran out and another finished leaves the draft as that one left it."""
    other = Worker(database, Chain([Scripted("scripted", lambda texts: [f"Other {text}" for text in texts])]))

    def sleep_too_long() -> None:
        clock.advance(seconds=61)
        other.work_once()

    at_call(engine, 2, sleep_too_long)
    assert work.work_once() is True
    draft = api.draft(draft_id)
    assert draft["state"] == "needs_review"
    assert [each["target"][:5] for each in draft["segments"]] == ["EN 1.", *["Other"] * (SEGMENTS - 1)]
    assert len(engine.asked) == 2


def test_an_engine_slower_than_the_lease_keeps_its_job(
    work: Worker, engine: Scripted, draft_id: str, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is renewed while an engine thinks, so that no other worker sends the same texts out again."""
    monkeypatch.setattr(working, "HEARTBEAT", 0.01)
    taken_over: list[bool] = []

    def think() -> None:
        clock.advance(seconds=61)
        with suppress(AssertionError):
            until(lambda: job_of(database, draft_id).lease_until, lambda lease: lease > clock())
        taken_over.append(Worker(database, Chain([Scripted("other")])).work_once())

    at_call(engine, 2, think)
    work.work_once()
    assert taken_over == [False]
    assert job_of(database, draft_id).attempt == 1
    assert len(engine.asked) == SEGMENTS


def test_stopping_puts_the_job_back(
    api: Api, work: Worker, engine: Scripted, draft_id: str, database: Database
) -> None:
    """A worker asked to stop ends after the present segment; the next one goes on from there, at once and uncounted."""
    etag = api.draft(draft_id)["etag"]
    at_call(engine, 2, work.stop)
    assert work.work_once() is True
    draft = api.draft(draft_id)
    assert (draft["state"], draft["progress"]["done"], draft["etag"]) == ("queued", 2, etag)
    assert job_of(database, draft_id).failures == 0
    other = Scripted("scripted", max_texts=1)
    assert Worker(database, Chain([other])).work_once() is True
    assert api.draft(draft_id)["state"] == "needs_review"
    assert len(texts_of(other)) == SEGMENTS - 2


@pytest.mark.parametrize("how", ["cancel the draft", "delete the entry"])
def test_cancelling_stops_a_running_draft(api: Api, work: Worker, engine: Scripted, draft_id: str, how: str) -> None:
    """What ends a draft ends its worker's work at the next segment: nothing more is stored or sent out."""
    entry_id = api.draft(draft_id)["entry_id"]
    ends = {
        "cancel the draft": lambda: api.ok("POST", f"drafts/{draft_id}/cancel", etag="*"),
        "delete the entry": lambda: api.ok("DELETE", f"entries/{entry_id}", etag="*"),
    }
    at_call(engine, 2, ends[how])
    assert work.work_once() is True
    assert len(engine.asked) == 2
    assert work.work_once() is False
    if how == "cancel the draft":
        draft = api.draft(draft_id)
        assert (draft["state"], draft["progress"]["done"]) == ("cancelled", 1)


def test_saving_the_source_takes_a_running_draft_over(api: Api, work: Worker, engine: Scripted, draft_id: str) -> None:
    """A running draft whose source changes is superseded; its successor sends out only what it lacks."""
    entry_id = api.draft(draft_id)["entry_id"]
    at_call(engine, 3, lambda: api.save(entry_id, "ko", title="숫자 이야기", body=BODY.replace("넷째", "끝")))
    work.work_once()
    old = api.draft(draft_id)
    assert (old["state"], len(engine.asked)) == ("superseded", 3)
    work.work_once()
    new = api.draft(old["superseded_by"])
    assert (new["state"], new["supersedes"]) == ("needs_review", draft_id)
    assert [each["target"] for each in new["segments"][:2]] == ["EN 1.", "EN 2."]
    assert len(engine.asked) == 3 + SEGMENTS - 2


def test_a_source_that_is_only_an_address_is_a_draft_without_segments(api: Api, work: Worker) -> None:
    """A text with nothing to translate still goes through review, and is approved as it is."""
    entry = api.create(texts={"ko": {"title": "https://example.org", "body": ""}})
    draft = api.ask(entry["id"])
    work.work_once()
    draft = api.draft(draft["id"])
    assert (draft["state"], draft["segments"]) == ("needs_review", [])
    api.approve(draft)
    assert api.entry(entry["id"])["texts"]["en"]["title"] == "https://example.org"


def test_a_running_worker_ends_when_it_is_told(api: Api, work: Worker, draft_id: str) -> None:
    """The loop takes up what is due, survives a fault, and ends promptly on `stop`."""
    thread = threading.Thread(target=work.run)
    thread.start()
    try:
        until(lambda: api.draft(draft_id)["state"], "needs_review".__eq__)
    finally:
        work.stop()
        thread.join(timeout=30)
    assert not thread.is_alive()
