"""Installations that a test keeps, brings back and compares."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from litestar.testing import TestClient
from sqlalchemy import Connection, select, update

from content_api.app import create_app
from content_api.http.edge import edge
from content_api.settings import Settings
from content_api.storage import checksum, tables
from content_api.storage.checksum import Sums
from content_api.storage.database import Database, new_id
from content_api.workflow import accounts, auditing
from schemas.accounts import NewKey
from schemas.values import Name
from tests.client import Api
from tests.content_api.command import Command, Ran

LOG = {"log", "event"}


class Place:
    """An installation of its own; `place("backup")` runs `hanmi backup` over it."""

    _numbers = itertools.count()

    def __init__(
        self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.settings = settings
        self._given = (tmp_path, monkeypatch, capsys)

    def __call__(self, *arguments: str | Path) -> Ran:
        tmp_path, monkeypatch, capsys = self._given
        folder = tmp_path / f"work-{next(self._numbers)}"
        return Command(self.settings, folder, monkeypatch, capsys)(*arguments)

    def done(self, *arguments: str | Path) -> Ran:
        """Run a command that must succeed."""
        ran = self(*arguments)
        assert ran.code == 0, ran.err
        return ran

    def refused(self, *arguments: str | Path) -> str:
        """Run a command that must be refused; return its one line."""
        ran = self(*arguments)
        assert (ran.code, ran.out) == (1, ""), ran.out
        return ran.lines[-1]

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Give the database, closed afterwards."""
        database = Database(self.settings.url)
        try:
            yield database
        finally:
            database.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give one state of the database."""
        with self.database() as database, database.read() as connection:
            yield connection

    def sums(self, *but: str) -> Sums:
        """Return what every table holds, some left out."""
        with self.reading() as connection:
            return {name: each for name, each in checksum.of(connection).items() if name not in but}

    def faults(self) -> list[str]:
        """Return what the audit finds."""
        with self.reading() as connection:
            return auditing.faults(connection)

    def log_id(self) -> str:
        """Return the log's identity."""
        with self.reading() as connection:
            return str(connection.execute(select(tables.log.c.id)).scalar_one())

    def become_another(self) -> None:
        """Give it an id of its own: all databases in tests are copies of one."""
        with self.database() as database, database.write() as tx:
            tx.execute(update(tables.log).values(installation=new_id()))

    def installation(self) -> str:
        """Return the id by which feeds name whose they are."""
        with self.reading() as connection:
            return str(connection.execute(select(tables.log.c.installation)).scalar_one())

    @contextmanager
    def client(self) -> Iterator[TestClient]:  # type: ignore[type-arg]
        """Give the application over it, as the outside sees it."""
        with self.database() as database:
            app = edge(create_app(self.settings, database, with_worker=False))
            with TestClient(app, raise_server_exceptions=False) as client:
                yield client

    @contextmanager
    def editing(self) -> Iterator[Api]:
        """Give the editorial API through an admin's key; afterwards nobody has the database open."""
        with self.client() as client, self.database() as database:
            with database.write() as tx:
                key = accounts.create_key(tx, NewKey(name=Name("test"), scopes=["admin"])).key
            yield Api(client, key)
