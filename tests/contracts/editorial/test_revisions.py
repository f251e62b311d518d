"""A text's history: every revision with its author and what it changed, and any of them brought back."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.worker import Worker
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.editorial.conftest import CHANGED, ENGLISH, KOREAN, assert_problem
from tests.each import for_each


@pytest.fixture
def entry(api: Api, make_key: Callable[..., str]) -> Any:
    """An entry whose Korean text was saved by an admin, then by an author."""
    made = api.create(texts={"ko": KOREAN, "en": ENGLISH}, slug="day")
    author = Api(api.http, make_key("entries:write", role="author"))
    return author.save(made["id"], "ko", **CHANGED)


def history(api: Api, entry: Any, locale: str = "ko", more: str = "") -> Any:
    return api.ok("GET", f"entries/{entry['id']}/texts/{locale}/revisions{more}")


def restore(api: Api, entry: Any, locale: str, number: int) -> Any:
    return api.ok("POST", f"entries/{entry['id']}/texts/{locale}/revisions/{number}/restore", etag="*")


def test_the_history_tells_who_saved_what_when(api: Api, entry: Any, clock: Clock) -> None:
    """Newest first: number, author's address, origin, time, the source it fits, its length, the fields it changed."""
    newest, oldest = history(api, entry)["items"]
    assert newest.pop("created_at") >= oldest.pop("created_at")
    common = {"origin": "original", "fits_source": None}
    assert newest == common | {
        "number": 2,
        "author": "author@example.org",
        "characters": len(CHANGED["body"]),
        "changed": ["body"],
    }
    assert oldest == common | {
        "number": 1,
        "author": "admin@example.org",
        "characters": len(KOREAN["body"]),
        "changed": ["title", "summary", "body"],
    }
    (translation,) = history(api, entry, "en")["items"]
    assert (translation["origin"], translation["fits_source"]) == ("human", 1)


def test_a_language_without_a_text_has_no_history(api: Api) -> None:
    """The page of a language nobody wrote in is empty."""
    assert history(api, api.create(), "en") == {"items": [], "next": None}


def test_the_pages_of_a_history_join(api: Api) -> None:
    """Joined by `next`, the pages are every revision once, newest first, past the ninth too."""
    entry = api.create()
    for number in range(2, 13):
        api.save(entry["id"], "ko", title=f"제목 {number}", body="")
    seen, cursor = [], ""
    while cursor is not None:
        page = history(api, entry, more=f"?limit=5{cursor and '&cursor='}{cursor}")
        seen += [each["number"] for each in page["items"]]
        cursor = page["next"]
    assert seen == list(range(12, 0, -1))


def test_a_revision_shows_its_text_and_what_it_changed(api: Api, entry: Any) -> None:
    """One revision is what the history says of it, the whole text, and its differences from the one before."""
    shown = history(api, entry, more="/2")
    summary = history(api, entry)["items"][0]
    assert {name: shown[name] for name in summary} == summary
    assert {name: shown[name] for name in CHANGED} == CHANGED
    assert shown["against"] == 1
    assert shown["differences"] == {
        "title": [{"op": "equal", "text": KOREAN["title"]}],
        "summary": [{"op": "equal", "text": KOREAN["summary"]}],
        "body": [
            {"op": "equal", "text": "첫 문장입니다. "},
            {"op": "delete", "text": "둘째"},
            {"op": "insert", "text": "다른"},
            {"op": "equal", "text": " 문장입니다."},
        ],
    }


def test_the_first_revision_came_of_nothing(api: Api, entry: Any) -> None:
    """Before the first revision there was nothing: all of it is inserted."""
    shown = history(api, entry, more="/1")
    assert shown["against"] is None
    assert shown["differences"] == {name: [{"op": "insert", "text": text}] for name, text in KOREAN.items()}


def test_any_two_revisions_can_be_compared(api: Api, entry: Any) -> None:
    """`against` names the other revision, older, newer or the same."""
    api.save(entry["id"], "ko", **KOREAN)
    for number, other, changed in ((3, 1, False), (3, 2, True), (1, 2, True), (2, 2, False)):
        shown = history(api, entry, more=f"/{number}?against={other}")
        assert shown["against"] == other
        assert any(each["op"] != "equal" for each in shown["differences"]["body"]) == changed


@for_each("value", ["0", "-1", "3", "x", "", "9" * 30, str(2**31)])
def test_a_revision_to_compare_with_that_is_none_is_a_bad_parameter(api: Api, entry: Any, value: str) -> None:
    """`against` must be a number this text has a revision of: 400 that names it."""
    answer = api.call("GET", f"entries/{entry['id']}/texts/ko/revisions/1?against={value}")
    assert assert_problem(answer, 400, "bad-parameter")["errors"][0]["parameter"] == "against"


