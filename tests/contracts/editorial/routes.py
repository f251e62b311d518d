"""The editorial routes, read off the application's own table, beside what section 2 of the contract says of each."""

import json
from dataclasses import dataclass
from typing import Any

from litestar import Litestar

from content_api.app import create_app
from content_api.http import openapi
from content_api.settings import load
from content_api.storage.database import Database
from schemas.accounts import Scope

PREFIX = "/v1/editorial/"


@dataclass(frozen=True)
class Route:
    """One method on one path, a template below `/v1/editorial/`; `described` is what OpenAPI says of it."""

    method: str
    path: str
    described: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


JSON = "application/json"
# Who may (the scope), and whether `If-Match` is required: the contract's words, not the code's.
CONTRACT: dict[str, tuple[Scope | tuple[Scope, ...], bool]] = {
    "POST entries": ("entries:write", False),
    "GET entries": ("entries:read", False),
    "GET entries/{entry_id}": ("entries:read", False),
    "PATCH entries/{entry_id}": ("entries:write", True),
    "DELETE entries/{entry_id}": ("entries:write", True),
    "PUT entries/{entry_id}/texts/{locale}": ("entries:write", True),
    "POST entries/{entry_id}/texts/{locale}/confirm": ("review", True),
    "GET entries/{entry_id}/texts/{locale}/revisions": ("entries:read", False),
    "GET entries/{entry_id}/texts/{locale}/revisions/{number}": ("entries:read", False),
    "POST entries/{entry_id}/texts/{locale}/revisions/{number}/restore": ("entries:write", True),
    # A working copy has no version of its own, and nobody else's change to overwrite.
    "PUT entries/{entry_id}/texts/{locale}/working-copy": ("entries:write", False),
    "GET entries/{entry_id}/texts/{locale}/working-copy": ("entries:read", False),
    "DELETE entries/{entry_id}/texts/{locale}/working-copy": ("entries:write", False),
    "POST entries/{entry_id}/publish": ("publish", True),
    "POST entries/{entry_id}/unpublish": ("publish", True),
    "DELETE entries/{entry_id}/schedules/{schedule_id}": ("publish", False),  # a schedule has no version of its own
    "POST entries/{entry_id}/preview-links": ("entries:write", False),
    "POST entries/{entry_id}/drafts": ("entries:write", False),
    "GET drafts": ("entries:read", False),
    "GET drafts/{draft_id}": ("entries:read", False),
    # One edits, the other dismisses errors; what of it a key may do is judged by the body.
    "PATCH drafts/{draft_id}/segments/{segment_id}": (("entries:write", "review"), True),
    "GET drafts/{draft_id}/xliff": ("entries:read", False),
    "PUT drafts/{draft_id}/xliff": ("entries:write", True),
    "POST drafts/{draft_id}/approve": ("review", True),
    "POST drafts/{draft_id}/reject": ("review", True),
    "POST drafts/{draft_id}/retry": ("entries:write", True),
    "POST drafts/{draft_id}/cancel": ("entries:write", True),
    "GET events": ("entries:read", False),
    "GET tags": ("entries:read", False),
    "GET tags/{slug}": ("entries:read", False),
    "POST tags": ("entries:write", False),
    "PATCH tags/{slug}": ("publish", True),
    "GET glossary": ("entries:read", False),
    "GET glossary/{term_id}": ("entries:read", False),
    "POST glossary": ("review", False),
    "PATCH glossary/{term_id}": ("review", True),
    "DELETE glossary/{term_id}": ("review", True),
    "GET memory": ("entries:read", False),
    "GET memory/{unit_id}": ("entries:read", False),
    "POST memory": ("review", False),
    "PATCH memory/{unit_id}": ("review", True),
    "POST memory/{unit_id}/confirm": ("review", True),
    "DELETE memory/{unit_id}": ("review", True),
    "GET keys": ("admin", False),
    "POST keys": ("admin", False),
    "DELETE keys/{key_id}": ("admin", False),  # a key has no version of its own
}


def _application() -> Litestar:
    settings = load({"HANMI_SECRET_KEY": "only-to-read-the-table-of-routes-off-it"})
    database = Database("sqlite://")
    database.close()
    return create_app(settings, database, with_worker=False)


_APP = _application()
DOCUMENT = json.loads(openapi.document(_APP))
# Every (method, path) the application answers, whoever may ask.
TABLE = sorted(
    (str(method), route.path_format)
    for route in _APP.routes
    for handler in route.route_handlers
    for method in handler.http_methods
    if method != "OPTIONS"
)
ROUTES = [
    Route(method, path.removeprefix(PREFIX), DOCUMENT["paths"][path][method.lower()])
    for method, path in TABLE
    if path.startswith(PREFIX)
]
VERSIONED = [route for route in ROUTES if CONTRACT.get(str(route), ("", False))[1]]
WITH_BODY = [route for route in ROUTES if JSON in route.described.get("requestBody", {}).get("content", {})]
# What takes a file has a test of its own.
WITH_FILE = [route for route in ROUTES if "requestBody" in route.described and route not in WITH_BODY]
