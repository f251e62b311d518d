"""What commands share: the migrated database, a write transaction, and refusals of one clear line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from content_api import settings as environment
from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.database import Database, Transaction
from content_api.workflow import accounts
from content_api.workflow.accounts import Principal

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


def refuse(message: str, code: int = 1) -> NoReturn:
    """End the command with one line on standard error."""
    click.echo(f"hanmi: {' '.join(message.split())}", err=True)
    sys.exit(code)


@contextmanager
def migrated(settings: Settings) -> Iterator[Database]:
    """Give the database, if it is migrated; else say to run `hanmi migrate`."""
    database = Database(settings.url)
    try:
        if settings.url.startswith("sqlite:///") and not Path(settings.url.removeprefix("sqlite:///")).exists():
            refuse("there is no database yet; run hanmi migrate")
        with database.read() as connection:
            if not schema.is_at_head(connection):
                refuse("the database is not migrated; run hanmi migrate")
        yield database
    finally:
        database.close()


@contextmanager
def writing() -> Iterator[tuple[Transaction, Principal]]:
    """Give a write transaction for the built-in local account."""
    with migrated(environment.load()) as database:
        with database.read() as connection:
            who = accounts.local(connection)
        with database.write(who.account_id) as tx:
            yield tx, who
