"""Whether the service lives and is ready, and the pages that explain it: OpenAPI, docs, problems."""

from functools import cache
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.params import FromPath

from content_api import inspecting
from content_api.http import docs, openapi
from content_api.http.caching import public_answer
from content_api.http.services import Given
from content_api.search import standing
from schemas.decoding import encode
from schemas.problems import NotFound, NotReady

Call = Request[Any, Any, Any]
NO_STORE = {"Cache-Control": "no-store"}


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def alive() -> Response[bytes]:
    """Return 200 as long as the process answers."""
    return Response(b'{"status":"ok"}', headers=NO_STORE, media_type="application/json")


@get("/readyz", sync_to_thread=True, include_in_schema=False)
def ready(services: Given) -> Response[bytes]:
    """Return 200 when the database answers and its schema is at the head, else 503; either way, each check's result.

    How search stands is told, and never keeps the service from being ready.
    """
    checks = inspecting.checks(services.database)
    wrong = [f"{name}: {found}" for name, found in checks.items() if found != inspecting.OK]
    if wrong:
        raise NotReady(f"Not ready: {'; '.join(wrong)}.", headers={"Retry-After": "5"}, checks=checks)
    # Without its index search answers 503 by itself; all else need not wait for it.
    checks["search"] = standing.told(services.search.behind())
    return Response(encode({"status": "ready", "checks": checks}), headers=NO_STORE, media_type="application/json")


@get("/openapi.json", sync_to_thread=True, include_in_schema=False)
def openapi_document(request: Call, services: Given) -> Response[bytes]:
    """Return the OpenAPI 3.1 document."""
    return public_answer(_document(request.app), max_age=services.settings.cache_max_age)


@get("/docs", sync_to_thread=True, include_in_schema=False)
def docs_page(request: Call, services: Given) -> Response[bytes]:
    """Return the page to read the OpenAPI document on; it needs no other host and no script."""
    page = docs.page(_document(request.app))
    headers = {"Content-Security-Policy": docs.CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff"}
    return public_answer(page, max_age=services.settings.cache_max_age, headers=headers, media_type="text/html")


@get("/problems/{slug:str}", sync_to_thread=False, include_in_schema=False)
def problem(request: Call, services: Given, slug: FromPath[str]) -> Response[bytes]:
    """Return what a problem's `type` means, as plain text."""
    text = openapi.problem_page(slug)
    if text is None:
        raise NotFound("There is no such problem.")
    return public_answer(text.encode(), max_age=services.settings.cache_max_age, media_type="text/plain")


@cache
def _document(app: Litestar) -> bytes:
    return openapi.document(app)
