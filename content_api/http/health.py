"""Whether the service lives and is ready, and the pages that explain it: OpenAPI, docs, problems."""

from functools import cache
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.params import FromPath
from sqlalchemy.exc import SQLAlchemyError

from content_api.http import docs, openapi
from content_api.http.caching import public_answer
from content_api.http.services import Given
from content_api.storage import schema
from schemas.problems import NotFound, NotReady

Call = Request[Any, Any, Any]
NO_STORE = {"Cache-Control": "no-store"}


@get("/healthz", sync_to_thread=False, include_in_schema=False)
def alive() -> Response[bytes]:
    """Return 200 as long as the process answers."""
    return Response(b'{"status":"ok"}', headers=NO_STORE, media_type="application/json")


@get("/readyz", sync_to_thread=True, include_in_schema=False)
def ready(services: Given) -> Response[bytes]:
    """Return 200 when the database answers and its schema is at the head, else 503 and why."""
    try:
        with services.database.read() as connection:
            at_head = schema.is_at_head(connection)
    except SQLAlchemyError:
        raise NotReady("The database does not answer.", headers={"Retry-After": "5"}) from None
    if not at_head:
        raise NotReady("The database is not migrated; run hanmi migrate.", headers={"Retry-After": "5"})
    return Response(b'{"status":"ready"}', headers=NO_STORE, media_type="application/json")


@get("/openapi.json", sync_to_thread=True, include_in_schema=False)
def openapi_document(request: Call, services: Given) -> Response[bytes]:
    """Return the OpenAPI 3.1 document."""
    return public_answer(request, _document(request.app), max_age=services.settings.cache_max_age)


@get("/docs", sync_to_thread=True, include_in_schema=False)
def docs_page(request: Call, services: Given) -> Response[bytes]:
    """Return the page to read the OpenAPI document on; it needs no other host and no script."""
    page = docs.page(_document(request.app))
    headers = {"Content-Security-Policy": docs.CONTENT_SECURITY_POLICY, "X-Content-Type-Options": "nosniff"}
    return public_answer(
        request, page, max_age=services.settings.cache_max_age, headers=headers, media_type="text/html"
    )


@get("/problems/{slug:str}", sync_to_thread=False, include_in_schema=False)
def problem(request: Call, services: Given, slug: FromPath[str]) -> Response[bytes]:
    """Return what a problem's `type` means, as plain text."""
    text = openapi.problem_page(slug)
    if text is None:
        raise NotFound("There is no such problem.")
    return public_answer(request, text.encode(), max_age=services.settings.cache_max_age, media_type="text/plain")


@cache
def _document(app: Litestar) -> bytes:
    return openapi.document(app)
