"""`GET /v1/{kind}`: which cards a page holds and in which order, and what leads to the next page."""

import unicodedata
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.client import Api
from tests.contracts.delivery.making import published, slugs, written
from tests.each import for_each

Client = TestClient[Any]

CARD = {
    "id",
    "kind",
    "slug",
    "locale",
    "fallback",
    "title",
    "summary",
    "date",
    "position",
    "tags",
    "image",
    "translation",
    "published_at",
    "updated_at",
    "alternates",
}


def test_a_page_holds_cards_and_the_way_on(client: Client, api: Api) -> None:
    """A page is `items` and `next`; a card is the item without `body` and `body_html`, value for value."""
    entry = published(api, date="2026-11-11", tags=["veterans"])
    page = client.get("/v1/news?locale=en").json()
    item = client.get(f"/v1/news/{entry['slug']}?locale=en").json()
    assert page.keys() == {"items", "next"}
    assert page["next"] is None
    assert page["items"] == [{name: value for name, value in item.items() if name not in ("body", "body_html")}]
    assert page["items"][0].keys() == CARD


@pytest.mark.parametrize("kind", ["news", "history", "mission"])
def test_a_kind_without_entries_is_an_empty_page(client: Client, api: Api, kind: str) -> None:
    """Where nothing is public the answer is an empty page, not an error."""
    written(api, kind=kind)
    assert client.get(f"/v1/{kind}").json() == {"items": [], "next": None}


@pytest.mark.parametrize(
    ("kind", "order", "expected"),
    [
        ("news", None, ["c", "b", "a", "undated-2", "undated-1"]),
        ("news", "asc", ["a", "b", "c", "undated-1", "undated-2"]),
        ("history", None, ["a", "b", "c", "undated-1", "undated-2"]),
        ("history", "desc", ["c", "b", "a", "undated-2", "undated-1"]),
    ],
)
def test_dated_kinds_are_in_order_of_date(
    client: Client, api: Api, kind: str, order: str | None, expected: list[str]
) -> None:
    """News come newest first, history oldest first; undated ones come last in either order, ties by id along it."""
    for slug, date in [("undated-1", None), ("b", "1953"), ("c", "1953-07-27"), ("undated-2", None), ("a", "1950-06")]:
        published(api, kind=kind, slug=slug, date=date)
    assert slugs(client.get(f"/v1/{kind}", params={"order": order} if order else {}).json()) == expected


@pytest.mark.parametrize(("order", "expected"), [(None, "zero two-a two-b none"), ("desc", "two-b two-a zero none")])
def test_missions_are_in_order_of_position(client: Client, api: Api, order: str | None, expected: str) -> None:
    """Missions come by position, whatever their date; one without a position is last in either order."""
    for slug, position, date in [("none", None, "1950"), ("two-a", 2, None), ("two-b", 2, "1990"), ("zero", 0, "2020")]:
        published(api, kind="mission", slug=slug, position=position, date=date)
    assert slugs(client.get("/v1/mission", params={"order": order} if order else {}).json()) == expected.split()


def test_a_date_sorts_as_its_first_day(client: Client, api: Api) -> None:
    """A year, its first month and its first day are the same place; ties go by id."""
    for slug, date in [("day", "1953-01-01"), ("month", "1953-01"), ("year", "1953"), ("later", "1953-01-02")]:
        published(api, kind="history", slug=slug, date=date)
    assert slugs(client.get("/v1/history").json()) == ["day", "month", "year", "later"]
    assert slugs(client.get("/v1/history?order=desc").json()) == ["later", "year", "month", "day"]


DATES = ["1952-12-31", "1953", "1953-02", "1953-02-28", "1953-07-27", "1953-12-31", "1954", None]


@pytest.fixture
def dated(api: Api) -> None:
    """An entry of each date."""
    for date in DATES:
        published(api, kind="history", date=date)


@pytest.mark.usefixtures("dated")
@for_each(
    ("params", "expected"),
    [
        ({"from": "1953", "to": "1953"}, DATES[1:6]),
        ({"from": "1953-02", "to": "1953-02"}, DATES[2:4]),
        ({"from": "1953-07-27", "to": "1953-07-27"}, DATES[4:5]),
        ({"from": "1953-02"}, DATES[2:7]),
        ({"from": "1953-02-02"}, DATES[3:7]),
        ({"to": "1953-02"}, DATES[:4]),
        ({"to": "1953"}, DATES[:6]),
        ({"to": "1952"}, DATES[:1]),
        ({"from": "1954", "to": "1953"}, []),
        ({"from": "0001", "to": "9999"}, DATES[:7]),
        ({}, DATES),
    ],
)
def test_from_and_to_span_their_first_to_last_day(
    client: Client, params: dict[str, str], expected: list[str | None]
) -> None:
    """`from` begins with its first day, `to` ends with its last; an undated entry is in no range."""
    found = client.get("/v1/history", params=params).json()["items"]
    assert [card["date"] for card in found] == expected


