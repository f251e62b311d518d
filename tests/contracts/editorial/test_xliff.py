"""A draft goes out as XLIFF 2.1 and comes back, by the contract's words."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

XLIFF = {"Content-Type": "application/xliff+xml"}
Drafted = Callable[..., Any]


@pytest.fixture
def sent(api: Api, drafted: Drafted) -> tuple[Any, str, str]:
    """A draft in review, its file, and the file's ETag."""
    draft = drafted(slug="day")
    answer = api.call("GET", f"drafts/{draft['id']}/xliff")
    assert answer.headers["content-type"].startswith("application/xliff+xml")
    assert answer.headers["content-disposition"] == f'attachment; filename="{draft["id"]}.xlf"'
    return draft, answer.text, answer.headers["etag"]


def give(api: Api, draft: Any, text: str, etag: str, **more: Any) -> Any:
    """Send a file back."""
    return api.call("PUT", f"drafts/{draft['id']}/xliff", etag=etag, content=text.encode(), headers=XLIFF | more)


def test_a_file_that_nobody_touched_changes_nothing(api: Api, sent: tuple[Any, str, str]) -> None:
    """What came back as it went leaves every segment as it is, its version too."""
    draft, text, etag = sent
    assert give(api, draft, text, etag).json() == draft


def test_what_was_translated_in_a_tool_is_a_persons(api: Api, sent: tuple[Any, str, str]) -> None:
    """A changed target is human, in the state the file says, and checked; the others stay."""
    draft, text, etag = sent
    title = draft["segments"][0]
    was = f'<segment state="translated"><source>{title["source"]}</source><target>{title["target"]}</target>'
    now = f'<segment state="final"><source>{title["source"]}</source><target>A Day of Thanks 7</target>'
    assert was in text
    changed, *others = give(api, draft, text.replace(was, now), etag).json()["segments"]
    assert (changed["target"], changed["state"], changed["origin"]) == ("A Day of Thanks 7", "reviewed", "human")
    assert [issue["check"] for issue in changed["issues"]] == ["numbers"]
    assert others == draft["segments"][1:]


def test_a_segment_that_was_changed_meanwhile_is_not_overwritten(api: Api, sent: tuple[Any, str, str]) -> None:
    """The file's ETag counts the segments: who edited one at the desk loses nothing to an older file."""
    draft, text, etag = sent
    api.edit(draft["id"], draft["segments"][0], target="Thanksgiving")
    assert_problem(give(api, draft, text, etag), 412)
    assert api.draft(draft["id"])["segments"][0]["target"] == "Thanksgiving"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda text: text[:-9], "not well-formed"),
        (lambda text: text.replace("<xliff", "<!DOCTYPE x SYSTEM 'file:///etc/passwd'><xliff", 1), "document type"),
        (lambda text: text.replace('<unit id="', '<unit id="x', 1), "the draft has no segment"),
        (lambda text: text.replace("<source>", "<source>x", 1), "is not what the draft has"),
        (lambda text: text.replace("<target>", "<target>\x7f", 1), "U+007F"),
        (lambda text: text.replace('trgLang="en"', 'trgLang="ja"'), "from ko into ja"),
    ],
    ids=["cut", "a document type", "another unit", "another source", "a control character", "another language"],
)
def test_a_file_that_does_not_fit_is_refused_whole(
    api: Api, sent: tuple[Any, str, str], change: Callable[[str], str], reason: str
) -> None:
    """The answer names line and reason, and the draft is as it was."""
    draft, text, etag = sent
    problem = assert_problem(give(api, draft, change(text), etag), 422)
    assert problem["detail"].startswith("line ")
    assert reason in problem["detail"]
    assert api.draft(draft["id"]) == draft


def test_only_xliff_is_taken(api: Api, sent: tuple[Any, str, str]) -> None:
    """JSON, say, is a 415."""
    draft, text, etag = sent
    assert_problem(give(api, draft, text, etag, **{"Content-Type": "application/json"}), 415)
