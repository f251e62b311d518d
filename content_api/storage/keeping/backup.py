"""Makes a backup of a database that is in use, and proves that it restores: both from one snapshot.

A backup is a plain file of its database (SQLite's own, or `pg_dump`'s archive), with what it holds beside it as JSON.
"""

import datetime as dt
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import create_engine

from content_api.storage import checksum
from content_api.storage.checksum import Sums, TableSum
from content_api.storage.database import Database
from content_api.storage.keeping.keeper import BackupFault, Keeper, NoRoom, keeper_of
from content_api.storage.progress import Progress


class Manifest(Struct, frozen=True, kw_only=True):
    """What a backup holds. `checksum` is of the content, `sha256` of the file; `proven` says that it was restored."""

    database: str
    made_at: str
    sha256: str
    checksum: str
    tables: dict[str, TableSum]
    proven: bool


class Made(Struct, frozen=True, kw_only=True):
    """A backup just made: where, what it holds, and why it is not proven, where it is not."""

    file: str
    manifest: Manifest
    unproven: str | None


def make(database: Database, into: Path, told: Progress) -> Made:
    """Write a backup to the file `into` (mode 600), which is there whole or not at all.

    Raises `BackupFault` where it cannot be made, or where what was restored of it is not what was backed up.
    """
    if into.exists():
        raise BackupFault(f"{into} exists already")
    keeper = keeper_of(database.url)
    with _unnamed(into) as file:
        with database.read() as connection:
            sums = checksum.of(connection, told)
            keeper.dump(connection, file, told)
        unproven = _unproven(keeper, file, sums, told)
        manifest = Manifest(
            database=keeper.kind,
            made_at=database.clock().astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            sha256=sha256(file),
            checksum=checksum.whole(sums),
            tables=sums,
            proven=unproven is None,
        )
        _write_beside(into, manifest)
    return Made(file=str(into), manifest=manifest, unproven=unproven)


def manifest_path(file: Path) -> Path:
    """Return where the manifest of a backup lies."""
    return file.with_name(f"{file.name}.json")


def sums_at(url: str, told: Progress) -> Sums:
    """Return the sums of the database at `url`, which nobody else uses."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return checksum.of(connection, told)
    finally:
        engine.dispose()


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file of any size."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _unproven(keeper: Keeper, file: Path, sums: Sums, told: Progress) -> str | None:
    """Restore the file elsewhere and compare; return why that is not possible here, or `None` when it is proven."""
    try:
        with keeper.rebuilt(file, told) as url:
            if sums_at(url, told) != sums:
                raise BackupFault("what was restored of the backup is not what was backed up")
    except NoRoom as reason:
        return str(reason)
    return None


@contextmanager
def _unnamed(into: Path) -> Iterator[Path]:
    """Give an empty file of mode 600 beside `into`, which gets that name when all is written and on the disk."""
    into.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=into.parent, prefix=f".{into.name}.")
    os.close(handle)
    file = Path(name)
    try:
        yield file
        _sync(file)
        file.replace(into)
        _sync(into.parent)
    finally:
        file.unlink(missing_ok=True)


def _write_beside(into: Path, manifest: Manifest) -> None:
    with _unnamed(manifest_path(into)) as file:
        file.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
