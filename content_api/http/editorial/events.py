"""What happens, as server-sent events: progress and states of drafts, publications. Ids and states, never texts."""

import asyncio
from collections.abc import AsyncIterator

from litestar import Response, get
from litestar.params import FromQuery
from litestar.response import Stream

from content_api.http.access import authorise
from content_api.http.edge import HEAD
from content_api.http.editorial.answering import Call
from content_api.http.listening import Inbox, Listeners
from content_api.http.openapi import answers
from schemas.problems import Problem

# How often something is sent when nothing happens, in seconds, so that nobody between takes the line for dead. Then it
# is asked, too, whether whoever listens still may.
HEARTBEAT = 15.0
# How long a browser waits until it comes again, in milliseconds.
RETRY = b"retry: 2000\n\n"
MEDIA_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@get("/events", summary="What happens, as it happens", opt=answers(scope="entries:read"))
async def follow(request: Call, since: FromQuery[str] = "") -> Stream | Response[bytes]:
    """Server-sent events: `draft` and `publication` with an id to go on from (`Last-Event-ID`), `progress` without.

    `since` is such an id too, for the first time; the header wins. `reload` says that something may have been missed.
    """
    if HEAD in request.scope:
        return Response(b"", headers=HEADERS, media_type=MEDIA_TYPE)
    listeners: Listeners = request.app.state.listeners
    inbox = await listeners.join(request.headers.get("last-event-id", since))
    return Stream(_sent(request, listeners, inbox), headers=HEADERS, media_type=MEDIA_TYPE)


async def _sent(request: Call, listeners: Listeners, inbox: Inbox) -> AsyncIterator[bytes]:
    """Yield what is sent until the end: the server's, the session's or the key's, or the listener's own."""
    now = asyncio.get_running_loop().time
    asked = now()
    try:
        yield RETRY
        while True:
            try:
                told = await asyncio.wait_for(inbox.get(), max(asked + HEARTBEAT - now(), 0))
                if told is None:
                    return
            except TimeoutError:
                told = None
            if now() >= asked + HEARTBEAT:
                if not await _still_may(request):
                    return
                asked = now()
            yield told.encoded() if told else b":\n\n"
    finally:
        listeners.leave(inbox)


async def _still_may(request: Call) -> bool:
    try:
        await authorise(request, request.route_handler)
    except Problem:
        return False
    return True


ROUTES = [follow]
