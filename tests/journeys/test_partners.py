"""A partner follows the association: from the page in a frame to the feeds, and from a feed to the items."""

from collections.abc import Callable
from urllib.parse import urlsplit

import feedparser

from tests.client import Api, http_to
from tests.contracts.delivery.making import EN, KO, published
from tests.server import Server

# What is tested is the process.
BACKENDS = ("sqlite",)


def test_a_server_tells_where_it_is_found(server: Server) -> None:
    """Without a public address it is where it listens, whatever port it was started on."""
    with http_to(server.url) as client:
        atom = feedparser.parse(client.get("/feeds/ko/news.atom").content)
        own = next(link.href for link in atom.feed.links if link.rel == "self")
        assert own == f"{server.url}/feeds/ko/news.atom"
        assert client.get(urlsplit(atom.feed.link).path).status_code == 200
        assert client.get("/oembed", params={"url": atom.feed.link}).status_code == 200


def test_a_feed_leads_to_its_items(server: Server, make_key: Callable[..., str]) -> None:
    """From an entry of a feed to the item in its language, and from there to the other; the sitemap has both."""
    with http_to(server.url) as client:
        published(Api(client, make_key("admin")), slug="감사")
        for locale, other, text in (("ko", "en", KO), ("en", "ko", EN)):
            (entry,) = feedparser.parse(client.get(f"/feeds/{locale}/news.atom").content).entries
            item = client.get(entry.link).json()
            assert (item["title"], item["body"]) == (entry.title, text["body"]) == (text["title"], text["body"])
            assert entry.content[0].value.strip() == item["body_html"].strip()
            (there,) = {link.href for link in entry.links if link.get("hreflang") == other}
            assert there == f"{server.url}{item['alternates'][other]}"
            assert f"<loc>{entry.link}</loc>" in client.get("/sitemap.xml").text
