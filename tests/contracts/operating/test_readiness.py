"""`/healthz` says that the process lives, `/readyz` whether it can do its work, and if not, what is missing."""

import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from litestar.testing import TestClient
from sqlalchemy import event, make_url, text

from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.worker import indexer
from tests.client import Api
from tests.postgres import Postgres, only_on

Client = TestClient[Any]
READY = {"database": "ok", "schema": "ok", "search": "ok"}


def assert_not_ready(answer: httpx.Response) -> dict[str, str]:
    """Assert that `answer` is the problem document of a service that is not ready; return its checks."""
    assert answer.status_code == 503
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["retry-after"] == "5"
    assert answer.json()["type"] == "/problems/not-ready"
    checks: dict[str, str] = answer.json()["checks"]
    assert set(checks) == set(READY) - {"search"}
    return checks


def test_a_service_that_is_ready_names_what_it_looked_at(client: Client) -> None:
    """200 shows each check, and is never stored."""
    answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.json() == {"status": "ready", "checks": READY}


def test_how_search_stands_is_told(client: Client, api: Api, settings: Settings, database: Database) -> None:
    """An index that is not there, or behind, keeps nobody from being ready."""
    api.publish(api.create()["id"], "ko")
    assert client.get("/readyz").json()["checks"]["search"] == "there is no index yet; a worker makes it"
    worker = indexer(settings, database)
    while worker.catch_up():
        pass
    assert client.get("/readyz").json()["checks"] == READY
    api.publish(api.create()["id"], "ko")
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["search"].endswith("events behind; a worker follows them")
    lag = re.search(r"^hanmi_search_lag_events ([0-9.]+)$", client.get("/metrics").text, re.MULTILINE)
    assert lag
    assert float(lag[1]) > 0


@pytest.mark.parametrize("state", ["of another version", "not migrated"])
def test_another_schema_is_not_ready(client: Client, database: Database, state: str) -> None:
    """A database at another migration, or at none, is named with what to do; the process lives all the same."""
    with database.write() as tx:
        change = (
            "DROP TABLE alembic_version" if state == "not migrated" else "UPDATE alembic_version SET version_num = 'z'"
        )
        tx.execute(text(change))
    checks = assert_not_ready(client.get("/readyz"))
    assert checks["database"] == "ok"
    assert "run hanmi migrate" in checks["schema"]
    assert client.get("/healthz").status_code == 200


@only_on("sqlite")
def test_a_damaged_file_is_not_ready(client: Client, settings: Settings) -> None:
    """A file that is no database is a database that does not answer."""
    path = Path(settings.data_dir) / "hanmi.db"
    for each in path.parent.glob("hanmi.db*"):
        each.write_bytes(b"not a database at all" * 1000)
    assert assert_not_ready(client.get("/readyz"))["database"] != "ok"


@only_on("postgresql")
def test_a_database_that_is_away_is_not_ready_and_comes_back(
    client: Client, settings: Settings, postgres: Postgres
) -> None:
    """While the database refuses connections it is named; when it takes them again the service is ready by itself."""
    name = make_url(settings.url).database
    with postgres.connect("postgres") as admin:
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        assert assert_not_ready(client.get("/readyz"))["database"] == "does not answer"
        admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert client.get("/readyz").status_code == 200


def test_asking_changes_nothing_and_asks_little(
    client: Client, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readiness is asked every second or so: it reads a row, and never the folder of migrations again."""
    client.get("/readyz")
    monkeypatch.setattr(schema, "FOLDER", Path("/nowhere"))
    statements: list[str] = []
    lock = threading.Lock()

    def record(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        with lock:
            statements.append(statement)

    event.listen(database._engines.reader, "before_cursor_execute", record)
    assert client.get("/readyz").status_code == 200
    assert 1 <= len([each for each in statements if "alembic_version" in each or "pg_" in each]) <= 3


def test_the_head_is_what_alembic_says() -> None:
    """The newest migration by the names of the files is the one that Alembic would run last."""
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    config.set_main_option("path_separator", "os")
    assert schema.head() == ScriptDirectory.from_config(config).get_current_head()
