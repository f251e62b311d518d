"""The queue: what waits for somebody, and what is said where nothing does."""

from collections.abc import Callable

import pytest

from content_api.storage.database import Database
from content_api.worker import Worker
from schemas.accounts import Role
from tests.client import Api
from tests.contracts.desk.desk import Desk
from tests.contracts.desk.reviewing import drafted, text_of, version
from tests.contracts.editorial.conftest import Broken


def test_an_empty_queue_leads_to_writing(desk: Desk) -> None:
    """Nothing waits: the page says so, and where to begin."""
    page = desk.get("/desk")
    assert page.status_code == 200, page.text
    assert "Nothing waits for you" in page.text
    assert 'href="/desk/entries/new"' in page.text


def test_drafts_wait_in_the_order_they_came(desk: Desk, api: Api, worker: Worker) -> None:
    """Drafts to review stand with title, languages and what is left, the oldest first."""
    first, second = drafted(api, worker, title="첫째"), drafted(api, worker, title="둘째 2026")
    said = text_of(desk.get("/desk").text)
    assert said.index("첫째") < said.index("둘째 2026")
    assert "Korean → English" in said
    assert f"0 of {len(first['segments'])} accepted" in said
    assert f"/desk/drafts/{second['id']}" in desk.get("/desk").text


def test_what_failed_says_why_and_is_tried_again(desk: Desk, api: Api, database: Database) -> None:
    """A failed draft stands with its reason; one button tries again, another gives it up."""
    draft = api.ask(api.create()["id"])
    assert Worker(database, Broken(())).work_once()
    page = desk.get("/desk").text
    assert "unexpected RuntimeError" in page
    failed = api.draft(draft["id"])
    answer = desk.post(f"/desk/drafts/{draft['id']}", version=version(failed), do="retry", next="/desk")
    assert answer.headers["location"] == "/desk"
    assert api.draft(draft["id"])["state"] == "queued"
    assert "Being translated" in desk.get("/desk").text
    desk.post(f"/desk/drafts/{draft['id']}", version=version(api.draft(draft["id"])), do="cancel")
    assert "Nothing waits for you" in desk.get("/desk").text


def test_what_failed_and_was_asked_for_anew_waits_no_more(
    desk: Desk, api: Api, database: Database, worker: Worker
) -> None:
    """A failed draft leaves the queue once there is a later one of the same entry into the same language."""
    entry = api.create()
    api.ask(entry["id"])
    assert Worker(database, Broken(())).work_once()
    assert 'id="failed"' in desk.get("/desk").text
    draft = api.ask(entry["id"])
    assert worker.work_once()
    assert 'id="failed"' not in desk.get("/desk").text
    api.approve(api.draft(draft["id"]))
    assert "Nothing waits for you" in desk.get("/desk").text


def test_a_translation_behind_its_source_is_drafted_again(desk: Desk, api: Api) -> None:
    """It stands in the queue once its source's sentences changed, until somebody asks for a draft."""
    texts = {"ko": {"title": "감사", "body": "하나."}, "en": {"title": "Thanks", "body": "One."}}
    entry = api.create(texts=texts)
    api.save(entry["id"], "ko", title="감사", body="하나.\n")  # the same sentences
    assert "behind their source" not in desk.get("/desk").text
    api.save(entry["id"], "ko", title="감사", body="하나. 둘.")
    assert "1 segment changed" in text_of(desk.get("/desk").text)
    answer = desk.post("/desk/drafts", entry=entry["id"], locale="en")
    draft = api.entry(entry["id"])["drafts"][0]
    assert answer.headers["location"] == f"/desk/drafts/{draft['id']}"
    assert "behind their source" not in desk.get("/desk").text
    assert desk.post("/desk/drafts", entry=entry["id"], locale="en").headers["location"] == answer.headers["location"]


def test_schedules_stand_with_their_time(desk_as: Callable[..., Desk], api: Api) -> None:
    """What is to come is shown at the association's time."""
    entry = api.create()
    api.schedule(entry["id"], "publish", "2036-01-01T00:00:00Z", "ko")
    said = text_of(desk_as("author", language="ko").get("/desk").text)
    assert "공개 예약 2036년 1월 1일 09:00" in said


def test_a_long_queue_goes_on(desk: Desk, api: Api, worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty drafts at a time; the link leads to the next ones, none twice."""
    monkeypatch.setattr("content_api.desk.queue.SHOWN_AT_ONCE", 2)
    drafts = [drafted(api, worker, title=f"글 {n}", body="", summary="") for n in range(3)]
    first = desk.get("/desk").text
    assert (f"/desk/drafts/{drafts[1]['id']}" in first, f"/desk/drafts/{drafts[2]['id']}" in first) == (True, False)
    second = desk.get(f"/desk?after={drafts[1]['id']}").text
    assert (f"/desk/drafts/{drafts[1]['id']}" in second, f"/desk/drafts/{drafts[2]['id']}" in second) == (False, True)


@pytest.mark.parametrize("role", ["author", "reviewer"])
def test_everybody_at_the_desk_sees_the_queue(desk_as: Callable[..., Desk], role: Role) -> None:
    """An author's queue is the reviewers' too."""
    assert desk_as(role).get("/desk").status_code == 200
