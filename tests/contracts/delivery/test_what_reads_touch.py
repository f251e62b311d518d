"""Invariant 2: a public read touches `published`, on a miss also `slug`, tags also `tag`, no more.

Changes touch the log; feeds too, for the id of the installation, by which they are named.
"""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import indexer
from tests.client import Api

PUBLISHED = {"published", "published_tag"}
# The search index; and what names the parts of a statement.
SEARCHED = {"search_state", "search_document", "search_tokens", "suggestion", "suggestion_source"}
SEARCHED |= {"scored", "likely", "LATERAL"}


@pytest.fixture
def touched(api: Api, settings: Settings, database: Database) -> Iterator[set[str]]:
    """The tables that statements name from now on; one entry is published, in Korean, and found."""
    api.publish(api.create(slug="a-day", tags=["veterans"], date="2026-11-11")["id"], "ko")
    worker = indexer(settings, database)
    while worker.catch_up():
        pass
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
        ("/feeds/ko/news.atom", PUBLISHED | {"log"}),
        ("/feeds/ko/news.json?tag=veterans", PUBLISHED | {"log"}),
        ("/sitemap.xml", PUBLISHED),
        ("/v1/changes", {"published", "event", "log"}),
        ("/v1/search?q=감사", PUBLISHED | {"tag", *SEARCHED}),
        ("/v1/search?q=감솨&locale=all&tag=veterans", PUBLISHED | {"tag", *SEARCHED}),
        ("/v1/suggest?q=감", PUBLISHED | {*SEARCHED}),
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
