"""`serve`, `worker`, `migrate`, `openapi`: what runs the service."""

from pathlib import Path

import click

from content_api import settings as environment
from content_api.commands.base import migrated, refuse, welcome_address
from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.storage.schema import SchemaError
from content_api.workflow import links, people


@click.command()
@click.option("--host", help="Instead of HANMI_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of HANMI_PORT.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option("--no-worker", is_flag=True, help="Serve only; run hanmi worker beside it.")
def serve(host: str | None, port: int | None, processes: int, *, no_worker: bool) -> None:
    """Serve the API, with one worker in each process."""
    from content_api import serving

    settings = environment.load()
    host, port = host or settings.host, port or settings.port
    with migrated(settings, patient=True) as database:
        token = _first_link(database)
    welcome = welcome_address(settings.address(host, port), token) if token else None
    serving.serve(settings, host, port, processes, with_worker=not no_worker, welcome=welcome)


def _first_link(database: Database) -> str | None:
    """Return the token of a new link for the first administrator, as long as nobody can sign in."""
    with database.read() as connection:
        if people.anybody_signs_in(connection):
            return None
    with database.write() as tx:
        return links.make(tx, None)


@click.command()
def worker() -> None:
    """Work off drafts and other jobs until stopped."""
    from content_api import serving

    settings = environment.load()
    with migrated(settings, patient=True) as database:
        serving.work(settings, database)


@click.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    settings = environment.load()
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    try:
        schema.migrate(settings.url)
    except SchemaError as fault:
        refuse(str(fault))


@click.command("openapi")
def openapi_document() -> None:
    """Print the OpenAPI document."""
    from content_api import app
    from content_api.http import openapi

    click.echo(openapi.document(app.create_app(Settings(secret_key="only-to-describe-the-routes-0000"))))  # noqa: S106


COMMANDS = [serve, worker, migrate, openapi_document]
