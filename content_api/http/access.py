"""Who may do what over HTTP: every editorial route names its scope, and one that names none is refused to everybody."""

import hmac
from functools import partial
from typing import Any, TypeAlias

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler

from content_api.http.sent import sent_form
from content_api.http.services import Services
from content_api.workflow.accounts import Principal
from content_api.workflow.sessions import Session
from schemas.problems import Forbidden, Unauthenticated

SESSION_COOKIE = "hanmi_session"
CSRF_HEADER = "X-CSRF-Token"
SAFE = ("GET", "HEAD", "OPTIONS")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def authorise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard: recognise the key, or the desk's session, and require the route's scope; handlers find who in `state.who`.

    Raises `Unauthenticated`, or `Forbidden` where the route names no scope, or whoever asks may not use it.
    """
    services: Services = connection.app.state.services
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    # A proxy may have its own use for the header.
    if scheme.lower() != "bearer" and SESSION_COOKIE in connection.cookies:
        who = (await session_of(connection)).who
    elif scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated("Send a key as Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"})
    else:
        who = await sync_to_thread(partial(services.keyring.recognise, secret.strip()))
    scopes = handler.opt.get("scope") or ()
    who.must(*([scopes] if isinstance(scopes, str) else scopes))
    connection.state.who = who


async def session_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Session:
    """Return the session a request comes with; handlers find it in `state.session`.

    Raises `Unauthenticated`, or `Forbidden` for a change that does not repeat the session's token, in the header
    `X-CSRF-Token` or as a form's field `csrf`: then no page of the desk made it.
    """
    services: Services = connection.app.state.services
    token = connection.cookies.get(SESSION_COOKIE, "")
    session = await sync_to_thread(partial(services.doorkeeper.recognise, token))
    if connection.scope.get("method") not in SAFE:
        given = connection.headers.get(CSRF_HEADER)
        if given is None and isinstance(connection, Request) and _is_form(connection):
            given = (await sent_form(connection)).get("csrf")
        if not isinstance(given, str) or not hmac.compare_digest(given.encode(), session.csrf.encode()):
            raise Forbidden("This does not come from a page of the desk that is still good; load the page again.")
    connection.state.session = session
    return session


def _is_form(request: Request[Any, Any, Any]) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS


def provide_who(request: Request[Any, Any, Any]) -> Principal:
    """Dependency: who asks, as `authorise` found it."""
    who: Principal = request.state.who
    return who


Who: TypeAlias = NamedDependency[Principal]
"""How a handler asks who asks."""
