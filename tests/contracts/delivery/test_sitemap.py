"""The sitemap: every address of what is public, each with the same in other languages, in parts where it is large."""

from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from litestar.testing import TestClient

from content_api import syndication
from content_api.addresses import Addresses
from content_api.app import create_app, outside
from content_api.feeds import sitemap
from content_api.settings import LONGEST_ADDRESS, Settings, load
from content_api.storage.database import Database
from content_api.syndication import ENTRIES_IN_PART, Listed
from schemas.entries import KINDS
from schemas.values import Slug
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.delivery.making import published, written

Client = TestClient[Any]
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"
BASE = "http://127.0.0.1:8000"


def listed(client: Client, address: str = "/sitemap.xml") -> dict[str, dict[str, str]]:
    """Return the alternates of every address, by language."""
    answer = client.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/xml")
    document = ElementTree.fromstring(answer.content)
    assert document.tag == f"{MAP}urlset"
    found = {}
    for url in document:
        links = url.findall(LINK)
        assert {link.get("rel") for link in links} == {"alternate"}
        found[url.findtext(f"{MAP}loc") or ""] = {link.get("hreflang", ""): link.get("href", "") for link in links}
    assert len(found) == len(document)
    return found


@pytest.fixture
def site(settings: Settings, database: Database) -> Any:
    """Serve the same content with other settings: `with site(ITEM_URL_NEWS="…") as client`."""

    def serve(**given: str) -> Client:
        environment = {"DATA_DIR": settings.data_dir, "DATABASE_URL": settings.database_url, "SECRET_KEY": "k" * 40}
        wanted = load({f"HANMI_{name}": value for name, value in (environment | given).items()})
        return TestClient(outside(create_app(wanted, database, with_worker=False)))

    return serve


def test_every_language_of_every_kind_is_listed(client: Client, api: Api) -> None:
    """Each address once, and each names all languages of its entry, itself among them: they are reciprocal."""
    for kind in KINDS:
        published(api, kind=kind, slug=f"a-{kind}")
    written(api, slug="not-public")
    found = listed(client)
    assert set(found) == {f"{BASE}/v1/{kind}/a-{kind}?locale={locale}" for kind in KINDS for locale in ("ko", "en")}
    for address, alternates in found.items():
        assert address in alternates.values()
        assert set(alternates) == {"ko", "en", "x-default"}
        for other in alternates.values():
            assert found[other] == alternates


def test_strangers_are_led_to_the_default_language_where_there_is_one(client: Client, api: Api, site: Any) -> None:
    """`x-default` is the installation's default, or the language there is."""
    published(api, slug="both")
    published(api, "en", slug="english")
    korean, english = f"{BASE}/v1/news/both?locale=ko", f"{BASE}/v1/news/both?locale=en"
    only = f"{BASE}/v1/news/english?locale=en"
    assert listed(client)[korean]["x-default"] == korean
    assert listed(client)[only] == {"en": only, "x-default": only}
    with site(DEFAULT_LOCALE="en") as english_first:
        assert listed(english_first)[korean]["x-default"] == english


def test_what_no_site_shows_is_not_listed_where_one_shows_anything(api: Api, site: Any) -> None:
    """Nobody is led to JSON from among pages; only an installation without a site lists what it has itself."""
    for kind in KINDS:
        published(api, "ko", kind=kind, slug=f"a-{kind}")
    with site(ITEM_URL_NEWS="https://site.example/{slug}") as shown:
        assert list(listed(shown)) == ["https://site.example/a-news"]
        assert shown.get("/sitemap.xml?part=2").status_code == 404


def test_a_fallback_is_not_listed(client: Client, api: Api) -> None:
    """What is public in one language alone has one address; what is withdrawn has none."""
    entry = published(api, "ko", slug="korean")
    assert list(listed(client)) == [f"{BASE}/v1/news/korean?locale=ko"]
    api.unpublish(entry["id"], "ko")
    assert listed(client) == {}


