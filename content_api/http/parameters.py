"""Query parameters and languages: what is allowed, and which language an answer is in."""

import re
from collections.abc import Iterator, Mapping, Set
from typing import Any, Literal, get_args, get_origin

from litestar import Litestar, Request
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.types import Empty
from litestar.typing import FieldDefinition

from content_api.http.edge import is_public
from schemas.delivery import Audience
from schemas.language import LOCALES, Locale
from schemas.problems import BadParameter, NotFound
from schemas.values import PartialDate, Slug

ALLOWED = "query_parameters"
REQUIRED = "required_parameters"
TEXT = (str, str | None)
WHOLE_NUMBER = re.compile(r"-?[0-9]+")
# RFC 9110, 12.4.2.
WEIGHT = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


async def refuse_nul(request: Request[Any, Any, Any]) -> None:
    """Before a handler: raise `NotFound` for a NUL in the path, which no name holds and PostgreSQL refuses."""
    if "\0" in request.scope["path"]:
        raise NotFound("There is nothing at this address.")


async def refuse_unknown(request: Request[Any, Any, Any]) -> None:
    """Before a handler: raise `BadParameter` for a query parameter it does not take, one given twice, or missing.

    And `NotFound` as `refuse_nul` does.
    """
    await refuse_nul(request)
    handler = request.route_handler
    allowed = _allowed(handler)
    seen = set()
    for name, value in request.query_params.multi_items():
        if name not in allowed:
            raise BadParameter.named(name, f"unknown; there are {', '.join(sorted(allowed)) or 'none'}")
        if name in seen:
            raise BadParameter.named(name, "given more than once")
        seen.add(name)
        # The framework reads the word null as a parameter that was left out, and 1.0 as a whole number.
        if allowed[name] not in TEXT and value.lower() == "null":
            raise BadParameter.named(name, f"{value!r} is not allowed")
        if allowed[name] is int and not WHOLE_NUMBER.fullmatch(value):
            raise BadParameter.named(name, f"{value!r} is not a whole number")
    required = handler.opt.get(REQUIRED)
    if required is None:
        required = handler.opt.setdefault(REQUIRED, _required(handler, allowed))
    for name in required:
        if name not in seen:
            raise BadParameter.named(name, "is missing")


def heeded(app: Litestar) -> Mapping[str, Set[str]]:
    """Return the parameters that count where those that nobody knows are not refused.

    By the paths of their routes, or what comes before the first name in them: `/feeds/`.
    """
    return {
        path.partition("{")[0]: frozenset(_allowed(handler))
        for path, handler in routed(app)
        if "GET" in handler.http_methods and is_public(path) and handler.resolve_before_request() is not refuse_unknown
    }


def routed(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """Yield every handler of requests with the path of its route."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            yield route.path, handler


def _allowed(handler: BaseRouteHandler) -> Mapping[str, Any]:
    # Kept at the handler, as long as it lives: to look a signature through costs as much as to answer.
    if ALLOWED not in handler.opt:
        handler.opt[ALLOWED] = _query_parameters(handler)
    allowed: Mapping[str, Any] = handler.opt[ALLOWED]
    return allowed


def _query_parameters(handler: BaseRouteHandler) -> Mapping[str, Any]:
    """Return the names of the query parameters a handler takes, each with its type."""
    found = {name: field.annotation for name, field in _named_fields(handler)}
    in_path = {part for path in handler.paths for part in _path_names(path)}
    others = {"request", "scope", "services", "body", "who"} | in_path
    return {name: kind for name, kind in found.items() if name not in others}


def _required(handler: BaseRouteHandler, allowed: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of the query parameters a handler cannot do without."""
    return frozenset(name for name, field in _named_fields(handler) if name in allowed and field.default is Empty)


def allowed_values(handler: BaseRouteHandler, name: str) -> list[str]:
    """Return the values a handler's parameter may have, where they are a short list."""
    for parameter, field in _named_fields(handler):
        if parameter == name:
            kinds = [field.annotation, *get_args(field.annotation)]
            return [value for kind in kinds if get_origin(kind) is Literal for value in get_args(kind)]
    return []


def _named_fields(handler: BaseRouteHandler) -> Iterator[tuple[str, FieldDefinition]]:
    """Yield what a handler takes, by the names that callers use: `from`, where the code must say `since`."""
    for name, field in handler.parsed_fn_signature.parameters.items():
        definition = field.kwarg_definition
        alias = definition.name if isinstance(definition, ParameterKwarg) else None
        yield alias or name, field


def _path_names(path: str) -> list[str]:
    return [part.strip("{}").split(":")[0] for part in path.split("/") if part.startswith("{")]


def audience(request: Request[Any, Any, Any], locale: Audience | None, default: Locale) -> tuple[Audience, bool]:
    """Return for whom the answer is, and whether `Accept-Language` had to decide it."""
    if locale is not None:
        return locale, False
    return negotiated(", ".join(request.headers.getall("accept-language", [])), default), True


def negotiated(header: str, default: Locale) -> Locale:
    """Return the language for an `Accept-Language` header by lookup (RFC 4647, 3.4): `ko-KR` finds `ko`.

    Where no range finds one it is `default`, or the other language if the header excludes that by a weight of 0. A
    header that excludes both is as good as none (RFC 9110, 12.5.4). Parts that are not well formed do not count.
    """
    weighed = list(_ranges(header))
    excluded = {wanted for wanted, weight in weighed if weight == 0}
    open_to = [locale for locale in LOCALES if locale not in excluded]
    # Lookup passes over the wildcard: it matches everything, so it tells nothing.
    for wanted, weight in sorted(weighed, key=lambda each: -each[1]):
        for locale in open_to if weight else ():
            # Lookup cuts subtags off the range until it fits: it ends at the locale that the range begins with.
            if f"{wanted}-".startswith(f"{locale}-"):
                return locale
    if "*" in excluded or default in open_to or not open_to:
        return default
    return open_to[0]


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """Yield each range of the header in lower case, with its weight."""
    for part in header.split(","):
        wanted, given, parameter = part.partition(";")
        name, _, weight = parameter.strip(" \t").partition("=")
        if not given:
            yield wanted.strip(" \t").lower(), 1.0
        elif name in ("q", "Q") and WEIGHT.fullmatch(weight):
            yield wanted.strip(" \t").lower(), float(weight)


def date(name: str, given: str | None) -> PartialDate | None:
    """Return a date parameter; raise `BadParameter` if it is none."""
    if given is None:
        return None
    try:
        return PartialDate.parse(given)
    except ValueError as fault:
        raise BadParameter.named(name, str(fault)) from None


def slug(name: str, given: str | None) -> Slug | None:
    """Return a slug parameter in NFC; raise `BadParameter` if it is none."""
    if given is None:
        return None
    try:
        return Slug.parse(given)
    except ValueError as fault:
        raise BadParameter.named(name, str(fault)) from None


def chosen(name: str, given: str | None, allowed: tuple[str, ...]) -> list[str] | None:
    """Return a comma-separated choice; raise `BadParameter` naming what is not among `allowed`."""
    if given is None:
        return None
    wanted = [part.strip() for part in given.split(",") if part.strip()]
    for part in wanted:
        if part not in allowed:
            raise BadParameter.named(name, f"{part!r} is not one of {', '.join(allowed)}")
    if not wanted:
        raise BadParameter.named(name, f"one or more of {', '.join(allowed)}")
    return wanted
