"""Working copies: nothing typed is lost, and nobody else is disturbed by it."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.conftest import Clock
from tests.contracts.editorial.conftest import KOREAN, assert_problem

TYPED = {"title": "새 제", "summary": "요", "body": "아직 다 쓰지 않은 글", "base_revision": 1}


@pytest.fixture
def entry(api: Api) -> Any:
    return api.create()


def path(entry: Any, locale: str = "ko") -> str:
    return f"entries/{entry['id']}/texts/{locale}/working-copy"


def keep(api: Api, entry: Any, locale: str = "ko", **typed: Any) -> Any:
    return api.ok("PUT", path(entry, locale), TYPED | typed)


def test_what_was_typed_comes_back(api: Api, entry: Any, clock: Clock) -> None:
    """`PUT` answers the working copy as `GET` does: the words, when they were kept, and the revisions to compare."""
    kept = keep(api, entry)
    assert kept == TYPED | {"present_revision": 1, "saved_at": kept["saved_at"]}
    assert api.ok("GET", path(entry)) == kept
    clock.advance(minutes=5)
    later = keep(api, entry, body="mehr")
    assert (later["body"], api.ok("GET", path(entry))) == ("mehr", later)
    assert later["saved_at"] > kept["saved_at"]


def test_keeping_changes_nothing_that_others_see(api: Api, entry: Any, picture: Callable[[], Any]) -> None:
    """No revision, no event, no new ETag: only the working copy itself is stored."""
    before = picture()
    keep(api, entry)
    after = picture()
    assert before.pop("working_copy") != after.pop("working_copy")
    assert after == before


def test_an_unfinished_text_is_kept(api: Api, entry: Any) -> None:
    """An empty title is no fault here, and a language nobody wrote in yet has a working copy all the same."""
    kept = api.ok("PUT", path(entry, "en"), {"title": "", "body": ""})
    assert (kept["title"], kept["summary"], kept["base_revision"], kept["present_revision"]) == ("", "", None, None)


def test_what_is_kept_is_in_nfc(api: Api, entry: Any) -> None:
    """Decomposed Hangul comes back composed, as everywhere."""
    assert keep(api, entry, title=unicodedata.normalize("NFD", "감사"))["title"] == "감사"


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "가" * 301), ("summary", "가" * 1001), ("body", "가" * 200_001), ("title", "a\x00"), ("body", "a\x1b")],
    ids=["title", "summary", "body", "control character in the title", "control character in the body"],
)
def test_the_limits_of_a_text_hold(api: Api, entry: Any, field: str, value: str) -> None:
    """What could never be saved is refused at once, with a pointer to it."""
    answer = api.call("PUT", path(entry), TYPED | {field: value})
    assert assert_problem(answer, 422, "invalid")["errors"][0]["pointer"] == f"/{field}"
    longest = {"title": "가" * 300, "summary": "나" * 1000, "body": "다" * 200_000}
    assert api.ok("PUT", path(entry), longest)["body"] == longest["body"]


def test_each_account_has_its_own(api: Api, entry: Any, make_key: Callable[..., str]) -> None:
    """Nobody sees, changes or discards another's working copy."""
    other = Api(api.http, make_key("entries:write", role="author"))
    mine = keep(api, entry)
    assert_problem(other.call("GET", path(entry)), 404, "not-found")
    assert_problem(other.call("DELETE", path(entry)), 404, "not-found")
    keep(other, entry, title="Another's")
    other.ok("DELETE", path(entry))
    assert api.ok("GET", path(entry)) == mine


def test_each_language_has_its_own(api: Api, entry: Any) -> None:
    """What is typed in one language leaves the other's working copy alone."""
    mine = keep(api, entry)
    keep(api, entry, "en", title="Title")
    assert api.ok("GET", path(entry)) == mine
    assert api.ok("GET", path(entry, "en"))["title"] == "Title"


def test_an_editor_sees_that_somebody_saved_meanwhile(api: Api, entry: Any, make_key: Callable[..., str]) -> None:
    """Another's save leaves the working copy, and shows as a present revision above the one it began from."""
    keep(api, entry)
    Api(api.http, make_key("entries:write", role="author")).save(entry["id"], "ko", **KOREAN)
    kept = api.ok("GET", path(entry))
    assert (kept["body"], kept["base_revision"], kept["present_revision"]) == (TYPED["body"], 1, 2)


@pytest.mark.parametrize("way", ["save", "restore"])
def test_it_is_gone_when_its_author_saves_that_text(
    api: Api, entry: Any, make_key: Callable[..., str], way: str
) -> None:
    """A save or restore lets the account's working copy of that language go, and no other."""
    author = Api(api.http, make_key("entries:write", role="author"))
    for typist, locale in ((api, "ko"), (api, "en"), (author, "ko")):
        keep(typist, entry, locale)
    if way == "save":
        api.save(entry["id"], "ko", **KOREAN)
    else:
        api.ok("POST", f"entries/{entry['id']}/texts/ko/revisions/1/restore", etag="*")
    assert_problem(api.call("GET", path(entry)), 404, "not-found")
    assert api.call("GET", path(entry, "en")).is_success
    assert author.call("GET", path(entry)).is_success


def test_a_refused_save_loses_nothing_typed(api: Api, entry: Any) -> None:
    """A save that is stale leaves the working copy where it was."""
    kept = keep(api, entry)
    assert_problem(api.call("PUT", f"entries/{entry['id']}/texts/ko", KOREAN, '"99"'), 412)
    assert api.ok("GET", path(entry)) == kept


def test_it_can_be_thrown_away(api: Api, entry: Any) -> None:
    """`DELETE` answers 204, and 404 where there is none."""
    keep(api, entry)
    answer = api.call("DELETE", path(entry))
    assert (answer.status_code, answer.content) == (204, b"")
    for method in ("GET", "DELETE"):
        assert_problem(api.call(method, path(entry)), 404, "not-found")


def test_what_was_typed_outlives_a_deleted_entry_unseen(api: Api, entry: Any, picture: Callable[[], Any]) -> None:
    """Deleting hides the entry, its working copies with it, and erases none of them."""
    keep(api, entry)
    kept = picture()["working_copy"]
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    for method, body in (("GET", None), ("DELETE", None), ("PUT", TYPED)):
        assert_problem(api.call(method, path(entry), body), 404, "not-found")
    assert picture()["working_copy"] == kept
