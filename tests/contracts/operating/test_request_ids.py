"""Every request has an id: the caller's own where it is safe to repeat, in the answer, the log and the apology."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import structlog
from litestar.testing import TestClient

from content_api import reading
from content_api.http.answers import Answers
from content_api.workflow import views
from tests.client import Api
from tests.logged import Log
from tests.postgres import only_on

# Ids are settled before any database is asked.
BACKENDS = ("sqlite",)

Client = TestClient[Any]
PRIVATE = "the password is 1234"
ADDRESSES = ["/v1/news", "/v1/news?bogus=1", "/v1/news/nothing", "/nothing", "/healthz", "/v1/editorial/entries"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_callers_id_comes_back(client: Client, log: Log, address: str) -> None:
    """A safe id is answered and logged as it came, on refusals too."""
    for given in ("a", "0199f1a4-7c3e-7b1d", "A.b_c:d/e+f=g@h~1", "x" * 128):
        answer = client.get(address, headers={"X-Request-Id": given})
        assert answer.headers["x-request-id"] == given
        assert log.requests[-1]["request_id"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "x" * 129, "a b", 'a"b', "a\\b", "<script>", "a,b", "\x7f", "ä", "a;b", "a%0ab", "a{b}"]
)
def test_an_id_that_is_not_safe_is_replaced(client: Client, log: Log, given: str) -> None:
    """What could forge a line or a page, or is too long, is replaced by an id of our own."""
    answer = client.get("/v1/news", headers={"X-Request-Id": given.encode("latin-1")})
    made = answer.headers["x-request-id"]
    assert made != given
    assert len(made) == 32
    assert log.requests[-1]["request_id"] == made


def test_ids_of_our_own_are_distinct(client: Client) -> None:
    """No two requests share one, whether answered anew or from memory."""
    ids = [client.get("/v1/news").headers["x-request-id"] for _ in range(50)]
    assert len(set(ids)) == 50


def test_an_answer_has_one_id(client: Client) -> None:
    """Answers from memory, 304, `HEAD` and preflights carry the id of this request, once."""
    etag = client.get("/v1/news").headers["etag"]
    preflight = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    for method, headers in (("GET", {}), ("GET", {"If-None-Match": etag}), ("HEAD", {}), ("OPTIONS", preflight)):
        answer = client.request(method, "/v1/news", headers=headers | {"X-Request-Id": f"id-{method}"})
        assert answer.headers.get_list("x-request-id") == [f"id-{method}"]


def test_every_line_of_a_request_has_its_id(
    client: Client, api: Api, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Handlers run in threads, many at once; each one's lines bear its own request's id."""
    entry, gate = api.create(), threading.Barrier(4, timeout=60)
    shown = views.entry

    def telling(*arguments: Any) -> Any:
        gate.wait()
        structlog.get_logger("hanmi.test").info("reading")
        return shown(*arguments)

    monkeypatch.setattr(views, "entry", telling)

    def ask(number: int) -> None:
        api.call("GET", f"entries/{entry['id']}", headers={"X-Request-Id": f"id-{number}"})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(12)))
    told = [line["request_id"] for line in log.lines if line["event"] == "reading"]
    assert sorted(told) == sorted(f"id-{number}" for number in range(12))


@only_on("sqlite")
def test_an_apology_names_the_id_under_which_the_log_has_the_rest(
    client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A 500 tells the caller the request's id and nothing else; the log has the fault under it, without its words."""

    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError(PRIVATE)

    monkeypatch.setattr(reading, "page", fail)
    answer = client.get("/v1/news", headers={"X-Request-Id": "my-own-id"})
    assert (answer.status_code, answer.json()["request_id"]) == (500, "my-own-id")
    fault, request = log.lines
    assert (fault["level"], fault["request_id"]) == ("error", "my-own-id")
    assert "builtins.RuntimeError" in fault["exception"]
    assert PRIVATE not in log.text
    assert (request["status"], request["route"]) == (500, "/v1/{kind}")


@only_on("sqlite")
def test_a_fault_outside_the_application_is_a_problem_document_too(
    client: Client, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a layer around the application fails, the caller gets the same apology, and the log the same line."""

    def fail(*_arguments: object) -> None:
        raise RuntimeError(PRIVATE)

    monkeypatch.setattr(Answers, "_now", fail)
    answer = client.get("/v1/news/%EA%B0%90", headers={"X-Request-Id": "my-own-id"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"] == "my-own-id"
    assert (answer.json()["type"], answer.json()["instance"]) == ("/problems/internal-error", "/v1/news/%EA%B0%90")
    assert [line["request_id"] for line in log.lines] == ["my-own-id"] * 2
    assert PRIVATE not in log.text + answer.text


def test_a_line_says_how_a_request_went(client: Client, api: Api, log: Log) -> None:
    """Method, path and template are the caller's, without the query; the cache's part in it is told."""
    entry = api.create()
    client.get("/v1/news?locale=ko&limit=7")
    client.head("/v1/news?locale=ko&limit=7")
    client.get("/v1/nothing/at/all?token=4711")
    client.request("BREW", "/v1/news")
    api.entry(entry["id"])
    found = [(each["method"], each["path"], each["route"], each["status"], each["cache"]) for each in log.requests]
    assert found == [
        ("POST", "/v1/editorial/entries", "/v1/editorial/entries", 201, "bypass"),
        ("GET", "/v1/news", "/v1/{kind}", 200, "miss"),
        ("HEAD", "/v1/news", "/v1/{kind}", 200, "hit"),
        ("GET", "/v1/nothing/at/all", "none", 404, "bypass"),
        ("BREW", "/v1/news", "none", 405, "bypass"),
        ("GET", f"/v1/editorial/entries/{entry['id']}", "/v1/editorial/entries/{entry_id}", 200, "bypass"),
    ]
    assert all(each["ms"] > 0 for each in log.requests)
    assert "4711" not in log.text


@pytest.mark.parametrize("path", ["/v1/news/%00%1B[31m", "/v1/news/%FF%FE", "/v1/news/%ED%B3%BF", "/v1/news/%E2%80%AE"])
def test_odd_paths_are_logged_in_print(client: Client, log: Log, path: str) -> None:
    """Control characters and broken UTF-8 in a path are logged percent-encoded; Hangul as it is read."""
    client.get(path)
    client.get("/v1/news/%EA%B0%90%EC%82%AC")
    odd, hangul = (line["path"] for line in log.requests)
    assert odd.isprintable()
    assert hangul == "/v1/news/감사"
