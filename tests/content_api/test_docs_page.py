"""The page at `/docs`, as bytes: it tells the whole document, and nothing in the document can break out of it."""

import base64
import hashlib
import json
import re
import shlex
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from content_api.app import create_app
from content_api.http import docs, openapi
from content_api.http.docs_schemas import curl, sample, type_of
from content_api.settings import load
from schemas.problems import catalogue

# The page is made without a database.
BACKENDS = ("sqlite",)

HOSTILE = '<script>alert(1)</script>"\'><img src="https://evil.example/x" onerror=alert(1)>{{ 7*7 }}</style>'
LOADING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "manifest"}


class Reader(HTMLParser):
    """Collects a page's tags, attributes, ids and text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data

    def values(self, name: str) -> list[str]:
        return [value for _, each, value in self.attributes if each == name]


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("docs")
    return openapi.document(create_app(load({"HANMI_DATA_DIR": str(folder)}), with_worker=False))


@pytest.fixture(scope="module")
def read(document: bytes) -> Reader:
    return Reader(docs.page(document))


def test_every_operation_is_told(document: bytes, read: Reader) -> None:
    """Every path stands on the page, and every operation has its summary, an anchor and a link to it."""
    ids, links = read.values("id"), read.values("href")
    for path, methods in json.loads(document)["paths"].items():
        assert path in read.text
        for method, operation in methods.items():
            anchor = docs.slug(f"{method} {path}").lower()
            assert anchor in ids
            assert f"#{anchor}" in links
            assert operation["summary"] in read.text
            for parameter in operation.get("parameters", []):
                assert f"{anchor}.{parameter['name']}" in ids


def test_every_format_is_told(document: bytes, read: Reader) -> None:
    """Whatever an operation may answer with is named, beside what comes first."""
    methods = [each for path in json.loads(document)["paths"].values() for each in path.values()]
    named = {name for each in methods for name in each["responses"].get("200", {}).get("content", {})}
    assert named >= {"application/feed+json", "application/atom+xml", "application/rss+xml", "text/xml"}
    assert [name for name in named if name not in read.text] == []


def test_every_group_is_told_in_korean_too(document: bytes) -> None:
    """In the contents: what a group is called, in both languages."""
    page = docs.page(document).decode()
    groups = {tag for path in json.loads(document)["paths"].values() for each in path.values() for tag in each["tags"]}
    assert {"Delivery", "Partners", "Editorial"} == groups
    for group in groups:
        assert re.search(rf'<a href="#{group.lower()}">{group} · <span[^>]*lang="ko"[^>]*>[가-힣]', page), group


def test_every_schema_and_field_is_told(document: bytes, read: Reader) -> None:
    """Every component schema has its anchor, and so has each of its fields."""
    ids = read.values("id")
    for name, schema in json.loads(document)["components"]["schemas"].items():
        assert f"schema-{name}" in ids
        for field in schema.get("properties", {}):
            assert f"schema-{name}.{field}" in ids


def test_every_problem_is_told(read: Reader) -> None:
    """Every kind of problem has its anchor and its stable address on the page."""
    for kind in catalogue():
        assert f"problem-{kind.slug}" in read.values("id")
        assert f"/problems/{kind.slug}" in read.text


def test_every_link_within_the_page_has_one_target(read: Reader) -> None:
    """Ids are unique, and every `#…` leads to one of them."""
    ids = read.values("id")
    assert sorted(ids) == sorted(set(ids))
    assert {link[1:] for link in read.values("href") if link.startswith("#")} <= set(ids)


def test_every_scope_is_shown_as_a_link(document: bytes, read: Reader) -> None:
    """The scope that an operation's description names leads to the list of scopes."""
    scopes = set(re.findall(r"Needs the scope `([\w:]+)`", document.decode()))
    assert scopes
    assert {f"#{docs.slug(f'scope-{scope}')}" for scope in scopes} <= set(read.values("href"))
    assert "Needs the scope" not in read.text


def test_the_policy_allows_exactly_the_style_of_the_page(document: bytes) -> None:
    """The hash in the policy is that of the one style element, and nothing inline is allowed without one."""
    [style] = re.findall(rb"<style>(.*?)</style>", docs.page(document), re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    policy = dict(part.strip().split(" ", 1) for part in docs.CONTENT_SECURITY_POLICY.split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest}'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


def test_nothing_is_loaded_from_anywhere(read: Reader) -> None:
    """No script, no inline style attribute, no address of another host in anything that loads or leads."""
    assert not read.tags & {"script", "iframe", "object", "embed", "form", "img", "base"}
    assert not any(name in LOADING or name == "style" or name.startswith("on") for _, name, _ in read.attributes)
    for tag, _, value in [each for each in read.attributes if each[1] == "href"]:
        assert value.startswith("#" if tag != "link" else "data:") or value == "/openapi.json"
    assert not re.search(r"url\(|@import", docs.STYLE)


def test_the_same_document_gives_the_same_bytes(document: bytes) -> None:
    """The page is made from the document alone, so that its ETag holds between processes."""
    docs.page.cache_clear()
    first = docs.page(document)
    docs.page.cache_clear()
    assert docs.page(document) == first


def test_hostile_text_anywhere_in_the_document_stays_text() -> None:
    """Markup in names, paths, descriptions, enums, patterns and defaults is shown, never obeyed."""
    schema = {"type": "string", "enum": [HOSTILE], "default": HOSTILE, "pattern": HOSTILE, "format": HOSTILE}
    operation = {
        "tags": [HOSTILE],
        "summary": HOSTILE,
        "description": f"`{HOSTILE}` {HOSTILE}",
        "parameters": [{"name": HOSTILE, "in": HOSTILE, "schema": schema, "description": HOSTILE}],
        "requestBody": {"content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{HOSTILE}"}}}},
        "responses": {HOSTILE: {"description": HOSTILE, "content": {"application/json": {"schema": schema}}}},
    }
    shape = {"type": "object", "description": HOSTILE, "properties": {HOSTILE: schema | {"description": HOSTILE}}}
    hostile = {
        "info": {"title": HOSTILE, "version": HOSTILE, "description": HOSTILE},
        "servers": [{"url": f"https://{HOSTILE}"}],
        "paths": {f"/v1/editorial/{HOSTILE}": {"get": operation}},
        "components": {"schemas": {HOSTILE: shape, "Harmless": {"type": "string"}}},
    }
    read = Reader(docs.page(json.dumps(hostile).encode()))
    assert not read.tags & {"script", "img"}
    assert not any(name.startswith("on") or name in LOADING for _, name, _ in read.attributes)
    assert "{{ 7*7 }}" in read.text
    assert not any("<" in value or '"' in value for value in read.values("id"))


