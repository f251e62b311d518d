"""A worker whose engine a test scripts, and a draft that waits for it."""

import pytest

from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.content_api.worker.story import BODY
from tests.pipeline.engines.scripted import Scripted


@pytest.fixture
def engine() -> Scripted:
    """An engine that takes one text at a time and answers `EN 1.`, `EN 2.` …"""
    engine = Scripted("scripted", max_texts=1)
    engine.reply = lambda _texts: [f"EN {len(engine.asked)}."]
    return engine


@pytest.fixture
def work(database: Database, engine: Scripted) -> Worker:
    return Worker(database, Chain([engine], failures=1000))


@pytest.fixture
def draft_id(api: Api) -> str:
    """A draft that is queued."""
    entry = api.create(texts={"ko": {"title": "숫자 이야기", "body": BODY}})
    return str(api.ask(entry["id"])["id"])
