"""The script of `<hanmi-news>` and the page for a frame, as they are sent."""

import base64
import gzip
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest
from litestar.testing import TestClient

from content_api.app import create_app, outside
from content_api.embed import parts
from content_api.settings import Settings, load
from content_api.storage.database import Database
from tests.client import Api
from tests.contracts.delivery.making import published

Client = TestClient[Any]
# Nothing here is stored.
BACKENDS = ("sqlite",)
PARTNERS = Path(__file__).parents[3] / "docs" / "partners.md"
CACHED = "public, max-age=60, stale-while-revalidate=30"


class Page(HTMLParser):
    """What a page holds: elements with their attributes, and the text of scripts and styles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] in ("script", "style") and data.strip():
            self.inline.append((self.elements[-1][0], data))

    def all(self, wanted: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.elements if tag == wanted]


def page(client: Client, query: str = "") -> Page:
    answer = client.get(f"/embed/news{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return Page(answer.text)


@pytest.fixture
def elsewhere(settings: Settings, database: Database) -> Any:
    """Serve with other settings: `with elsewhere(PUBLIC_URL="…") as client`."""

    def serve(**given: str) -> Client:
        wanted = load({"HANMI_DATA_DIR": settings.data_dir} | {f"HANMI_{name}": each for name, each in given.items()})
        return TestClient(outside(create_app(wanted, database, with_worker=False)))

    return serve


def test_the_script_is_small(client: Client) -> None:
    """Style and words included it is under 10 kB compressed, whichever way."""
    script = client.get("/embed/news.js").content
    assert len(gzip.compress(script)) < 10_000
    assert len(brotli.compress(script, quality=5)) < 10_000


def test_the_script_may_be_used_anywhere_and_is_asked_for_again(client: Client) -> None:
    """A module for any origin; kept for a minute, then asked for by its ETag, since its address stays for ever."""
    answer = client.get("/embed/news.js")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == CACHED
    assert client.get("/embed/news.js", headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert client.head("/embed/news.js").headers["etag"] == answer.headers["etag"]


def test_the_script_needs_no_markup_no_evaluation_and_no_other_host(client: Client) -> None:
    """It never parses HTML, evaluates text or sets a style attribute, and names no address but those of its base."""
    script = client.get("/embed/news.js").text
    forbidden = (
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\b|new Function|\.style\b|cssText"
    )
    assert re.findall(forbidden, script) == []
    assert re.findall(r"https?://[^/\"\\]", script) == []
    assert "__SITE__" not in script


def test_the_script_knows_its_site(elsewhere: Any) -> None:
    """Who publishes, where items are shown, and the language for readers of neither."""
    with elsewhere(
        ITEM_URL_NEWS="https://site.example/{locale}/{slug}", SITE_NAME_EN='"</script>', DEFAULT_LOCALE="en"
    ) as client:
        script = client.get("/embed/news.js").text
    assert '"urls":{"news":"https://site.example/{locale}/{slug}"}' in script
    assert r'"en":"\"</script>"' in script
    assert '"locale":"en"' in script


def test_the_page_uses_the_same_script_and_says_what_it_shows(client: Client) -> None:
    """The element with the attributes that the query chooses, and nothing else that runs but what tells the height."""
    found = page(client, "?locale=en&kind=history&count=3&tag=%EC%84%9C%EC%9A%B8&theme=dark&fallback=source&key=k")
    assert found.all("hanmi-news") == [
        {"locale": "en", "kind": "history", "count": "3", "tag": "서울", "theme": "dark", "fallback": "source",
         "key": "k", "target": "_blank"}
    ]  # fmt: skip
    assert found.all("script") == [{"type": "module", "src": "news.js"}, {}]
    assert found.all("html") == [{"lang": "en"}]
    assert {"name": "color-scheme", "content": "dark"} in found.all("meta")


def test_left_to_itself_the_page_follows_its_reader(client: Client) -> None:
    """Language and colours are the browser's: the page around it is somebody else's."""
    found = page(client)
    assert found.all("hanmi-news") == [{"locale": "browser", "target": "_blank"}]
    assert {"name": "color-scheme", "content": "light dark"} in found.all("meta")
    assert client.get("/embed/news", headers={"Accept-Language": "en"}).headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "query",
    ["locale=fr&kind=drafts&count=0&tag=No+Slug&theme=pink&fallback=yes&x=1", "count=-1", "count=1e3", "count=%D9%A1",
     "count=" + "9" * 4_000, "tag=" + "a" * 101, "tag=%00&kind=%FF", "locale=ko%22%3E%3Cscript%3E&locale="],
)  # fmt: skip
def test_what_nobody_knows_is_ignored(client: Client, query: str) -> None:
    """A parameter or value that is unknown counts as none."""
    (element,) = page(client, f"?{query}").all("hanmi-news")
    assert set(element) <= {"locale", "target", "count", "tag"}
    assert element["locale"] == "browser"
    assert element.get("count") in (None, "100")


def test_a_tag_that_can_be_none_is_no_wish_for_all(client: Client) -> None:
    """It stays, as in the element, and has no entries."""
    assert page(client, "?tag=No+Slug").all("hanmi-news")[0]["tag"] == "No Slug"
    assert len(page(client, f"?tag={'a' * 5_000}").all("hanmi-news")[0]["tag"] or "") == 200


def test_with_a_slash_at_its_end_the_page_is_elsewhere(client: Client) -> None:
    """Where its script is: the address without it, whatever the service stands below, and with what was chosen."""
    answer = client.get("/embed/news/?count=3&tag=%EC%84%9C", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (308, "../news?count=3&tag=%EC%84%9C")
    assert client.get("/embed/news/").url.path == "/embed/news"


def test_what_is_chosen_stays_an_attribute(client: Client) -> None:
    """A key that is markup ends up as the value of an attribute, and nowhere else."""
    hostile = '"><script>alert(1)</script>'
    found = page(client, "?key=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    assert found.all("hanmi-news")[0]["key"] == hostile
    assert len(found.all("script")) == 2
    assert len(page(client, f"?key={'a' * 5_000}").all("hanmi-news")[0]["key"] or "") == 200


def test_the_pages_policy_allows_what_is_in_it_and_any_frame(client: Client) -> None:
    """Our script, our style, our API; anybody may frame it, apps too, whose pages `*` would leave out (CSP 3, 6.7.2.8);
    what stands in the page is allowed by its hash.
    """
    answer = client.get("/embed/news")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "frame-ancestors" not in policy
    assert policy["connect-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    inline = Page(answer.text).inline
    assert [tag for tag, _ in inline] == ["style", "script"]
    for tag, text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[f"{tag}-src"]


def test_the_page_leads_to_feeds_and_to_its_oembed(elsewhere: Any) -> None:
    """In its language, of its kind and tag."""
    with elsewhere(PUBLIC_URL="https://api.example/hanmi") as client:
        found = page(client, "?kind=history&tag=veterans&count=3")
    links = {link["type"]: link["href"] for link in found.all("link")}
    assert links == {
        "application/feed+json": "https://api.example/hanmi/feeds/ko/history.json?tag=veterans",
        "application/atom+xml": "https://api.example/hanmi/feeds/ko/history.atom?tag=veterans",
        "application/rss+xml": "https://api.example/hanmi/feeds/ko/history.rss?tag=veterans",
        "application/json+oembed": "https://api.example/hanmi/oembed?url=https%3A%2F%2Fapi.example%2Fhanmi%2Fembed"
        "%2Fnews%3Fkind%3Dhistory%26count%3D3%26tag%3Dveterans&format=json",
    }


def test_the_page_is_cached_like_all_delivery(client: Client, api: Api) -> None:
    """An ETag, 304, HEAD; what is published does not change it, as the script fetches that."""
    first = client.get("/embed/news?count=3")
    assert first.headers["cache-control"] == CACHED
    assert client.head("/embed/news?count=3").headers["etag"] == first.headers["etag"]
    published(api)
    assert client.get("/embed/news?count=3", headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_what_partners_may_rely_on_is_documented() -> None:
    """Every attribute, custom property and part, and none that is not there."""
    script, style, page = parts.text("news.js"), parts.text("news.css"), PARTNERS.read_text(encoding="utf-8")
    observed = re.search(r"observedAttributes = (\[[^\]]*\])", script)
    assert observed
    assert sorted(json.loads(observed[1])) == sorted(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert set(re.findall(r"--hanmi-\w+", style)) == set(re.findall(r"`(--hanmi-\w+)`", page))
    made = set(re.findall(r'make\(\s*[\w" ?:]+,\s*"(\w+)"', script))
    listed = page[page.index("Parts, as in") : page.index("**Under a content")]
    assert made == set(re.findall(r"`(\w+)`", listed))
