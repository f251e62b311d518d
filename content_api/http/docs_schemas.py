"""A JSON Schema of the OpenAPI document in words, as an example value, and an operation as a curl call."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

JSON = "application/json"
# Optional query parameters that an example shows all the same.
SHOWN = ("locale", "q", "url", "format")
DEEPEST = 16
# A list of strings or numbers as `json` indents it.
SHORT_LIST = re.compile(r"\[\n((?:\s*(?:\"(?:[^\"\\\n]|\\.)*\"|-?\d+),?\n)+)\s*\]")
Words = tuple[tuple[str, str | None], ...]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Type:
    """A schema in words: `words` are pieces of text, each with the component it names or `None`."""

    words: Words
    nullable: bool
    choices: tuple[str, ...]
    limits: tuple[str, ...]
    default: str | None

    @property
    def parts(self) -> tuple[str, ...]:
        """The components it names, each once."""
        return tuple(dict.fromkeys(name for _, name in self.words if name))


def type_of(schema: Schema) -> Type:
    """Return what a value of `schema` is, in words."""
    branches = _branches(schema)
    leaves = [_leaf(branch) for branch in branches]
    choices = [value for leaf in leaves for value in leaf.get("enum", []) if value is not None]
    limits = [limit for branch, leaf in zip(branches, leaves, strict=True) for limit in _limits(branch, leaf)]
    default = schema.get("default")
    return Type(
        words=_words(schema),
        nullable=_is_nullable(schema),
        choices=tuple(value if isinstance(value, str) else json.dumps(value) for value in choices),
        limits=tuple(limits),
        default=None if default is None else default if isinstance(default, str) else json.dumps(default),
    )


def _branches(schema: Schema) -> list[Schema]:
    """Return the alternatives of a schema without null; a plain schema is its own and only one."""
    alternatives = schema.get("oneOf") or schema.get("anyOf") or [schema]
    return [each for each in alternatives if each.get("type") != "null"]


def _is_nullable(schema: Schema) -> bool:
    alternatives = schema.get("oneOf") or schema.get("anyOf") or [schema]
    return any(each.get("type") == "null" or "null" in _types(each) for each in alternatives)


def _types(schema: Schema) -> list[str]:
    given = schema.get("type", [])
    return given if isinstance(given, list) else [given]


def _leaf(schema: Schema) -> Schema:
    """Return the schema of an array's elements, through arrays of arrays; anything else is its own."""
    while isinstance(schema.get("items"), dict):
        schema = schema["items"]
    return schema


def _words(schema: Schema) -> Words:
    pieces: list[tuple[str, str | None]] = []
    for branch in _branches(schema):
        if pieces:
            pieces.append((" or ", None))
        pieces += _plain(branch)
    return tuple(pieces) or (("null", None),)


def _plain(schema: Schema) -> Words:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return ((name, name),)
    if "oneOf" in schema or "anyOf" in schema:
        return _words(schema)
    if "prefixItems" in schema:
        inside = ", ".join("".join(text for text, _ in _words(each)) for each in schema["prefixItems"])
        return ((f"[{inside}]", None),)
    kinds = [kind for kind in _types(schema) if kind != "null"]
    if kinds == ["array"]:
        items = schema.get("items")
        return (("array of ", None), *_words(items)) if items else (("array", None),)
    values = schema.get("additionalProperties")
    if kinds == ["object"] and isinstance(values, dict):
        return (("object, each value ", None), *_words(values))
    if not kinds and "enum" in schema:
        kinds = ["string"]
    return ((" or ".join(kinds) or "any value", None),)


def _limits(schema: Schema, leaf: Schema) -> Iterator[str]:
    span = _span(schema.get("minItems"), schema.get("maxItems"))
    if span and "prefixItems" not in schema:
        yield f"{span} items"
    if span := _span(leaf.get("minimum"), leaf.get("maximum")):
        yield span
    if span := _span(leaf.get("minLength"), leaf.get("maxLength")):
        yield f"{span} characters"
    if "format" in leaf:
        yield f"format {leaf['format']}"
    if "pattern" in leaf:
        yield f"matches {leaf['pattern']}"


def _span(least: float | None, most: float | None) -> str:
    if least is not None and most is not None and (least or most <= 1):
        return f"{least:,.10g} to {most:,.10g}"
    if most is not None:
        return f"up to {most:,.10g}"
    return f"at least {least:,.10g}" if least else ""


