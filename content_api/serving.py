"""Runs the server and the worker as processes, and ends them cleanly."""

import logging
import os
import signal
import sys
from types import FrameType

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from content_api import app
from content_api.settings import NO_WORKER, Settings
from content_api.storage.database import Database
from content_api.worker import Worker


def serve(settings: Settings, host: str, port: int, processes: int, *, with_worker: bool) -> None:
    """Serve until a signal ends it."""
    os.environ[NO_WORKER] = "0" if with_worker else "1"
    address = settings.public_url.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(f"API   {address}/v1/news\nDocs  {address}/docs\nCtrl-C ends it.")
    sys.stdout.flush()
    server = Granian(
        "content_api.app:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=processes,
        log_level=LogLevels(settings.log_level if settings.log_level != "info" else "warning"),
    )
    server.serve()


def work(settings: Settings, database: Database) -> None:
    """Work off jobs until SIGINT or SIGTERM; the job in hand goes back after its present segment."""
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    worker = Worker(database, app.chain(settings))

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    worker.run()
