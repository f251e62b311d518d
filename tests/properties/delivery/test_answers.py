"""Every answer that readers get, compared with a plain model: lists, items, tags; fallbacks and former slugs."""

from typing import Any

import httpx
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from content_api.storage.database import Database
from schemas.entries import KINDS
from tests.properties.delivery.model import LOCALES, TAGS, Made, Query, counted, languages, listed
from tests.properties.delivery.world import DATES, ENTRIES, amount, make

Client = TestClient[Any]

AUDIENCES = st.sampled_from([*LOCALES, "all"])
FALLBACKS = st.sampled_from(["none", "source"])
LIMITS = st.sampled_from([1, 2, 3, 7, 100])
FIELDS = ["id", "title", "tags", "translation", "alternates", "locale", "date"]
LISTS = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS), "locale": AUDIENCES},
    optional={
        "fallback": FALLBACKS,
        "order": st.sampled_from(["asc", "desc"]),
        "tag": st.sampled_from([*TAGS]),
        "from": st.sampled_from(DATES),
        "to": st.sampled_from(DATES),
        "fields": st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3, unique=True).map(",".join),
    },
)
# What is asked for by header instead of by name, and what it comes to where Korean is the default.
HEADERS = {"": "ko", "en-US,en;q=0.9": "en", "fr, ko;q=0.1": "ko", "ko;q=0": "en", "*, en;q=0.5": "en"}
UNTOLD = {"body_html", "published_at", "updated_at"}


def test_lists_hold_what_the_model_holds(client: Client, database: Database, backend: str) -> None:
    """For any entries, query and page size, the pages hold every card that fits, once, in order, as it must be."""

    @amount(35, backend)
    @given(made=st.lists(ENTRIES, max_size=20), asked=st.lists(st.tuples(LISTS, LIMITS), min_size=4, max_size=8))
    def holds(made: list[Made], asked: list[tuple[Query, int]]) -> None:
        make(database, made)
        for query, limit in asked:
            wanted = [card(each, query) for each in listed(made, query)]
            assert [told(each) for each in walk(client, query, limit)] == wanted, (query, limit)

    holds()


def card(item: dict[str, Any], query: Query) -> dict[str, Any]:
    """Return what a list shows of an item."""
    fields = query["fields"].split(",") if "fields" in query else item.keys()
    return {name: value for name, value in item.items() if name in fields and name != "body"}


def told(shown: dict[str, Any]) -> dict[str, Any]:
    """Return an item without what the model does not tell."""
    return {name: value for name, value in shown.items() if name not in UNTOLD}


def walk(client: Client, query: Query, limit: int) -> list[Any]:
    """Return the cards of every page, from the first to the one without `next`."""
    parameters = {name: value for name, value in query.items() if name != "kind"} | {"limit": str(limit)}
    cards: list[Any] = []
    while True:
        answer = client.get(f"/v1/{query['kind']}", params=parameters)
        page = answer.json()
        cards += page["items"]
        assert answer.headers["vary"] == "Accept-Encoding"
        if "fields" not in query:
            served = {each["locale"] for each in page["items"]} or {query["locale"]}
            assert answer.headers["content-language"] == languages(served)
        if page["next"] is None:
            assert "link" not in answer.headers
            return cards
        assert len(page["items"]) == limit
        assert page["next"] != parameters.get("cursor")  # or the walk would never end
        parameters["cursor"] = page["next"]


def test_tags_count_what_the_lists_hold(client: Client, database: Database, backend: str) -> None:
    """For any entries, each tag counts in each language the entries that carry it and are listed there."""

    @amount(25, backend)
    @given(made=st.lists(ENTRIES, max_size=20), kind=st.none() | st.sampled_from(KINDS), limit=LIMITS)
    def holds(made: list[Made], kind: str | None, limit: int) -> None:
        make(database, made)
        for locale in (*LOCALES, "all"):
            for fallback in ("none", "source"):
                query = {"locale": locale, "fallback": fallback} | ({"kind": kind} if kind else {})
                assert walk_tags(client, query, limit) == counted(made, query)

    holds()


def walk_tags(client: Client, query: Query, limit: int) -> list[Any]:
    """Return every tag, page after page."""
    parameters = query | {"limit": str(limit)}
    found: list[Any] = []
    while True:
        page = client.get("/v1/tags", params=parameters).json()
        found += page["items"]
        if page["next"] is None:
            return found
        assert page["next"] != parameters.get("cursor")
        parameters["cursor"] = page["next"]


def test_items_are_what_the_model_says(client: Client, database: Database, backend: str) -> None:
    """For any entry, slug it has or had, language, header and fallback: the item, the way to it, or what there is."""

    @amount(25, backend)
    @given(made=st.lists(ENTRIES, min_size=1, max_size=4))
    def holds(made: list[Made]) -> None:
        make(database, made)
        for entry in made:
            for slug in {entry.slug, entry.first_slug}:
                for fallback in ("none", "source"):
                    for locale in (*LOCALES, "all"):
                        query = {"locale": locale, "fallback": fallback}
                        answer = client.get(f"/v1/{entry.kind}/{slug}", params=query, follow_redirects=False)
                        fits(answer, entry, slug, locale, fallback, negotiated=False)
                    for header, locale in HEADERS.items():
                        answer = client.get(
                            f"/v1/{entry.kind}/{slug}",
                            params={"fallback": fallback},
                            headers={"Accept-Language": header},
                            follow_redirects=False,
                        )
                        fits(answer, entry, slug, locale, fallback, negotiated=True)

    holds()


def fits(answer: httpx.Response, entry: Made, slug: str, locale: str, fallback: str, *, negotiated: bool) -> None:
    """Fail unless the answer is the one the model gives."""
    served = entry.served(locale, fallback)
    vary = {each.strip() for each in answer.headers.get("vary", "").split(",")}
    assert ("Accept-Language" in vary) is negotiated
    if served is None:
        assert answer.status_code == 404
        assert answer.json()["available_locales"] == [each for each in LOCALES if each in entry.public]
    elif slug != entry.slug:
        assert answer.status_code == 308
        moved = httpx.URL(answer.headers["location"])
        assert moved.path == f"/v1/{entry.kind}/{entry.slug}"
        assert moved.query == answer.request.url.query
    else:
        assert answer.status_code == 200
        assert told(answer.json()) == entry.item(served, locale)
        assert answer.headers["content-language"] == languages({served})
        since = answer.json()["published_at"]
        public = {each for each, at in since.items() if at} if served == "all" else {served}
        assert public == (set(entry.public) if served == "all" else {served})
