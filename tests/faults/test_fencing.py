"""A worker that stopped, was given up and replaced, and then goes on as if nothing had happened."""

import signal
from collections.abc import Callable

from sqlalchemy import select

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow.auditing import faults
from schemas.problems import Busy
from tests.client import Api, http_to
from tests.faults.ordeal import WatchedEngine, let_leases_run_out
from tests.faults.processes import Server, Worker
from tests.faults.promises import halves
from tests.waiting import until


def test_a_worker_that_comes_back_after_its_lease_stores_nothing(
    settings: Settings, database: Database, engine: WatchedEngine, make_key: Callable[..., str]
) -> None:
    """What it still holds in hand goes to nobody: the draft is its successor's, once, and its next job is its own."""
    with (
        Server(settings) as server,
        Worker(settings) as first,
        http_to(server.url) as http,
    ):
        api = Api(http, make_key("admin"))
        engine.gate.clear()
        draft = api.ask(api.create()["id"])
        until(lambda: engine.requests, lambda asked: len(asked) == 1)
        until(lambda: stopped(first, database), bool)
        engine.gate.set()
        with Worker(settings):
            done = until(lambda: api.draft(draft["id"]), lambda found: found["state"] == "needs_review")
        first.signal(signal.SIGCONT)

        # It is through with what it had in hand as soon as it has done something else.
        other = api.ask(api.create(texts={"ko": {"title": "다른 소식", "body": "다른 문장입니다."}})["id"])
        until(lambda: api.draft(other["id"]), lambda found: found["state"] == "needs_review")
        assert api.draft(draft["id"]) == done
        assert "Traceback" not in first.log
    with database.read() as connection:
        assert [*faults(connection), *halves(connection)] == []
        saved = select(tables.segment.c.version).where(tables.segment.c.draft_id == draft["id"])
        assert set(connection.execute(saved).scalars()) == {2}, "each segment is stored once"


def stopped(worker: Worker, database: Database) -> bool:
    """Stop a worker and let its lease run out, unless it was just writing: on SQLite nobody else could then."""
    worker.signal(signal.SIGSTOP)
    try:
        let_leases_run_out(database)
    except Busy:
        worker.signal(signal.SIGCONT)
        return False
    return True
