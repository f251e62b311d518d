"""The OpenAPI 3.1 document: parameters from the handlers' signatures, bodies and answers from the msgspec structs.

Editorial handlers decode their bodies themselves, after 404, 428 and 412 are settled, so Litestar cannot see the
shapes; `takes` and `answers` on a route's `opt` say what they are.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar, Router
from litestar.connection import ASGIConnection
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from content_api.http.caching import JSON
from content_api.http.parameters import routed
from schemas.decoding import encode
from schemas.language import Locale
from schemas.problems import FieldError, NotFound, catalogue
from schemas.values import Value

DESCRIPTION = (
    "A headless bilingual content API: Korean and English. Delivery (`/v1/…`) is public and read only; "
    "editorial (`/v1/editorial/…`) needs a key as `Authorization: Bearer …`."
)


Path = list[str | PathParameterDefinition]


def config() -> OpenAPIConfig:
    """Return what Litestar is to make of the routes: the document, and none of its own pages."""
    return OpenAPIConfig(
        title="Hanmi",
        version="1",
        description=DESCRIPTION,
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
        # It cannot be told to serve nothing. Its pages load scripts from other hosts; ours is `/docs`.
        openapi_router=Router("/schema", route_handlers=[], guards=[_nothing_here], include_in_schema=False),
    )


def _operation_id(handler: HTTPRouteHandler, _method: Method | HttpMethod, path: Path) -> str:
    """Return what a generator of clients calls an operation: `listItems`, `editorialListEntries`."""
    words = handler.handler_name.split("_")
    if "editorial" in path:
        words.insert(0, "editorial")
    return words[0] + "".join(word.capitalize() for word in words[1:])


def _nothing_here(_connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    raise NotFound("There is nothing at this address.")


# How msgspec names a struct of one language, of both, a page of either, and changes without and with their items.
NAMES = [
    (rb"schemas\.\w+\.", b""),
    (rb"__typing\.Literal__(?:ko____en|all)__", b""),
    (rb"(Card|Item|Hit)_str__Translation_", rb"\1"),
    (rb"(Card|Item|Hit)_Pair_str___Pair_Translation__", rb"Bilingual\1"),
    (rb"(Search)?Page_(Bilingual)?(?:Card|Hit)_", rb"\2\1Page"),
    (rb"Changes_ItemChange_Item__", b"ItemChanges"),
    (rb"ItemChange_Item_", b"ItemChange"),
    (rb"Changes_Change_", b"Changes"),
    (rb"TagLabel_str_", b"TagLabel"),
    (rb"TagLabel_Pair_str__", b"BilingualTagLabel"),
    (rb"Pair_str_", b"TextPair"),
    (rb"Pair_Translation_", b"TranslationPair"),
]


def _asks(name: str, description: str, **schema: str) -> dict[str, Any]:
    """Return a header that a request may have."""
    text = {"type": "string", **schema}
    return {"name": name, "in": "header", "required": False, "schema": text, "description": description}


IF_MATCH = _asks("If-Match", "The `etag` as it was read, quotes included.") | {"required": True}
IF_NONE_MATCH = _asks(
    "If-None-Match", "The `ETag` of what you have: if that is still the answer, it is a 304 without a body."
)
ACCEPT_LANGUAGE = _asks("Accept-Language", "Decides the language where `locale` does not (RFC 4647, 3.4).")
IDEMPOTENCY_KEY = _asks(
    "Idempotency-Key",
    "Yours, new for each request: sent again with the same body within a day, it gets the first answer.",
    pattern="^[!-~]{1,255}$",
)


def _sent(description: str, *, always: bool = False) -> dict[str, Any]:
    return {"description": description, "required": always, "schema": {"type": "string"}}


# What answers carry, by the name of the header.
CACHED = {
    "ETag": _sent("Names these bytes; strong, so that each encoding has its own.", always=True),
    "Cache-Control": _sent("How long it is fresh.", always=True),
    "Vary": _sent("What else it depends on: the encoding, and where it was negotiated the language.", always=True),
}
LANGUAGE = {"Content-Language": _sent("What it is in.")}
LINK = {"Link": _sent('The next page, as `<address>; rel="next"`, where there is one.')}
LOCATION = {"Location": _sent("Its present address.", always=True)}
RETRY_AFTER = {"Retry-After": _sent("With a 429 or 503: try again after so many seconds.")}


class ProblemDocument(msgspec.Struct, kw_only=True):
    """RFC 9457. `type` is a stable path; `errors` points at what was wrong in the input.

    `available_locales` are the other languages that an item is public in; `draft` is the address of the open one.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | msgspec.UnsetType = msgspec.UNSET
    available_locales: list[Locale] | msgspec.UnsetType = msgspec.UNSET
    draft: str | msgspec.UnsetType = msgspec.UNSET


