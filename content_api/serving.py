"""Runs the server and the worker as processes, and ends them cleanly."""

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from tempfile import TemporaryDirectory
from types import FrameType

import click
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from content_api import logs
from content_api.http import draining
from content_api.settings import NO_WORKER, PREFIX, Settings
from content_api.storage.database import Database
from content_api.worker import Worker, chain, indexer

# How long the requests in flight have to end once the server is told to, in seconds; then their process is killed.
DRAIN = 20
# How long a client may take to send the head of a request, in milliseconds: one that never does holds up the end.
HEAD_WITHIN = 10_000
# Granian's own lines go the way of all others.
PLAIN = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"handlers": [], "propagate": True}}}


def serve(
    settings: Settings, host: str, port: int, processes: int, *, with_worker: bool, welcome: str | None = None
) -> None:
    """Serve until a signal ends it; every request that was accepted by then is answered.

    `welcome` is the address at which the first administrator is made, as long as there is nobody who can sign in.
    """
    logs.configure(settings.log_level)
    draining.begin()
    # What the processes are told: they read the environment, and give addresses at which they are found.
    os.environ |= {NO_WORKER: "0" if with_worker else "1", f"{PREFIX}HOST": host, f"{PREFIX}PORT": str(port)}
    address = settings.address(host, port)
    click.echo(f"API   {address}/v1/news\nDocs  {address}/docs\nDesk  {address}/desk")
    if welcome:
        click.echo(
            f"Nobody can sign in yet. This link makes the first administrator (once, within 24 hours):\n{welcome}"
        )
    click.echo("Ctrl-C ends it.")
    sys.stdout.flush()
    with ExitStack() as stack:
        if processes > 1:  # prometheus_client reads it as it is imported
            os.environ["PROMETHEUS_MULTIPROC_DIR"] = stack.enter_context(TemporaryDirectory(prefix="hanmi-metrics-"))
        if sys.platform == "linux":  # what is imported and shared here is theirs too; elsewhere forking is not safe
            multiprocessing.set_start_method("fork", force=True)
        os.register_at_fork(before=_hold_signals, after_in_parent=_take_signals, after_in_child=_end_when_told)
        # What is made while starting stays: looking through it for garbage again and again takes a tenth of the start.
        # The processes that are forked turn it on again.
        gc.disable()
        import_module("content_api.app")  # once, for all of them
        server = Granian(
            "content_api.app:application",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            factory=True,
            workers=processes,
            workers_kill_timeout=DRAIN,
            http1_settings=HTTP1Settings(header_read_timeout=HEAD_WITHIN),
            log_level=LogLevels(settings.log_level if settings.log_level != "info" else "warning"),
            log_dictconfig=PLAIN,
        )
        server.signal_handler_interrupt = _telling(server.signal_handler_interrupt)  # type: ignore[method-assign]
        server.serve()


def _telling(handle: Callable[..., None]) -> Callable[..., None]:
    """Return a handler of the signal to end that first tells answers which would go on for ever."""

    def handler(*arguments: object) -> None:
        draining.tell()
        handle(*arguments)

    return handler


ENDING = (signal.SIGINT, signal.SIGTERM)


def _hold_signals() -> None:
    """Hold back what tells a process to end until it is settled who it is: its parent's handlers would lose it."""
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)


def _take_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _end_when_told() -> None:
    """Let a process that is told to end while it still starts do so: its parent's handlers, inherited, would not."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    _take_signals()


def work(settings: Settings, database: Database) -> None:
    """Work off jobs until SIGINT or SIGTERM; the job in hand goes back."""
    logs.configure(settings.log_level)
    ended = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    with Worker(database, chain(settings), indexer(settings, database)).in_background():
        ended.wait()
    logs.flush()
