"""Another process keeps the database to itself for longer than anybody waits."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine

from content_api.settings import Settings
from content_api.storage.database import WRITE_DEADLINE
from tests.client import Api, http_to
from tests.faults.processes import Server


@pytest.fixture
def desk(settings: Settings, make_key: Callable[..., str]) -> Iterator[Api]:
    """The editorial API of a real server without a worker."""
    with Server(settings) as server, http_to(server.url) as http:
        yield Api(http, make_key("admin"))


@contextmanager
def locked(settings: Settings) -> Iterator[None]:
    """Keep every other process from writing, as a long import or a careless administrator does."""
    engine = create_engine(settings.url)
    lock = "BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "LOCK TABLE entry, tag IN EXCLUSIVE MODE"
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute(lock)
        yield
        connection.rollback()
    engine.dispose()


def test_a_write_that_finds_the_database_locked_is_refused_in_time(desk: Api, settings: Settings) -> None:
    """It is 503 with Retry-After, readers go on, and the same request is carried out once when the lock is gone."""
    entry = desk.create(slug="before")
    desk.publish(entry["id"], "ko")
    wish = {"slug": "new", "name": {"ko": "새", "en": "New"}}

    def add() -> Any:
        return desk.call("POST", "tags", wish, headers={"Idempotency-Key": "the-same"})

    with locked(settings):
        refused = add()
        read = [
            desk.http.get("/v1/news/before?locale=ko"),
            desk.http.get("/v1/news?locale=ko"),
            desk.call("GET", "tags"),
        ]
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert refused.elapsed.total_seconds() > WRITE_DEADLINE / 2
    assert [answer.status_code for answer in read] == [200, 200, 200]
    assert [add().status_code for _ in range(2)] == [201, 201]
    assert [tag["slug"] for tag in desk.ok("GET", "tags")["items"]] == ["new"]
