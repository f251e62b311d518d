"""Who comes in: every page of the desk but those for signing in asks for a session, and says kindly what went wrong."""

import re
from typing import Any

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler

from content_api.desk.pages import Call, address_of, page, to
from content_api.http import problems
from content_api.http.access import CSRF_HEADER, session_of
from schemas.problems import Problem, Unauthenticated

SIGN_IN = "/desk/sign-in"
PAGE = re.compile(r"/desk(?![^/?#])")


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard: recognise the session and require the route's scope: `entries:read` where it names none.

    A route whose scope is `None` is for everybody who is signed in, whatever they may do: their own sessions, say.
    """
    session = await session_of(connection)
    if scope := handler.opt.get("scope", "entries:read"):
        session.who.must(scope)
    connection.state.who = session.who


def sorry(request: Call, fault: Exception) -> Response[bytes]:
    """Return what a person is shown of any exception: the way to sign in, or a page that says what to do now.

    The desk's own script gets the problem document, as from the API.
    """
    answer = problems.answer(request, fault)
    if CSRF_HEADER in request.headers:
        return answer
    if isinstance(fault, Unauthenticated):
        return to(SIGN_IN, next=_here(request))
    problem = fault if isinstance(fault, Problem) else None
    status = answer.status_code or 500
    shown = page(request, "sorry.html", status=status, problem=problem, request_id=_request_id(request))
    for name in ("Allow", "Retry-After"):
        if name in answer.headers:
            shown.headers[name] = answer.headers[name]
    return shown


def within(address: str) -> str:
    """Return `address` if it is a page of the desk, else the desk's first page: nobody is led elsewhere."""
    path = address.partition("?")[0].partition("#")[0]
    # A second slash or a backslash would name a host; dots would lead out again.
    own = PAGE.match(address) and not any(part in ("", ".", "..") for part in path.split("/")[1:])
    return address if own and "\\" not in address and address.isprintable() else "/desk"


def _here(request: Call) -> str:
    """Return the page to come back to; where a form was sent, the desk's first one."""
    if request.method != "GET":
        return "/desk"
    return address_of(request)


def _request_id(request: Call) -> str:
    return str(request.scope.get("hanmi.request_id", ""))