@for_each("number", ["0", "3", "-1", "x", "9" * 30, str(2**31)])
def test_a_revision_that_is_none_is_not_found(api: Api, entry: Any, number: str) -> None:
    """Whatever stands where a number belongs, there is a revision or a 404, to read and to restore."""
    path = f"entries/{entry['id']}/texts/ko/revisions/{number}"
    assert_problem(api.call("GET", path), 404, "not-found")
    assert_problem(api.call("POST", f"{path}/restore", etag="*"), 404, "not-found")


def test_the_history_of_a_deleted_entry_is_hidden(api: Api, entry: Any) -> None:
    """What is deleted shows no history and brings nothing back."""
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    path = f"entries/{entry['id']}/texts/ko/revisions"
    for method, address in (("GET", path), ("GET", f"{path}/1"), ("POST", f"{path}/1/restore")):
        assert_problem(api.call(method, address, etag="*"), 404, "not-found")


def test_a_revision_is_brought_back_as_the_next_one(api: Api, entry: Any) -> None:
    """`restore` answers the entry with the old words as its newest revision, by whoever restored; nothing is lost."""
    restored = restore(api, entry, "ko", 1)
    assert {name: restored["texts"]["ko"][name] for name in KOREAN} == KOREAN
    assert (restored["texts"]["ko"]["revision"], restored["texts"]["ko"]["origin"]) == (3, "original")
    newest, *older = history(api, entry)["items"]
    assert (newest["author"], newest["changed"]) == ("admin@example.org", ["body"])
    assert [each["number"] for each in older] == [2, 1]


def test_restoring_publishes_nothing(api: Api, entry: Any) -> None:
    """Readers keep what is published until the next `publish`."""
    api.publish(entry["id"], "ko")
    before = api.http.get("/v1/news/day?locale=ko").content
    assert restore(api, entry, "ko", 1)["texts"]["ko"]["published_revision"] == 2
    assert api.http.get("/v1/news/day?locale=ko").content == before


def test_a_restored_translation_fits_what_it_fitted(api: Api, entry: Any) -> None:
    """A translation brought back is as outdated as it was, and current again where the source went back too."""
    assert restore(api, entry, "en", 1)["texts"]["en"]["outdated"] is True
    assert history(api, entry, "en")["items"][0]["fits_source"] == 1
    assert restore(api, entry, "ko", 1)["texts"]["en"]["outdated"] is False


def test_restored_machine_text_stays_machine_text(api: Api, drafted: Callable[..., Any]) -> None:
    """A `machine_reviewed` revision comes back as one, with its draft and approver, and can be published."""
    draft = drafted(slug="day")
    api.approve(draft)
    entry = api.save(draft["entry_id"], "en", **ENGLISH)
    restored = restore(api, entry, "en", 1)["texts"]["en"]
    assert (restored["revision"], restored["origin"]) == (3, "machine_reviewed")
    api.publish(entry["id"], "en")
    item = api.http.get("/v1/news/day?locale=en").json()
    assert (item["body"], item["translation"]["origin"]) == (restored["body"], "machine_reviewed")


def test_a_restored_human_text_is_human_again(api: Api, drafted: Callable[..., Any]) -> None:
    """What a person wrote before a draft was approved comes back as a person's text."""
    draft = drafted(texts={"ko": KOREAN, "en": ENGLISH})
    api.approve(draft)
    entry = api.entry(draft["entry_id"])
    assert entry["texts"]["en"]["origin"] == "machine_reviewed"
    assert restore(api, entry, "en", 1)["texts"]["en"]["origin"] == "human"


def test_a_restored_source_supersedes_the_draft_as_a_save_does(
    api: Api, worker: Worker, drafted: Callable[..., Any]
) -> None:
    """A draft of other segments is superseded; its successor keeps what still fits. The same change nothing."""
    entry = api.create()
    api.save(entry["id"], "ko", **CHANGED)
    draft = api.ask(entry["id"])
    assert worker.work_once()
    restore(api, entry, "ko", 2)
    assert api.draft(draft["id"])["state"] == "needs_review"
    (successor, _) = restore(api, entry, "ko", 1)["drafts"]
    assert api.draft(draft["id"])["state"] == "superseded"
    assert (successor["supersedes"], successor["source_revision"]) == (draft["id"], 4)
    assert {each["source"] for each in api.draft(successor["id"])["segments"] if each["target"]} == {
        "감사의 날",
        "요약입니다.",
        "첫 문장입니다.",
    }


def test_a_restoration_is_in_the_log(api: Api, entry: Any, happened: Callable[[], list[str]]) -> None:
    """The log tells of the new revision, and that it is an old one."""
    before = len(happened())
    restore(api, entry, "ko", 1)
    assert happened()[before:] == ["text.saved", "text.restored"]
