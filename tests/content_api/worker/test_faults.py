"""The worker when something goes wrong: what is tried again and how often, and what a person is told in the end."""

import pytest
from sqlalchemy.exc import OperationalError

from content_api.storage import jobs
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import running
from pipeline.engines.base import Rejected, Unreachable
from pipeline.engines.chain import Chain
from schemas.problems import Busy
from tests.client import Api
from tests.conftest import Clock
from tests.content_api.worker.story import SEGMENTS, Crash, at_call, fail, job_of, texts_of
from tests.pipeline.engines.scripted import Scripted


@pytest.mark.parametrize("error", [Busy("busy"), OperationalError("SELECT", {}, Exception("disk I/O error"))])
def test_passing_faults_are_retried_until_the_tries_are_spent(
    api: Api, work: Worker, draft_id: str, database: Database, clock: Clock,
    monkeypatch: pytest.MonkeyPatch, error: Exception,
) -> None:  # fmt: skip
    """A fault that may pass puts the draft back to `queued`, with growing waits; after the last try it is `failed`."""
    monkeypatch.setattr(running.terms, "known", lambda _connection: fail(error)())
    for tries in range(1, jobs.MAX_FAILURES):
        assert work.work_once() is True
        assert (api.draft(draft_id)["state"], job_of(database, draft_id).failures) == ("queued", tries)
        assert work.work_once() is False
        clock.advance(seconds=jobs.LONGEST_RETRY)
    assert work.work_once() is True
    assert (api.draft(draft_id)["state"], job_of(database, draft_id).state) == ("failed", "failed")
    assert api.draft(draft_id)["reason"]
    clock.advance(days=1)
    assert work.work_once() is False


def test_any_other_fault_fails_the_draft_visibly(
    api: Api, work: Worker, draft_id: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault of our own is not repeated: the draft fails with a reason, the log has the trace, and retry works."""
    with monkeypatch.context() as broken:
        broken.setattr(running.terms, "known", lambda _connection: fail(KeyError("secret text"))())
        work.work_once()
    failed = api.draft(draft_id)
    assert (failed["state"], failed["reason"]) == ("failed", "unexpected KeyError")
    assert "KeyError" in caplog.text
    api.ok("POST", f"drafts/{draft_id}/retry", etag=failed["etag"])
    work.work_once()
    draft = api.draft(draft_id)
    assert (draft["state"], draft["reason"]) == ("needs_review", None)


def test_a_job_that_kills_its_workers_ends(
    api: Api, work: Worker, engine: Scripted, draft_id: str, clock: Clock
) -> None:
    """A draft whose worker dies each time is failed when its tries are spent, and not tried for ever."""
    engine.reply = lambda _texts: fail(Crash())()  # type: ignore[return-value]
    for _ in range(jobs.MAX_FAILURES):
        with pytest.raises(Crash):
            work.work_once()
        clock.advance(seconds=61)
    assert work.work_once() is True
    assert api.draft(draft_id)["state"] == "failed"
    clock.advance(days=1)
    assert work.work_once() is False


def test_passing_engine_failures_are_retried_then_left_open(
    api: Api, work: Worker, engine: Scripted, draft_id: str, clock: Clock
) -> None:
    """A segment no engine gives is asked for again twice, alone; then it stays open, says why, and review begins."""
    answer = engine.reply

    def reply(texts: list[str]) -> list[str]:
        if "셋째" in texts[0]:
            raise Unreachable("scripted could not be reached")
        return answer(texts)

    engine.reply = reply
    for _ in range(running.ENGINE_RETRIES):
        work.work_once()
        draft = api.draft(draft_id)
        assert (draft["state"], draft["progress"]["done"]) == ("queued", SEGMENTS - 1)
        clock.advance(seconds=jobs.LONGEST_RETRY)
    work.work_once()
    draft = api.draft(draft_id)
    assert (draft["state"], draft["progress"]["done"]) == ("needs_review", SEGMENTS)
    assert len(engine.asked) == SEGMENTS + running.ENGINE_RETRIES
    (still_open,) = [each for each in draft["segments"] if not each["target"]]
    assert (still_open["state"], still_open["origin"], still_open["engine"]) == ("initial", "none", None)
    (issue,) = still_open["issues"]
    assert (issue["check"], issue["severity"]) == ("untranslated", "error")
    assert "scripted could not be reached" in issue["message"]


def test_final_engine_failures_are_not_retried(api: Api, work: Worker, engine: Scripted, draft_id: str) -> None:
    """What another try cannot mend goes to review at once; a person's retry asks for the open segments only."""
    at_call(engine, 2, fail(Rejected("scripted takes no such text")))
    work.work_once()
    draft = api.draft(draft_id)
    assert draft["state"] == "needs_review"
    assert "scripted takes no such text" in draft["segments"][1]["issues"][0]["message"]
    api.ok("POST", f"drafts/{draft_id}/retry", etag=draft["etag"])
    work.work_once()
    assert texts_of(engine)[SEGMENTS:] == [draft["segments"][1]["source"]]
    assert api.draft(draft_id)["segments"][1]["target"] == f"EN {SEGMENTS + 1}."


def test_an_engine_that_was_taken_away_fails_the_draft_by_name(api: Api, draft_id: str, database: Database) -> None:
    """A draft that asks for an engine which is configured no more says so."""
    entry_id = api.draft(draft_id)["entry_id"]
    api.ok("POST", f"drafts/{draft_id}/cancel", etag="*")
    other = api.ok("POST", f"entries/{entry_id}/drafts", {"target_locale": "en", "engines": ["pseudo"]})
    Worker(database, Chain([])).work_once()
    draft = api.draft(other["id"])
    assert (draft["state"], draft["reason"]) == ("failed", "the engine pseudo is not configured")


def test_without_engines_nothing_leaves_and_review_begins(api: Api, draft_id: str, database: Database) -> None:
    """With no engine configured every segment is open, for a person to translate."""
    Worker(database, Chain([])).work_once()
    draft = api.draft(draft_id)
    assert draft["state"] == "needs_review"
    assert all("no engine is configured" in each["issues"][0]["message"] for each in draft["segments"])
