"""What a page costs: SQLite goes along an index that has the page's order, however much there is."""

import gc
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from content_api.storage.database import Database
from tests.client import Api
from tests.contracts.delivery.making import published
from tests.postgres import only_on

Client = TestClient[Any]


def planned(client: Client, database: Database, address: str) -> set[str]:
    """Return the steps SQLite plans for the statements that answer an address."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    statements = [(each, given) for each, given in asked if each.startswith("SELECT") and "FROM log" not in each]
    with database.read() as connection:
        plans = [connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}", given) for each, given in statements]
        return {step for plan in plans for *_, step in plan}


@only_on("sqlite")
@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("news?locale=ko", "ix_published_own_desc"),
        ("news?locale=ko&order=asc", "ix_published_own_asc"),
        ("news?locale=all", "ix_published_own_desc"),
        ("news?locale=ko&fallback=source", "ix_published_desc"),
        ("news?locale=ko&tag=veterans", "ix_published_tag_desc"),
        ("news?locale=ko&from=1953&to=1954", "ix_published_own_desc"),
        ("history?locale=ko&to=1954", "ix_published_own_asc"),
    ],
)
def test_a_list_goes_along_its_index(client: Client, api: Api, database: Database, query: str, index: str) -> None:
    """A page of a list is a range of the index made for it; nothing is sorted, nothing scanned."""
    published(api, tags=["veterans"])
    steps = planned(client, database, f"/v1/{query}")
    assert [step for step in steps if f"INDEX {index} " in step]
    # A range of dates is a range of the index too, or one that holds nothing would cost a look at everything.
    key = "rank_asc" if index.endswith("asc") else "rank_desc"
    assert ("from=" not in query and "to=" not in query) or [step for step in steps if f"{key}>? AND {key}<?" in step]
    assert_ordered(steps)


@only_on("sqlite")
@pytest.mark.parametrize("include", ["", "&include=items"])
@pytest.mark.parametrize("query", ["", "locale=ko", "kind=news", "locale=en&kind=news"])
def test_changes_go_along_the_log(client: Client, api: Api, database: Database, query: str, include: str) -> None:
    """The listing goes along the key of what is public, what follows along the index of what readers can tell."""
    published(api)
    assert_ordered(planned(client, database, f"/v1/changes?{query}{include}"))
    cursor = client.get(f"/v1/changes?{query}").json()["next"]
    steps = planned(client, database, f"/v1/changes?{query}{include}&since={cursor}")
    assert [step for step in steps if step.startswith("SEARCH event USING INDEX ix_event_public")]
    assert_ordered(steps)


@only_on("sqlite")
@pytest.mark.parametrize("locale", ["ko", "en"])
@pytest.mark.parametrize("query", ["", "?tag=veterans"])
def test_a_feed_goes_along_what_is_new(client: Client, api: Api, database: Database, locale: str, query: str) -> None:
    """A feed begins at the newest end of its language's own index, and reads on until it has enough of the tag."""
    published(api, tags=["veterans"])
    steps = planned(client, database, f"/feeds/{locale}/news.atom{query}")
    assert [step for step in steps if f"INDEX ix_published_newest_{locale} " in step]
    assert_ordered(steps)


def assert_ordered(steps: set[str]) -> None:
    """Fail if a step sorts, or looks at everything there is."""
    assert steps
    assert not [step for step in steps if "TEMP B-TREE" in step or step.startswith("SCAN")]


@only_on("sqlite")
def test_a_question_leaves_nothing_behind(client: Client) -> None:
    """What the framework makes for a request goes with it: no handler is kept anew for every question."""

    def handlers() -> int:
        gc.collect()
        return sum(isinstance(each, HTTPRouteHandler) for each in gc.get_objects())

    client.get("/v1/news?locale=ko&tag=tag-0")
    before = handlers()
    for number in range(1, 20):
        assert client.get(f"/v1/news?locale=ko&tag=tag-{number}").status_code == 200
    assert handlers() == before
