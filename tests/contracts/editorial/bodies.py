"""Makes bad bodies from a good one and its JSON Schema: every place put wrong in every way the schema excludes."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tests.contracts.editorial.routes import DOCUMENT

Place = tuple[str | int, ...]
# One value of every JSON type; "integer" is a "number" too.
SPECIMENS = {"string": "text", "integer": 7, "number": 1.5, "boolean": True, "null": None, "array": [], "object": {}}
CONTROLS = ("\x00", "\x07", "\x1b", "\x7f", "\x85", "\ufffe", "\uffff")


@dataclass(frozen=True)
class Case:
    """A bad body, the pointer its problem must give, and words its message must hold."""

    body: Any
    pointer: str
    says: str = ""


def broken(described: Any, good: Any) -> Iterator[Case]:
    """Yield every bad body for an operation of the OpenAPI document, made from a `good` one that fills every place."""
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    for place, value, rules in _places(schema, good, ()):
        for bad, says in _excluded(value, rules):
            yield Case(replaced(good, place, bad), _pointer(place), says)
        if isinstance(value, dict):
            yield from _fields(good, place, value, rules)


def _places(schema: Any, value: Any, place: Place) -> Iterator[tuple[Place, Any, list[Any]]]:
    rules = _alternatives(schema)
    yield place, value, rules
    if isinstance(value, dict):
        properties = next(rule["properties"] for rule in rules if "properties" in rule)
        for name, each in value.items():
            yield from _places(properties[name], each, (*place, name))
    if isinstance(value, list) and value:
        items = next(rule["items"] for rule in rules if "items" in rule)
        yield from _places(items, value[0], (*place, 0))


def _alternatives(schema: Any) -> list[Any]:
    """Return what a schema allows, references followed and unions taken apart."""
    if "$ref" in schema:
        return _alternatives(DOCUMENT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return [rule for each in schema["anyOf"] for rule in _alternatives(each)]
    return [{"type": "string", **schema} if "enum" in schema else schema]


def _excluded(value: Any, rules: list[Any]) -> Iterator[tuple[Any, str]]:
    allowed = {rule["type"] for rule in rules}
    for kind, specimen in SPECIMENS.items():
        if kind not in allowed:
            yield specimen, ""
    for rule in rules:
        if rule["type"] == "string":
            yield from _bad_strings(value, rule)
        if rule["type"] == "integer":
            yield rule["maximum"] + 1, ""
            yield rule["minimum"] - 1, ""
            yield 10**400, ""
        if "maxItems" in rule and value:
            yield value * (rule["maxItems"] + 1), ""
        if rule.get("minItems"):
            yield [], ""


def _bad_strings(value: str, rule: Any) -> Iterator[tuple[str, str]]:
    if "maxLength" in rule:
        yield "a" * (rule["maxLength"] + 1), f"{rule['maxLength']:,}"
        for control in CONTROLS:
            yield f"a{control}b", f"U+{ord(control):04X}"
    else:
        yield value + "\x00", ""
    if rule.get("minLength"):
        yield "", ""
        yield " ", ""
    if "enum" in rule:
        yield "nonsense", ""
        yield value.upper(), ""
    if "pattern" in rule and "maxLength" in rule:  # a slug
        for bad in ("Upper", "a b", "-a", "a-", "a--b", "a/b", "é", "ㄱ", "a.b"):
            yield bad, ""
    elif "pattern" in rule:  # a date
        for bad in ("1953-13", "1953-02-30", "0000", "53", "1953-7-1", "1953-07-27T00:00:00Z", "１９５３", "1953\n"):
            yield bad, ""


def _fields(good: Any, place: Place, value: Any, rules: list[Any]) -> Iterator[Case]:
    for name, said in (("nonsense", "nonsense"), ("a/b~c", "a~1b~0c"), ("", "")):
        yield Case(replaced(good, place, value | {name: 1}), f"{_pointer(place)}/{said}", "unknown")
    for name in next(rule.get("required", []) for rule in rules if "properties" in rule):
        left = {other: each for other, each in value.items() if other != name}
        yield Case(replaced(good, place, left), _pointer(place), name)


def strings(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the place of every string in a body."""
    if isinstance(value, str):
        yield place
    for key, each in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from strings(each, (*place, key))


def replaced(whole: Any, place: Place, value: Any) -> Any:
    """Return `whole` with `value` at `place`."""
    if not place:
        return value
    copy = deepcopy(whole)
    inner = copy
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return copy


def _pointer(place: Place) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in place)
