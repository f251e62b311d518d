"""`reindex`: makes the search index anew."""

import click

from content_api import settings as environment
from content_api.commands.base import migrated, refuse
from content_api.commands.progress import shown


@click.command()
def reindex() -> None:
    """Make the search index anew from what is published; the old one answers meanwhile.

    Never needed in the ordinary course: a worker makes it anew by itself where it is missing, broken or out of date.
    """
    from content_api.worker import indexer

    settings = environment.load()
    with migrated(settings) as database, shown() as told:
        if not indexer(settings, database).renew(told):
            refuse("the index is being made anew already, by another process")


COMMANDS = [reindex]
