"""What search finds among any entries, compared with a plain model: languages, fallbacks, kinds, tags, days, counts.

Every text holds its entry's words alone, so that the model knows what matches; how hits are ranked is told elsewhere.
"""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import indexer as indexer_of
from schemas.entries import KINDS
from tests.properties.delivery.model import LOCALES, TAGS, Made, Query
from tests.properties.delivery.world import DATES, ENTRIES, amount, make

Client = TestClient[Any]
# What every title holds (`Made.text`), in its language; and a word that is in none.
WORDS = {"ko": "한글", "en": "English"}
ASKED = st.fixed_dictionaries(
    {"q": st.sampled_from([*WORDS.values(), "없음"]), "locale": st.sampled_from([*LOCALES, "all"])},
    optional={
        "fallback": st.sampled_from(["none", "source"]),
        "kind": st.sampled_from(KINDS),
        "tag": st.sampled_from([*TAGS]),
        "from": st.sampled_from(DATES),
        "to": st.sampled_from(DATES),
    },
)


def test_search_finds_what_the_model_finds(
    client: Client, database: Database, settings: Settings, backend: str
) -> None:
    """For any entries and filters the pages hold every entry that fits, once; total and facets count them."""
    indexer = indexer_of(settings, database)

    @amount(25, backend)
    @given(
        made=st.lists(ENTRIES, max_size=12),
        asked=st.lists(st.tuples(ASKED, st.sampled_from([1, 3, 100])), min_size=3, max_size=6),
    )
    def holds(made: list[Made], asked: list[tuple[Query, int]]) -> None:
        make(database, made)
        while indexer.catch_up():
            pass
        for query, limit in asked:
            hits, pages = walk(client, query, limit)
            assert {hit["id"] for hit in hits} == {entry.id for entry in found(made, query)}, query
            assert len(hits) == len({hit["id"] for hit in hits})
            for page in pages:
                assert page["total"] == len(hits)
                assert counts(page["facets"]["kinds"], "kind") == by_kind(made, query)
                assert counts(page["facets"]["tags"], "slug") == by_tag(made, query)
            for hit in hits:
                entry = next(each for each in made if each.id == hit["id"])
                served = entry.served(query["locale"], query.get("fallback", "none"))
                assert (hit["locale"], hit["fallback"]) == (served, served != query["locale"])
                assert hit["matched_locale"] == next(each for each in LOCALES if WORDS[each] == query["q"])

    holds()


def found(made: list[Made], query: Query) -> list[Made]:
    """Return the entries that fit: one of their public texts says the word, and these readers may see them."""
    return [
        entry
        for entry in made
        if any(WORDS[locale] == query["q"] for locale in entry.public)
        and entry.served(query["locale"], query.get("fallback", "none"))
        and query.get("kind", entry.kind) == entry.kind
        and ("tag" not in query or query["tag"] in entry.tags)
        and entry.is_within(query)
    ]


def by_kind(made: list[Made], query: Query) -> dict[str, int]:
    """Return how many fit of each kind, whatever kind is asked for."""
    fitting = found(made, without(query, "kind"))
    return {kind: sum(entry.kind == kind for entry in fitting) for kind in KINDS}


def by_tag(made: list[Made], query: Query) -> dict[str, int]:
    """Return how many fit with each tag, whatever tag is asked for; none without any."""
    fitting = found(made, without(query, "tag"))
    counted = {tag: sum(tag in entry.tags for entry in fitting) for tag in TAGS}
    return {tag: count for tag, count in counted.items() if count}


def without(query: Query, name: str) -> Query:
    return {each: value for each, value in query.items() if each != name}


def counts(facet: list[Any], name: str) -> dict[str, int]:
    return {each[name]: each["count"] for each in facet}


def walk(client: Client, query: Query, limit: int) -> tuple[list[Any], list[Any]]:
    """Return every hit, and every page."""
    parameters = query | {"limit": str(limit)}
    hits: list[Any] = []
    pages: list[Any] = []
    while True:
        page = client.get("/v1/search", params=parameters).json()
        pages.append(page)
        hits += page["items"]
        if page["next"] is None:
            return hits, pages
        assert page["next"] != parameters.get("cursor")
        parameters["cursor"] = page["next"]
