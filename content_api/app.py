"""The application: every route, middleware and handler, wired top to bottom."""

import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext
from multiprocessing import connection, parent_process
from threading import Thread
from typing import Any

from litestar import Litestar, Request, Response, Router
from litestar.di import Provide
from litestar.types import ASGIApp

from content_api import logs
from content_api import settings as environment
from content_api.desk import (
    account,
    entry,
    entry_list,
    glossary,
    history,
    memory,
    previews,
    queue,
    review,
    shell,
    signing_in,
)
from content_api.desk.entrance import signed_in, sorry
from content_api.desk.signing_in import from_here
from content_api.http import changes, delivery, embedding, feeds, health, metrics, openapi, search, sitemap
from content_api.http.access import authorise, provide_who
from content_api.http.answers import Answers
from content_api.http.edge import edge
from content_api.http.editorial import drafts, entries, events, preview_links, resources, schedules, texts, xliff
from content_api.http.editorial import glossary as terms
from content_api.http.editorial import memory as units
from content_api.http.editorial.answering import replayed
from content_api.http.listening import Listeners
from content_api.http.observing import observed
from content_api.http.paging import Cursors
from content_api.http.parameters import heeded, refuse_nul, refuse_unknown
from content_api.http.problems import BODY_LIMIT, answer
from content_api.http.services import Services
from content_api.http.turnstile import turnstile
from content_api.search.answering import Search
from content_api.search.opening import morphology_of
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.storage.pulse import pulse_of
from content_api.worker import Worker, chain, indexer
from content_api.workflow.accounts import Keyring
from content_api.workflow.repeating import Seal
from content_api.workflow.sessions import Doorkeeper

THREADS = 8
# A read connection for each thread, and for the worker and what keeps the search index (one to hold its turn, one to
# read, one to write) beside them: a handler that runs always finds one.
CONNECTIONS = THREADS + 1 + 3
EDITORIAL_THREADS = 4
# Comparing passwords takes memory and time: however many sign in, they wait here and not in threads that others need.
SIGNING_IN = 2


def create_app(settings: Settings, database: Database | None = None, *, with_worker: bool = True) -> Litestar:
    """Return the application over `database` (the one in `settings` if not given)."""
    app = routes()
    furnish(app, settings, database or Database(settings.url, threads=CONNECTIONS), with_worker=with_worker)
    return app


def furnish(app: Litestar, settings: Settings, database: Database, *, with_worker: bool) -> None:
    """Hand the application what it works with; between two of its runs it may be handed something else."""
    pulse = pulse_of(database)
    key = settings.key()
    doorkeeper = Doorkeeper(database, key)
    searching = Search(database, settings.data_dir, morphology_of(settings))
    app.state.services = Services(settings, database, Keyring(database), Cursors(key), Seal(key), doorkeeper, searching)
    app.state.pulse = pulse
    app.state.listeners = Listeners(app.state.services, pulse)
    app.state.answers = Answers(pulse, settings.default_locale, heeded(app))
    app.state.worker = Worker(database, chain(settings), indexer(settings, database)) if with_worker else None


