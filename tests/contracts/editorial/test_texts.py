"""Texts: every save is a new revision of its language, and tells what is out of date by content, not by saving."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api

KOREAN = {"title": "감사의 날", "summary": "요약입니다.", "body": "첫 문장입니다. 둘째 문장입니다."}
ENGLISH = {"title": "Day of Thanks", "summary": "A summary.", "body": "First sentence. Second sentence."}


def test_a_save_is_the_next_revision_and_answers_the_entry(api: Api) -> None:
    """`PUT texts/{locale}` counts that language's revisions up by one and leaves the other language alone."""
    entry = api.create()
    answer = api.call("PUT", f"entries/{entry['id']}/texts/en", ENGLISH, entry["etag"])
    saved = answer.json()
    assert answer.status_code == 200
    assert answer.headers["etag"] == saved["etag"] != entry["etag"]
    assert saved["texts"]["en"]["revision"] == 1
    assert saved["texts"]["en"]["origin"] == "human"
    again = api.save(entry["id"], "en", **ENGLISH)
    assert again["texts"]["en"]["revision"] == 2
    assert again["texts"]["ko"] == entry["texts"]["ko"]
    assert api.entry(entry["id"]) == again


def test_summary_may_be_left_out_and_is_then_empty(api: Api) -> None:
    """A text is whole: what a save does not send is not kept from before."""
    entry = api.create()
    assert api.save(entry["id"], "ko", title="제목", body="")["texts"]["ko"]["summary"] == ""


def test_text_is_stored_in_nfc(api: Api) -> None:
    """Decomposed Hangul and accents come back composed."""
    entry = api.create()
    sent = {name: unicodedata.normalize("NFD", value + " é") for name, value in KOREAN.items()}
    text = api.save(entry["id"], "ko", **sent)["texts"]["ko"]
    assert {name: text[name] for name in KOREAN} == {name: value + " é" for name, value in KOREAN.items()}


def test_a_translation_is_outdated_when_the_source_says_something_else(api: Api) -> None:
    """A changed source sentence makes the translation outdated and is named; the source itself never is."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    saved = api.save(entry["id"], "ko", **KOREAN | {"body": "첫 문장입니다. 다른 문장입니다."})
    assert saved["texts"]["en"]["outdated"] is True
    assert "다른 문장입니다." in saved["texts"]["en"]["outdated_because"]
    assert saved["texts"]["ko"]["outdated"] is False


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"body": "첫 문장입니다.  둘째 문장입니다.\n"},
        {"body": "둘째 문장입니다. 첫 문장입니다."},
        {"title": unicodedata.normalize("NFD", KOREAN["title"])},
    ],
    ids=["nothing", "white space", "order", "normal form"],
)
def test_saving_alone_makes_nothing_outdated(api: Api, change: Any) -> None:
    """A save with the same segments (invariant 7) leaves the translation current, whatever else it changes."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    saved = api.save(entry["id"], "ko", **KOREAN | change)
    assert saved["texts"]["ko"]["revision"] == 2
    assert saved["texts"]["en"]["outdated"] is False


def test_a_moved_sentence_makes_the_translation_reordered_no_more(api: Api) -> None:
    """The same segments in another order: the translation is `reordered`, until they are back in their places."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    for body, reordered in (("둘째 문장입니다. 첫 문장입니다.", True), (KOREAN["body"], False)):
        text = api.save(entry["id"], "ko", **KOREAN | {"body": body})["texts"]["en"]
        assert (text["reordered"], text["outdated"]) == (reordered, False)


def test_going_back_to_the_old_words_makes_a_translation_current_again(api: Api) -> None:
    """Staleness is a matter of content: the sentence put back, the translation fits again."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    api.save(entry["id"], "ko", **KOREAN | {"title": "다른 제목"})
    assert api.save(entry["id"], "ko", **KOREAN)["texts"]["en"]["outdated"] is False


def test_an_edit_of_the_translation_says_nothing_about_the_source(api: Api) -> None:
    """An outdated translation that is saved again is still outdated: only `confirm` or a new draft says it fits."""
    entry = api.create(texts={"ko": KOREAN, "en": ENGLISH})
    api.save(entry["id"], "ko", **KOREAN | {"title": "다른 제목"})
    assert api.save(entry["id"], "en", **ENGLISH | {"title": "Thanks"})["texts"]["en"]["outdated"] is True


def test_editing_reviewed_machine_text_does_not_hide_where_it_came_from(api: Api, drafted: Callable[..., Any]) -> None:
    """A person's edit of a `machine_reviewed` text stays `machine_reviewed`."""
    draft = drafted()
    api.approve(draft)
    assert api.entry(draft["entry_id"])["texts"]["en"]["origin"] == "machine_reviewed"
    saved = api.save(draft["entry_id"], "en", **ENGLISH)
    assert (saved["texts"]["en"]["revision"], saved["texts"]["en"]["origin"]) == (2, "machine_reviewed")


def test_a_save_may_ask_for_its_draft_in_the_same_step(api: Api) -> None:
    """`draft` in a save queues a draft of that very revision; an open one is not doubled."""
    entry = api.create()
    (first,) = api.save(entry["id"], "ko", **KOREAN | {"title": "다른 제목"}, draft={"target_locale": "en"})["drafts"]
    assert (first["state"], first["source_revision"], first["target_locale"]) == ("queued", 2, "en")
    (same,) = api.save(entry["id"], "ko", **KOREAN | {"title": "다른 제목"}, draft={"target_locale": "en"})["drafts"]
    assert same["id"] == first["id"]


def test_saving_publishes_nothing(api: Api) -> None:
    """What readers get stays the published revision until the next `publish`."""
    entry = api.create(slug="day")
    api.publish(entry["id"], "ko")
    before = api.http.get("/v1/news/day?locale=ko").content
    saved = api.save(entry["id"], "ko", **KOREAN | {"title": "다른 제목"})
    assert (saved["texts"]["ko"]["revision"], saved["texts"]["ko"]["published_revision"]) == (2, 1)
    assert api.http.get("/v1/news/day?locale=ko").content == before
