"""What commands share: the migrated database, a write transaction, and refusals of one clear line."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
from sqlalchemy import Connection

from content_api import settings as environment
from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.database import Database, Transaction
from content_api.workflow import accounts
from content_api.workflow.accounts import Principal
from schemas.problems import Unavailable

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
# How often a service looks whether its database is there, in seconds.
LOOK_EVERY = 1.0
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def welcome_address(base: str, token: str) -> str:
    """Return a one-time link's address below where the service is reached."""
    return f"{base}/desk/welcome?token={token}"


def refuse(message: str, code: int = 1) -> NoReturn:
    """End the command with one line on standard error."""
    click.echo(f"hanmi: {' '.join(message.split())}", err=True)
    sys.exit(code)


@contextmanager
def migrated(settings: Settings, *, patient: bool = False) -> Iterator[Database]:
    """Give the database, if it is migrated; else say to run `hanmi migrate`.

    A service is `patient`: where all machines start at once, its database may be there after it.
    """
    database = Database(settings.url)
    try:
        if settings.url.startswith("sqlite:///") and not Path(settings.url.removeprefix("sqlite:///")).exists():
            refuse("there is no database yet; run hanmi migrate")
        if patient and not database.is_sqlite:
            _wait_for(database)
        with database.read() as connection:
            if not schema.is_at_head(connection):
                refuse("the database is not migrated; run hanmi migrate")
        yield database
    finally:
        database.close()


def _wait_for(database: Database) -> None:
    """Wait until the database answers; say once why it does not."""
    is_told = False
    while True:
        try:
            with database.read() as connection:
                connection.exec_driver_sql("SELECT 1")
            return
        except Unavailable as fault:
            said = " ".join(str(getattr(fault.__cause__, "orig", fault)).split())
            if "FATAL" in said and "the database system is" not in said:  # a wrong password or name: it will not heal
                refuse(f"the database refuses: {said}")
            if not is_told:
                click.echo(f"hanmi: waiting for the database: {said}", err=True)
            is_told = True
            time.sleep(LOOK_EVERY)


@contextmanager
def reading() -> Iterator[Connection]:
    """Give a read connection."""
    with migrated(environment.load()) as database, database.read() as connection:
        yield connection


@contextmanager
def writing() -> Iterator[tuple[Transaction, Principal]]:
    """Give a write transaction for the built-in local account."""
    with migrated(environment.load()) as database:
        with database.read() as connection:
            who = accounts.local(connection)
        with database.write(who.account_id) as tx:
            yield tx, who
