"""Which language an answer is in, how it says so, and what happens where a language is missing."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from content_api.app import create_app, outside
from content_api.http.parameters import negotiated
from content_api.settings import Settings, load
from content_api.storage.database import Database
from schemas.language import LOCALES
from tests.client import Api
from tests.contracts.delivery.making import EN, KO, published, slugs
from tests.each import for_each

Client = TestClient[Any]


@pytest.fixture
def thanks(api: Api) -> None:
    """An entry in both languages."""
    published(api, slug="thanks")


@pytest.mark.usefixtures("thanks")
@for_each(
    ("header", "expected"),
    [
        ("ko", "ko"),
        ("en", "en"),
        ("ko-KR", "ko"),
        ("EN-us", "en"),
        ("en-Latn-GB-x-private", "en"),
        ("en-US,en;q=0.9,ko;q=0.8", "en"),
        ("ko;q=0.4, en;q=0.6", "en"),
        ("ko;q=0.5, en;q=0.5", "ko"),
        ("en;q=0.5, ko;q=0.5", "en"),
        ("fr, de;q=0.9, en;q=0.1", "en"),
        ("fr-CA, zh-Hant", "ko"),
        ("en;q=0", "ko"),
        ("en;q=0, fr", "ko"),
        ("en;q=0.000", "ko"),
        ("en;q=0.001", "en"),
        ("en ; q=1.0", "en"),
        ("en;Q=0.9", "en"),
        ("*", "ko"),
        ("*;q=0.1, en", "en"),
        ("", "ko"),
        (" , ,", "ko"),
        ("english, enx, kor", "ko"),
        ("en-", "en"),
        ("-en", "ko"),
        ("en;q=2", "ko"),
        ("en;q=-1", "ko"),
        ("en;q=nan", "ko"),
        ("en;q=high", "ko"),
        ("en" + "-a" * 50_000, "en"),
        ("x" + "-a" * 50_000, "ko"),
    ],
)
def test_accept_language_is_looked_up(client: Client, header: str, expected: str) -> None:
    """The best-weighted range that is, or begins with, one of ours wins (RFC 4647, 3.4); without one, the default."""
    for address in ("/v1/news", "/v1/news/thanks"):
        answer = client.get(address, headers={"Accept-Language": header})
        assert answer.headers["content-language"] == expected
        assert answer.headers["vary"] == "Accept-Encoding, Accept-Language"
    assert answer.json()["locale"] == expected


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60).filter(lambda raw: not set(raw) & set(b"\r\n\0")))
@example(b"\xff\xfe")
@example(";q=1,한국어".encode())
def test_no_accept_language_is_an_error(client: Client, header: bytes) -> None:
    """Whatever bytes a client sends there, it gets a page in one of our languages."""
    answer = client.get("/v1/news", headers=[(b"accept-language", header)])
    assert answer.status_code == 200
    assert answer.headers["content-language"] in LOCALES


@given(st.lists(st.sampled_from(["en", "ko", "KO-kr", "fr", "*", "-", ";", "q=", "0", "1", ".5", ",", " ", "=", "é"])))
def test_lookup_always_finds_a_language(pieces: list[str]) -> None:
    """Any header gives one of our languages."""
    assert negotiated("".join(pieces), "ko") in LOCALES


@pytest.mark.parametrize("locale", ["ko", "en", "all"])
def test_a_named_locale_wins(client: Client, api: Api, locale: str) -> None:
    """`locale` overrules `Accept-Language`, and the answer does not vary by a header that was not looked at."""
    published(api, slug="thanks")
    for address in (f"/v1/news?locale={locale}", f"/v1/news/thanks?locale={locale}"):
        answer = client.get(address, headers={"Accept-Language": "en" if locale == "ko" else "ko"})
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["content-language"] == ("ko, en" if locale == "all" else locale)


@pytest.fixture
def english_client(settings: Settings, database: Database) -> Iterator[Client]:
    """The application of an installation whose default is English."""
    english = load({"HANMI_DATA_DIR": settings.data_dir, "HANMI_DEFAULT_LOCALE": "en"})
    with TestClient(outside(create_app(english, database, with_worker=False))) as client:
        yield client


def test_the_default_locale_is_configured(english_client: Client, api: Api) -> None:
    """Who asks for no language of ours gets the configured one."""
    published(api, slug="thanks")
    assert english_client.get("/v1/news/thanks").json()["title"] == EN["title"]
    assert english_client.get("/v1/news/thanks", headers={"Accept-Language": "fr"}).json()["locale"] == "en"
    assert english_client.get("/v1/news/thanks", headers={"Accept-Language": "ko"}).json()["title"] == KO["title"]


@pytest.mark.parametrize(("there", "missing"), [("ko", "en"), ("en", "ko")])
def test_one_language_only_is_a_404_that_names_it(client: Client, api: Api, there: str, missing: str) -> None:
    """Without fallback the other language is not there: the problem lists `available_locales`, lists leave it out."""
    published(api, there, slug="thanks")
    answer = client.get(f"/v1/news/thanks?locale={missing}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["available_locales"] == [there]
    assert client.get(f"/v1/news/thanks?locale={missing}&fallback=none").status_code == 404
    for query in (f"locale={missing}", f"locale={missing}&fallback=none"):
        assert client.get(f"/v1/news?{query}").json()["items"] == []
    negotiated_answer = client.get("/v1/news/thanks", headers={"Accept-Language": missing})
    assert negotiated_answer.status_code == 404
    assert negotiated_answer.headers["vary"] == "Accept-Language"


@pytest.mark.parametrize(("there", "missing"), [("ko", "en"), ("en", "ko")])
def test_fallback_serves_the_other_language_and_says_so(client: Client, api: Api, there: str, missing: str) -> None:
    """With `fallback=source` item and card come in the other language: `locale` names it, `fallback` is true."""
    published(api, there, slug="thanks")
    text = {"ko": KO, "en": EN}[there]
    item = client.get(f"/v1/news/thanks?locale={missing}&fallback=source")
    page = client.get(f"/v1/news?locale={missing}&fallback=source")
    for found in (item.json(), *page.json()["items"]):
        assert (found["locale"], found["fallback"], found["title"]) == (there, True, text["title"])
        assert list(found["alternates"]) == [there]
    assert item.headers["content-language"] == there
    assert page.headers["content-language"] == there


def test_fallback_changes_nothing_where_the_language_is_there(client: Client, api: Api) -> None:
    """What is published in the language is served in it, unmarked, whatever `fallback` says."""
    published(api, slug="thanks")
    for locale in ("ko", "en", "all"):
        address = f"/v1/news/thanks?locale={locale}"
        assert client.get(f"{address}&fallback=source").content == client.get(address).content


def test_a_list_with_fallbacks_names_every_language_it_holds(client: Client, api: Api) -> None:
    """`Content-Language` of a mixed page names both; of an empty one, the language asked for."""
    published(api, "ko", slug="korean", date="2025")
    published(api, "en", slug="english", date="2026")
    mixed = client.get("/v1/news?locale=en&fallback=source")
    assert slugs(mixed.json()) == ["english", "korean"]
    assert mixed.headers["content-language"] == "ko, en"
    assert client.get("/v1/news?locale=en&fallback=source&to=2025").headers["content-language"] == "ko"
    assert client.get("/v1/news?locale=en&fallback=source&from=2027").headers["content-language"] == "en"


def test_a_withdrawn_language_falls_back_at_once(client: Client, api: Api) -> None:
    """Withdrawing one language makes it a fallback of the other; publishing it again ends that."""
    entry = published(api, slug="thanks")

    def served() -> tuple[str, bool]:
        item = client.get("/v1/news/thanks?locale=en&fallback=source").json()
        return item["locale"], item["fallback"]

    assert served() == ("en", False)
    api.unpublish(entry["id"], "en")
    assert served() == ("ko", True)
    api.publish(entry["id"], "en")
    assert served() == ("en", False)


def test_a_fallback_shows_the_tag_in_the_language_served(client: Client, api: Api) -> None:
    """The whole card is in one language, its tags too."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}})
    published(api, "ko", slug="thanks", tags=["veterans"])
    item = client.get("/v1/news/thanks?locale=en&fallback=source").json()
    assert item["tags"] == [{"slug": "veterans", "name": "참전용사"}]
