"""The worker while the database cannot be used: it waits quietly, and then goes on where it was."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from content_api.storage.database import Database, Transaction
from content_api.worker import IDLE, Worker
from pipeline.engines.chain import Chain
from schemas.problems import Unavailable
from tests.client import Api
from tests.content_api.worker.story import BODY, at_call, job_of
from tests.pipeline.engines.scripted import Scripted
from tests.waiting import until


def test_a_job_in_hand_goes_back_as_soon_as_the_database_is_there_again(
    api: Api, database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The draft goes on without waiting for its lease, no failure is counted, and one line of log tells of it."""
    engine = Scripted("scripted", max_texts=1)
    engine.reply = lambda _texts: [f"EN {len(engine.asked)}."]
    is_away = threading.Event()
    at_call(engine, 3, is_away.set)
    write = database.write

    @contextmanager
    def perhaps(actor: str | None = None) -> Iterator[Transaction]:
        if is_away.is_set():
            raise Unavailable("The database cannot be used just now.")
        with write(actor) as tx:
            yield tx

    draft = api.ask(api.create(texts={"ko": {"title": "숫자 이야기", "body": BODY}})["id"])
    monkeypatch.setattr(database, "write", perhaps)
    with Worker(database, Chain([engine])).in_background():
        assert is_away.wait(10)
        time.sleep(5 * IDLE)
        is_away.clear()
        until(lambda: api.draft(draft["id"])["state"], lambda state: state == "needs_review")
    done = job_of(database, draft["id"])
    assert (done.state, done.attempt, done.failures) == ("done", 2, 0)
    assert [record.levelname for record in caplog.records if record.name == "hanmi.worker"] == ["WARNING"]
