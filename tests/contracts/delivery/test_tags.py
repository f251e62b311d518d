"""`GET /v1/tags`: the tags in use, with their names and counts in both languages."""

from typing import Any

import pytest
from litestar.testing import TestClient

from content_api.worker import Worker
from tests.client import Api
from tests.contracts.delivery.making import published, slugs, written
from tests.each import for_each

Client = TestClient[Any]


def counts(page: Any) -> dict[str, tuple[int, int]]:
    """Return how many entries carry each tag, in Korean and in English."""
    return {tag["slug"]: (tag["count"]["ko"], tag["count"]["en"]) for tag in page["items"]}


@pytest.fixture
def tagged(api: Api) -> None:
    """Entries of two kinds, some public in one language only, one not at all."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}})
    api.ok("POST", "tags", {"slug": "unused", "name": {"ko": "안 쓰는 것", "en": "Unused"}})
    published(api, tags=["veterans", "보훈"])
    published(api, "ko", tags=["veterans"])
    published(api, "en", kind="history", tags=["english", "veterans"])
    written(api, tags=["secret", "veterans"])


@pytest.mark.usefixtures("tagged")
def test_tags_in_use_come_by_slug_with_names_and_counts(client: Client) -> None:
    """A tag has its paired names, and counts what is public in each language; one nothing public carries is absent."""
    assert client.get("/v1/tags").json() == {
        "items": [
            {"slug": "english", "name": {"ko": "english", "en": "english"}, "count": {"ko": 0, "en": 1}},
            {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}, "count": {"ko": 2, "en": 2}},
            {"slug": "보훈", "name": {"ko": "보훈", "en": "보훈"}, "count": {"ko": 1, "en": 1}},
        ],
        "next": None,
    }


@pytest.mark.usefixtures("tagged")
@for_each(
    ("query", "expected"),
    [
        ("locale=all", {"english": (0, 1), "veterans": (2, 2), "보훈": (1, 1)}),
        ("locale=ko", {"veterans": (2, 2), "보훈": (1, 1)}),
        ("locale=en", {"english": (0, 1), "veterans": (2, 2), "보훈": (1, 1)}),
        ("kind=history", {"english": (0, 1), "veterans": (0, 1)}),
        ("kind=history&locale=ko", {}),
        ("kind=mission", {}),
        ("fallback=source", {"english": (1, 1), "veterans": (3, 3), "보훈": (1, 1)}),
        ("fallback=source&locale=ko&kind=history", {"english": (1, 1), "veterans": (1, 1)}),
    ],
)
def test_language_kind_and_fallback_select(client: Client, query: str, expected: dict[str, tuple[int, int]]) -> None:
    """`locale` and `kind` keep the tags used there; counts are those of the lists that the same words ask for."""
    assert counts(client.get(f"/v1/tags?{query}").json()) == expected


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("fallback", ["none", "source"])
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_a_count_is_as_long_as_its_list(client: Client, locale: str, fallback: str) -> None:
    """What a tag counts for a language and kind is what the list filtered by it holds."""
    for kind in ("news", "history"):
        page = client.get(f"/v1/tags?kind={kind}&fallback={fallback}").json()
        for tag in page["items"]:
            query = {"tag": tag["slug"], "locale": locale, "fallback": fallback}
            assert len(client.get(f"/v1/{kind}", params=query).json()["items"]) == tag["count"][locale]


@pytest.mark.usefixtures("tagged")
def test_pages_of_tags_are_walked_to_the_end(client: Client) -> None:
    """`next` and `Link` lead through all tags, each once, with the query kept."""
    found = []
    address: str | None = "/v1/tags?limit=1&locale=en"
    while address:
        answer = client.get(address)
        found += slugs(answer.json())
        address = answer.links["next"]["url"] if "next" in answer.links else None
        assert (answer.json()["next"] is None) is (address is None)
    assert found == ["english", "veterans", "보훈"]


def test_counts_follow_publication_at_once(client: Client, api: Api) -> None:
    """A tag comes with the first entry published with it and goes with the last one withdrawn or deleted."""

    def now() -> dict[str, tuple[int, int]]:
        return counts(client.get("/v1/tags").json())

    entry, other = (written(api, tags=["veterans"]) for _ in range(2))
    assert now() == {}
    api.publish(entry["id"], "ko")
    assert now() == {"veterans": (1, 0)}
    api.publish(other["id"], "ko", "en")
    assert now() == {"veterans": (2, 1)}
    api.unpublish(other["id"], "ko", "en")
    assert now() == {"veterans": (1, 0)}
    api.ok("PATCH", f"entries/{entry['id']}", {"tags": ["youth"]}, etag="*")
    assert now() == {"youth": (1, 0)}
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    assert now() == {}


def test_a_renamed_tag_reaches_cards_and_items(client: Client, api: Api, worker: Worker) -> None:
    """A rename shows in the list of tags at once, and in what is published with the tag once its job has run."""
    published(api, slug="thanks", tags=["veterans"])
    api.ok("PATCH", "tags/veterans", {"name": {"ko": "참전용사", "en": "Veterans"}}, etag="*")
    assert client.get("/v1/tags").json()["items"][0]["name"] == {"ko": "참전용사", "en": "Veterans"}
    while worker.work_once():
        pass
    for locale, name in (("ko", "참전용사"), ("en", "Veterans"), ("all", {"ko": "참전용사", "en": "Veterans"})):
        item = client.get(f"/v1/news/thanks?locale={locale}").json()
        (card,) = client.get(f"/v1/news?locale={locale}").json()["items"]
        assert item["tags"] == card["tags"] == [{"slug": "veterans", "name": name}]


def test_tags_keep_the_order_they_were_given_in(client: Client, api: Api) -> None:
    """A card shows its tags as the editor ordered them, one named twice once."""
    published(api, slug="thanks", tags=["youth", "보훈", "youth", "army"])
    found = client.get("/v1/news/thanks").json()["tags"]
    assert [tag["slug"] for tag in found] == ["youth", "보훈", "army"]


def test_a_tags_name_is_new_for_readers_of_both_languages_too(client: Client, api: Api, worker: Worker) -> None:
    """An entry public in one language shows a tag's new name in the other as soon as its job ran, also from memory."""
    entry = published(api, "ko", slug="thanks", tags=["veterans"])
    renamed = {"name": {"ko": "veterans", "en": "Old soldiers"}}
    api.ok("PATCH", "tags/veterans", renamed, etag="*")
    addresses = ("/v1/news?locale=all", f"/v1/news/{entry['slug']}?locale=all")
    assert all("Old soldiers" not in client.get(address).text for address in addresses)
    while worker.work_once():
        pass
    assert all("Old soldiers" in client.get(address).text for address in addresses)
