"""Backs up and restores SQLite by its own online backup: page by page, from one snapshot, in one transaction."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from content_api.storage.keeping.keeper import BackupFault
from content_api.storage.progress import Progress

PAGES = 2_000  # copied between two looks at how far it is
# A lock on the whole file, kept until the connection closes: it is not given while anybody else has the file open.
HOLD = ("PRAGMA synchronous=FULL", "PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE", "COMMIT")


class SqliteKeeper:
    """The keeper of one SQLite file."""

    kind = "sqlite"
    suffix = ".db"

    def __init__(self, url: str) -> None:
        self._path = _path(url)

    def dump(self, connection: Connection, into: Path, told: Progress) -> None:
        """Copy the pages of the connection's snapshot; the copy is one plain database file."""
        with closing(sqlite3.connect(into)) as target:
            _copy(_driver(connection), target, "Copying", told)
            target.execute("PRAGMA journal_mode=DELETE")

    @contextmanager
    def rebuilt(self, file: Path, told: Progress) -> Iterator[str]:
        """Give a copy of the file, beside the present database, after SQLite's own checks of it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=self._path.parent, prefix=".hanmi-rebuilt-") as folder:
            copy = Path(folder) / "hanmi.db"
            told("Restoring into a temporary place", 0, 1)
            shutil.copyfile(file, copy)
            _must_be_sound(copy, file)
            told("Restoring into a temporary place", 1, 1)
            yield f"sqlite:///{copy}"

    @contextmanager
    def held(self) -> Iterator[Connection]:
        """Give the present database, made if it is missing, under a lock that lets nobody else open it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(f"sqlite:///{self._path}", poolclass=NullPool, connect_args={"timeout": 0})
        with ExitStack() as stack:
            try:
                present = stack.enter_context(engine.connect())
                _driver(present).isolation_level = None  # what begins and ends a transaction here are these words
                for statement in HOLD:
                    present.exec_driver_sql(statement)
            except DBAPIError as fault:
                raise _refused(self._path, fault) from None
            yield present

    def replace(self, present: Connection, prepared: str, told: Progress) -> None:
        """Copy the prepared pages over the present ones: one transaction of SQLite, committed here.

        The file stays the same file, so no journal of the old one can be taken for the new one's.
        """
        with closing(sqlite3.connect(_path(prepared))) as source:
            _copy(source, _driver(present), "Taking over", told)


def _copy(source: sqlite3.Connection, target: sqlite3.Connection, what: str, told: Progress) -> None:
    told(what, 0, 1)
    try:
        source.backup(target, pages=PAGES, progress=lambda _, left, total: told(what, total - left, total))
    except sqlite3.Error as fault:
        raise BackupFault(f"the database cannot be copied: {fault}") from None


def _must_be_sound(copy: Path, named: Path) -> None:
    """Raise `BackupFault` unless SQLite finds nothing wrong with the file, and it is a database of Hanmi."""
    try:
        with closing(sqlite3.connect(copy)) as connection:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
            names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    except sqlite3.DatabaseError as fault:
        raise BackupFault(f"{named}: it is no backup of an SQLite database: {fault}") from None
    if found != ["ok"] or orphans:
        raise BackupFault(f"{named}: it is damaged: {found[0] if found != ['ok'] else 'rows refer to rows not there'}")
    if not {"alembic_version", "log"} <= names:
        raise BackupFault(f"{named}: it is an SQLite database, but none of Hanmi")


def _refused(path: Path, fault: DBAPIError) -> BackupFault:
    if "locked" in str(fault.orig):
        return BackupFault(f"another process has {path} open; end every hanmi serve and hanmi worker first")
    return BackupFault(f"{path}: {fault.orig}; move it away, and the backup is restored in its place")


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # noqa: S101  # the keeper was chosen by the address
    return driver


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))
