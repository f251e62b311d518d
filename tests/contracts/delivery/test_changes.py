"""`/v1/changes`: all there is to begin with, then every change, in the log's order; old cursors are told so."""

import datetime as dt
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update

from content_api import changes
from content_api.http.paging import Cursors
from content_api.settings import Settings
from content_api.storage import events, tables
from content_api.storage.database import Database, new_id
from content_api.worker import Worker
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.delivery.making import EN, KO, published, written
from tests.waiting import until

Client = TestClient[Any]
LINK = 'rel="next"'


def changed(client: Client, since: str | None = None, **query: Any) -> Any:
    """Return one page of changes."""
    answer = client.get("/v1/changes", params=query | ({"since": since} if since is not None else {}))
    assert answer.status_code == 200, answer.text
    return answer.json()


def now(client: Client, **query: str) -> str:
    """Return the cursor of a copy that has everything."""
    page = changed(client, **query)
    assert isinstance(page["next"], str)
    return page["next"]


def told(page: Any) -> list[tuple[str, str, str]]:
    """Return what a page says, without numbers: what was done, to which slug, in which language."""
    return [(each["op"], each["slug"], each["locale"]) for each in page["items"]]


def test_nothing_published_is_an_empty_beginning(client: Client) -> None:
    """Before anything is public there is nothing to copy, and a cursor to come back with."""
    page = client.get("/v1/changes")
    assert page.json()["items"] == []
    assert "link" not in page.headers
    assert changed(client, page.json()["next"]) == page.json()


def test_without_a_cursor_all_that_is_public_is_listed(client: Client, api: Api) -> None:
    """A copy begins with every language of every item, as publications; no fallback, no draft, nothing withdrawn."""
    both = published(api, slug="both")
    korean = published(api, "ko", slug="korean", kind="history")
    api.unpublish(published(api, slug="gone")["id"], "ko", "en")
    written(api, slug="unpublished")
    page = changed(client)
    assert {(each["id"], each["kind"], *known) for each, known in zip(page["items"], told(page), strict=True)} == {
        (both["id"], "news", "publish", "both", "ko"),
        (both["id"], "news", "publish", "both", "en"),
        (korean["id"], "history", "publish", "korean", "ko"),
    }
    assert len(page["items"]) == 3
    assert {*page["items"][0]} == {"seq", "op", "id", "kind", "slug", "locale"}


def test_each_change_of_what_is_public_is_told_once(client: Client, api: Api, worker: Worker) -> None:
    """Publications, withdrawals, and what else changes an item: slug, date, tag, a tag's name, the other language."""
    entry = written(api, slug="thanks", tags=["new"])
    here = now(client)

    def step(act: Any) -> list[tuple[str, str, str]]:
        nonlocal here
        act()
        page = changed(client, here)
        here = page["next"]
        return told(page)

    path = f"entries/{entry['id']}"
    both = [("publish", "thanks", "ko"), ("publish", "thanks", "en")]
    moved = [("publish", "moved", "ko"), ("publish", "moved", "en")]
    assert step(lambda: api.publish(entry["id"], "ko")) == both[:1]
    assert step(lambda: api.publish(entry["id"], "ko")) == []
    assert step(lambda: api.publish(entry["id"], "en")) == both
    assert step(lambda: api.ok("PATCH", path, {"date": "2026-11-11"}, etag="*")) == both
    assert step(lambda: api.ok("PATCH", path, {"date": "2026-11-11"}, etag="*")) == []
    assert step(lambda: api.ok("PATCH", path, {"slug": "moved"}, etag="*")) == moved
    assert step(lambda: api.save(entry["id"], "ko", title="새 제목", body="새 글입니다.")) == []
    assert step(lambda: api.publish(entry["id"], "ko")) == moved  # the English text is outdated now
    rename = {"name": {"ko": "새 소식", "en": "New"}}
    assert step(lambda: api.ok("PATCH", "tags/new", rename, etag="*")) == []
    assert step(worker.work_once) == moved
    assert step(lambda: api.ok("PATCH", path, {"tags": []}, etag="*")) == moved
    assert step(lambda: api.unpublish(entry["id"], "ko")) == [("withdraw", "moved", "ko"), ("publish", "moved", "en")]
    assert step(lambda: api.ok("DELETE", path, etag="*")) == [("withdraw", "moved", "en")]


def test_seq_grows_and_pages_are_as_long_as_asked(client: Client, api: Api) -> None:
    """Pages of any size hold the same changes, each once, by growing `seq`."""
    here = now(client)
    for number in range(3):
        published(api, slug=f"number-{number}")
    whole = changed(client, here)["items"]
    numbers = [each["seq"] for each in whole]
    assert len(numbers) == 6
    assert numbers == sorted(set(numbers))
    for limit in (1, 2, 4, 6, 100):
        assert walk(client, here, limit) == whole


