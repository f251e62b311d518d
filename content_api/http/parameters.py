"""Query parameters and languages: what is allowed, and which language an answer is in."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, get_args, get_origin

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from schemas.delivery import Audience
from schemas.language import LOCALES, Locale
from schemas.problems import BadParameter, NotFound
from schemas.values import PartialDate, Slug


def refuse_unknown(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """Guard: raise `BadParameter` for a query parameter the handler does not take, or one given twice.

    And `NotFound` for a NUL in the path, which no name holds and PostgreSQL cannot be asked for.
    """
    if "\0" in connection.scope["path"]:
        raise NotFound("There is nothing at this address.")
    allowed = _query_parameters(handler)
    for name in connection.query_params:
        if name not in allowed:
            raise BadParameter.named(name, f"unknown; there are {', '.join(sorted(allowed)) or 'none'}")
        values = connection.query_params.getall(name)
        if len(values) > 1:
            raise BadParameter.named(name, "given more than once")
        # The framework reads the word null as a parameter that was left out.
        if not allowed[name] and values[0].lower() == "null":
            raise BadParameter.named(name, f"{values[0]!r} is not allowed")


@cache
def _query_parameters(handler: BaseRouteHandler) -> Mapping[str, bool]:
    """Return the names of the query parameters a handler takes, each with whether it takes any text."""
    found = {name: field.annotation in (str, str | None) for name, field in _named_fields(handler)}
    in_path = {part for path in handler.paths for part in _path_names(path)}
    others = {"request", "services", "body", "who"} | in_path
    return {name: any_text for name, any_text in found.items() if name not in others}


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
    """Return the language for an `Accept-Language` header by lookup (RFC 4647, 3.4): `ko-KR` finds `ko`."""
    ranges = []
    for position, part in enumerate(header.split(",")):
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if weight > 0 and tag.strip():
            ranges.append((-weight, position, tag.strip().lower()))
    for _, _, wanted in sorted(ranges):
        for locale in LOCALES:
            # Lookup cuts subtags off the range until it fits: it ends at the locale that the range begins with.
            if f"{wanted}-".startswith(f"{locale}-"):
                return locale
    return default


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if not name:
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if name.strip().lower() == "q" and 0 <= weight <= 1 else 0.0


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
