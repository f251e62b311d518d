"""Cursors are opaque, bound to their query, and good only as they were given."""

from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from content_api.http.paging import Cursors
from tests.client import Api
from tests.contracts.delivery.making import published
from tests.each import for_each

Client = TestClient[Any]
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def cursor_of(client: Client, address: str) -> str:
    """Return `next` of a page of one."""
    cursor = client.get(address).json()["next"]
    assert isinstance(cursor, str)
    return cursor


def assert_refused(client: Client, address: str, cursor: str) -> None:
    """Fail unless the cursor is a 400 that names the parameter."""
    answer = client.get(httpx.URL(address).copy_merge_params({"cursor": cursor}))
    assert answer.status_code == 400, cursor
    assert answer.json()["type"] == "/problems/bad-cursor"
    assert [each["parameter"] for each in answer.json()["errors"]] == ["cursor"]


@pytest.fixture
def three(api: Api) -> None:
    """Three entries of each kind, all with the same tags."""
    for kind in ("news", "history", "mission"):
        for year in (1950, 1951, 1952):
            published(api, kind=kind, date=str(year), position=year, tags=["veterans", "youth"])


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("address", ["/v1/news?locale=ko&limit=1", "/v1/tags?limit=1"])
def test_a_cursor_with_any_character_changed_is_refused(client: Client, address: str) -> None:
    """Whichever character is another, left out or put in, the last one's unused bits included, it is a 400."""
    cursor = cursor_of(client, address)
    for place, char in enumerate(cursor):
        for other in (BASE64[BASE64.index(char) ^ 1], BASE64[BASE64.index(char) ^ 32], "!", " ", "가"):
            assert_refused(client, address, cursor[:place] + other + cursor[place + 1 :])
        assert_refused(client, address, cursor[:place] + cursor[place + 1 :])
        assert_refused(client, address, cursor[:place] + "." + cursor[place:])


@pytest.mark.usefixtures("three")
@for_each("cursor", ["", "A", "AAAA", "=", "====", "null", "가나다", "\x00", "A" * 5000, "%", "-_-_"])
def test_what_never_was_a_cursor_is_refused(client: Client, cursor: str) -> None:
    """Anything made up is a 400, never an error of ours."""
    assert_refused(client, "/v1/news", cursor)
    assert_refused(client, "/v1/tags", cursor)


@pytest.mark.usefixtures("three")
@for_each("extra", ["=", "==", "\n", " ", "A", "AAAA"])
def test_a_cursor_with_something_added_is_refused(client: Client, extra: str) -> None:
    """Nothing may follow or precede a cursor, not even what a lenient decoder would skip."""
    cursor = cursor_of(client, "/v1/news?locale=ko&limit=1")
    assert_refused(client, "/v1/news?locale=ko", cursor + extra)
    assert_refused(client, "/v1/news?locale=ko", extra + cursor)


@pytest.mark.usefixtures("three")
@for_each(
    "other",
    [
        "/v1/history?locale=ko&order=desc",
        "/v1/mission?locale=ko&order=desc",
        "/v1/news?locale=en",
        "/v1/news?locale=all",
        "/v1/news?locale=ko&fallback=source",
        "/v1/news?locale=ko&order=asc",
        "/v1/news?locale=ko&tag=veterans",
        "/v1/news?locale=ko&from=1950",
        "/v1/news?locale=ko&to=1960",
        "/v1/tags?locale=ko",
    ],
)
def test_a_cursor_of_another_query_is_refused(client: Client, other: str) -> None:
    """A cursor continues only the list it came from: kind, language, fallback, order, tag and range all count."""
    assert_refused(client, other, cursor_of(client, "/v1/news?locale=ko&limit=1"))


@pytest.mark.usefixtures("three")
@for_each("other", ["/v1/news?locale=ko", "/v1/tags?locale=ko", "/v1/tags?kind=news"])
def test_a_cursor_of_the_tags_is_refused_elsewhere(client: Client, other: str) -> None:
    """A cursor of `/v1/tags` is none of a list of entries, nor of tags asked for otherwise."""
    assert_refused(client, other, cursor_of(client, "/v1/tags?limit=1"))


@pytest.mark.usefixtures("three")
def test_a_cursor_goes_with_the_language_not_with_how_it_was_asked_for(client: Client) -> None:
    """A language found by `Accept-Language` and the same one named are one query; another header is another."""
    german_korean = {"Accept-Language": "de, ko-KR;q=0.5"}
    cursor = client.get("/v1/news?limit=1", headers=german_korean).json()["next"]
    named = client.get("/v1/news", params={"locale": "ko", "cursor": cursor})
    assert [card["date"] for card in named.json()["items"]] == ["1951", "1950"]
    refused = client.get("/v1/news", params={"cursor": cursor}, headers={"Accept-Language": "en"})
    assert refused.status_code == 400


@pytest.mark.usefixtures("three")
def test_the_default_order_and_the_same_order_named_are_one_query(client: Client) -> None:
    """Spelling out what holds anyway does not make another query."""
    cursor = cursor_of(client, "/v1/news?locale=ko&limit=1")
    spelt = {"locale": "ko", "fallback": "none", "order": "desc", "cursor": cursor}
    assert client.get("/v1/news", params=spelt).status_code == 200


def test_a_cursor_of_another_installation_is_refused(client: Client, api: Api) -> None:
    """Cursors are signed: one written with another secret is worth nothing here."""
    published(api)
    assert_refused(client, "/v1/tags", Cursors(b"another secret").write(("tags", "all", "none", None), ("a",)))
