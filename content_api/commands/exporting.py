"""`export`: everything as files a person can read and edit."""

from pathlib import Path

import click

from content_api import settings as environment
from content_api.commands.base import JSON, migrated
from content_api.commands.progress import shown
from content_api.workflow import folders
from schemas.decoding import encode


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="DIR")
@JSON
def export(folder: Path, *, as_json: bool) -> None:
    """Write everything into a folder that hanmi import takes back.

    It is Markdown and JSON, the same for the same content, and made to lie in git. Keys and passwords are not in it.
    """
    with shown() as told, migrated(environment.load()) as database, database.read() as connection:
        manifest = folders.write(connection, folder, told)
    if as_json:
        click.echo(encode(manifest))
    else:
        click.echo(f"{', '.join(f'{count:,} {what}' for what, count in manifest.counts.items())}")


COMMANDS = [export]
