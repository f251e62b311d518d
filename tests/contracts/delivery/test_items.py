"""`GET /v1/{kind}/{slug}`: what an item says, where a moved one is found, and what its HTML may hold."""

import unicodedata
from typing import Any
from urllib.parse import quote

import pytest
from litestar.testing import TestClient

from tests.client import Api
from tests.conftest import Clock
from tests.contracts.delivery.making import EN, KO, published, slugs, written

Client = TestClient[Any]


def test_an_item_is_as_the_contract_shows_it(client: Client, api: Api, clock: Clock) -> None:
    """Every field of the contract's example, and no other."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}})
    entry = published(api, slug="veterans-day-2026", date="2026-11-11", tags=["veterans"])
    item = client.get("/v1/news/veterans-day-2026?locale=en").json()
    now = clock().strftime("%Y-%m-%dT")
    assert item.pop("published_at").startswith(now)
    assert item.pop("updated_at").startswith(now)
    assert item == {
        "id": entry["id"],
        "kind": "news",
        "slug": "veterans-day-2026",
        "locale": "en",
        "fallback": False,
        "title": EN["title"],
        "summary": EN["summary"],
        "body": EN["body"],
        "body_html": "<p>The first sentence.</p>\n<p>The second one.</p>\n",
        "date": "2026-11-11",
        "position": None,
        "tags": [{"slug": "veterans", "name": "Veterans"}],
        "image": None,
        "translation": {"origin": "human", "source_locale": "ko", "outdated": False},
        "alternates": {
            "ko": "/v1/news/veterans-day-2026?locale=ko",
            "en": "/v1/news/veterans-day-2026?locale=en",
        },
    }


def test_all_gives_pairs(client: Client, api: Api) -> None:
    """With `locale=all` every text field, `translation` and `published_at` are pairs; an unpublished side is null."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}})
    both = client.get(f"/v1/news/{published(api, tags=['veterans'])['slug']}?locale=all").json()
    assert (both["locale"], both["fallback"]) == ("all", False)
    for field in ("title", "summary", "body"):
        assert both[field] == {"ko": KO[field], "en": EN[field]}
    assert both["tags"] == [{"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}}]
    assert {side: both["translation"][side]["origin"] for side in both["translation"]} == {
        "ko": "original",
        "en": "human",
    }

    one = client.get(f"/v1/news/{published(api, 'ko')['slug']}?locale=all").json()
    for field in ("title", "summary", "body", "body_html", "translation", "published_at"):
        assert one[field]["ko"], field
        assert one[field]["en"] is None, field
    assert list(one["alternates"]) == ["ko"]


def test_alternates_lead_to_the_languages_that_are_public(client: Client, api: Api) -> None:
    """`alternates` names each public language with an address that answers, Hangul in it percent-encoded."""
    entry = published(api, "ko", slug="감사의-날")
    only_ko = client.get("/v1/news/감사의-날?locale=ko").json()["alternates"]
    assert only_ko == {"ko": f"/v1/news/{quote('감사의-날')}?locale=ko"}
    api.publish(entry["id"], "en")
    both = client.get("/v1/news/감사의-날?locale=ko").json()["alternates"]
    assert {locale: client.get(address).json()["locale"] for locale, address in both.items()} == {
        "ko": "ko",
        "en": "en",
    }


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_hangul_slug_is_found_in_either_normal_form(client: Client, api: Api, form: Any) -> None:
    """A slug is compared composed: an address typed on a Mac, decomposed, finds the same item."""
    published(api, slug="감사의-날")
    address = "/v1/news/" + quote(unicodedata.normalize(form, "감사의-날"))
    assert client.get(address).json()["slug"] == "감사의-날"


def test_a_former_slug_answers_308_to_the_present_one(client: Client, api: Api) -> None:
    """Every former slug leads to the present one, percent-encoded, with the query it was asked with."""
    entry = published(api, slug="첫-이름")
    for slug in ("둘째-이름", "감사의-날"):
        api.ok("PATCH", f"entries/{entry['id']}", {"slug": slug}, etag="*")
    for old in ("첫-이름", "둘째-이름"):
        moved = client.get(f"/v1/news/{old}?locale=en&fallback=source", follow_redirects=False)
        assert moved.status_code == 308
        assert moved.headers["location"] == f"/v1/news/{quote('감사의-날')}?locale=en&fallback=source"
        assert client.get(moved.headers["location"]).json()["slug"] == "감사의-날"
        assert client.head(f"/v1/news/{old}", follow_redirects=False).status_code == 308
    assert client.get("/v1/history/첫-이름", follow_redirects=False).status_code == 404


def test_a_slug_may_come_back_to_its_entry(client: Client, api: Api) -> None:
    """An entry that takes up its former slug again is read there, and the one between leads to it."""
    entry = published(api, slug="first")
    for slug in ("second", "first"):
        api.ok("PATCH", f"entries/{entry['id']}", {"slug": slug}, etag="*")
    assert client.get("/v1/news/first", follow_redirects=False).status_code == 200
    assert client.get("/v1/news/second", follow_redirects=False).headers["location"] == "/v1/news/first"


def test_a_former_slug_moves_only_to_what_may_be_read(client: Client, api: Api) -> None:
    """Where the item is not public in the language, a former slug is a 404 that says as much as the present one's."""
    entry = published(api, "ko", slug="before")
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": "after"}, etag="*")

    def status(query: str) -> int:
        return client.get(f"/v1/news/before{query}", follow_redirects=False).status_code

    assert (status("?locale=ko"), status("?locale=all"), status("?locale=en")) == (308, 308, 404)
    assert status("?locale=en&fallback=source") == 308
    assert client.get("/v1/news/before?locale=en").json()["available_locales"] == ["ko"]
    api.unpublish(entry["id"], "ko")
    assert status("?locale=ko") == 404
    assert client.get("/v1/news/before?locale=ko").json()["available_locales"] == []


def test_what_is_published_withdrawn_or_deleted_shows_at_once(client: Client, api: Api) -> None:
    """An item is there from its publication to its withdrawal, and never after its deletion."""

    def status(locale: str) -> int:
        return client.get(f"/v1/news/thanks?locale={locale}").status_code

    entry = written(api, slug="thanks")
    assert (status("ko"), status("en"), status("all")) == (404, 404, 404)
    api.publish(entry["id"], "en")
    assert (status("ko"), status("en"), status("all")) == (404, 200, 200)
    api.publish(entry["id"], "ko")
    assert (status("ko"), status("en"), status("all")) == (200, 200, 200)
    api.unpublish(entry["id"], "en")
    assert (status("ko"), status("en"), status("all")) == (200, 404, 200)
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    assert (status("ko"), status("en"), status("all")) == (404, 404, 404)
    assert client.get("/v1/news/thanks").json()["available_locales"] == []


def test_a_saved_text_is_not_public_before_it_is_published(client: Client, api: Api, clock: Clock) -> None:
    """A save changes nothing for readers; publishing it does, and keeps the time the item first came out."""
    entry = published(api, slug="thanks")
    first = client.get("/v1/news/thanks?locale=ko").json()
    clock.advance(hours=1)
    api.save(entry["id"], "ko", title="새 제목", body="새 본문입니다.")
    assert client.get("/v1/news/thanks?locale=ko").json() == first
    api.publish(entry["id"], "ko")
    second = client.get("/v1/news/thanks?locale=ko").json()
    assert (second["title"], second["body"]) == ("새 제목", "새 본문입니다.")
    assert second["published_at"] == first["published_at"]
    assert second["updated_at"] > first["updated_at"]


def test_a_translation_is_outdated_when_the_published_source_went_on(client: Client, api: Api) -> None:
    """`outdated` follows the published source: not a save, but its publication; a new layout alone is no change."""
    entry = published(api, slug="thanks")

    def outdated(locale: str = "en") -> bool:
        return bool(client.get(f"/v1/news/thanks?locale={locale}").json()["translation"]["outdated"])

    api.save(entry["id"], "ko", **KO | {"body": KO["body"] + "\n"})
    api.publish(entry["id"], "ko")
    assert not outdated()
    api.save(entry["id"], "ko", **KO | {"body": KO["body"] + "\n\n셋째 문장입니다."})
    assert not outdated()
    api.publish(entry["id"], "ko")
    assert (outdated("en"), outdated("ko")) == (True, False)
    both = client.get("/v1/news/thanks?locale=all").json()["translation"]
    assert (both["en"]["outdated"], both["ko"]["outdated"]) == (True, False)
    (card,) = client.get("/v1/news?locale=en").json()["items"]
    assert card["translation"]["outdated"] is True
    api.save(entry["id"], "ko", **KO)
    api.publish(entry["id"], "ko")
    assert not outdated()


def test_an_entry_is_read_under_its_own_kind_alone(client: Client, api: Api) -> None:
    """The same slug in two kinds is two items."""
    published(api, kind="news", slug="thanks")
    published(api, kind="history", slug="thanks")
    assert {kind: slugs(client.get(f"/v1/{kind}").json()) for kind in ("news", "history", "mission")} == {
        "news": ["thanks"],
        "history": ["thanks"],
        "mission": [],
    }
    assert client.get("/v1/history/thanks").json()["kind"] == "history"
    assert client.get("/v1/mission/thanks").status_code == 404
