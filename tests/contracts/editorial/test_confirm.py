"""`confirm`: a person's word that a translation still fits the source as it is now."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.editorial.conftest import CHANGED, ENGLISH, KOREAN, assert_problem


@pytest.fixture
def outdated(api: Api) -> Any:
    """An entry whose English text, published, is outdated by a newer source, published too."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH}, slug="day")
    api.save(entry["id"], "ko", **CHANGED)
    return api.publish(entry["id"], "ko", "en")


def confirm(api: Api, entry: Any, locale: str = "en", etag: str | None = None) -> Any:
    return api.call("POST", f"entries/{entry['id']}/texts/{locale}/confirm", etag=etag or entry["etag"])


def test_a_confirmed_translation_is_no_longer_outdated(api: Api, outdated: Any, make_key: Callable[..., str]) -> None:
    """`confirm` answers the entry: the same words, a new revision by the confirmer, that fits the newest source."""
    reviewer = Api(api.http, make_key("review", role="reviewer"))
    answer = confirm(reviewer, outdated)
    text = answer.json()["texts"]["en"]
    assert answer.status_code == 200
    assert answer.headers["etag"] == answer.json()["etag"] != outdated["etag"]
    assert (text["outdated"], text["revision"], text["origin"]) == (False, 2, "human")
    assert {name: text[name] for name in ENGLISH} == ENGLISH
    newest, oldest = api.ok("GET", f"entries/{outdated['id']}/texts/en/revisions")["items"]
    assert (newest["author"], newest["fits_source"], newest["changed"]) == ("reviewer@example.org", 2, [])
    assert (oldest["author"], oldest["fits_source"]) == ("admin@example.org", 1)


def test_readers_learn_of_it_with_the_next_publication(api: Api, outdated: Any) -> None:
    """What is published stays outdated until the confirmed revision is published; then it is not."""

    def read() -> Any:
        return api.http.get("/v1/news/day?locale=en").json()["translation"]["outdated"]

    confirm(api, outdated)
    assert read() is True
    api.publish(outdated["id"], "en")
    assert read() is False


def test_a_moved_sentence_can_be_confirmed_too(api: Api) -> None:
    """A translation whose source only changed its order is `reordered` until it is confirmed."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    moved = api.save(entry["id"], "ko", **KOREAN | {"body": "둘째 문장입니다. 첫 문장입니다."})
    assert moved["texts"]["en"]["reordered"] is True
    assert confirm(api, moved).json()["texts"]["en"]["reordered"] is False


def test_confirmed_machine_text_stays_machine_text(api: Api, drafted: Callable[..., Any]) -> None:
    """A `machine_reviewed` text stays what it is, with its draft and approver."""
    draft = drafted()
    api.approve(draft)
    entry = api.save(draft["entry_id"], "ko", **CHANGED)
    text = confirm(api, entry).json()["texts"]["en"]
    assert (text["origin"], text["outdated"], text["revision"]) == ("machine_reviewed", False, 2)


def test_a_confirmed_translation_is_outdated_by_the_next_change(api: Api, outdated: Any) -> None:
    """The word holds for the source as it was: back to the old words, and the translation no longer fits."""
    confirm(api, outdated)
    assert api.save(outdated["id"], "ko", **KOREAN)["texts"]["en"]["outdated"] is True


@pytest.mark.parametrize(
    "change", [{}, {"body": "첫 문장입니다.  둘째 문장입니다.\n"}], ids=["the same", "white space"]
)
def test_a_text_that_fits_already_is_left_as_it_is(
    api: Api, picture: Callable[[], Any], change: dict[str, str]
) -> None:
    """Confirming what fits by its content answers the entry and changes nothing."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    entry = api.save(entry["id"], "ko", **KOREAN | change)
    before = picture()
    answer = confirm(api, entry)
    assert (answer.status_code, answer.json()) == (200, entry)
    assert picture() == before


def test_there_must_be_a_text_to_confirm(api: Api) -> None:
    """A language without a text, or an entry that is not there, is a 404, before `If-Match` is asked for."""
    entry = api.create()
    for locale in ("en", "fr"):
        path = f"entries/{entry['id']}/texts/{locale}/confirm"
        assert_problem(api.call("POST", path), 404, "not-found")
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    assert_problem(confirm(api, entry, "ko", "*"), 404, "not-found")


def test_the_source_fits_itself(api: Api, outdated: Any, picture: Callable[[], Any]) -> None:
    """The text in the entry's own language has nothing to fit: 409, after 428 and 412."""
    before = picture()
    path = f"entries/{outdated['id']}/texts/ko/confirm"
    for etag, status in ((None, 428), ('"99"', 412), (outdated["etag"], 409)):
        assert_problem(api.call("POST", path, etag=etag), status)
    assert picture() == before


def test_a_confirmation_is_in_the_log(api: Api, outdated: Any, happened: Callable[[], list[str]]) -> None:
    """The log tells of the new revision, and that somebody confirmed it."""
    before = len(happened())
    confirm(api, outdated)
    assert happened()[before:] == ["text.saved", "text.confirmed"]
