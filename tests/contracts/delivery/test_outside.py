"""What holds for every address: other origins, `HEAD`, refusals as problem documents, health."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from content_api import reading
from content_api.app import create_app, outside
from content_api.settings import Settings
from content_api.storage.database import Database
from schemas.problems import catalogue
from tests.client import Api, http_to
from tests.contracts.delivery.making import published
from tests.each import for_each
from tests.server import Server

# Headers and methods are settled before any database is asked.
BACKENDS = ("sqlite",)

Client = TestClient[Any]
PUBLIC = [
    "/v1/news",
    "/v1/news/thanks",
    "/v1/news/moved",
    "/v1/tags",
    "/openapi.json",
    "/docs",
    "/healthz",
    "/readyz",
    "/problems/not-found",
    "/v1/news/nothing",
    "/v1/news?bogus=1",
    "/nothing",
]
EDITORIAL = [f"/v1/editorial/{rest}" for rest in ("entries", "entries/{id}", "drafts", "tags", "tags/veterans", "keys")]


@pytest.fixture
def thanks(api: Api) -> Any:
    """A public entry that once had another slug."""
    entry = published(api, slug="moved", tags=["veterans"])
    return api.ok("PATCH", f"entries/{entry['id']}", {"slug": "thanks"}, etag="*")


@pytest.mark.usefixtures("thanks")
@pytest.mark.parametrize("address", PUBLIC)
def test_any_origin_may_read(client: Client, address: str) -> None:
    """Every public answer, refusals and 304 too, is open to any origin and shows it the headers it needs."""
    for more in ({}, {"If-None-Match": "*"}):
        headers = {"Origin": "https://school.example"} | more
        answer = client.get(address, headers=headers, follow_redirects=False)
        assert answer.headers["access-control-allow-origin"] == "*"
        exposed = answer.headers["access-control-expose-headers"].split(", ")
        assert {"ETag", "Link", "Retry-After", "RateLimit", "RateLimit-Policy"} <= set(exposed)
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("address", PUBLIC)
def test_a_preflight_allows_reading_with_a_key(client: Client, address: str) -> None:
    """A browser that wants to send `X-Api-Key` is told it may, with the methods that read and no others."""
    asked = {
        "Origin": "https://school.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "x-api-key",
    }
    answer = client.options(address, headers=asked)
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "x-api-key" in answer.headers["access-control-allow-headers"].lower()
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST"])
@pytest.mark.parametrize("address", ["/v1/editorial/entries", "//v1//editorial/entries/"])
def test_editorial_is_open_to_no_other_origin(client: Client, api: Api, method: str, address: str) -> None:
    """No answer of the editorial API, a preflight's least of all, lets another origin read it."""
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    for headers in (asked, asked | api.headers):
        answer = client.request(method, f"http://testserver.local{address}", headers=headers)
        assert not [name for name in answer.headers if name.startswith("access-control")]


@for_each("address", [*PUBLIC, *EDITORIAL])
def test_head_is_get_without_the_body(client: Client, api: Api, thanks: Any, address: str) -> None:
    """`HEAD` answers what `GET` would, status and headers, and sends no body."""
    address = address.format(id=thanks["id"])
    for more in ({}, {"If-None-Match": "*"}, {"Accept-Encoding": "identity"}):
        asked = {"headers": api.headers | more, "follow_redirects": False}
        whole, head = client.get(address, **asked), client.head(address, **asked)
        assert head.status_code == whole.status_code
        told, wanted = (dict(each.headers) | {"x-request-id": "its own"} for each in (head, whole))
        assert told == wanted
        assert head.content == b""


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["/v1/news", "/v1/news/thanks", "/v1/tags", "/docs", "/healthz", "/openapi.json"])
def test_delivery_is_read_only(client: Client, method: str, address: str) -> None:
    """Any method that would write is a 405 that says which are allowed."""
    answer = client.request(method, address)
    assert_problem(answer, 405, "method-not-allowed", address)
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_options_says_what_is_allowed(client: Client) -> None:
    """A plain `OPTIONS` lists the methods."""
    answer = client.options("/v1/news")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/v1",
        "/v1/people",
        "/v1/people/thanks",
        "/v1/news/nothing",
        "/v1/news/thanks/more",
        "/v1/News",
        "/v2/news",
        "/problems/nothing",
        "/v1/news/%EA%B0%90%20%3Cb%3E",
        "/v1/news/%00",
        "/v1/news/%FF",
        "/v1/news/..%2F..%2Fetc%2Fpasswd",
        "/static/app.js",
        "/.env",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_is_not_there_is_a_404(client: Client, method: str, address: str) -> None:
    """An unknown address, kind or slug, however it is spelt, is a problem document."""
    answer = client.request(method, address)
    if method == "HEAD":
        assert answer.status_code == 404
    else:
        assert_problem(answer, 404, "not-found")


