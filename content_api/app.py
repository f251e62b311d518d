"""The application: every route, middleware and handler, wired top to bottom."""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ASGIApp

from content_api import settings as environment
from content_api.http import delivery, health, openapi
from content_api.http.access import authorise, provide_who
from content_api.http.edge import edge
from content_api.http.editorial import drafts, entries, resources
from content_api.http.editorial.answering import replayed
from content_api.http.paging import Cursors
from content_api.http.parameters import refuse_unknown
from content_api.http.problems import BODY_LIMIT, answer
from content_api.http.services import Services
from content_api.http.turnstile import turnstile
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow.accounts import Keyring
from content_api.workflow.repeating import Seal
from pipeline import engines
from pipeline.engines.chain import Chain

# As many threads as read connections: a handler that runs always finds one.
THREADS = 8
EDITORIAL_THREADS = 4


def create_app(settings: Settings, database: Database | None = None, *, with_worker: bool = True) -> Litestar:
    """Return the application over `database` (the one in `settings` if not given)."""
    database = database or Database(settings.url, threads=THREADS)
    services = Services(settings, database, Keyring(database), Cursors(settings.key()), Seal(settings.key()))

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        executor = ThreadPoolExecutor(THREADS, thread_name_prefix="hanmi")
        asyncio.get_running_loop().set_default_executor(executor)
        worker = Worker(database, chain(settings))
        thread = threading.Thread(target=worker.run, name="hanmi-worker")
        if with_worker:
            thread.start()
        try:
            yield
        finally:
            worker.stop()
            if with_worker:
                thread.join()
            database.close()

    app = Litestar(
        route_handlers=[
            # for readers
            Router(
                path="/",
                guards=[refuse_unknown],
                route_handlers=[delivery.list_tags, delivery.list_items, delivery.get_item],
                tags=["Delivery"],
            ),
            # for editors: authorise comes first, so that a stranger learns nothing about parameters
            Router(
                path="/v1/editorial",
                guards=[authorise, refuse_unknown],
                middleware=[turnstile(EDITORIAL_THREADS)],
                before_request=replayed,
                dependencies={"who": Provide(provide_who, sync_to_thread=False)},
                route_handlers=[*entries.ROUTES, *drafts.ROUTES, *resources.ROUTES],
                tags=["Editorial"],
            ),
            # for operators, and for people who read about the API
            health.alive,
            health.ready,
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
    return app


def chain(settings: Settings) -> Chain:
    """Return the configured engines as one chain, whose breakers live as long as the process."""
    return Chain(engines.build(settings.engine_names, settings.options), settings.engine_timeout)


def application() -> ASGIApp:
    """Return what the server serves: made from the environment, in the server's own process."""
    settings = environment.load()
    logging.basicConfig(level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # or every look at /readyz would be two lines of log
    with_worker = environment.serves_with_worker()
    return edge(create_app(settings, with_worker=with_worker))
