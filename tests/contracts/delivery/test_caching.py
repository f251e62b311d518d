"""ETags, 304 and compression of what readers get, and what is never stored."""

import gzip
from collections.abc import Mapping
from typing import Any

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from content_api.app import create_app, outside
from content_api.http import answers
from content_api.settings import Settings, load
from content_api.storage.database import Database
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.delivery.making import EN, KO, published
from tests.each import for_each
from tests.postgres import only_on

Client = TestClient[Any]
LONG = "한국과 미국은 벗이다. " * 60
ADDRESSES = [
    "/v1/news",
    "/v1/news?locale=all&limit=1",
    "/v1/news/thanks?locale=ko",
    "/v1/news/thanks?locale=en",
    "/v1/tags",
    "/openapi.json",
    "/docs",
    "/problems/not-found",
    "/feeds/ko/news.json?tag=veterans",
    "/feeds/en/news.atom",
    "/feeds/ko/news.rss",
    "/sitemap.xml",
    "/embed/news.js",
    "/embed/news?locale=ko",
    "/oembed?url=http://127.0.0.1:8000/embed/news",
]


def fetch(client: Client, address: str, **headers: str) -> tuple[Mapping[str, str], bytes]:
    """Return the headers of a 200 and its bytes as they were sent, still compressed."""
    with client.stream("GET", address, headers={name.replace("_", "-"): headers[name] for name in headers}) as answer:
        assert answer.status_code == 200
        return answer.headers, b"".join(answer.iter_raw())


@pytest.fixture
def entry(api: Api) -> Any:
    """An entry public in both languages, long enough to be worth compressing, and a second one."""
    published(api)
    return published(api, slug="thanks", tags=["veterans"], texts={"ko": KO | {"body": LONG}, "en": EN})


@pytest.mark.usefixtures("entry")
@for_each("address", ADDRESSES)
@for_each("coding", ["identity", "gzip"])
def test_every_answer_may_be_cached(client: Client, address: str, coding: str) -> None:
    """A 200 has a strong ETag, `Cache-Control` and `Vary: Accept-Encoding`; asked again it is a 304 without a body."""
    headers, _ = fetch(client, address, Accept_Encoding=coding)
    etag = headers["etag"]
    assert etag.startswith('"')
    assert etag.endswith('"')
    assert headers["cache-control"] == "public, max-age=60, stale-while-revalidate=30"
    assert "Accept-Encoding" in headers["vary"]
    again = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""
    assert {name: again.headers.get(name) for name in ("etag", "cache-control", "vary", "content-language")} == {
        name: headers.get(name) for name in ("etag", "cache-control", "vary", "content-language")
    }
    assert "content-encoding" not in again.headers


@for_each(
    ("if_none_match", "status"),
    [
        ("{etag}", 304),
        ("W/{etag}", 304),
        ('"other", {etag}', 304),
        ('"other",W/{etag} , "third"', 304),
        ("*", 304),
        (" * ", 304),
        ('"other"', 200),
        ('"*"', 200),
        ("", 200),
        ("{bare}", 200),
        ('"{bare}-gzip"', 200),
        ('"', 200),
        ("w/{bare}", 200),
    ],
)
def test_if_none_match_compares_weakly(client: Client, entry: Any, if_none_match: str, status: int) -> None:
    """One tag, a list or `*`; a weak tag counts like a strong one (RFC 9110, 13.1.2)."""
    address = f"/v1/news/{entry['slug']}?locale=ko"
    etag = fetch(client, address, Accept_Encoding="identity")[0]["etag"]
    header = if_none_match.format(etag=etag, bare=etag.strip('"'))
    asked = {"Accept-Encoding": "identity", "If-None-Match": header}
    assert client.get(address, headers=asked).status_code == status
    assert client.head(address, headers=asked).status_code == status