def answers(
    *shapes: Any,
    takes: Any = None,
    takes_type: str = JSON,
    scope: str | tuple[str, ...] = (),
    status: int = 200,
    versioned: bool = False,
    media_type: str = JSON,
    also: tuple[str, ...] = (),
    moves: bool = False,
    negotiated: bool = False,
) -> dict[str, Any]:
    """Return a route's `opt`: the shapes it answers, the one it takes, its scope, and whether it wants `If-Match`.

    The shapes are those of `media_type`, the one it takes of `takes_type`; `also` are other types that it may answer
    instead, of any text. What `moves` is answered by a 308 at its former address; where the language is `negotiated`,
    `Accept-Language` counts.
    """
    return {
        "answers": shapes,
        "takes": takes,
        "takes_type": takes_type,
        "scope": scope,
        "status": status,
        "versioned": versioned,
        "media_types": (media_type, *also),
        "moves": moves,
        "negotiated": negotiated,
    }


def document(app: Litestar) -> bytes:
    """Return the whole document as JSON bytes."""
    described = app.openapi_schema.to_schema()
    shapes = _shapes(app)
    schemas, components = msgspec.json.schema_components(
        shapes, schema_hook=_value_schema, ref_template="#/components/schemas/{name}"
    )
    schema_of = dict(zip(shapes, schemas, strict=True))
    _tell_what_is_left_out(components, taken=[schema_of[shape] for shape in _taken(app)])
    described["servers"] = [{"url": app.state.services.settings.public_url or "/"}]
    described["components"] = {
        "schemas": components,
        "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
    }
    for method, operation, opt in _operations(app, described["paths"]):
        _complete(operation, opt, schema_of)
        if headers := _headers(method, operation, opt):
            operation.setdefault("parameters", []).extend(headers)
    return _named(encode(described))


