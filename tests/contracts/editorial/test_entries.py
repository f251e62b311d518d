"""Entries: made, read, listed, changed, withdrawn and hidden."""

import uuid
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.editorial.conftest import GOOD, assert_problem


def test_an_entry_is_made_with_everything_that_was_sent(api: Api) -> None:
    """`POST entries` answers 201 with Location, ETag and the whole entry; its id is a UUIDv7."""
    answer = api.call("POST", "entries", GOOD["POST entries"])
    entry = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/editorial/entries/{entry['id']}"
    assert answer.headers["etag"] == entry["etag"]
    assert answer.headers["cache-control"] == "no-store"
    assert uuid.UUID(entry["id"]).version == 7
    text = entry["texts"].pop("ko")
    assert {name: entry[name] for name in ("kind", "slug", "source_locale", "date", "position", "tags")} == {
        name: GOOD["POST entries"][name] for name in ("kind", "slug", "source_locale", "date", "position", "tags")
    }
    assert (entry["drafts"], entry["schedules"], entry["texts"]) == ([], [], {"en": None})
    assert text == GOOD["POST entries"]["texts"]["ko"] | {
        "revision": 1,
        "origin": "original",
        "published_revision": None,
        "outdated": False,
        "outdated_because": [],
        "outdated_segments": [],
        "reordered": False,
    }


def test_both_texts_may_come_at_once(api: Api) -> None:
    """An entry made with both texts has an original and a human one that fits it."""
    texts = {"ko": {"title": "제목", "body": "본문"}, "en": {"title": "Title", "body": "Body"}}
    entry = api.create(source_locale="en", texts=texts)
    assert {locale: text["origin"] for locale, text in entry["texts"].items()} == {"ko": "human", "en": "original"}
    assert entry["texts"]["ko"]["outdated"] is False


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Veterans Day 2026", "veterans-day-2026"),
        ("감사의 날", "감사의-날"),
        ("Café — déjà vu!", "cafe-deja-vu"),
        ("!!!", "news"),
    ],
)
def test_a_slug_not_given_is_made_from_the_title(api: Api, title: str, slug: str) -> None:
    """Without `slug` the title gives one, in either script; a title that gives none leaves the kind's name."""
    texts = {"en": {"title": title, "body": ""}}
    assert api.create(source_locale="en", texts=texts)["slug"] == slug
    assert api.create(source_locale="en", texts=texts)["slug"] == f"{slug}-2"


def test_a_slug_is_unique_within_its_kind_only(api: Api) -> None:
    """The same slug may stand in two kinds, and is refused within one: 409 at `/slug`."""
    api.create(slug="day")
    api.create(slug="day", kind="history")
    problem = assert_problem(api.call("POST", "entries", GOOD["POST entries"] | {"slug": "day"}), 409, "slug-taken")
    assert problem["errors"][0]["pointer"] == "/slug"


def test_a_slug_once_used_is_never_given_to_another(api: Api) -> None:
    """A former slug may come back to its own entry, never go to another, also after the entry is deleted."""
    first, second = api.create(slug="old"), api.create(slug="other")
    path = f"entries/{first['id']}"
    moved = api.ok("PATCH", path, {"slug": "new"}, first["etag"])
    taken = api.call("PATCH", f"entries/{second['id']}", {"slug": "old"}, second["etag"])
    assert_problem(taken, 409, "slug-taken")
    back = api.ok("PATCH", path, {"slug": "old"}, moved["etag"])
    assert back["slug"] == "old"
    api.ok("DELETE", path, etag=back["etag"])
    for slug in ("old", "new"):
        assert_problem(api.call("PATCH", f"entries/{second['id']}", {"slug": slug}, "*"), 409, "slug-taken")


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"date": "1953"}, {"position": 3, "slug": "new-entry", "tags": ["youth"]}),
        ({"date": None}, {"position": 3, "slug": "new-entry", "tags": ["youth"]}),
        ({"position": 0}, {"date": "2026-11-22", "slug": "new-entry", "tags": ["youth"]}),
        ({"position": None}, {"date": "2026-11-22", "slug": "new-entry", "tags": ["youth"]}),
        ({"tags": []}, {"date": "2026-11-22", "position": 3, "slug": "new-entry"}),
        ({"tags": ["b", "a", "b"]}, {"date": "2026-11-22", "position": 3, "slug": "new-entry"}),
        ({"slug": "newer"}, {"date": "2026-11-22", "position": 3, "tags": ["youth"]}),
    ],
)
def test_a_patch_changes_what_it_names_and_nothing_else(api: Api, change: Any, left: Any) -> None:
    """`PATCH` sets each field that is sent (`null` clears it), leaves the others; tags keep order, without doubles."""
    entry = api.ok("POST", "entries", GOOD["POST entries"])
    answer = api.call("PATCH", f"entries/{entry['id']}", change, entry["etag"])
    changed = answer.json()
    if change.get("tags"):
        change = {"tags": ["b", "a"]}
    assert {name: changed[name] for name in [*change, *left]} == change | left
    assert answer.headers["etag"] == changed["etag"] != entry["etag"]
    assert api.entry(entry["id"]) == changed


def test_a_deleted_entry_is_gone_for_editors_and_readers(api: Api) -> None:
    """`DELETE` answers 204, withdraws every language and hides the entry with its drafts from every route."""
    entry = api.create(slug="day")
    draft = api.ask(entry["id"])
    api.publish(entry["id"], "ko")
    answer = api.call("DELETE", f"entries/{entry['id']}", etag="*")
    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(api.call("GET", f"entries/{entry['id']}"), 404)
    assert_problem(api.call("GET", f"drafts/{draft['id']}"), 404)
    assert_problem(api.call("PUT", f"entries/{entry['id']}/texts/ko", GOOD["POST entries"]["texts"]["ko"], "*"), 404)
    assert api.ok("GET", "entries")["items"] == api.ok("GET", "drafts")["items"] == []
    assert api.http.get("/v1/news/day?locale=ko").status_code == 404
    assert api.http.get("/v1/news?locale=ko").json()["items"] == []


def test_lists_come_newest_first_in_pages_that_join(api: Api) -> None:
    """The pages of `GET entries` joined by their `next`, or by their Link, are all entries once, newest first."""
    made = [api.create(kind="history" if n % 3 == 0 else "news")["id"] for n in range(7)]
    for path, wanted in (
        ("entries?limit=2", made),
        ("entries?limit=2&kind=news", [e for n, e in enumerate(made) if n % 3]),
    ):
        seen, address = [], f"/v1/editorial/{path}"
        while address:
            answer = api.http.get(address, headers=api.headers)
            page = answer.json()
            seen += [item["id"] for item in page["items"]]
            address = answer.links["next"]["url"] if "next" in answer.links else ""
            assert bool(address) == (page["next"] is not None)
            assert len(page["items"]) <= 2
        assert seen == wanted[::-1]


def test_an_entry_in_a_list_is_the_entry(api: Api) -> None:
    """A list shows each entry as `GET entries/{id}` does."""
    entry = api.create()
    api.ask(entry["id"])
    assert api.ok("GET", "entries")["items"] == [api.entry(entry["id"])]
