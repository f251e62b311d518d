"""PostgreSQL is restarted, crashes, or cuts every connection, while editors and the worker are at work."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import msgspec
import pytest

from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.storage.pulse import PROMISE
from tests.client import Api, http_to
from tests.faults.ordeal import WatchedEngine, ordeal
from tests.faults.processes import Server, Worker
from tests.postgres import Postgres, only_on
from tests.waiting import until

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"


@pytest.fixture
def own() -> Iterator[Postgres]:
    """A server of the test's own, as careful as an operator's: it syncs, and a crash of it loses nothing."""
    with Postgres("max_connections=100") as server:
        server.create("hanmi")
        yield server


@pytest.fixture
def settings(settings: Settings, own: Postgres) -> Settings:
    settings = msgspec.structs.replace(settings, database_url=own.url("hanmi"))
    schema.migrate(settings.url)
    return settings


def cut(server: Postgres) -> None:
    with server.connect("postgres") as connection:
        connection.execute(CUT)


TROUBLES: dict[str, Callable[[Postgres], None]] = {
    "restarted": lambda server: server.restart("fast"),
    "crashed": lambda server: server.restart("immediate"),
    "every connection cut": cut,
}


@only_on("postgresql")
@pytest.mark.timeout(400)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_work_goes_on_by_itself_and_nothing_is_lost(
    settings: Settings,
    own: Postgres,
    database: Database,
    engine: WatchedEngine,
    make_key: Callable[..., str],
    trouble: str,
) -> None:
    """Whoever is cut off is told 503 and comes again; no process of ours is started again, and the audit is clean."""
    with ordeal(settings, database, engine, make_key("admin")) as going:
        until(lambda: engine.requests, bool)
        for _ in range(3):
            before = going.acknowledged()
            until(going.acknowledged, lambda now, before=before: now > before + 20)  # type: ignore[misc]
            TROUBLES[trouble](own)
    assert going.at_fault == []
    assert going.repeated(), "nobody noticed"
    assert "unexpected" not in going.worker.log


@only_on("postgresql")
def test_an_unreachable_database_is_a_503_that_says_when_to_come_back(
    settings: Settings, own: Postgres, make_key: Callable[..., str]
) -> None:
    """Reading, editing and readiness answer 503 with Retry-After while it is away, and as before once it is back."""
    with Server(settings) as server, http_to(server.url) as http:
        api = Api(http, make_key("admin"))
        api.create(slug="here")
        own.stop()
        time.sleep(PROMISE)  # as long as an answer from memory may be given
        refused = [http.get("/v1/news?locale=ko"), api.call("GET", "entries"), http.get("/readyz")]
        alive = http.get("/healthz")
        own.restart()
        assert [(answer.status_code, "Retry-After" in answer.headers) for answer in refused] == [(503, True)] * 3
        assert alive.status_code == 200
        assert until(lambda: http.get("/readyz").status_code, lambda status: status == 200)
        assert [entry["slug"] for entry in api.ok("GET", "entries")["items"]] == ["here"]


@only_on("postgresql")
def test_what_starts_before_its_database_waits_for_it(
    settings: Settings, own: Postgres, make_key: Callable[..., str]
) -> None:
    """A server and a worker that are started while the database is away say so, and work as soon as it is there."""
    key = make_key("admin")
    server, worker = Server(settings), Worker(settings)
    own.stop()
    with ExitStack() as stack:
        for process in (server, worker):
            process.start()
            stack.callback(process.kill)
            until(lambda process=process: process.log, lambda log: "waiting for the database" in log)  # type: ignore[misc]
        own.restart()
        server.wait_until_ready()
        with http_to(server.url) as http:
            api = Api(http, key)
            draft = api.ask(api.create()["id"])
            until(lambda: api.draft(draft["id"])["state"], lambda state: state == "needs_review")


@only_on("postgresql")
def test_what_will_not_heal_is_not_waited_for(settings: Settings, own: Postgres) -> None:
    """A database of another name, say, ends the command with one line."""
    worker = Worker(msgspec.structs.replace(settings, database_url=own.url("elsewhere")))
    with worker:
        until(worker.alive, lambda alive: not alive)
        assert 'database "elsewhere" does not exist' in worker.log