def walk(client: Client, since: str | None, limit: int, **query: Any) -> list[Any]:
    """Follow the links from a cursor to the end."""
    address = httpx.URL("/v1/changes", params=query | {"limit": limit} | ({"since": since} if since else {}))
    found: list[Any] = []
    while True:
        answer = client.get(address)
        page = answer.json()
        assert len(page["items"]) <= limit
        found += page["items"]
        if "link" not in answer.headers:
            assert changed(client, page["next"], **query)["items"] == []
            return found
        assert answer.headers["link"].endswith(f"; {LINK}")
        address = httpx.URL(answer.headers["link"].split(";")[0].strip("<>"))
        assert address.params["since"] == page["next"]


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_the_listing_is_the_same_in_pages_of_any_size(client: Client, api: Api, limit: int) -> None:
    """Each language of each item comes once, all with the `seq` that the listing began at."""
    for number in range(3):
        published(api, slug=f"number-{number}", kind="mission")
    found = walk(client, None, limit)
    assert sorted(told({"items": found})) == sorted(
        ("publish", f"number-{number}", locale) for number in range(3) for locale in ("ko", "en")
    )
    assert {each["seq"] for each in found} == {found[0]["seq"]}


def test_what_changes_during_the_listing_follows_it(client: Client, api: Api) -> None:
    """Nothing that happens between two pages of the listing is missed, whichever side of the page it was on."""
    first, second = (published(api, slug=slug) for slug in ("first", "second"))
    page = changed(client, limit=2)
    api.unpublish(first["id"], "ko", "en")
    api.unpublish(second["id"], "en")
    rest = walk(client, page["next"], 1)
    assert told({"items": rest}) == [
        ("publish", "second", "ko"),
        ("withdraw", "first", "ko"),
        ("withdraw", "first", "en"),
        ("publish", "second", "ko"),
        ("withdraw", "second", "en"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"locale": "ko"}, {("news", "ko"), ("history", "ko")}),
        ({"locale": "en"}, {("news", "en"), ("history", "en")}),
        ({"kind": "history"}, {("history", "ko"), ("history", "en")}),
        ({"kind": "news", "locale": "en"}, {("news", "en")}),
        ({"kind": "mission"}, set()),
    ],
)
def test_changes_of_one_language_or_kind(
    client: Client, api: Api, query: dict[str, str], expected: set[tuple[str, str]]
) -> None:
    """`locale` and `kind` choose in the listing and after it; the cursor moves on past what they leave out."""
    before = changed(client, **query)["next"]
    published(api, slug="one")
    published(api, slug="two", kind="history")
    for page in (changed(client, before, **query), changed(client, **query)):
        assert {(each["kind"], each["locale"]) for each in page["items"]} == expected
    assert changed(client, before, **query)["next"] != before


def test_items_come_as_they_are_now(client: Client, api: Api) -> None:
    """With `include=items` a change holds the item as its address gives it, `null` where it is not public any more."""
    here = now(client)
    entry = published(api, slug="thanks")
    for page in (changed(client, include="items"), changed(client, here, include="items")):
        for each in page["items"]:
            assert each["item"] == client.get(f"/v1/news/thanks?locale={each['locale']}").json()
    api.unpublish(entry["id"], "en")
    items = {(each["op"], each["locale"]): each["item"] for each in changed(client, here, include="items")["items"]}
    assert items["publish", "en"] is None
    assert items["withdraw", "en"] is None
    assert items["publish", "ko"]["alternates"] == {"ko": "/v1/news/thanks?locale=ko"}


def test_a_withdrawal_holds_no_item(client: Client, api: Api) -> None:
    """What was withdrawn and published again is withdrawn without its item, then published with it."""
    entry = published(api, slug="thanks")
    here = now(client, locale="en")
    api.unpublish(entry["id"], "en")
    api.publish(entry["id"], "en")
    found = changed(client, here, include="items", locale="en")["items"]
    assert [(each["op"], each["item"] is None) for each in found] == [("withdraw", True), ("publish", False)]


