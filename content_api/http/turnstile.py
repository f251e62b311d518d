"""Keeps what takes long from taking every thread: it waits here for its turn, and all else finds a thread."""

import asyncio
from weakref import WeakKeyDictionary

from litestar.types import ASGIApp, Middleware, Receive, Scope, Send


def turnstile(places: int) -> Middleware:
    """Return a middleware that lets `places` requests through at a time, over all the routes it is given to."""
    # One for each event loop: an application may be run again.
    free: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    def middleware(app: ASGIApp) -> ASGIApp:
        async def in_turn(scope: Scope, receive: Receive, send: Send) -> None:
            async with free.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(places)):
                await app(scope, receive, send)

        return in_turn

    return middleware
