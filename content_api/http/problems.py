"""Turns every exception into its problem document (RFC 9457): the one place where errors become answers."""

import logging
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import (
    ClientException,
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
    ValidationException,
)

from content_api.http import parameters
from schemas.decoding import encode
from schemas.problems import (
    BadParameter,
    FieldError,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    Problem,
    TooLarge,
)

log = logging.getLogger("hanmi.http")
MEDIA_TYPE = "application/problem+json"
BODY_LIMIT = 2 * 1024 * 1024


def answer(request: Request[Any, Any, Any], fault: Exception) -> Response[bytes]:
    """Return the problem document for any exception; an unforeseen one is logged and tells the caller nothing."""
    problem = fault if isinstance(fault, Problem) else _translated(request, fault)
    if problem.status >= 500 and not isinstance(fault, Problem):
        log.error("%s %s failed", request.method, quote(request.url.path, errors="replace"), exc_info=fault)
    headers = {"Cache-Control": "no-store", **problem.headers}
    return Response(
        document(problem, quote(request.url.path)), status_code=problem.status, headers=headers, media_type=MEDIA_TYPE
    )


def document(problem: Problem, instance: str) -> bytes:
    """Return the problem as JSON bytes; `instance` is the path it happened at, percent-encoded."""
    members: dict[str, object] = {
        "type": f"/problems/{problem.slug}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
    }
    if problem.errors:
        members["errors"] = problem.errors
    return encode(members | problem.more)


def _translated(request: Request[Any, Any, Any], fault: Exception) -> Problem:
    match fault:
        case ValidationException():
            return _of_parameters(request, fault)
        case MethodNotAllowedException():
            allowed = (fault.headers or {}).get("allow") or (fault.headers or {}).get("Allow", "")
            return MethodNotAllowed(
                "This address does not take that method.", headers={"Allow": allowed} if allowed else {}
            )
        case NotFoundException():
            return NotFound("There is nothing at this address.")
        case HTTPException(status_code=413):
            return TooLarge(f"A request has at most {BODY_LIMIT:,} bytes.")
        case ClientException():
            return MalformedBody("The request could not be read.")
    return unforeseen(str(request.scope.get("hanmi.request_id", "")))


def unforeseen(request_id: str) -> Problem:
    """Return what a caller is told of a fault of ours: nothing but the id under which the log has the rest."""
    return Problem("Something went wrong on our side; it has been logged.", request_id=request_id)


def _of_parameters(request: Request[Any, Any, Any], fault: ValidationException) -> Problem:
    """Tell parameters of the query from parts of the path: a wrong one of the path is simply not there."""
    found = fault.extra if isinstance(fault.extra, list) else []
    if any(each.get("source") == "path" for each in found):
        return NotFound("There is nothing at this address.")
    errors = []
    for each in found:
        name, message = str(each.get("key", "")), str(each.get("message", ""))
        allowed = parameters.allowed_values(request.route_handler, name)
        errors.append(FieldError(parameter=name, message=f"one of {', '.join(allowed)}" if allowed else message))
    named = "; ".join(f"{each.parameter}: {each.message}" for each in errors)
    return BadParameter(named or "A parameter is not right.", errors=errors)