def test_a_page_of_long_items_is_shorter(client: Client, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page ends, with a link to the next, where its items are enough; one item always fits."""
    monkeypatch.setattr(changes, "ENOUGH", 1)
    here = now(client)
    published(api, slug="thanks")
    for since in (None, here):
        assert len(changed(client, since, include="items")["items"]) == 1
        assert len(walk(client, since, 100, include="items")) == 2
        assert len(changed(client, since)["items"]) == 2


def test_a_cursor_goes_with_its_language_and_kind(client: Client, api: Api) -> None:
    """A cursor continues what it began: another `locale` or `kind` is a 400, another `limit` or `include` is not."""
    published(api)
    cursor = changed(client, locale="ko", limit=1)["next"]
    changed(client, cursor, locale="ko", include="items", limit=7)
    for query in ({}, {"locale": "en"}, {"locale": "ko", "kind": "news"}):
        answer = client.get("/v1/changes", params=query | {"since": cursor})
        assert answer.status_code == 400
        assert answer.json()["type"] == "/problems/bad-cursor"
        assert [each["parameter"] for each in answer.json()["errors"]] == ["since"]


@pytest.mark.parametrize("cursor", ["", "0", "AAAA", "null", "가", "A" * 5000, "%00"])
def test_what_never_was_a_cursor_is_refused(client: Client, cursor: str) -> None:
    """Anything made up is a 400 that names `since`."""
    answer = client.get("/v1/changes", params={"since": cursor})
    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json()["errors"]] == ["since"]


@pytest.mark.parametrize(
    "query",
    ["cursor=A", "fallback=source", "tag=a", "locale=all", "locale=fr", "kind=people", "include=", "include=texts"],
)
def test_an_unknown_parameter_or_value_is_named(client: Client, query: str) -> None:
    """Changes take their own parameters and values, and refuse others by name."""
    assert_named(client, query)


@pytest.mark.parametrize("value", ["0", "101", "-1", "1.0", "1e1", "+1", "%201", "1_0", "null", "", "9" * 5000])
def test_a_limit_is_a_whole_number(client: Client, value: str) -> None:
    """A limit is a whole number from 1 to 100, written as digits; what only converts to one is refused."""
    for address in ("/v1/changes", "/v1/news", "/v1/tags"):
        assert_named(client, f"limit={value}", address)


def assert_named(client: Client, query: str, address: str = "/v1/changes") -> None:
    """Fail unless the answer is a 400 that names the parameter."""
    answer = client.get(f"{address}?{query}")
    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json()["errors"]] == [query.split("=")[0]]


def assert_gone(client: Client, since: str) -> None:
    """Fail unless the cursor is a 410 that says what to do."""
    answer = client.get("/v1/changes", params={"since": since})
    assert answer.status_code == 410, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["type"] == "/problems/gone"
    assert "without `since`" in answer.json()["detail"]


def test_a_cursor_of_another_log_is_gone(client: Client, api: Api, database: Database) -> None:
    """A restore begins a new log: every cursor from before it is a 410, one of a listing under way too."""
    published(api)
    listing, end = changed(client, limit=1)["next"], now(client)
    with database.write() as tx:
        tx.execute(update(tables.log).values(id=new_id()))
    assert_gone(client, listing)
    assert_gone(client, end)
    # On PostgreSQL the first page may be answered from memory for a second more.
    until(lambda: client.get("/v1/changes", params={"since": now(client)}), lambda answer: answer.status_code == 200)


def test_a_cursor_from_beyond_the_log_is_gone(client: Client, api: Api, database: Database, settings: Settings) -> None:
    """Where an older state of the database was put back, a cursor that knows more than the log is a 410."""
    published(api)
    with database.read() as connection:
        log = connection.execute(select(tables.log.c.id)).scalar_one()
    ahead = Cursors(settings.key()).write(("changes", None, None), changes.Place(log, 10_000))
    assert_gone(client, ahead)


def test_a_cursor_from_before_a_compaction_is_gone(client: Client, api: Api, database: Database, clock: Clock) -> None:
    """Where events after a cursor were compacted away it is a 410; one that missed nothing goes on."""
    old = now(client)
    entry = published(api, slug="thanks")
    up_to_date, listing = now(client), changed(client, limit=1)["next"]
    api.create()  # what readers cannot tell is no reason to lose a copy
    clock.advance(days=100)
    api.save(entry["id"], "ko", **KO | {"title": "새 제목"})
    with database.write() as tx:
        assert events.compact(tx, tx.now - dt.timedelta(days=1)) > 0
    assert_gone(client, old)
    assert changed(client, up_to_date)["items"] == []
    assert told(changed(client, listing)) != []
    api.publish(entry["id"], "ko")
    assert [each["op"] for each in changed(client, up_to_date)["items"]] == ["publish", "publish"]


def test_changes_are_cacheable(client: Client, api: Api) -> None:
    """A page has an ETag and is told to be kept; while nothing public happens it is a 304, whatever editors do."""
    entry = published(api, slug="thanks")
    here = now(client)
    for query in ("", f"?since={here}", "?locale=en&include=items"):
        first = client.get(f"/v1/changes{query}")
        assert first.headers["cache-control"].startswith("public, max-age=")
        assert first.headers["content-language"] == ("en" if "locale=en" in query else "ko, en")
        assert first.headers["vary"] == "Accept-Encoding"
        api.save(entry["id"], "ko", **KO | {"title": f"제목 {query}"})
        again = client.get(f"/v1/changes{query}", headers={"If-None-Match": first.headers["etag"]})
        assert again.status_code == 304
    api.unpublish(entry["id"], "en")
    assert told(changed(client, here)) == [("publish", "thanks", "ko"), ("withdraw", "thanks", "en")]


def test_a_fallback_is_never_a_change(client: Client, api: Api) -> None:
    """What is public in one language alone is a change in that language, though readers of the other may get it."""
    here = now(client)
    entry = written(api, slug="thanks", texts={"en": EN}, source_locale="en")
    api.publish(entry["id"], "en")
    for page in (changed(client), changed(client, here)):
        assert told(page) == [("publish", "thanks", "en")]
    assert changed(client, locale="ko")["items"] == []
