"""A partner follows the association: from the page in a frame to the feeds, and from a feed to the items."""

from urllib.parse import urlsplit

import feedparser
import httpx

from tests.server import Server

# What is tested is the process.
BACKENDS = ("sqlite",)


def test_a_server_tells_where_it_is_found(server: Server) -> None:
    """Without a public address it is where it listens, whatever port it was started on."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        atom = feedparser.parse(client.get("/feeds/ko/news.atom").content)
        own = next(link.href for link in atom.feed.links if link.rel == "self")
        assert own == f"{server.url}/feeds/ko/news.atom"
        assert client.get(urlsplit(atom.feed.link).path).status_code == 200
        assert client.get("/oembed", params={"url": atom.feed.link}).status_code == 200