def test_a_mission_without_position_is_in_no_range(client: Client, api: Api) -> None:
    """Even a dated one: it has no place in the list that a range could cut."""
    published(api, kind="mission", slug="placed", position=1, date="1953")
    published(api, kind="mission", slug="unplaced", date="1953")
    assert slugs(client.get("/v1/mission?from=1953").json()) == ["placed"]
    assert slugs(client.get("/v1/mission?to=1953").json()) == ["placed"]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("veterans", ["both", "one"]),
        ("보훈", ["both"]),
        (unicodedata.normalize("NFD", "보훈"), ["both"]),
        ("unused", []),
    ],
)
def test_a_tag_selects(client: Client, api: Api, tag: str, expected: list[str]) -> None:
    """`tag` keeps what carries it, also written in decomposed Hangul; a tag nobody carries gives an empty page."""
    published(api, slug="one", tags=["veterans"], date="2025")
    published(api, slug="both", tags=["보훈", "veterans"], date="2026")
    published(api, slug="without", date="2027")
    assert slugs(client.get("/v1/news", params={"tag": tag}).json()) == expected


def test_fields_leaves_out_the_rest(client: Client, api: Api) -> None:
    """`fields` keeps only what it names, as it was, and says nothing about the page."""
    published(api, date="2026", tags=["veterans"])
    published(api, date="2027")
    whole = client.get("/v1/news?locale=all&limit=1").json()
    part = client.get("/v1/news?locale=all&limit=1&fields=title,tags,slug").json()
    assert part["next"] == whole["next"]
    assert part["items"] == [{name: card[name] for name in ("title", "tags", "slug")} for card in whole["items"]]


def test_a_page_has_twenty_cards_and_links_to_the_next(client: Client, api: Api) -> None:
    """Without `limit` a page has twenty; `next` and `Link` lead on with the same query, and the last has neither."""
    made = [published(api, tags=["보훈"])["slug"] for _ in range(21)]
    first = client.get("/v1/news", params={"tag": "보훈", "order": "asc", "fields": "slug"})
    assert slugs(first.json()) == made[:20]
    assert first.links["next"]["rel"] == "next"
    second = client.get(first.links["next"]["url"])
    by_cursor = {"tag": "보훈", "order": "asc", "cursor": first.json()["next"]}
    assert second.json() == {"items": [{"slug": made[20]}], "next": None}
    assert slugs(client.get("/v1/news", params=by_cursor).json()) == [made[20]]
    assert "link" not in second.headers


@pytest.mark.parametrize(
    "query",
    [
        "locale=ko&tag=%EC%B0%B8%EC%A0%84&limit=1",
        "limit=1&locale=ko&tag=참전",
        "tag=%EC%B0%B8%EC%A0%84&limit=%31&locale=ko",
    ],
)
def test_the_link_asks_as_was_asked(client: Client, api: Api, query: str) -> None:
    """However the query was written, and however the cursor's name is: the walk sees each entry once."""
    entries = [published(api, "ko", tags=["참전"]) for _ in range(3)]
    seen = []
    address: str | None = f"/v1/news?{query}"
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        seen += [card["id"] for card in answer.json()["items"]]
        address = answer.links["next"]["url"].replace("cursor=", "%63ursor=") if "next" in answer.links else None
    assert sorted(seen) == sorted(entry["id"] for entry in entries)


def test_a_full_last_page_has_no_next(client: Client, api: Api) -> None:
    """A page that ends exactly at the end of the list leads nowhere."""
    for _ in range(2):
        published(api)
    assert client.get("/v1/news?limit=2").json()["next"] is None


def test_entries_published_meanwhile_shift_no_page(client: Client, api: Api) -> None:
    """A cursor is a place, not a count: what comes or goes before it neither repeats nor hides what follows."""
    entries = {day: published(api, slug=f"day-{day}", date=f"2026-01-0{day}") for day in (2, 4, 6)}
    first = client.get("/v1/news?limit=2").json()
    published(api, slug="day-7", date="2026-01-07")
    published(api, slug="day-3", date="2026-01-03")
    api.unpublish(entries[4]["id"], "ko", "en")
    second = client.get("/v1/news", params={"limit": 2, "cursor": first["next"]}).json()
    assert (slugs(first), slugs(second)) == (["day-6", "day-4"], ["day-3", "day-2"])


def test_what_is_published_withdrawn_or_deleted_shows_at_once(client: Client, api: Api) -> None:
    """A list follows publishing, withdrawing and deleting with its next answer."""

    def listed(locale: str) -> list[str]:
        return slugs(client.get(f"/v1/news?locale={locale}").json())

    entry = written(api, slug="thanks")
    assert (listed("ko"), listed("en"), listed("all")) == ([], [], [])
    api.publish(entry["id"], "ko")
    assert (listed("ko"), listed("en"), listed("all")) == (["thanks"], [], ["thanks"])
    api.publish(entry["id"], "en")
    assert (listed("ko"), listed("en"), listed("all")) == (["thanks"], ["thanks"], ["thanks"])
    api.unpublish(entry["id"], "ko")
    assert (listed("ko"), listed("en"), listed("all")) == ([], ["thanks"], ["thanks"])
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    assert (listed("ko"), listed("en"), listed("all")) == ([], [], [])


def test_a_change_of_date_or_tags_moves_the_card_at_once(client: Client, api: Api) -> None:
    """What a PATCH changes, the list's order and filters go by from then on."""
    moved = published(api, slug="moved", date="2026-01", tags=["old"])
    published(api, slug="stays", date="2026-02")
    api.ok("PATCH", f"entries/{moved['id']}", {"date": "2026-03", "tags": ["new"]}, etag="*")
    assert slugs(client.get("/v1/news").json()) == ["moved", "stays"]
    assert slugs(client.get("/v1/news?from=2026-03").json()) == ["moved"]
    assert slugs(client.get("/v1/news?tag=old").json()) == []
    assert slugs(client.get("/v1/news?tag=new").json()) == ["moved"]
