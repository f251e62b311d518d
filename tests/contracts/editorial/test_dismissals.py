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
    assert [issue["check"] for issue in wrong["issues"] if issue["severity"] == "error"] == ["numbers"]
    settled = api.edit(draft["id"], wrong, dismiss=[{"check": "numbers", "note": "Said in words."}])
    assert [issue["dismissed"] for issue in settled["issues"] if issue["check"] == "numbers"] == [True]
    kept = api.edit(draft["id"], settled, state="reviewed")
    assert [issue["dismissed"] for issue in kept["issues"] if issue["check"] == "numbers"] == [True]
    rewritten = api.edit(draft["id"], kept, target="Something wholly different, with no year.")
    assert [issue["dismissed"] for issue in rewritten["issues"] if issue["check"] == "numbers"] == [False]


def test_review_alone_may_dismiss_but_not_rewrite(api: Api, draft: Any, make_key: Callable[..., str]) -> None:
    """A key with the scope `review` alone dismisses an error; a target or state needs `entries:write`."""
    wrong = _without_year(api, draft)
    reviewer = Api(api.http, make_key("review", role="reviewer"))
    path = f"drafts/{draft['id']}/segments/{wrong['id']}"
    for change in ({"target": "x"}, {"state": "reviewed"}):
        assert reviewer.call("PATCH", path, change, etag=wrong["etag"]).status_code == 403
    dismissed = reviewer.call("PATCH", path, {"dismiss": [{"check": "numbers", "note": "Right."}]}, etag=wrong["etag"])
    assert dismissed.status_code == 200


def test_an_author_may_not_dismiss_an_error(api: Api, draft: Any, make_key: Callable[..., str]) -> None:
    """A key without `review` gets a 403 for dismissing an error, and nothing is stored."""
    wrong = _without_year(api, draft)
    author = Api(api.http, make_key("entries:write", role="author"))
    path = f"drafts/{draft['id']}/segments/{wrong['id']}"
    refused = author.call("PATCH", path, {"dismiss": [{"check": "numbers", "note": "Fine."}]}, etag=wrong["etag"])
    assert refused.status_code == 403
    assert api.draft(draft["id"])["segments"][1]["etag"] == wrong["etag"]
