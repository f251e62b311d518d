"""The application: every route, middleware and handler, wired top to bottom."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from multiprocessing import connection, parent_process
from threading import Thread

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ASGIApp

from content_api import logs
from content_api import settings as environment
from content_api.http import changes, delivery, health, metrics, openapi
from content_api.http.access import authorise, provide_who
from content_api.http.answers import Answers
from content_api.http.edge import edge
from content_api.http.editorial import drafts, entries, resources, schedules, texts
from content_api.http.editorial.answering import replayed
from content_api.http.observing import observed
from content_api.http.paging import Cursors
from content_api.http.parameters import refuse_unknown
from content_api.http.problems import BODY_LIMIT, answer
from content_api.http.services import Services
from content_api.http.turnstile import turnstile
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.storage.pulse import pulse_of
from content_api.worker import Worker, chain
from content_api.workflow.accounts import Keyring
from content_api.workflow.repeating import Seal

THREADS = 8
# A read connection for each thread, and for the worker beside them: a handler that runs always finds one.
CONNECTIONS = THREADS + 1
EDITORIAL_THREADS = 4


def create_app(settings: Settings, database: Database | None = None, *, with_worker: bool = True) -> Litestar:
    """Return the application over `database` (the one in `settings` if not given)."""
    database = database or Database(settings.url, threads=CONNECTIONS)
    pulse = pulse_of(database)
    services = Services(settings, database, Keyring(database), Cursors(settings.key()), Seal(settings.key()))

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="hanmi")
        asyncio.get_running_loop().set_default_executor(executor)
        pulse.start()
        try:
            with Worker(database, chain(settings)).in_background() if with_worker else nullcontext():
                yield
        finally:
            pulse.stop()
            database.close()
            logs.flush()

    app = Litestar(
        route_handlers=[
            # for readers
            Router(
                path="/",
                guards=[refuse_unknown],
                route_handlers=[delivery.list_tags, changes.list_changes, delivery.list_items, delivery.get_item],
                tags=["Delivery"],
            ),
            # for editors: authorise comes first, so that a stranger learns nothing about parameters
            Router(
                path="/v1/editorial",
                guards=[authorise, refuse_unknown],
                middleware=[turnstile(EDITORIAL_THREADS)],
                before_request=replayed,
                dependencies={"who": Provide(provide_who, sync_to_thread=False)},
                route_handlers=[*entries.ROUTES, *texts.ROUTES, *schedules.ROUTES, *drafts.ROUTES, *resources.ROUTES],
                tags=["Editorial"],
            ),
            # for operators, and for people who read about the API
            health.alive,
            health.ready,
            metrics.metrics,
            health.openapi_document,
            health.docs_page,
            health.problem,
        ],
        dependencies={"services": Provide(lambda: services, sync_to_thread=False)},
        exception_handlers={Exception: answer},
        lifespan=[lifespan],
        openapi_config=openapi.config(),
        request_max_body_size=BODY_LIMIT,
        logging_config=None,
    )
    app.state.services = services
    app.state.pulse = pulse
    app.state.answers = Answers(pulse, settings.default_locale)
    return app


def outside(app: Litestar) -> ASGIApp:
    """Return the application as callers meet it: observed, its memory of answers around the edge and next to itself."""
    answers: Answers = app.state.answers
    return observed(answers.recall(edge(answers.keep(app))))


def application() -> ASGIApp:
    """Return what the server serves: made from the environment, in the server's own process."""
    settings = environment.load()
    logs.configure(settings.log_level)
    end_with_parent()
    with_worker = environment.serves_with_worker()
    return outside(create_app(settings, with_worker=with_worker))


def end_with_parent() -> None:
    """End this server process when the one that started it was killed: nobody would know of it, nor ever end it."""
    parent = parent_process()

    def watch(sentinel: int) -> None:
        connection.wait([sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    if parent is not None:
        Thread(target=watch, args=[parent.sentinel], name="hanmi-orphan", daemon=True).start()
