"""The OpenAPI document is valid, and every answer it documents is as it says: fields, types, none beyond."""

import json
import re
from collections import defaultdict
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from litestar.testing import TestClient
from openapi_spec_validator import OpenAPIV31SpecValidator

from content_api.search.following import Indexer
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import Worker, indexer
from tests.client import Api
from tests.contracts.delivery.making import EN, KO, published

Client = TestClient[Any]
LOCAL = "http://127.0.0.1:8000"
DELIVERY = ["/v1/{kind}", "/v1/{kind}/{slug}", "/v1/tags", "/v1/changes", "/v1/search", "/v1/suggest"]


def test_the_document_is_openapi_3_1(client: Client) -> None:
    """A validator of OpenAPI 3.1 finds no fault with it."""
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert [str(fault) for fault in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_operation_is_told_apart(client: Client) -> None:
    """Operations have distinct ids and a summary; editorial ones say they need a key, delivery ones do not."""
    operations = documented(client)
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for path, _, operation in operations:
        assert operation["summary"], path
        assert bool(operation.get("security")) is path.startswith("/v1/editorial"), path


def test_negotiation_is_documented_where_it_is(client: Client, api: Api) -> None:
    """`Accept-Language` is among the headers of just those operations that it makes a difference to."""
    slug = published(api)["slug"]
    for path, _, operation in documented(client):
        if path in DELIVERY and path != "/v1/search":  # there is no index here
            address = path.format(kind="news", slug=slug) + ("?q=a" if path == "/v1/suggest" else "")
            varies = "Accept-Language" in client.get(address).headers["vary"]
            assert ("Accept-Language" in {parameter["name"] for parameter in operation["parameters"]}) is varies, path


def test_delivery_documents_its_parameters(client: Client) -> None:
    """The parameters of lists, items, tags, changes and search are those of the contract."""
    found = {
        path: {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"}
        for path, _, operation in documented(client)
        if path in DELIVERY
    }
    item = {"locale", "fallback"}
    assert found == {
        "/v1/{kind}": item | {"limit", "cursor", "tag", "from", "to", "order", "fields"},
        "/v1/{kind}/{slug}": item,
        "/v1/tags": item | {"kind", "limit", "cursor"},
        "/v1/changes": {"since", "limit", "locale", "kind", "include"},
        "/v1/search": item | {"q", "limit", "cursor", "kind", "tag", "from", "to", "fields"},
        "/v1/suggest": item | {"q", "limit"},
    }


def test_every_documented_answer_fits_its_schema(
    client: Client, api: Api, worker: Worker, settings: Settings, database: Database
) -> None:
    """Through a day of reading and editing each operation answers at least once, and each answer fits its schema."""
    operations = documented(client)
    fits = checker(client.get("/openapi.json").json())
    met: dict[str, set[int]] = defaultdict(set)

    def look(answer: httpx.Response) -> None:
        answer.read()
        met[fits(answer)].add(answer.status_code)

    client.event_hooks = {"response": [look]}
    editing(api, worker)
    reading(client, api, indexer(settings, database))
    assert set(met) >= {f"{method} {path}" for path, method, _ in operations}
    assert 404 in met["get /v1/{kind}/{slug}"]
    assert 400 in met["get /v1/{kind}"]
    assert {200, 400} <= met["get /v1/search"] & met["get /v1/suggest"]


@pytest.mark.parametrize("path", ["/v1/news?locale=ko", "/v1/news?locale=all", "/v1/search?q=감사&locale=ko"])
def test_what_is_always_sent_is_required(
    client: Client, api: Api, settings: Settings, database: Database, path: str
) -> None:
    """Of every field of a card or hit, a pair's sides too: nothing in the document is optional that never fails."""
    published(api, "ko", slug="korean", tags=["veterans"], texts={"ko": KO})
    while indexer(settings, database).catch_up():
        pass
    components = client.get("/openapi.json").json()["components"]["schemas"]
    (card,) = client.get(path).json()["items"]
    name = ("Bilingual" if card["locale"] == "all" else "") + ("Hit" if "highlights" in card else "Card")
    assert set(components[name]["required"]) == set(components[name]["properties"]) == set(card)
    assert components["TextPair"]["required"] == components["TranslationPair"]["required"] == ["ko", "en"]


def test_what_may_be_left_out_is_optional(client: Client, api: Api) -> None:
    """Generators of clients take a property with a default for one that is always there, so there is no default."""
    components = client.get("/openapi.json").json()["components"]["schemas"]
    assert [name for name, each in components.items() if '"default"' in json.dumps(each)] == []
    published(api, "ko", slug="korean", date=None, texts={"ko": KO | {"summary": ""}})
    (item,) = client.get("/feeds/ko/news.json").json()["items"]
    assert item.keys() == set(components["JsonFeedItem"]["required"])
    assert item["_hanmi"].keys() == set(components["Extension"]["required"])
    problem = client.get("/v1/news/nothing?x=1").json()
    assert components["FieldError"]["required"] == ["message"]
    assert components["ProblemDocument"]["required"] == [name for name in problem if name != "errors"]
    assert {"errors", "available_locales", "draft"} < set(components["ProblemDocument"]["properties"])
    assert components["NewEntry"]["required"] == ["kind", "source_locale", "texts"]


def test_chosen_fields_are_those_of_the_schema(
    client: Client, api: Api, settings: Settings, database: Database
) -> None:
    """Whoever asks for some `fields` alone gets just these, each as the schema of a whole card has it."""
    published(api, slug="thanks", tags=["veterans"])
    while indexer(settings, database).catch_up():
        pass
    components = client.get("/openapi.json").json()["components"]
    for path, name in (
        ("/v1/news?locale=ko", "Card"),
        ("/v1/news?locale=all", "BilingualCard"),
        ("/v1/search?q=감사&locale=ko", "Hit"),
    ):
        for field, schema in components["schemas"][name]["properties"].items():
            (found,) = client.get(f"{path}&fields={field}").json()["items"]
            assert found.keys() == {field}
            faults = Draft202012Validator(schema | {"components": components}).iter_errors(found[field])
            assert [fault.message for fault in faults] == [], (path, field)


def test_delivery_documents_how_it_is_kept(client: Client, api: Api, settings: Settings, database: Database) -> None:
    """Each operation of delivery takes `If-None-Match`, knows 304, and names the headers that it answers with."""
    published(api, "ko", slug="former", texts={"ko": KO})
    api.ok("PATCH", f"entries/{api.ok('GET', 'entries')['items'][0]['id']}", {"slug": "present"}, etag="*")
    while indexer(settings, database).catch_up():
        pass
    needed = {"/v1/search": {"q": "감사"}, "/v1/suggest": {"q": "감사"}, "/oembed": {"url": f"{LOCAL}/embed/news"}}
    for path, _, operation in documented(client):
        if path.startswith("/v1/editorial"):
            assert not {"304", "308"} & set(operation["responses"])
            continue
        named = {each["name"] for each in operation["parameters"] if each["in"] == "header"}
        address = path.format(kind="news", slug="present", locale="ko", name="news.json")
        answer = client.get(address, params=needed.get(path, {}))
        assert ("Accept-Language" in named) == ("accept-language" in answer.headers["vary"].lower()), path
        declared = operation["responses"]["200"]["headers"]
        assert {name for name, each in declared.items() if each["required"]} <= {
            "ETag", "Cache-Control", "Vary"
        } <= {name for name in declared if name.lower() in answer.headers}  # fmt: skip
        again = client.get(str(answer.url), headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert "If-None-Match" in named
        assert "304" in operation["responses"]
        assert "Retry-After" in operation["responses"]["default"]["headers"]
        assert ("Link" in declared) == bool({"cursor", "since"} & {each["name"] for each in operation["parameters"]})
    moved = client.get("/v1/news/former?locale=ko", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/v1/news/present?locale=ko")
    responses = {path: operation["responses"] for path, method, operation in documented(client) if method == "get"}
    assert [path for path, each in responses.items() if "308" in each] == ["/v1/{kind}/{slug}"]
    assert responses["/v1/{kind}/{slug}"]["308"]["headers"]["Location"]["required"]


def editing(api: Api, worker: Worker) -> None:
    """Answer every editorial operation once, with bodies as full as they get."""
    entry = api.create(tags=["veterans"], date="2026", position=1, slug="thanks")
    api.ok("GET", "entries?limit=1&kind=news")
    api.save(entry["id"], "ko", **KO, draft={"target_locale": "en"})
    while worker.work_once():
        pass
    (queued,) = api.ok("GET", "drafts")["items"]
    draft = api.draft(queued["id"])
    for segment in draft["segments"]:
        api.edit(draft["id"], segment, target="A thing")
    file = api.call("GET", f"drafts/{draft['id']}/xliff").content
    sent = {"content": file, "headers": {"Content-Type": "application/xliff+xml"}}
    assert api.call("PUT", f"drafts/{draft['id']}/xliff", etag="*", **sent).is_success
    api.ok("POST", f"drafts/{draft['id']}/reject", {"reason": "once more"}, etag="*")
    api.ok("POST", f"drafts/{draft['id']}/retry", etag="*")
    api.ok("POST", f"drafts/{draft['id']}/cancel", etag="*")
    second = api.ask(entry["id"])
    while worker.work_once():
        pass
    api.approve(api.draft(second["id"]))
    api.publish(entry["id"], "ko", "en")
    api.save(entry["id"], "ko", **KO | {"body": "다른 말입니다."})
    api.entry(entry["id"])
    texts = f"entries/{entry['id']}/texts"
    api.ok("POST", f"{texts}/en/confirm", etag="*")
    api.ok("GET", f"{texts}/ko/revisions?limit=1")
    api.ok("GET", f"{texts}/ko/revisions/2?against=1")
    api.ok("POST", f"{texts}/ko/revisions/1/restore", etag="*")
    api.ok("PUT", f"{texts}/ko/working-copy", KO | {"base_revision": 1})
    api.ok("GET", f"{texts}/ko/working-copy")
    api.ok("DELETE", f"{texts}/ko/working-copy")
    wish = {"locales": ["ko"], "at": "2100-01-01T00:00:00Z"}
    (scheduled,) = api.ok("POST", f"entries/{entry['id']}/publish", wish, etag="*")["schedules"]
    api.ok("DELETE", f"entries/{entry['id']}/schedules/{scheduled['id']}")
    api.unpublish(entry["id"], "en")
    api.ok("POST", f"entries/{entry['id']}/preview-links", {"locale": "ko"})
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": "day-of-thanks"}, etag="*")
    api.ok("POST", "tags", {"slug": "youth", "name": {"ko": "청년", "en": "Youth"}})
    api.ok("GET", "tags?limit=1")
    api.ok("GET", "tags/youth")
    api.ok("PATCH", "tags/youth", {"name": {"ko": "젊은이", "en": "Youth"}}, etag="*")
    term = api.ok("POST", "glossary", {"ko": "동맹", "en": "alliance", "forbidden_ko": ["연합"], "note": "한미동맹"})
    api.ok("GET", "glossary?limit=1&q=alliance")
    api.ok("GET", f"glossary/{term['id']}")
    api.ok("PATCH", f"glossary/{term['id']}", {"forbidden_en": ["union"]}, etag="*")
    api.ok("DELETE", f"glossary/{term['id']}", etag="*")
    unit = api.ok("POST", "memory", {"ko": "함께 갑시다", "en": "We go together"})
    api.ok("GET", "memory?limit=1&q=together&state=confirmed")
    api.ok("GET", f"memory/{unit['id']}")
    api.ok("PATCH", f"memory/{unit['id']}", {"en": "Let us go together"}, etag="*")
    api.ok("POST", f"memory/{unit['id']}/confirm", etag="*")
    api.ok("DELETE", f"memory/{unit['id']}", etag="*")
    wish = {"name": "reader", "scopes": ["entries:read"], "expires_at": "2100-01-01T00:00:00Z"}
    key = api.ok("POST", "keys", wish)
    api.ok("GET", "keys")
    api.ok("DELETE", f"keys/{key['id']}")
    assert api.call("GET", "events?forever=1").status_code == 400  # whoever may listen would listen for ever
    assert api.call("GET", "entries/nothing").status_code == 404
    assert api.call("POST", "entries", {"kind": "people"}).status_code == 422
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")


def reading(client: Client, api: Api, indexer: Indexer) -> None:
    """Answer delivery in every shape: empty and full pages, one language, both, a fallback, refusals."""
    client.get("/v1/history?locale=ko")
    published(api, "ko", slug="korean", tags=["veterans"], texts={"ko": KO})
    published(api, slug="both", date="2026-11-11", position=1, texts={"ko": KO, "en": EN})
    for locale in ("ko", "en", "all"):
        for fallback in ("none", "source"):
            client.get(f"/v1/news?limit=1&locale={locale}&fallback={fallback}")
            client.get(f"/v1/news/korean?locale={locale}&fallback={fallback}")
            client.get(f"/v1/news/both?locale={locale}&fallback={fallback}")
    while indexer.catch_up():
        pass
    for path in ("/v1/search", "/v1/suggest"):
        for locale in ("ko", "en", "all"):
            client.get(f"{path}?q=감사&limit=1&fallback=source&locale={locale}")
        client.get(f"{path}?q=")
    client.get("/v1/tags?limit=1")
    client.get("/v1/changes")
    client.get("/v1/changes?include=items")
    client.get("/v1/news?limit=0")
    client.get("/feeds/ko/news.json")
    client.get(f"/oembed?url={LOCAL}/embed/news")


def documented(client: Client) -> list[tuple[str, str, Any]]:
    """Return every operation of the document: path, method, and what it says."""
    paths = json.loads(client.get("/openapi.json").content)["paths"]
    return [(path, method, paths[path][method]) for path in paths for method in paths[path]]


def checker(document: Any) -> Callable[[httpx.Response], str]:
    """Return what holds an answer against `document`: fails where it does not fit, else names its operation."""
    closed = close(document["components"])
    routes = [(re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), path) for path in document["paths"]]

    def fits(answer: httpx.Response) -> str:
        method, address = answer.request.method.lower(), answer.request.url.path
        # A path without parameters comes before one with: `/v1/tags` is no kind.
        path = min((path for pattern, path in routes if pattern.fullmatch(address)), key=lambda path: path.count("{"))
        responses = document["paths"][path][method]["responses"]
        assert answer.is_error or str(answer.status_code) in responses, (method, path, answer.status_code)
        content = responses["default" if answer.is_error else str(answer.status_code)].get("content")
        if content is None:
            assert answer.content == b""
            return f"{method} {path}"
        schema = content[answer.headers["content-type"]]["schema"]
        # A problem may have members of its own (RFC 9457, 3.2); everything else has the fields it names.
        components = document["components"] if answer.is_error else closed
        faults = Draft202012Validator(schema | {"components": components}).iter_errors(
            answer.text if "xliff" in answer.headers["content-type"] else answer.json()
        )
        assert [fault.message for fault in faults] == [], (method, path)
        return f"{method} {path}"

    return fits


def close(schema: Any) -> Any:
    """Return a schema in which no object has a property that is not named."""
    if isinstance(schema, list):
        return [close(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: close(value) for name, value in schema.items()}
    return {"additionalProperties": False} | inner if inner.get("type") == "object" else inner


class Page(HTMLParser):
    """What a page says, and what it would make a browser fetch or run."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts = 0
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.scripts += tag == "script"
        if tag != "a":
            self.addresses += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_docs_page_needs_no_other_host(client: Client) -> None:
    """`/docs` is HTML that names every operation, runs no script and fetches nothing from elsewhere."""
    answer = client.get("/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    page = Page(answer.text)
    assert page.scripts == 0
    assert [address for address in page.addresses if not address.startswith(("data:", "#"))] == []
    for path, _, operation in documented(client):
        assert path in page.text
        assert operation["summary"] in page.text