def test_a_schema_that_holds_itself_ends() -> None:
    """Recursive components are linked, not unfolded for ever, and so are their examples."""
    node = {"type": "object", "properties": {"next": {"$ref": "#/components/schemas/Node"}}, "required": ["next"]}
    answer = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Node"}}}}
    described: dict[str, Any] = {
        "info": {"title": "T", "version": "1", "description": ""},
        "paths": {"/node": {"get": {"responses": {"200": answer}}}},
        "components": {"schemas": {"Node": node}},
    }
    assert b"schema-Node.next" in docs.page(json.dumps(described).encode())


@pytest.mark.parametrize(
    ("schema", "words", "nullable", "limits", "choices"),
    [
        ({"type": "integer", "minimum": 1.0, "maximum": 100.0}, "integer", False, ("1 to 100",), ()),
        ({"type": ["null", "string"], "enum": ["ko", None]}, "string", True, (), ("ko",)),
        ({"anyOf": [{"$ref": "#/c/Text"}, {"type": "null"}]}, "Text", True, (), ()),
        ({"type": "array", "items": {"enum": ["a", "b"]}, "maxItems": 2}, "array of string", False,
         ("up to 2 items",), ("a", "b")),
        ({"oneOf": [{"$ref": "#/c/Page"}, {"$ref": "#/c/Other"}]}, "Page or Other", False, (), ()),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "object, each value integer", False, (), ()),
        ({"type": "array", "prefixItems": [{"type": "integer"}] * 2, "items": False, "maxItems": 2},
         "[integer, integer]", False, (), ()),
        ({}, "any value", False, (), ()),
    ],
)  # fmt: skip
def test_a_schema_is_put_into_words(
    schema: dict[str, Any], words: str, nullable: bool, limits: tuple[str, ...], choices: tuple[str, ...]
) -> None:
    """A type reads as a person would say it, with its limits, its choices and whether it may be null."""
    type_ = type_of(schema)
    assert "".join(text for text, _ in type_.words) == words
    assert (type_.nullable, type_.limits, type_.choices) == (nullable, limits, choices)


def test_every_curl_example_is_a_call_a_shell_understands(document: bytes) -> None:
    """Each example parses as one command, leaves no part of the path open, and sends JSON of the body's shape."""
    described = json.loads(document)
    components = described["components"]["schemas"]
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            words = shlex.split(curl(method.upper(), path, operation, components, "http://h"))
            assert words[0] == "curl"
            assert not any("{" in word for word in words if word.startswith("http"))
            if "-d" in words:
                schema = operation["requestBody"]["content"]["application/json"]["schema"]
                shape = components[schema["$ref"].rpartition("/")[2]]
                sent = json.loads(words[words.index("-d") + 1])
                assert set(shape.get("required", ())) <= set(sent) <= set(shape["properties"])


def test_an_apostrophe_in_an_example_does_not_end_the_word() -> None:
    """A shell gets the very text, whatever quotes are in it."""
    operation = {"parameters": [{"name": "X", "in": "header", "required": True, "schema": {"enum": ["it's"]}}]}
    assert "X: it's" in shlex.split(curl("GET", "/x", operation, {}, "http://h"))


def test_examples_of_answers_have_the_fields_the_schema_requires(document: bytes) -> None:
    """The example of a component holds every required field."""
    components = json.loads(document)["components"]["schemas"]
    for name, schema in components.items():
        example = sample({"$ref": f"#/components/schemas/{name}"}, components)
        assert set(schema.get("required", ())) <= set(example)


def _brightness(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_text_is_readable_on_every_ground(scheme: str) -> None:
    """Text has at least the contrast of 4.5 that WCAG 2.2 AA (1.4.3) wants, in light and in dark."""
    light, dark = re.findall(r":root \{(.*?)\}", docs.STYLE, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light if scheme == "light" else dark))
    grounds = {"ground", "panel", "code-ground", "chosen"}
    texts = set(colours) - grounds - {"edge", "code-edge"}
    assert len(texts) >= 10
    for text in texts:
        for ground in grounds:
            low, high = sorted((_brightness(colours[text]), _brightness(colours[ground])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, (scheme, text, ground)


def test_the_templates_lie_in_the_package() -> None:
    """What the page is made of lies beside the module, where the wheel takes it along."""
    folder = Path(docs.__file__).parent / "templates"
    assert {"docs.html", "docs_parts.html", "docs.css", "docs_samples.json"} <= {each.name for each in folder.iterdir()}