def test_instance_is_the_percent_encoded_path(client: Client) -> None:
    """`instance` is a URI reference (RFC 9457, 3.1.5): no raw Hangul, no spaces."""
    address = "/v1/news/%EA%B0%90%EC%82%AC%20%22"
    assert_problem(client.get(address), 404, "not-found", address)


@pytest.mark.parametrize("kind", list(catalogue()), ids=lambda kind: kind.slug)
def test_a_problems_type_can_be_read(client: Client, kind: Any) -> None:
    """Every problem's `type` is an address that explains it in plain text."""
    answer = client.get(f"/problems/{kind.slug}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(f"{kind.title} ({kind.status})\n")


def test_slugs_of_problems_are_distinct() -> None:
    """No two problems share an address."""
    slugs = [kind.slug for kind in catalogue()]
    assert len(slugs) == len(set(slugs))


@pytest.mark.parametrize("address", ["/v1/news", "/v1/news?fields=id"])
def test_a_fault_of_ours_tells_nothing(client: Client, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """An unforeseen error is a 500 without a trace of what went wrong, and other origins may read even that."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the password is 1234")

    monkeypatch.setattr(reading, "page", fail)
    answer = client.get(address, headers={"Accept": "text/html"})
    assert_problem(answer, 500, "internal-error", "/v1/news")
    assert "1234" not in answer.text
    assert "Traceback" not in answer.text
    assert answer.headers["access-control-allow-origin"] == "*"


def assert_problem(answer: httpx.Response, status: int, slug: str, instance: str | None = None) -> None:
    """Fail unless the answer is that problem document, complete, and stored by nobody."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= problem.keys()
    assert (problem["type"], problem["status"]) == (f"/problems/{slug}", status)
    assert problem["title"]
    assert problem["detail"]
    assert instance is None or problem["instance"] == instance


def test_a_service_that_lives_and_is_ready_says_so(client: Client) -> None:
    """`/healthz` and `/readyz` are 200."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["status"] == "ready"


@pytest.fixture(params=["not migrated", "away"])
def unready(settings: Settings, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Client]:
    """The application over a database without tables, or over none at all."""
    path = tmp_path / "empty.db" if request.param == "not migrated" else tmp_path / "nowhere" / "hanmi.db"
    database = Database(f"sqlite:///{path}")
    app = outside(create_app(settings, database, with_worker=False))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_a_service_that_is_not_ready_lives_all_the_same(unready: Client) -> None:
    """Without a migrated database `/readyz` is a 503 with `Retry-After` that says what to do; `/healthz` is 200."""
    assert unready.get("/healthz").status_code == 200
    answer = unready.get("/readyz")
    assert_problem(answer, 503, "not-ready", "/readyz")
    assert int(answer.headers["retry-after"]) > 0
    assert "database" in answer.json()["detail"]


def test_a_real_server_speaks_the_same(server: Server, api: Api) -> None:
    """Over a socket and one connection: HEAD, 304, a Hangul address, a compressed page and a refusal."""
    published(api, slug="감사의-날", tags=["보훈"])
    with http_to(server.url) as http:
        for _ in range(2):
            head = http.head("/v1/news/%EA%B0%90%EC%82%AC%EC%9D%98-%EB%82%A0")
            assert (head.status_code, head.content) == (200, b"")
            item = http.get("/v1/news/감사의-날")
            assert item.headers["etag"] == head.headers["etag"]
            assert item.headers["content-length"] == head.headers["content-length"]
            assert item.headers["content-encoding"] == "br"
            assert item.json()["slug"] == "감사의-날"
            again = http.get("/v1/news/감사의-날", headers={"If-None-Match": item.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
            assert http.post("/v1/news", content=b"x").headers["allow"] == "GET, HEAD, OPTIONS"
            assert http.get("/v1/news", params={"tag": "보훈"}).json()["items"][0]["slug"] == "감사의-날"
    for target in ("/v1/news?tag=보훈&locale=ko&limit=1", "/v1/news/감사의-날"):
        assert "감사의-날" in unencoded(server, target)


def unencoded(server: Server, target: str) -> str:
    """Return the answer to a request whose address is plain UTF-8, as curl sends what was typed."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection, connection.makefile("rb") as answer:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return answer.read().decode()
