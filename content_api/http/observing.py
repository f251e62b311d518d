"""What is seen of every request: its id, in and out; its line in the log; its place in the metrics."""

import datetime as dt
import logging
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any
from urllib.parse import quote

from litestar.types import ASGIApp, Message, Receive, Send
from structlog.contextvars import bind_contextvars
from uuid_utils import uuid7

from content_api import logs
from content_api.http import metrics, problems
from content_api.http.forms import Reply

log = logging.getLogger("hanmi.http")
GIVEN_ID = re.compile(rb"[A-Za-z0-9._:/+=@~-]{1,128}")
NO_ROUTE = "none"  # an address that is not there, or a refusal before it was looked for
UNANSWERED = 499  # as nginx has it: the caller went away


def observed(app: ASGIApp, recall: Callable[[Any], Reply | None]) -> ASGIApp:
    """Return `app` with every request counted and logged, whoever answers it: the outermost layer.

    A request that `recall` knows the reply to is answered here: one more layer would cost a tenth of such an answer.
    """

    async def observing(scope: Any, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started = perf_counter()
        method, path = scope["method"], scope["path"]  # what is inside may read a request as another
        request_id = _id_of(scope["headers"])
        header = (b"x-request-id", request_id.encode())
        status = UNANSWERED

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                # A copy: the message of a remembered answer is sent to many.
                message = {**message, "headers": [*message["headers"], header]}
            await send(message)

        try:
            reply = recall(scope)
            if reply is not None:
                scope["path_template"], scope["hanmi.cache"] = reply.route, "hit"
                await answer(reply.start)
                await send(reply.body)
            else:
                scope["hanmi.request_id"] = request_id
                bind_contextvars(request_id=request_id)
                await app(scope, receive, answer)
        except Exception as fault:
            bind_contextvars(request_id=request_id)
            log.error("a layer around the application failed", exc_info=fault)
            if status == UNANSWERED:
                await _apologise(answer, path, request_id)
        finally:
            seconds = perf_counter() - started
            route, cache = scope.get("path_template") or NO_ROUTE, scope.get("hanmi.cache", "bypass")
            metrics.count(route, status, cache, seconds)
            shown = path if path.isprintable() else quote(path, errors="replace")
            logs.request(
                logs.Request(
                    timestamp=dt.datetime.now(dt.UTC),
                    method=method,
                    path=shown,
                    route=route,
                    status=status,
                    ms=int(seconds * 1e6) / 1000,
                    cache=cache,
                    request_id=request_id,
                )
            )

    return observing


def _id_of(headers: list[tuple[bytes, bytes]]) -> str:
    """Return the caller's own id for the request, where it is safe to repeat, else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and GIVEN_ID.fullmatch(value):
            return value.decode()
    return uuid7().hex


async def _apologise(send: Send, path: str, request_id: str) -> None:
    body = problems.document(problems.unforeseen(request_id), quote(path, errors="replace"))
    headers = [(b"content-type", problems.MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": [*headers, (b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": body, "more_body": False})
