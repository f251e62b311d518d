"""What tests share: a migrated database of their own, the application over it, keys, and real server processes."""

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from content_api.app import furnish, outside, routes
from content_api.settings import Settings, load
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import accounts
from pipeline import engines
from pipeline.engines.chain import Chain
from schemas.accounts import NewKey, Role, Scope
from schemas.values import Name
from tests import compiled
from tests.client import Api
from tests.postgres import Postgres
from tests.server import Server

pytest_plugins = ["tests.limits"]
compiled.share()

# No test asserts a machine's speed.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.load_profile("here")
# `make soak`: the same laws and life cycles, on far more examples.
hypothesis.settings.register_profile("soak", max_examples=2_000, deadline=None)


class Clock:
    """The database's clock: real time plus what a test added."""

    def __init__(self) -> None:
        self.ahead = dt.timedelta()

    def __call__(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + self.ahead

    def advance(self, **by: float) -> None:
        """Let time pass."""
        self.ahead += dt.timedelta(**by)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite database that tests copy."""
    path = tmp_path_factory.mktemp("template") / "hanmi.db"
    schema.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of the tests' own, with a migrated, empty database that tests copy."""
    with Postgres() as server:
        server.create("template")
        schema.migrate(server.url("template").replace("postgresql://", "postgresql+psycopg://"))
        yield server


# What takes minutes is begun first, so that no process is left alone with it in the end.
LONGEST = ("test_kill.py", "test_copy_by_changes.py", "test_clock.py", "test_postgres_away.py", "test_entry_life.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Take one process more than there are cores: half of the tests wait for servers, browsers and databases."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, and leave all else in its order."""
    items.sort(key=lambda item: LONGEST.index(item.path.name) if item.path.name in LONGEST else len(LONGEST))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that stores something on both databases, unless it or its module names its own (`BACKENDS`)."""
    named = any(mark.args[0] == "backend" for mark in metafunc.definition.iter_markers("parametrize"))
    if "backend" in metafunc.fixturenames and not named:
        backends = getattr(metafunc.module, "BACKENDS", ("sqlite", "postgresql"))
        metafunc.parametrize("backend", backends, indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on: SQLite where a test asks for a database only as it runs."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(tmp_path: Path, backend: str, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of a fresh installation whose one engine is `pseudo`."""
    environment = {"HANMI_DATA_DIR": str(tmp_path), "HANMI_ENGINES": "pseudo"}
    # Kiwi takes seconds and 300 MB in each process: for tests of search alone.
    environment["HANMI_MORPHOLOGY"] = getattr(request.module, "MORPHOLOGY", "none")
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "hanmi.db")
        yield load(environment)
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.copy_of("template") as url:
        yield load(environment | {"HANMI_DATABASE_URL": url, "HANMI_SECRET_KEY": "k" * 40})


@pytest.fixture
def database(settings: Settings, clock: Clock) -> Iterator[Database]:
    database = Database(settings.url, clock=clock)
    yield database
    database.close()


@pytest.fixture
def worker(database: Database) -> Worker:
    """A worker that a test drives by `work_once`; its engine is `pseudo`."""
    return Worker(database, Chain(engines.build(["pseudo"], {})))


@pytest.fixture
def make_key(database: Database) -> Callable[..., str]:
    """Make a key: `make_key("entries:write", role="author")` gives its secret."""

    def make(*scopes: Scope, role: Role = "admin", **more: object) -> str:
        with database.write() as tx:
            email = f"{role}@example.org"
            try:
                accounts.account_named(tx.connection, email)
            except accounts.NotFound:
                accounts.add_user(tx, email, role)
            wish = NewKey(name=Name("test"), scopes=list(scopes), account=Name(email), **more)  # type: ignore[arg-type]
            return accounts.create_key(tx, wish).key

    return make


@pytest.fixture(scope="session")
def routed() -> Litestar:
    """The application before it is furnished: to make one takes longer than most tests."""
    return routes()


@pytest.fixture
def client(routed: Litestar, settings: Settings, database: Database) -> Iterator[TestClient]:  # type: ignore[type-arg]
    """The whole application in this process, without a worker, as the outside sees it."""
    furnish(routed, settings, database, with_worker=False)
    with TestClient(outside(routed), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def api(client: TestClient, make_key: Callable[..., str]) -> Api:  # type: ignore[type-arg]
    """The editorial API through an admin's key, with short words for what tests do often."""
    return Api(client, make_key("admin"))


@pytest.fixture
def server(settings: Settings) -> Iterator[Server]:
    """A real `hanmi serve` process on a free port, with its worker; it ends with the test."""
    with Server(settings) as running:
        yield running
