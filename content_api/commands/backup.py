"""`backup` and `restore`: the whole database as one file, and back."""

import datetime as dt
from pathlib import Path

import click
from sqlalchemy import inspect

from content_api import settings as environment
from content_api.commands.base import FILE, JSON, refuse
from content_api.commands.progress import shown
from content_api.settings import Settings
from content_api.storage import checksum
from content_api.storage.checksum import Sums
from content_api.storage.database import Database
from content_api.storage.keeping import backup as keeping
from content_api.storage.keeping import restore as restoring
from content_api.storage.keeping.keeper import keeper_of
from schemas.decoding import encode
from schemas.delivery import AUDIENCES

# What a person wants to read of a backup, by the tables it stands in.
NAMES = {
    "entry": "entries",
    "revision": "revisions",
    "published": "published",
    "draft": "drafts",
    "memory_unit": "memory units",
    "term": "terms",
    "account": "accounts",
    "event": "events",
}


@click.command()
@click.option("--to", "into", type=click.Path(path_type=Path), metavar="FILE", help="Instead of DATA_DIR/backups.")
@JSON
def backup(into: Path | None, *, as_json: bool) -> None:
    """Write the whole database to one file, also while it is in use, and prove that it restores.

    Beside it lies a JSON file of what it holds. The secret key is not in it: keep that apart.
    """
    settings = environment.load()
    with shown() as told:
        database = Database(settings.url)
        try:
            _must_be_there(settings, database)
            made = keeping.make(database, into or _default_place(settings), told)
        finally:
            database.close()
    if as_json:
        click.echo(encode(made))
    else:
        click.echo(f"{made.file}\n{_summary(made.manifest.tables)}\nchecksum {made.manifest.checksum}")
    if made.unproven:
        click.echo(f"hanmi: warning: not proven to restore: {made.unproven}", err=True)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Also over a database that is not empty.")
@JSON
def restore(file: Path, *, force: bool, as_json: bool) -> None:
    """Put a backup in the place of the database, whole or not at all.

    Nobody may have the database open meanwhile. Readers who follow the changes begin anew afterwards.
    """
    settings = environment.load()
    with shown() as told:
        sums = restoring.restore(settings.url, file, force=force, told=told)
    if as_json:
        click.echo(encode({"tables": sums, "checksum": checksum.whole(sums)}))
    else:
        click.echo(f"{_summary(sums)}\nchecksum {checksum.whole(sums)}")


def _must_be_there(settings: Settings, database: Database) -> None:
    """Refuse where there is no database; one of an older schema may well be backed up before it is migrated."""
    path = Path(settings.url.removeprefix("sqlite:///"))
    if database.is_sqlite and not path.exists():
        refuse("there is no database yet; run hanmi migrate")
    with database.read() as connection:
        if not inspect(connection).has_table("log"):
            refuse("the database is not migrated; run hanmi migrate")


def _default_place(settings: Settings) -> Path:
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    return Path(settings.data_dir) / "backups" / f"hanmi-{now}{keeper_of(settings.url).suffix}"


def _summary(sums: Sums) -> str:
    rows = {table: sums[table].rows for table in NAMES if table in sums}
    rows["published"] //= len(AUDIENCES)  # an entry has a row for each
    return ", ".join(f"{rows[table]:,} {name}" for table, name in NAMES.items() if table in rows)


COMMANDS = [backup, restore]
