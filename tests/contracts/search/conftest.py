"""What tests of search share: an indexer that a test drives, entries to look for, and the question."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient

from content_api.search.following import Indexer
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import indexer as indexer_of
from tests.client import Api
from tests.contracts.delivery.making import published

Client = TestClient[Any]
Publish = Callable[..., Any]
Ask = Callable[..., Any]


@pytest.fixture
def indexer(settings: Settings, database: Database) -> Indexer:
    """What the worker runs, driven by the test."""
    return indexer_of(settings, database)


@pytest.fixture
def index(indexer: Indexer) -> Callable[[], None]:
    """Bring the index up to what is published."""

    def catch_up() -> None:
        while indexer.catch_up():
            pass

    return catch_up


@pytest.fixture
def publish(api: Api) -> Publish:
    """Publish an entry with a title for each language given, and the same `body` for both; nothing is indexed yet."""

    def make(ko: str | None = None, en: str | None = None, body: str = "", **fields: Any) -> Any:
        titles = {locale: title for locale, title in (("ko", ko), ("en", en)) if title}
        texts = {locale: {"title": title, "body": body} for locale, title in titles.items()}
        return published(api, *texts, **{"source_locale": next(iter(texts)), "texts": texts} | fields)

    return make


@pytest.fixture
def search(client: Client) -> Ask:
    """Ask for hits; `since` and `until` are `from` and `to`."""

    def ask(q: str, **more: Any) -> Any:
        names = {"since": "from", "until": "to"}
        answer = client.get("/v1/search", params={"q": q, **{names.get(name, name): more[name] for name in more}})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


def titles(page: Any) -> list[str]:
    """Return the titles of hits, in order."""
    return [hit["title"] for hit in page["items"]]
