"""Invariant 2: a public read touches `published`, on a miss also `slug`, tags also `tag`, changes the log, no more."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.client import Api

PUBLISHED = {"published", "published_tag"}


@pytest.fixture
def touched(api: Api) -> Iterator[set[str]]:
    """The tables that statements name from now on; one entry is published, in Korean."""
    api.publish(api.create(slug="a-day", tags=["veterans"], date="2026-11-11")["id"], "ko")
    seen: set[str] = set()

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.update(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)", statement))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/v1/news", PUBLISHED),
        ("/v1/news?locale=en&fallback=source&order=asc&from=2026&to=2026-11", PUBLISHED),
        ("/v1/news?tag=veterans", PUBLISHED),
        ("/v1/news?fields=title", PUBLISHED),
        ("/v1/news/a-day", PUBLISHED),
        ("/v1/news/no-such-day", PUBLISHED | {"slug"}),
        ("/v1/news/a-day?locale=en", PUBLISHED | {"slug"}),
        ("/v1/tags", PUBLISHED | {"tag"}),
        ("/v1/changes", {"published", "event", "log"}),
        ("/v1/changes?include=items&kind=news", {"published", "event", "log"}),
    ],
)
def test_a_public_read_touches_what_is_published_and_nothing_else(
    api: Api, touched: set[str], path: str, allowed: set[str]
) -> None:
    """No draft, revision, entry or account is looked at when a reader asks."""
    api.http.get(path)
    assert touched
    assert touched <= allowed
