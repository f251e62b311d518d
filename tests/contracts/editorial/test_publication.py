"""Publishing and withdrawing: all languages named or none, at once, and never more than was asked for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

TEXTS = {"ko": {"title": "감사의 날", "body": "본문입니다."}, "en": {"title": "Day of Thanks", "body": "Body."}}


def readable(api: Api, slug: str = "day", kind: str = "news") -> set[str]:
    """Return the languages in which a reader gets the item."""
    return {locale for locale in ("ko", "en") if api.http.get(f"/v1/{kind}/{slug}?locale={locale}").status_code == 200}


@pytest.mark.parametrize("locales", [["ko"], ["en"], ["ko", "en"], ["en", "ko", "en"][:2]])
def test_publish_makes_exactly_the_languages_named_public(api: Api, locales: list[str]) -> None:
    """`publish` answers the entry with its published revisions; readers get these languages and no other."""
    entry = api.create(slug="day", texts=TEXTS)
    answer = api.call("POST", f"entries/{entry['id']}/publish", {"locales": locales}, entry["etag"])
    public = answer.json()
    assert answer.status_code == 200
    assert answer.headers["etag"] == public["etag"] != entry["etag"]
    assert {locale for locale, text in public["texts"].items() if text["published_revision"]} == set(locales)
    assert readable(api) == set(locales)


def test_publish_does_all_its_locales_or_none(api: Api, picture: Callable[[], Any]) -> None:
    """Where one of the languages has no text, 409, and the other is not published either."""
    entry = api.create(slug="day")
    before = picture()
    answer = api.call("POST", f"entries/{entry['id']}/publish", {"locales": ["ko", "en"]}, entry["etag"])
    assert_problem(answer, 409, "nothing-to-publish")
    assert picture() == before


def test_a_draft_is_no_text_to_publish(api: Api, drafted: Callable[..., Any]) -> None:
    """A draft that awaits review is nothing to publish in its language: 409."""
    draft = drafted(slug="day")
    answer = api.call("POST", f"entries/{draft['entry_id']}/publish", {"locales": ["en"]}, "*")
    assert_problem(answer, 409, "nothing-to-publish")
    assert readable(api) == set()


def test_publish_takes_the_newest_revision(api: Api) -> None:
    """Publishing again replaces what is public by the revision that is current then, and keeps `published_at`."""
    entry = api.create(slug="day")
    api.publish(entry["id"], "ko")
    since = api.http.get("/v1/news/day?locale=ko").json()["published_at"]
    api.save(entry["id"], "ko", title="다른 제목", body="")
    assert api.publish(entry["id"], "ko")["texts"]["ko"]["published_revision"] == 2
    item = api.http.get("/v1/news/day?locale=ko").json()
    assert (item["title"], item["published_at"]) == ("다른 제목", since)


def test_publishing_one_language_leaves_the_other_as_it_was_published(api: Api) -> None:
    """A newer, unpublished text of the other language does not come along."""
    entry = api.create(slug="day", texts=TEXTS)
    api.publish(entry["id"], "ko", "en")
    api.save(entry["id"], "en", title="Unfinished", body="")
    api.save(entry["id"], "ko", title="다른 제목", body="")
    api.publish(entry["id"], "ko")
    assert api.http.get("/v1/news/day?locale=en").json()["title"] == "Day of Thanks"
    assert api.http.get("/v1/news/day?locale=all").json()["title"] == {"ko": "다른 제목", "en": "Day of Thanks"}


@pytest.mark.parametrize(("withdrawn", "left"), [(["ko"], {"en"}), (["en"], {"ko"}), (["ko", "en"], set())], ids=str)
def test_unpublish_withdraws_exactly_the_languages_named(api: Api, withdrawn: list[str], left: set[str]) -> None:
    """`unpublish` answers the entry; readers of the language withdrawn get 404, the others what they had."""
    entry = api.create(slug="day", texts=TEXTS)
    public = api.publish(entry["id"], "ko", "en")
    answer = api.call("POST", f"entries/{entry['id']}/unpublish", {"locales": withdrawn}, public["etag"])
    texts = answer.json()["texts"]
    assert {locale for locale, text in texts.items() if text["published_revision"]} == left == readable(api)
    assert {locale: text["revision"] for locale, text in texts.items()} == {"ko": 1, "en": 1}


def test_withdrawing_what_is_not_public_is_no_error(api: Api) -> None:
    """`unpublish` of a language that is not public leaves it as it is, and withdraws the other."""
    entry = api.create(slug="day")
    api.publish(entry["id"], "ko")
    assert api.unpublish(entry["id"], "en", "ko")["texts"]["ko"]["published_revision"] is None
    assert api.unpublish(entry["id"], "ko")["texts"]["ko"]["published_revision"] is None
    assert readable(api) == set()


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"date": "1953-07-27"}, {"date": "1953-07-27"}),
        ({"position": 7}, {"position": 7}),
        ({"tags": ["youth"]}, {"tags": [{"slug": "youth", "name": "youth"}]}),
        ({"slug": "night"}, {"slug": "night", "alternates": {"ko": "/v1/news/night?locale=ko"}}),
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_patch_rewrites_what_is_published_at_once(api: Api, change: Any, shown: Any) -> None:
    """Readers see a new slug, date, position or tags with the answer to the `PATCH`; the text is not touched."""
    entry = api.create(slug="day")
    api.publish(entry["id"], "ko")
    api.save(entry["id"], "ko", title="Not yet public", body="")
    api.ok("PATCH", f"entries/{entry['id']}", change, "*")
    item = api.http.get(f"/v1/news/{change.get('slug', 'day')}?locale=ko").json()
    assert {name: item[name] for name in shown} == shown
    assert item["title"] == "감사의 날"


def test_a_former_slug_leads_to_the_present_one(api: Api) -> None:
    """After a change of slug the old address answers 308 to the new one."""
    entry = api.create(slug="day")
    api.publish(entry["id"], "ko")
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": "night"}, "*")
    answer = api.http.get("/v1/news/day?locale=ko", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "/v1/news/night?locale=ko")


def test_what_is_published_tells_whether_it_is_outdated_by_the_published_source(api: Api) -> None:
    """`outdated` for readers compares with the published source: it turns when the new source is published."""
    entry = api.create(slug="day", texts=TEXTS)
    api.publish(entry["id"], "ko", "en")
    saved = api.save(entry["id"], "ko", title="다른 제목", body="")

    def outdated() -> bool:
        return bool(api.http.get("/v1/news/day?locale=en").json()["translation"]["outdated"])

    assert (saved["texts"]["en"]["outdated"], outdated()) == (True, False)
    api.publish(entry["id"], "ko")
    assert outdated() is True


def test_publication_of_the_same_writes_no_event_and_no_new_bytes(api: Api, picture: Callable[[], Any]) -> None:
    """Publishing what is public already changes nothing for readers and tells nobody of a publication."""
    entry = api.create(slug="day")
    api.publish(entry["id"], "ko")
    before = picture()
    api.publish(entry["id"], "ko")
    after = picture()
    assert (after["published"], after["event"]) == (before["published"], before["event"])
