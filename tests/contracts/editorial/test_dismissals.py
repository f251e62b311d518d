"""Dismissals: who may give them, and for what they hold."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.worker import Worker
from tests.client import Api


@pytest.fixture
def draft(api: Api, worker: Worker) -> Any:
    """A draft in review whose one body sentence has a number that the made-up translation keeps."""
    entry = api.create(texts={"ko": {"title": "제목입니다", "body": "1950년에 시작되었습니다."}})
    asked = api.ask(entry["id"])
    worker.work_once()
    return api.draft(asked["id"])


def _without_year(api: Api, draft: Any) -> Any:
    segment = draft["segments"][1]
    return api.edit(draft["id"], segment, target="It began in the middle of the century.")


def test_a_dismissal_does_not_outlive_its_target(api: Api, draft: Any) -> None:
    """An error dismissed for one translation is an error again when the translation is another."""
    wrong = _without_year(api, draft)
    assert [issue["check"] for issue in wrong["issues"] if issue["severity"] == "error"] == ["dates"]
    settled = api.edit(draft["id"], wrong, dismiss=[{"check": "dates", "note": "Said in words."}])
    assert [issue["dismissed"] for issue in settled["issues"] if issue["check"] == "dates"] == [True]
    kept = api.edit(draft["id"], settled, state="reviewed")
    assert [issue["dismissed"] for issue in kept["issues"] if issue["check"] == "dates"] == [True]
    rewritten = api.edit(draft["id"], kept, target="Something wholly different, with no year.")
    assert [issue["dismissed"] for issue in rewritten["issues"] if issue["check"] == "dates"] == [False]


def test_review_alone_may_dismiss_but_not_rewrite(api: Api, draft: Any, make_key: Callable[..., str]) -> None:
    """A key with the scope `review` alone dismisses an error; a target or state needs `entries:write`."""
    wrong = _without_year(api, draft)
    reviewer = Api(api.http, make_key("review", role="reviewer"))
    path = f"drafts/{draft['id']}/segments/{wrong['id']}"
    for change in ({"target": "x"}, {"state": "reviewed"}):
        assert reviewer.call("PATCH", path, change, etag=wrong["etag"]).status_code == 403
    dismissed = reviewer.call("PATCH", path, {"dismiss": [{"check": "dates", "note": "Right."}]}, etag=wrong["etag"])
    assert dismissed.status_code == 200


def test_an_author_may_not_dismiss_an_error(api: Api, draft: Any, make_key: Callable[..., str]) -> None:
    """A key without `review` gets a 403 for dismissing an error, and nothing is stored."""
    wrong = _without_year(api, draft)
    author = Api(api.http, make_key("entries:write", role="author"))
    path = f"drafts/{draft['id']}/segments/{wrong['id']}"
    refused = author.call("PATCH", path, {"dismiss": [{"check": "dates", "note": "Fine."}]}, etag=wrong["etag"])
    assert refused.status_code == 403
    assert api.draft(draft["id"])["segments"][1]["etag"] == wrong["etag"]


def _dismissed(api: Api, draft: Any) -> Any:
    """Return the segment with the year left out, and that set aside."""
    return api.edit(draft["id"], _without_year(api, draft), dismiss=[{"check": "dates", "note": "Said in words."}])


def _numbers(segment: Any) -> list[tuple[bool, str | None]]:
    return [(issue["dismissed"], issue.get("note")) for issue in segment["issues"] if issue["check"] == "dates"]


def test_a_dismissal_is_gone_when_the_target_is_put_back(api: Api, draft: Any) -> None:
    """What was dismissed before another target was tried is asked again: nobody has said that it may stay after all."""
    settled = _dismissed(api, draft)
    assert _numbers(settled) == [(True, "Said in words.")]
    other = api.edit(draft["id"], settled, target="It began in 1950.")
    assert _numbers(other) == []
    again = api.edit(draft["id"], other, target=settled["target"])
    assert _numbers(again) == [(False, None)]


def test_a_dismissal_does_not_outlive_its_source(api: Api, worker: Worker, draft: Any) -> None:
    """With another source a dismissal is gone, with the old source again too; beside a change elsewhere it stays."""
    entry_id = draft["entry_id"]
    _dismissed(api, draft)

    def with_body(body: str) -> Any:
        api.save(entry_id, "ko", title="제목입니다", body=body)
        while worker.work_once():
            pass
        return api.draft(api.entry(entry_id)["drafts"][0]["id"])

    elsewhere = with_body("1950년에 시작되었습니다.\n\n새 문장입니다.")
    assert _numbers(elsewhere["segments"][1]) == [(True, "Said in words.")]
    changed = with_body("1951년에 시작되었습니다.\n\n새 문장입니다.")
    assert not any(dismissed for segment in changed["segments"] for dismissed, _ in _numbers(segment))
    restored = with_body("1950년에 시작되었습니다.\n\n새 문장입니다.")
    assert not any(dismissed for segment in restored["segments"] for dismissed, _ in _numbers(segment))


def test_a_dismissal_holds_for_what_was_found_alone(api: Api, draft: Any) -> None:
    """Where the glossary wants another word than when it was dismissed, that is a new finding."""
    term = api.ok("POST", "glossary", {"ko": "제목", "en": "title"})
    wrong = api.edit(draft["id"], draft["segments"][0], target="A heading")
    settled = api.edit(draft["id"], wrong, dismiss=[{"check": "glossary", "note": "Of a page."}])
    checked = api.edit(draft["id"], settled, state="reviewed")
    assert [(issue["dismissed"], issue["note"]) for issue in checked["issues"]] == [(True, "Of a page.")]
    api.ok("PATCH", f"glossary/{term['id']}", {"en": "name"}, etag=term["etag"])
    again = api.edit(draft["id"], checked, state="translated")
    assert [(issue["check"], issue["dismissed"]) for issue in again["issues"]] == [("glossary", False)]


def test_a_segment_is_checked_beside_the_rest_of_its_entry_and_the_memory(api: Api, worker: Worker) -> None:
    """An edit is held to how the entry writes a name, and to what people confirmed for the same source."""
    first = api.create(texts={"ko": {"title": "함께 가는 길", "body": ""}})
    taught = api.ask(first["id"])
    while worker.work_once():
        pass
    taught = api.draft(taught["id"])
    api.edit(taught["id"], taught["segments"][0], target="Going Together")
    api.approve(api.draft(taught["id"]))
    body = "박정호 목사가 왔습니다.\n\n박정호 목사가 갔습니다."
    entry = api.create(texts={"ko": {"title": "함께 가는 길", "body": body}})
    draft = api.ask(entry["id"])
    while worker.work_once():
        pass
    title, came, went = api.draft(draft["id"])["segments"]
    api.edit(draft["id"], came, target="Pastor Park Jung-ho came.")
    renamed = api.edit(draft["id"], went, target="Pastor Pak Chong-ho left.")
    assert [issue["fix"] for issue in renamed["issues"] if issue["check"] == "names"] == ["Pastor Park Jung-ho left."]
    other = api.edit(draft["id"], title, target="The Road We Walk")
    assert [issue["fix"] for issue in other["issues"] if issue["check"] == "memory"] == ["Going Together"]