DECOMPRESS = {
    None: lambda body: body,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@for_each(
    ("accept_encoding", "coding"),
    [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("x-gzip", "gzip"),
        ("br", "br"),
        ("zstd", "zstd"),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, zstd", "zstd"),
        ("br;q=0.5, gzip;q=0.9, zstd;q=0.8", "gzip"),
        ("br;q=0, gzip;q=0.1", "gzip"),
        ("gzip ; q=1.000", "gzip"),
        ("*", "br"),
        ("br;q=0, *;q=0.5", "zstd"),
        ("*;q=0.1, identity", "br"),
        ("identity", None),
        ("", None),
        ("deflate, compress", None),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("gzip;q=high", None),
        ("gzipped", None),
    ],
)
def test_accept_encoding_decides_compression(
    client: Client, entry: Any, accept_encoding: str, coding: str | None
) -> None:
    """The coding that is liked best, ties ours to decide; the compressed bytes are the same answer with an own ETag."""
    address = f"/v1/news/{entry['slug']}?locale=ko"
    plain, body = fetch(client, address, Accept_Encoding="identity")
    headers, sent = fetch(client, address, Accept_Encoding=accept_encoding)
    assert headers.get("content-encoding") == coding
    assert int(headers["content-length"]) == len(sent)
    assert DECOMPRESS[coding](sent) == body
    assert (headers["etag"] != plain["etag"]) is (coding is not None)
    assert fetch(client, address, Accept_Encoding=accept_encoding)[1] == sent


def test_an_etag_of_one_encoding_is_none_of_another(client: Client, entry: Any) -> None:
    """A client that holds the plain bytes and asks for compressed ones gets them, and the other way round."""
    address = f"/v1/news/{entry['slug']}?locale=ko"
    etags = {coding: fetch(client, address, Accept_Encoding=coding)[0]["etag"] for coding in ("identity", "gzip")}
    for held, asked in (("identity", "gzip"), ("gzip", "identity")):
        headers = {"Accept-Encoding": asked, "If-None-Match": etags[held]}
        assert client.get(address, headers=headers).status_code == 200
        headers["If-None-Match"] = f"{etags[held]}, {etags[asked]}"
        assert client.get(address, headers=headers).status_code == 304


def test_an_etag_changes_when_and_only_when_the_bytes_do(client: Client, api: Api, entry: Any, clock: Clock) -> None:
    """Through edits of every kind: the same bytes keep their tag, other bytes get another, at once."""

    def seen() -> dict[tuple[str, str], tuple[str, bytes]]:
        answers = {}
        for address in ("/v1/news?locale=ko", "/v1/news?locale=all", *ADDRESSES[2:5]):
            for coding in ("identity", "gzip"):
                headers, sent = fetch(client, address, Accept_Encoding=coding)
                answers[address, coding] = (headers["etag"], sent)
        return answers

    def patch(**change: Any) -> None:
        api.ok("PATCH", f"entries/{entry['id']}", change, etag="*")

    steps = [
        ("published again", lambda: api.publish(entry["id"], "ko", "en"), False),
        ("saved, not published", lambda: api.save(entry["id"], "ko", title="새 제목", body="새 본문"), False),
        ("published", lambda: api.publish(entry["id"], "ko"), True),
        ("the date it has", lambda: patch(date=None), False),
        ("a date", lambda: patch(date="2026"), True),
        ("the tags it has", lambda: patch(tags=["veterans"]), False),
        ("tags", lambda: patch(tags=["youth"]), True),
        ("a position", lambda: patch(position=7), True),
        ("another entry", lambda: published(api), True),
        ("an entry of another kind", lambda: published(api, kind="history"), False),
    ]
    before = seen()
    for name, step, changes in steps:
        clock.advance(minutes=1)
        step()
        after = seen()
        for key, (etag, sent) in after.items():
            assert (etag == before[key][0]) is (sent == before[key][1]), (name, key)
        assert (after != before) is changes, name
        before = after


def test_publishing_one_language_changes_what_the_other_says(client: Client, api: Api) -> None:
    """An item names its alternates: when one language comes or goes, the other's bytes and tag change too."""
    entry = published(api, "ko", slug="thanks")
    etags = [client.get("/v1/news/thanks?locale=ko").headers["etag"]]
    for step in (api.publish, api.unpublish):
        step(entry["id"], "en")
        etags.append(client.get("/v1/news/thanks?locale=ko").headers["etag"])
    assert etags[0] != etags[1] != etags[2]


def test_a_small_answer_is_not_compressed(client: Client) -> None:
    """Where compression would gain nothing the plain bytes are sent, whatever is accepted."""
    headers, sent = fetch(client, "/v1/news?locale=ko", Accept_Encoding="gzip")
    assert "content-encoding" not in headers
    assert sent == b'{"items":[],"next":null}'


@pytest.mark.usefixtures("entry")
@only_on("sqlite")
def test_what_an_address_does_not_take_makes_no_answer_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a parameter that nobody knows is allowed, it finds the answer that is remembered, however long it is."""
    made: list[str] = []
    ask = answers._asked

    async def noted(app: Any, scope: Any, receive: Any, send: Any) -> Any:
        made.append(scope["path"])
        return await ask(app, scope, receive, send)

    monkeypatch.setattr(answers, "_asked", noted)
    # Readers' addresses refuse it.
    open_to_all = [address for address in ADDRESSES if not address.startswith("/v1/")]
    for address in open_to_all:
        mark = "&" if "?" in address else "?"
        first = fetch(client, address)
        for more in ("utm_source=letter&utm_medium=email", f"x={'y' * 2_000}"):
            assert fetch(client, f"{address}{mark}{more}")[1] == first[1]
    assert len(made) == len(open_to_all)


@pytest.mark.parametrize(
    "choice", ["locale=en", "kind=history", "count=7", "tag=veterans", "theme=dark", "fallback=source", "key=k"]
)
def test_whatever_an_embed_chooses_is_another_answer(client: Client, choice: str) -> None:
    """Each choice has a page of its own, also after the usual one was remembered."""
    usual = fetch(client, "/embed/news")[1]
    assert fetch(client, f"/embed/news?{choice}")[1] != usual


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=40))
def test_no_conditional_or_encoding_header_is_an_error(client: Client, value: str) -> None:
    """Whatever stands in `If-None-Match` and `Accept-Encoding`, the answer is a 200 or a 304."""
    raw = value.encode("latin-1")
    answer = client.get("/openapi.json", headers=[(b"if-none-match", raw), (b"accept-encoding", raw)])
    assert answer.status_code in (200, 304)


@pytest.mark.parametrize(("seconds", "stale"), [(0, 0), (300, 150)])
def test_how_long_an_answer_keeps_is_configured(
    settings: Settings, database: Database, seconds: int, stale: int
) -> None:
    """`HANMI_CACHE_MAX_AGE` sets it."""
    wanted = load({"HANMI_DATA_DIR": settings.data_dir, "HANMI_CACHE_MAX_AGE": str(seconds)})
    with TestClient(outside(create_app(wanted, database, with_worker=False))) as client:
        headers, _ = fetch(client, "/v1/news")
    assert headers["cache-control"] == f"public, max-age={seconds}, stale-while-revalidate={stale}"


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/v1/editorial/entries", "/v1/news/nothing", "/v1/news?x="])
def test_what_changes_by_the_moment_or_the_caller_is_not_stored(client: Client, api: Api, address: str) -> None:
    """Health, everything editorial and every refusal are `no-store`."""
    assert client.get(address, headers=api.headers).headers["cache-control"] == "no-store"
