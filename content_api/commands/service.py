"""`serve`, `worker`, `migrate`, `openapi`: what runs the service."""

from pathlib import Path

import click

from content_api import settings as environment
from content_api.commands.base import migrated, refuse
from content_api.settings import Settings
from content_api.storage import schema
from content_api.storage.schema import SchemaError


@click.command()
@click.option("--host", help="Instead of HANMI_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of HANMI_PORT.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option("--no-worker", is_flag=True, help="Serve only; run hanmi worker beside it.")
def serve(host: str | None, port: int | None, processes: int, *, no_worker: bool) -> None:
    """Serve the API, with one worker in each process."""
    from content_api import serving

    settings = environment.load()
    with migrated(settings, patient=True):
        pass
    serving.serve(settings, host or settings.host, port or settings.port, processes, with_worker=not no_worker)


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