def _complete(operation: dict[str, Any], opt: dict[str, Any], schema_of: dict[Any, Any]) -> None:
    shapes = [schema_of[shape] for shape in opt["answers"]]
    success: dict[str, Any] = {"description": (opt["answers"][0].__doc__ or "").strip() if shapes else "Done."}
    if shapes:
        # An empty page is a page of either shape: hence any of them, not one.
        own, *others = opt["media_types"]
        success["content"] = {own: {"schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes}}}
        success["content"] |= {other: {"schema": {"type": "string"}} for other in others}
    problem = {"application/problem+json": {"schema": schema_of[ProblemDocument]}}
    refused = {"description": "A problem document.", "headers": RETRY_AFTER, "content": problem}
    operation["responses"] = {str(opt["status"]): success, "default": refused}
    if not opt["scope"]:
        success["headers"] = CACHED | LANGUAGE | (LINK if {"cursor", "since"} & _names(operation) else {})
        operation["responses"]["304"] = {"description": "It is what `If-None-Match` names.", "headers": CACHED}
    if opt["moves"]:
        operation["responses"]["308"] = {"description": "It has another address now.", "headers": LOCATION}
    if opt["takes"] is not None:
        body = {opt["takes_type"]: {"schema": schema_of[opt["takes"]]}}
        operation["requestBody"] = {"required": True, "content": body}
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    if scopes := [opt["scope"]] if isinstance(opt["scope"], str) else opt["scope"]:
        operation["security"] = [{"key": []}]
        wanted = " or ".join(f"`{scope}`" for scope in scopes)
        operation["description"] = f"{operation.get('description', '')}\n\nNeeds the scope {wanted}.".strip()


def _headers(method: str, operation: dict[str, Any], opt: dict[str, Any]) -> list[dict[str, Any]]:
    if not opt["scope"]:
        return [IF_NONE_MATCH, *([ACCEPT_LANGUAGE] if opt["negotiated"] else [])]
    return ([IF_MATCH] if opt["versioned"] else []) + ([IDEMPOTENCY_KEY] if method == "POST" else [])


def _names(operation: dict[str, Any]) -> set[str]:
    return {parameter["name"] for parameter in operation.get("parameters", ())}


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter's schema without `null`: one that is not sent is left out, and no word stands for it."""
    if {"type": "null"} in (choices := schema.get("oneOf", [])):
        rest = {name: value for name, value in schema.items() if name != "oneOf"}
        kept = [choice for choice in choices if choice != {"type": "null"}]
        return rest | (kept[0] if len(kept) == 1 else {"oneOf": kept})
    cleaned = dict(schema)
    for name in ("type", "enum"):
        if isinstance(schema.get(name), list):
            cleaned[name] = [value for value in schema[name] if value not in ("null", None)]
    if isinstance(cleaned.get("type"), list) and len(cleaned["type"]) == 1:
        cleaned["type"] = cleaned["type"][0]
    return cleaned


def _shapes(app: Litestar) -> list[Any]:
    sent = [shape for _, handler in routed(app) for shape in handler.opt.get("answers", ())]
    return list(dict.fromkeys([ProblemDocument, *sent, *_taken(app)]))


def _taken(app: Litestar) -> list[Any]:
    return [shape for _, handler in routed(app) if (shape := handler.opt.get("takes")) is not None]


def _operations(app: Litestar, paths: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Yield the method of each described operation, the operation, and what its route says of it."""
    for path, handler in routed(app):
        described = paths.get(_path(path), {})
        for method in handler.http_methods & {each.upper() for each in described}:
            if "answers" in handler.opt:
                yield method, described[method.lower()], handler.opt


def _tell_what_is_left_out(components: dict[str, Any], taken: list[Any]) -> None:
    """Require of what is sent all that is always sent, defaults too; name none for what callers may leave out.

    Generators of clients take a property with a default for one that is always there, whichever way it goes.
    """
    by_callers = _reached(components, taken)
    for name, schema in components.items():
        fields = schema.get("properties", {})
        idle = {field for field, described in fields.items() if "default" in described}
        for field in idle:
            del fields[field]["default"]
        if idle and name not in by_callers:
            schema["required"] = [field for field in fields if field in idle or field in schema.get("required", ())]


def _reached(components: dict[str, Any], schemas: list[Any]) -> set[str]:
    """Return the names of the components that `schemas` are made of."""
    found: set[str] = set()
    while schemas:
        new = set(re.findall(r"#/components/schemas/([^\"]+)", encode(schemas).decode())) - found
        found |= new
        schemas = [components[name] for name in new]
    return found


def _named(document: bytes) -> bytes:
    """Give the generic structs names that a generator of clients can use."""
    for pattern, name in NAMES:
        document = re.sub(pattern, name, document)
    return document


def _path(path: str) -> str:
    """Return Litestar's `{kind:str}` as OpenAPI's `{kind}`."""
    return "/".join(part.split(":")[0] + "}" if part.startswith("{") else part for part in path.split("/"))


def _value_schema(shape: Any) -> dict[str, Any]:
    if isinstance(shape, type) and issubclass(shape, Value):
        return shape.schema()
    raise NotImplementedError(f"no schema for {shape}")


def problem_page(slug: str) -> str | None:
    """Return what a problem's address says about it, or `None` if there is no such problem."""
    for kind in catalogue():
        if kind.slug == slug:
            return f"{kind.title} ({kind.status})\n\n{(kind.__doc__ or '').strip()}\n"
    return None