def routes() -> Litestar:
    """Return the application with every route, before it is furnished."""
    editors = turnstile(EDITORIAL_THREADS)
    return Litestar(
        route_handlers=[
            # for readers
            Router(
                path="/",
                before_request=refuse_unknown,
                route_handlers=[
                    delivery.list_items,
                    delivery.get_item,
                    delivery.list_tags,
                    search.search,
                    search.suggest,
                    changes.list_changes,
                ],
                tags=["Delivery"],
            ),
            # for partners: what they do not know they may leave in the address
            Router(
                path="/",
                before_request=refuse_nul,
                route_handlers=[feeds.get_feed, sitemap.get_sitemap, *embedding.ROUTES],
                tags=["Partners"],
            ),
            # for editors: a guard comes first, so that a stranger learns nothing about parameters
            Router(
                path="/v1/editorial",
                guards=[authorise],
                middleware=[editors],
                before_request=replayed,
                dependencies={"who": Provide(provide_who, sync_to_thread=False)},
                route_handlers=[
                    *entries.ROUTES,
                    *texts.ROUTES,
                    *schedules.ROUTES,
                    *drafts.ROUTES,
                    *xliff.ROUTES,
                    *resources.ROUTES,
                    *terms.ROUTES,
                    *units.ROUTES,
                    *preview_links.ROUTES,
                ],
                tags=["Editorial"],
            ),
            # who listens stays, and must not keep a place at the turnstile
            Router(
                path="/v1/editorial",
                guards=[authorise],
                before_request=refuse_unknown,
                route_handlers=[*events.ROUTES],
                tags=["Editorial"],
            ),
            # the desk: those without a session are shown the way to sign in
            Router(
                path="/desk",
                guards=[from_here],
                middleware=[turnstile(SIGNING_IN)],
                before_request=refuse_nul,
                exception_handlers={Exception: sorry},
                route_handlers=[*signing_in.ROUTES],
            ),
            Router(
                path="/desk",
                guards=[from_here],
                middleware=[editors],
                before_request=refuse_nul,
                exception_handlers={Exception: sorry},
                route_handlers=[*shell.ROUTES, *entry.ROUTES, *previews.LINKED],
            ),
            Router(
                path="/desk",
                guards=[signed_in],
                middleware=[editors],
                before_request=refuse_nul,
                exception_handlers={Exception: sorry},
                route_handlers=[
                    *account.ROUTES,
                    *glossary.ROUTES,
                    *memory.ROUTES,
                    *queue.ROUTES,
                    *review.ROUTES,
                    *entry_list.ROUTES,
                    *history.ROUTES,
                    *previews.ROUTES,
                ],
            ),
            # for operators, and for people who read about the API
            health.alive,
            health.ready,
            metrics.metrics,
            health.openapi_document,
            health.docs_page,
            health.problem,
        ],
        dependencies={"services": Provide(_services, sync_to_thread=False)},
        exception_handlers={Exception: _answer},
        lifespan=[_running],
        openapi_config=openapi.config(),
        request_max_body_size=BODY_LIMIT,
        logging_config=None,
    )


def _answer(request: Request[Any, Any, Any], fault: Exception) -> Response[bytes]:
    """Return what is said of an exception outside the routers: of an address that is not there, for the most part."""
    return (sorry if f"{request.scope['path']}/".startswith("/desk/") else answer)(request, fault)


def _services(request: Request[Any, Any, Any]) -> Services:
    services: Services = request.app.state.services
    return services


@asynccontextmanager
async def _running(app: Litestar) -> AsyncIterator[None]:
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="hanmi"))
    state = app.state
    state.pulse.start()
    try:
        with state.worker.in_background() if state.worker else nullcontext():
            yield
    finally:
        state.listeners.stop()
        state.pulse.stop()
        state.services.database.close()
        logs.flush()


def outside(app: Litestar) -> ASGIApp:
    """Return the application as callers meet it: observed, and with its memory of answers."""
    answers: Answers = app.state.answers
    return observed(edge(answers.keep(app)), answers.recall)


def application() -> ASGIApp:
    """Return what the server serves: made from the environment, in the server's own process."""
    settings = environment.load()
    logs.configure(settings.log_level)
    end_with_parent()
    app = outside(create_app(settings, with_worker=environment.serves_with_worker()))
    # What is there by now stays. To walk it all, now and then, would hold up whoever asks at that moment by 50 ms.
    gc.freeze()
    gc.enable()
    return app


def end_with_parent() -> None:
    """End this server process when the one that started it was killed: nobody would know of it, nor ever end it."""
    parent = parent_process()

    def watch(sentinel: int) -> None:
        connection.wait([sentinel])
        os.kill(os.getpid(), signal.SIGTERM)

    if parent is not None:
        Thread(target=watch, args=[parent.sentinel], name="hanmi-orphan", daemon=True).start()
