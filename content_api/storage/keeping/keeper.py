"""What backing up and restoring ask of each kind of database."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from content_api.storage.progress import Progress


class BackupFault(Exception):
    """A backup cannot be made or restored; the message says why and what to do. Nothing was changed."""


class NoRoom(BackupFault):
    """The file cannot be restored into a place of its own: the role may not make a database."""


class Keeper(Protocol):
    """One kind of database: how a snapshot becomes a file, and a file a database again."""

    kind: str
    suffix: str

    def dump(self, connection: Connection, into: Path, told: Progress) -> None:
        """Write all that `connection`'s transaction sees into the file, which exists and is empty."""

    def rebuilt(self, file: Path, told: Progress) -> AbstractContextManager[str]:
        """Restore the file into a temporary place and give its address; it is gone afterwards.

        Raises `BackupFault` for a file that is damaged or none of this kind, `NoRoom` where there is no such place.
        """

    def held(self) -> AbstractContextManager[Connection]:
        """Give a connection to the present database, ours alone; raise `BackupFault` while others have it open."""

    def replace(self, present: Connection, prepared: str, told: Progress) -> None:
        """Let the present database take over all that the one at the address `prepared` holds.

        It is all of it or, whatever happens, nothing; where the database can wait, nothing before `present.commit()`.
        """


def keeper_of(url: str) -> Keeper:
    """Return the keeper of the database at `url`."""
    if url.startswith("sqlite"):
        from content_api.storage.keeping.sqlite import SqliteKeeper

        return SqliteKeeper(url)
    from content_api.storage.keeping.postgres import PostgresKeeper  # its driver is an extra

    return PostgresKeeper(url)