def test_addresses_are_those_of_the_site(api: Api, site: Any) -> None:
    """By `ITEM_URL`, with whatever stands in it; a site with one address for both languages has it listed once."""
    published(api, slug="감사")
    published(api, slug="day", kind="history")
    pattern = "https://site.example/view?lang={locale}&slug={slug}"
    with site(ITEM_URL_NEWS=pattern, ITEM_URL_HISTORY="https://site.example/history/{slug}") as client:
        found = listed(client)
    korean, english = (f"https://site.example/view?lang={locale}&slug={quote('감사')}" for locale in ("ko", "en"))
    history = "https://site.example/history/day"
    assert found == {
        korean: {"ko": korean, "en": english, "x-default": korean},
        english: {"ko": korean, "en": english, "x-default": korean},
        history: {"ko": history, "en": history, "x-default": history},
    }


def test_it_tells_when_each_language_changed(client: Client, api: Api, clock: Clock) -> None:
    """`lastmod` is when what is read there changed, in UTC."""
    entry = published(api, slug="a")
    clock.advance(days=1)
    api.save(entry["id"], "en", title="Another title", body="Another body")
    api.publish(entry["id"], "en")
    times = {}
    for url in ElementTree.fromstring(client.get("/sitemap.xml").content):
        times[(url.findtext(f"{MAP}loc") or "")[-2:]] = url.findtext(f"{MAP}lastmod")
    updated = {locale: client.get(f"/v1/news/a?locale={locale}").json()["updated_at"] for locale in ("ko", "en")}
    assert times == updated
    assert times["ko"] < times["en"]


def test_a_large_one_is_an_index_of_parts(client: Client, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part is at an address of its own, and together they list everything once."""
    for number in range(5):
        published(api, slug=f"n-{number}")
    whole = listed(client)
    monkeypatch.setattr(syndication, "ENTRIES_IN_PART", 2)
    api.unpublish(published(api, slug="left-out")["id"], "ko", "en")  # what is in memory is as of before
    answer = client.get("/sitemap.xml")
    document = ElementTree.fromstring(answer.content)
    assert document.tag == f"{MAP}sitemapindex"
    parts = [loc.text or "" for loc in document.iter(f"{MAP}loc")]
    assert parts == [f"{BASE}/sitemap.xml?part={number}" for number in (1, 2, 3)]
    found = [listed(client, part.removeprefix(BASE)) for part in parts]
    assert [len(part) for part in found] == [4, 4, 2]
    assert {address: alternates for part in found for address, alternates in part.items()} == whole


@pytest.mark.parametrize("part", ["0", "2", "-1", "x", "", "1.0", "١", "9" * 30])
def test_a_part_that_is_not_there_is_a_404(client: Client, part: str) -> None:
    """A problem document, whatever was asked for."""
    answer = client.get("/sitemap.xml", params={"part": part})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_a_part_is_never_too_large() -> None:
    """With the longest addresses there can be a full part has under 50,000, of 2,048 characters each, and 50 MB."""
    pattern = "https://a.example/{locale}/{slug}/".ljust(LONGEST_ADDRESS, "x")
    slug, now = "가" * Slug.limit, Clock()()
    entries = [Listed("news", slug, "0" * 36, {"ko": now, "en": now})] * 10
    document = sitemap.write(entries, "ko", Addresses("", {"news": pattern}))
    urls = [loc.text or "" for loc in ElementTree.fromstring(document).iter(f"{MAP}loc")]
    assert max(map(len, urls)) <= 2_048
    assert len(urls) / len(entries) * ENTRIES_IN_PART <= 50_000
    assert len(document) / len(entries) * ENTRIES_IN_PART <= 50_000_000


def test_it_is_cached_like_all_delivery(client: Client, api: Api) -> None:
    """An ETag, 304, HEAD; parameters nobody knows are ignored."""
    published(api)
    first = client.get("/sitemap.xml")
    assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=30"
    assert client.get("/sitemap.xml", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.head("/sitemap.xml").headers["etag"] == first.headers["etag"]
    assert client.get("/sitemap.xml?utm_source=x&part2=3").content == first.content


def test_an_empty_installation_has_an_empty_sitemap(client: Client) -> None:
    """Nothing is public: nothing is listed, and it is a sitemap all the same."""
    assert listed(client) == {}
