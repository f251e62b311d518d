"""Who may do what over HTTP: every editorial route names its scope, and one that names none is refused to everybody."""

from functools import partial
from typing import Any, TypeAlias

from litestar import Request
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler

from content_api.http.services import Services
from content_api.workflow.accounts import Principal
from schemas.problems import Unauthenticated


async def authorise(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard: recognise the key and require the route's scope; the handler finds who asks in `state.who`.

    Raises `Unauthenticated`, or `Forbidden` where the route names no scope or the key may not use it.
    """
    services: Services = connection.app.state.services
    scheme, _, secret = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Unauthenticated("Send a key as Authorization: Bearer …", headers={"WWW-Authenticate": "Bearer"})
    who = await sync_to_thread(partial(services.keyring.recognise, secret.strip()))
    scopes = handler.opt.get("scope") or ()
    who.must(*([scopes] if isinstance(scopes, str) else scopes))
    connection.state.who = who


def provide_who(request: Request[Any, Any, Any]) -> Principal:
    """Dependency: who asks, as `authorise` found it."""
    who: Principal = request.state.who
    return who


Who: TypeAlias = NamedDependency[Principal]
"""How a handler asks who asks."""