@cache
def _samples() -> dict[str, Any]:
    """Return what examples show, by a name, perhaps with what it stands in before it (`title.ko`)."""
    text = files("content_api.http").joinpath("templates", "docs_samples.json").read_text(encoding="utf-8")
    samples: dict[str, Any] = json.loads(text)
    return samples


def sample(schema: Schema, components: Schema, path: tuple[str, ...] = (), *, asked: bool = False) -> Any:
    """Return an example value.

    `path` is where it stands, components among it; `asked` says that a caller sends it, and so leaves out what is idle.
    """
    branches = _branches(schema)
    known = _known(path)
    if known is not None and _fits(known, branches):
        return known
    is_part = any("$ref" in each for each in branches)
    if len(path) > DEEPEST or not branches or (_is_nullable(schema) and not is_part and not asked):
        return None
    branch = branches[0]
    if "$ref" in branch:
        name = branch["$ref"].rpartition("/")[2]
        return sample(components.get(name, {}), components, (*path, name), asked=asked)
    if "properties" in branch:
        return {
            name: sample(each, components, (*path, name), asked=asked)
            for name, each in branch["properties"].items()
            if not asked or name in branch.get("required", ()) or _worth_sending(each, (*path, name))
        }
    values = branch.get("additionalProperties")
    if isinstance(values, dict):
        return {locale: sample(values, components, (*path, locale), asked=asked) for locale in ("ko", "en")}
    items = branch.get("items")
    if items and path[-1:] != ("issues",) and ("$ref" in items or asked):
        return [sample(items, components, path, asked=asked)]
    return _plainest(branch)


def _plainest(schema: Schema) -> Any:
    if schema.get("default") is not None:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = next(iter(_types(schema)), "string")
    plain = {"array": [], "integer": int(schema.get("minimum", 1)), "number": 1, "boolean": False, "object": {}}
    return plain.get(kind, "…")


def _known(path: tuple[str, ...]) -> Any:
    """Return the sample for a place: by what it stands in and its name, or by its name alone."""
    parents = path[-2:-1] + path[-3:-2]
    keys = [*(f"{parent}.{path[-1]}" for parent in parents), *path[-1:]]
    return next((_samples()[key] for key in keys if key in _samples()), None)


def _fits(value: Any, branches: list[Schema]) -> bool:
    """Tell whether a sample may stand for a schema: of its type, and among its choices where it has some."""
    kinds = {str: "string", int: "integer", bool: "boolean", list: "array", dict: "object"}
    for branch in branches:
        if "$ref" in branch:
            continue
        if "enum" in branch:
            if value in branch["enum"]:
                return True
        elif kinds.get(type(value)) in _types(branch):
            leaf = _leaf(branch)
            return not isinstance(value, list) or ("$ref" not in leaf and set(value) <= set(leaf.get("enum", value)))
    return False


def _worth_sending(schema: Schema, path: tuple[str, ...]) -> bool:
    return _known(path) is not None or any("$ref" in _leaf(each) for each in _branches(schema))


def pretty(value: Any) -> str:
    """Return JSON as the examples show it."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return SHORT_LIST.sub(lambda match: "[" + re.sub(r"\s*\n\s*", " ", match[1].strip()) + "]", text)


def curl(method: str, path: str, operation: Schema, components: Schema, host: str) -> str:
    """Return a call of `operation` to paste into a shell; the key is expected in `HANMI_KEY`."""
    query = []
    headers = ['"Authorization: Bearer $HANMI_KEY"'] if operation.get("security") else []
    for parameter in operation.get("parameters", []):
        name, place = parameter["name"], parameter["in"]
        parent = path.split(f"/{{{name}}}")[0].rpartition("/")[2]
        value = sample(parameter.get("schema", {}), components, (parent, name), asked=True)
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(str(value)))
        elif place == "query" and (parameter.get("required") or name in SHOWN):
            query.append(f"{quote(name)}={quote(str(value))}")
        elif place == "header" and parameter.get("required"):
            headers.append(_quoted(f"{name}: {value}"))
    body = operation.get("requestBody", {}).get("content", {}).get(JSON, {}).get("schema")
    address = _quoted(host + path + ("?" + "&".join(query) if query else ""))
    lines = [f"curl {address}" if method == "GET" else f"curl -X {method} {address}"]
    lines += [f"-H {header}" for header in headers]
    if body is not None:
        lines += [f"-H 'Content-Type: {JSON}'", f"-d {_quoted(pretty(sample(body, components, asked=True)))}"]
    return " \\\n  ".join(lines)


def _quoted(text: str) -> str:
    """Return `text` as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
