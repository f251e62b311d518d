"""Nothing an editor may send takes the service down, and waiting editors do not keep readers waiting."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from content_api.settings import Settings
from tests.client import Api, http_to
from tests.postgres import only_on
from tests.server import Server

MARKS = "\u0315\u0300" * 50_000


@pytest.mark.parametrize("field", ["title", "summary", "body"])
def test_text_that_cannot_be_composed_in_time_is_refused(api: Api, field: str) -> None:
    """A long run of combining marks, which takes quadratic time to compose, is a 422 that names its field."""
    text = {"title": "제목", "summary": "요약", "body": "본문"} | {field: "가" + MARKS[:500]}
    refused = api.call("POST", "entries", {"kind": "news", "source_locale": "ko", "texts": {"ko": text}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == f"/texts/ko/{field}"
    assert "combining marks" in refused.json()["detail"]


def test_a_huge_name_is_measured_before_it_is_composed(api: Api) -> None:
    """A name of a hundred thousand combining marks is refused for its length."""
    refused = api.call("POST", "tags", {"slug": "x", "name": {"ko": "가" + MARKS, "en": "x"}})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/name/ko")
    assert "at most 200 characters" in refused.json()["detail"]


def test_decomposed_hangul_is_no_run_of_marks(api: Api) -> None:
    """Hangul as macOS decomposes it is composed and stored, however long the text."""
    text = {"title": "한" * 300, "body": "한" * 1000}
    entry = api.create(texts={"ko": {name: value.replace("한", "\u1112\u1161\u11ab") for name, value in text.items()}})
    assert entry["texts"]["ko"]["title"] == text["title"]


def test_reference_links_that_multiply_are_refused(api: Api) -> None:
    """A body whose page would be hundreds of times its size is a 422 at `/body`."""
    body = f"[a]: http://example.org/{'y' * 5000}\n\n" + "[a] " * 3000
    refused = api.call(
        "POST", "entries", {"kind": "news", "source_locale": "ko", "texts": {"ko": {"title": "t", "body": body}}}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/texts/ko/body")
    entry = api.create()
    saved = api.call("PUT", f"entries/{entry['id']}/texts/ko", {"title": "t", "body": body}, etag="*")
    assert (saved.status_code, saved.json()["errors"][0]["pointer"]) == (422, "/body")


@only_on("sqlite")
def test_readers_are_served_while_many_writers_wait(
    settings: Settings, server: Server, make_key: Callable[..., str]
) -> None:
    """While another process holds the write turn and writers queue for it, a reader's page comes before theirs."""
    other = sqlite3.connect(Path(settings.data_dir) / "hanmi.db", isolation_level=None)
    with http_to(server.url) as http, ThreadPoolExecutor(12) as writers:
        api = Api(http, make_key("admin"))
        api.create()
        other.execute("BEGIN IMMEDIATE")
        try:
            tag = {"name": {"ko": "가", "en": "a"}}
            queued = [writers.submit(api.call, "POST", "tags", tag | {"slug": f"t-{n}"}) for n in range(12)]
            for _ in range(3):
                assert http.get("/v1/news").status_code == 200
            done, waiting = wait(queued, timeout=0)
            assert len(waiting) == 12, [answer.result().status_code for answer in done]
        finally:
            other.execute("COMMIT")
            other.close()
        answers = [each.result() for each in queued]
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert all(answer.headers.get("retry-after") for answer in answers if answer.status_code == 503)
