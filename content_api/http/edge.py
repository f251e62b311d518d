"""What wraps every answer: `HEAD` wherever `GET` is, and CORS for everything but what editors use."""

import re

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send
from litestar.utils import normalize_path

# What only those who are signed in reach.
PRIVATE = ("/v1/editorial/", "/desk/")
ALLOWED = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Retry-After, RateLimit, RateLimit-Policy"),
]
PREFLIGHT = [
    *ALLOWED,
    (b"access-control-allow-methods", b"GET, HEAD, OPTIONS"),
    (b"access-control-allow-headers", b"X-Api-Key, Accept-Language, If-None-Match"),
    (b"access-control-max-age", b"86400"),
    (b"vary", b"Access-Control-Request-Method"),
    (b"cache-control", b"public, max-age=86400"),
]
# Where a handler whose body never ends finds that nobody wants it.
HEAD = "hanmi.head"
NOT_ASCII = re.compile(rb"[\x80-\xff]")


def edge(app: ASGIApp) -> ASGIApp:
    """Return `app` as the outside sees it."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return

        public = is_public(scope["path"])
        if public and scope["method"] == "OPTIONS" and _is_preflight(scope):
            await send({"type": "http.response.start", "status": 204, "headers": PREFLIGHT})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        scope["query_string"] = in_ascii(scope["query_string"])
        head = scope["method"] == "HEAD"
        if head:
            scope["method"] = "GET"  # the handler is the same; only the body is left out
            scope[HEAD] = True  # type: ignore[literal-required]

        async def finish(message: Message) -> None:
            # Never changed in place: an answer that is remembered is sent many times.
            if message["type"] == "http.response.start":
                headers = [*map(_with_head, message["headers"])]
                allowed = ALLOWED if public and ALLOWED[0] not in headers else []
                await send({**message, "headers": headers + allowed})
            elif message["type"] == "http.response.body" and head:
                await send({**message, "body": b""})
            else:
                await send(message)

        await app(scope, receive, finish)

    return wrapped


def in_ascii(query: bytes) -> bytes:
    """Return a query with other bytes percent-encoded: curl sends Hangul as UTF-8, which would be read as Latin-1."""
    return query if query.isascii() else NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), query)


def is_public(path: str) -> bool:
    """Tell whether a path is outside the editorial API and the desk, as the router reads it: `//desk` is inside."""
    return not f"{normalize_path(path)}/".startswith(PRIVATE)


def _with_head(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Return a header as it is; `Allow` names `HEAD` too where it has `GET`, always in the same order."""
    name, value = header
    if name.lower() != b"allow":
        return header
    methods = {method.strip() for method in value.split(b",")}
    return name, b", ".join(sorted(methods | ({b"HEAD"} if b"GET" in methods else set())))


def _is_preflight(scope: HTTPScope) -> bool:
    return any(name == b"access-control-request-method" for name, _ in scope["headers"])
