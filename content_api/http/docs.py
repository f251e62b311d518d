"""The page to read the API on: HTML made from the OpenAPI document alone, without script and without another host.

Here the document becomes what the template shows (operations, fields, examples); wording and looks are in `templates/`.
"""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from content_api.http.docs_schemas import JSON, Type, curl, pretty, sample, type_of
from schemas.problems import catalogue

STYLE = files("content_api.http").joinpath("templates", "docs.css").read_text(encoding="utf-8")
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
# `img-src data:` is for the icon, which stands in the page; without it a browser would ask for one and complain.
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

NO_CONTENT: Mapping[str, Any] = {}
METHODS = ("get", "post", "put", "patch", "delete")
# The examples' address where the document's own server is a mere path.
LOCAL = "http://127.0.0.1:8000"
SCOPE = re.compile(r"\s*Needs the scope (`[\w:]+`(?: or `[\w:]+`)*)\.")
TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=:)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<word>\b(?:true|false|null|-?\d+)\b)'
)


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a body, or one parameter (then `place` is path, query or header)."""

    name: str
    anchor: str
    type: Type
    required: bool
    description: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """One component schema: its fields, or where it is no object what it is (`type`)."""

    name: str
    anchor: str
    description: str
    type: Type
    fields: tuple[Field, ...]
    closed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One status an operation answers with: its type where it has a body, and an example where that is JSON.

    The type is that of `media_type`; `others` are what it may answer instead.
    """

    status: str
    description: str
    media_type: str
    others: tuple[str, ...]
    type: Type | None
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `resource` is what it belongs to within its group, or empty."""

    method: str
    path: str
    anchor: str
    group: str
    resource: str
    summary: str
    description: str
    scopes: tuple[str, ...]
    parameters: tuple[Field, ...]
    body: Type | None
    answers: tuple[Answer, ...]
    curl: str


@lru_cache(maxsize=2)
def page(document: bytes) -> bytes:
    """Return the OpenAPI document as one HTML page; the same document always gives the same bytes."""
    described = json.loads(document)
    components = described.get("components", {}).get("schemas", {})
    server = described.get("servers", [{}])[0].get("url", "")
    host = server.rstrip("/") if "://" in server else LOCAL
    operations = list(_operations(described["paths"], components, host))
    groups: dict[str, dict[str, list[Operation]]] = {}
    for operation in operations:
        groups.setdefault(operation.group, {}).setdefault(operation.resource, []).append(operation)
    scopes: dict[str, list[Operation]] = {}
    for operation in operations:
        for scope in operation.scopes:
            scopes.setdefault(scope, []).append(operation)
    from jinja2 import Environment, PackageLoader, StrictUndefined  # which a server needs for this page alone

    environment = Environment(
        loader=PackageLoader("content_api.http", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(prose=prose, tokens=tokens, slug=slug)
    html = environment.get_template("docs.html").render(
        info=described["info"],
        style=STYLE,
        host=host,
        groups=groups,
        scopes=scopes,
        shapes={name: _shape(name, schema) for name, schema in components.items()},
        problems=[(kind.slug, kind.status, kind.title, kind.__doc__ or "") for kind in catalogue()],
    )
    return html.encode()


def prose(text: str) -> list[list[tuple[bool, str]]]:
    """Return `text` as paragraphs of pieces, each with whether it stood in backticks."""
    paragraphs = (re.sub(r"\s+", " ", part).strip() for part in re.split(r"\n\s*\n", text))
    return [
        [(index % 2 == 1, piece) for index, piece in enumerate(part.split("`")) if piece] for part in paragraphs if part
    ]


def tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield JSON text in pieces, each with what it is: `key`, `text`, `word` or nothing."""
    end = 0
    for match in TOKEN.finditer(text):
        yield "", text[end : match.start()]
        yield match.lastgroup or "", match[0]
        end = match.end()
    yield "", text[end:]


def slug(text: str) -> str:
    """Return `text` as it may stand in an `id` and, unescaped, in a fragment."""
    return re.sub(r"[^\w.-]+", "-", text).strip("-") or "part"


def _operations(paths: Mapping[str, Any], components: Mapping[str, Any], host: str) -> Iterator[Operation]:
    for path, methods in paths.items():
        for method in METHODS:
            if method not in methods:
                continue
            described = methods[method]
            description = described.get("description", "")
            scope = SCOPE.search(description)
            anchor = slug(f"{method} {path}").lower()
            body = described.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
            fixed = [part for part in path.split("/") if part and not part.startswith("{")]
            yield Operation(
                method=method.upper(),
                path=path,
                anchor=anchor,
                group=next(iter(described.get("tags", [])), "Other"),
                resource=fixed[2] if fixed[:2] == ["v1", "editorial"] and len(fixed) > 2 else "",
                summary=described.get("summary") or f"{method.upper()} {path}",
                description=SCOPE.sub("", description),
                scopes=tuple(re.findall(r"`([\w:]+)`", scope[1])) if scope else (),
                parameters=tuple(_parameter(each, anchor) for each in described.get("parameters", [])),
                body=None if body is None else type_of(body),
                answers=tuple(_answers(described.get("responses", {}), components)),
                curl=curl(method.upper(), path, described, components, host),
            )


def _answers(responses: Mapping[str, Any], components: Mapping[str, Any]) -> Iterator[Answer]:
    for status, response in responses.items():
        if status == "default":  # the problem document, told once for all
            continue
        content_of = response.get("content", {})
        media_type, *others = content_of or [""]
        content = content_of.get(media_type, NO_CONTENT)
        schema = content.get("schema")
        example = ""
        if schema is not None and media_type == JSON:
            example = pretty(sample(schema, components))
        type_ = None if schema is None else type_of(schema)
        yield Answer(status, response.get("description", ""), media_type, tuple(others), type_, example)


def _parameter(described: Mapping[str, Any], operation: str) -> Field:
    return Field(
        described["name"],
        slug(f"{operation}.{described['name']}"),
        type_of(described.get("schema", {})),
        described.get("required", False),
        described.get("description", ""),
        described["in"],
    )


def _shape(name: str, schema: Mapping[str, Any]) -> Shape:
    anchor = slug(f"schema-{name}")
    required = schema.get("required", ())
    fields = tuple(
        Field(key, slug(f"{anchor}.{key}"), type_of(each), key in required, each.get("description", ""))
        for key, each in schema.get("properties", {}).items()
    )
    closed = schema.get("additionalProperties") is False
    return Shape(name, anchor, schema.get("description", ""), type_of(schema), fields, closed)
