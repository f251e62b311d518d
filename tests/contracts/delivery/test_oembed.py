"""oEmbed 1.0 (https://oembed.com) for the embed's page, as a frame, and for its script, as the element."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import pytest
from litestar.testing import TestClient

from content_api.app import create_app, outside
from content_api.settings import Settings, load
from content_api.storage.database import Database

Client = TestClient[Any]
# Nothing here is stored.
BACKENDS = ("sqlite",)
PAGE = "http://127.0.0.1:8000/embed/news"


def asked(client: Client, url: str, **more: Any) -> Any:
    answer = client.get("/oembed", params={"url": url, "format": "json"} | more)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), answer.text
    return answer.json()


class Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_page_becomes_a_frame(client: Client) -> None:
    """Type `rich`, with all that the specification requires, and a frame of the size it tells."""
    told = asked(client, f"{PAGE}?count=2&locale=en")
    assert {name: told[name] for name in ("version", "type", "title", "provider_name", "provider_url", "width")} == {
        "version": "1.0",
        "type": "rich",
        "title": "US & Korea Alliance Association: News",
        "provider_name": "US & Korea Alliance Association",
        "provider_url": "http://127.0.0.1:8000",
        "width": 600,
    }
    ((tag, frame),) = Elements(told["html"]).found
    assert tag == "iframe"
    assert frame["src"] == f"{PAGE}?locale=en&count=2"
    assert (frame["width"], frame["height"]) == (str(told["width"]), str(told["height"]))
    assert frame["title"] == told["title"]


def test_the_script_becomes_the_element(client: Client) -> None:
    """With the attributes that its address chooses."""
    told = asked(client, f"{PAGE}.js?count=3&tag=veterans")
    assert told["type"] == "rich"
    assert Elements(told["html"]).found == [
        ("script", {"type": "module", "src": f"{PAGE}.js"}),
        ("hanmi-news", {"locale": "auto", "count": "3", "tag": "veterans"}),
    ]


def test_what_a_page_says_of_itself_is_found(client: Client) -> None:
    """The link in the page (discovery) leads to an answer whose frame shows that page."""
    page = client.get("/embed/news?kind=history&count=7&theme=dark").text
    (link,) = [each for tag, each in Elements(page).found if each.get("type") == "application/json+oembed"]
    parts = urlsplit(link["href"] or "")
    told = client.get(f"{parts.path}?{parts.query}").json()
    ((_, frame),) = Elements(told["html"]).found
    assert dict(parse_qsl(urlsplit(frame["src"] or "").query)) == {"kind": "history", "count": "7", "theme": "dark"}


@pytest.mark.parametrize(
    ("more", "width", "height"),
    [
        ({}, 600, 720),
        ({"maxwidth": "320", "maxheight": "400"}, 320, 400),
        ({"maxwidth": "2000", "maxheight": "2000"}, 600, 720),
        ({"maxwidth": "0", "maxheight": "-1"}, 600, 720),
        ({"maxwidth": "wide", "maxheight": "9" * 50}, 600, 720),
        ({"maxwidth": "", "unknown": "x", "locale": "xx"}, 600, 720),
    ],
)
def test_it_is_no_larger_than_asked(client: Client, more: dict[str, str], width: int, height: int) -> None:
    """`maxwidth` and `maxheight` are kept; what is no size, and what nobody knows, is ignored."""
    told = asked(client, PAGE, **more)
    assert (told["width"], told["height"]) == (width, height)


def test_there_is_xml_for_those_who_ask_for_it(client: Client) -> None:
    """The same in both formats; any other is answered as JSON."""
    answer = client.get("/oembed", params={"url": PAGE, "format": "xml"})
    assert answer.headers["content-type"].startswith("text/xml")
    told = {element.tag: element.text for element in ElementTree.fromstring(answer.content)}
    assert told == {name: str(value) for name, value in asked(client, PAGE).items()}
    assert asked(client, PAGE, format="yaml") == asked(client, PAGE)


def test_hostile_choices_do_not_break_out(client: Client) -> None:
    """Whatever an address chooses, the answer is one frame, or one script and one element."""
    hostile = 'key="><script>alert(1)</script>&count="onload="alert(1)'
    assert [tag for tag, _ in Elements(asked(client, f"{PAGE}?{hostile}")["html"]).found] == ["iframe"]
    assert [tag for tag, _ in Elements(asked(client, f"{PAGE}.js?{hostile}")["html"]).found] == ["script", "hanmi-news"]


@pytest.mark.parametrize(
    "url",
    ["", "news", "https://evil.example/embed/news", "http://127.0.0.1:8000/v1/news", f"{PAGE}/", f"{PAGE}.css",
     "http://127.0.0.1:8000@evil.example/embed/news", "javascript://127.0.0.1:8000/embed/news",
     "ftp://127.0.0.1:8000/embed/news", "http://[", f"{PAGE}x", "javascript:alert(1)"],
)  # fmt: skip
def test_any_other_address_is_a_404(client: Client, url: str) -> None:
    """As the specification has it: there is no answer for it."""
    answer = client.get("/oembed", params={"url": url})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert client.get("/oembed").status_code == 404


def test_the_document_says_what_it_needs(client: Client) -> None:
    """An address, and nothing else."""
    operation = client.get("/openapi.json").json()["paths"]["/oembed"]["get"]
    assert [each["name"] for each in operation["parameters"] if each["required"]] == ["url"]


def test_it_stands_below_the_public_address(settings: Settings, database: Database) -> None:
    """Behind a proxy with a path of its own too."""
    wanted = load({"HANMI_DATA_DIR": settings.data_dir, "HANMI_PUBLIC_URL": "https://api.example/hanmi/"})
    with TestClient(outside(create_app(wanted, database, with_worker=False))) as client:
        told = asked(client, "https://api.example/hanmi/embed/news")
        assert 'src="https://api.example/hanmi/embed/news"' in told["html"]
        assert client.get("/oembed", params={"url": "https://api.example/embed/news"}).status_code == 404


def test_it_is_cached_like_all_delivery(client: Client) -> None:
    """An ETag, 304, and any origin may read it."""
    first = client.get("/oembed", params={"url": PAGE})
    assert first.headers["access-control-allow-origin"] == "*"
    again = client.get("/oembed", params={"url": PAGE}, headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
