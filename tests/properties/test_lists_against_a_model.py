"""Lists, their pages and the counts of tags, compared with a model that is a Python list and a sort."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient
from sqlalchemy import delete

from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import accounts, editing, publishing
from schemas.decoding import convert
from schemas.entries import KINDS, NewEntry
from schemas.language import LOCALES

Client = TestClient[Any]
Query = dict[str, str]

# Few values, so that ties and hits are common; each date is the first day of a longer or shorter one.
DATES = ["1953", "1953-01", "1953-01-01", "1953-02", "1953-02-28", "1953-07-27", "1953-12-31", "1954", "2024-02-29"]
TAGS = ["veterans", "보훈", "youth"]
NATURAL = {"news": "desc", "history": "asc", "mission": "asc"}


@dataclass
class Made:
    """An entry as the model knows it."""

    kind: str
    source: str
    date: str | None
    position: int | None
    tags: list[str]
    public: list[str]
    id: str = field(default="")

    def is_listed(self, locale: str, fallback: str) -> bool:
        """Tell whether a list for `locale` holds it."""
        return bool(self.public) and (locale == "all" or locale in self.public or fallback == "source")

    def is_within(self, query: Query) -> bool:
        """Tell whether `from` and `to` keep it: dates compare as far as they are given."""
        if "from" not in query and "to" not in query:
            return True
        if self.date is None or (self.kind == "mission" and self.position is None):
            return False
        day = f"{self.date}-01-01"[:10]
        after = "from" not in query or day[: len(query["from"])] >= query["from"]
        return after and ("to" not in query or day[: len(query["to"])] <= query["to"])

    @property
    def place(self) -> str | int | None:
        """Where it stands: a mission by position, anything else by its date's first day."""
        if self.kind == "mission":
            return self.position
        return self.date and f"{self.date}-01-01"[:10]

    def shown(self, locale: str) -> tuple[str, str, bool]:
        """Return what its card for `locale` says: id, language, whether that is a fallback."""
        if locale == "all" or locale in self.public:
            return self.id, locale, False
        return self.id, self.public[0], True


ENTRIES = st.builds(
    Made,
    kind=st.sampled_from(KINDS),
    source=st.sampled_from(LOCALES),
    date=st.none() | st.sampled_from(DATES),
    position=st.none() | st.integers(0, 2),
    tags=st.lists(st.sampled_from(TAGS), unique=True, max_size=2),
    public=st.lists(st.sampled_from(LOCALES), unique=True),
)
QUERIES = st.fixed_dictionaries(
    {"kind": st.sampled_from(KINDS), "locale": st.sampled_from(["ko", "en", "all"])},
    optional={
        "fallback": st.sampled_from(["none", "source"]),
        "order": st.sampled_from(["asc", "desc"]),
        "tag": st.sampled_from(TAGS),
        "from": st.sampled_from(DATES),
        "to": st.sampled_from(DATES),
    },
)
LIMITS = st.sampled_from([1, 2, 3, 7, 100])


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(ENTRIES, max_size=36),
    asked=st.lists(st.tuples(QUERIES, LIMITS), min_size=4, max_size=12),
)
def test_lists_hold_what_the_model_holds(
    client: Client, database: Database, made: list[Made], asked: list[tuple[Query, int]]
) -> None:
    """For any entries, query and page size, the pages hold every entry that fits exactly once, in order."""
    make(database, made)
    for query, limit in asked:
        cards = walk(client, query, limit)
        found = [(card["id"], card["locale"], card["fallback"]) for card in cards]
        assert found == [entry.shown(query["locale"]) for entry in expected(made, query)], (query, limit)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(ENTRIES, max_size=24), kind=st.none() | st.sampled_from(KINDS), limit=LIMITS)
def test_tags_count_what_the_lists_hold(
    client: Client, database: Database, made: list[Made], kind: str | None, limit: int
) -> None:
    """For any entries, each tag counts in each language the entries that carry it and are listed there."""
    make(database, made)
    for locale in ("ko", "en", "all"):
        for fallback in ("none", "source"):
            query = {"locale": locale, "fallback": fallback} | ({"kind": kind} if kind else {})
            assert walk_tags(client, query, limit) == expected_counts(made, query)


def make(database: Database, made: list[Made]) -> None:
    """Write and publish the entries, after taking those of the example before out of public view."""
    with database.write() as tx:
        tx.execute(delete(tables.published))
        who = accounts.local(tx.connection)
        text = {"title": "제목 Title", "body": "글입니다. Text."}
        for entry in made:
            texts = dict.fromkeys({entry.source, *entry.public}, text)
            wish = {"kind": entry.kind, "source_locale": entry.source, "texts": texts, "date": entry.date}
            wish |= {"position": entry.position, "tags": entry.tags}
            tx.actor = who.account_id
            entry.id = editing.create_entry(tx, who, convert(wish, NewEntry))
            if entry.public:
                publishing.publish(tx, entry.id, entry.public, None)  # type: ignore[arg-type]


def walk(client: Client, query: Query, limit: int) -> list[Any]:
    """Return the cards of every page, from the first to the one without `next`."""
    parameters = {name: value for name, value in query.items() if name != "kind"} | {"limit": str(limit)}
    cards: list[Any] = []
    while True:
        page = client.get(f"/v1/{query['kind']}", params=parameters).json()
        cards += page["items"]
        if page["next"] is None:
            return cards
        assert len(page["items"]) == limit
        assert page["next"] != parameters.get("cursor")  # or the walk would never end
        parameters["cursor"] = page["next"]


def walk_tags(client: Client, query: Query, limit: int) -> list[tuple[str, int, int]]:
    """Return slug and counts of every tag, page after page."""
    parameters = query | {"limit": str(limit)}
    found: list[tuple[str, int, int]] = []
    while True:
        page = client.get("/v1/tags", params=parameters).json()
        found += [(tag["slug"], tag["count"]["ko"], tag["count"]["en"]) for tag in page["items"]]
        if page["next"] is None:
            return found
        assert page["next"] != parameters.get("cursor")
        parameters["cursor"] = page["next"]


def expected(made: list[Made], query: Query) -> list[Made]:
    """Return what the list holds, in order: what has no place last, ties by id, along the order's direction."""
    found = [
        entry
        for entry in made
        if entry.kind == query["kind"]
        and entry.is_listed(query["locale"], query.get("fallback", "none"))
        and ("tag" not in query or query["tag"] in entry.tags)
        and entry.is_within(query)
    ]
    downwards = query.get("order", NATURAL[query["kind"]]) == "desc"
    found.sort(key=lambda entry: entry.id, reverse=downwards)
    placed = [entry for entry in found if entry.place is not None]
    placed.sort(key=lambda entry: entry.place, reverse=downwards)  # type: ignore[arg-type, return-value]
    return placed + [entry for entry in found if entry.place is None]


def expected_counts(made: list[Made], query: Query) -> list[tuple[str, int, int]]:
    """Return the tags in use by slug, with how many listed entries carry each, in Korean and in English."""
    counted = []
    for tag in sorted(TAGS):
        carriers = [entry for entry in made if tag in entry.tags and query.get("kind", entry.kind) == entry.kind]
        ko, en = (sum(entry.is_listed(locale, query["fallback"]) for entry in carriers) for locale in LOCALES)
        if {"ko": ko, "en": en, "all": ko + en}[query["locale"]]:
            counted.append((tag, ko, en))
    return counted
