"""`purge`: erases entries, or the log's old events, for good."""

import datetime as dt
import sys

import click

from content_api import settings as environment
from content_api.commands.base import JSON, migrated, refuse
from content_api.storage import events
from content_api.workflow import accounts, purging
from content_api.workflow.repeating import Seal
from schemas.decoding import encode


@click.command()
@click.argument("entries", nargs=-1, metavar="ENTRY...")
@click.option(
    "--log-before",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    metavar="DATE",
    help="Shorten the log: erase the events of before this day (UTC).",
)
@click.option("--yes", is_flag=True, help="Do not ask; required where there is no terminal.")
@JSON
def purge(entries: tuple[str, ...], log_before: dt.datetime | None, *, yes: bool, as_json: bool) -> None:
    """Erase entries for good: all of those named, by id, or none.

    Each is withdrawn first. Its texts with their history, slugs, drafts and what the memory learned from them are
    erased; nothing brings them back but a backup. Deleted entries can be purged too.
    """
    if not entries and log_before is None:
        raise click.UsageError("name an entry, or --log-before")
    settings = environment.load()
    with migrated(settings) as database:
        with database.read() as connection:
            who = accounts.local(connection)
            doomed = [purging.find(connection, entry_id) for entry_id in sorted(set(entries))]
        _confirm([f"{each.kind}/{each.slug} with its {each.revisions} revisions" for each in doomed], log_before, yes)
        with database.write(who.account_id) as tx:
            for each in doomed:
                purging.purge(tx, who, each.id, Seal(settings.key()))
            gone = events.compact(tx, log_before.replace(tzinfo=dt.UTC)) if log_before else 0
            if gone:
                tx.emit("log.shortened", detail={"events": gone})
    if as_json:
        click.echo(encode({"entries": [each.id for each in doomed], "events": gone}))
        return
    for each in doomed:
        click.echo(f"{each.id}  {each.slug}  erased")
    if log_before:
        click.echo(f"{gone} events erased")


def _confirm(doomed: list[str], log_before: dt.datetime | None, yes: bool) -> None:
    """Ask whoever sits at the terminal, and end the command unless they mean it."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise click.UsageError("nobody is there to ask; --yes says that you mean it")
    for line in doomed + ([f"the log before {log_before:%Y-%m-%d}"] if log_before else []):
        click.echo(f"to be erased for good: {line}", err=True)
    if not click.confirm("Go on?", err=True):
        refuse("nothing was erased")


COMMANDS = [purge]
