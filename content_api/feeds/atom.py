"""Atom 1.0 (RFC 4287)."""

from xml.etree.ElementTree import Element

from content_api.feeds.feed import MEDIA_TYPES, Feed, FeedItem
from content_api.feeds.markup import add, root, written
from schemas.language import Locale

NAMESPACE = "http://www.w3.org/2005/Atom"


def write(feed: Feed) -> bytes:
    """Return the feed as an Atom document."""
    document = root("feed", {"xmlns": NAMESPACE, "xml:lang": feed.locale})
    add(document, "id", feed.id)
    add(document, "title", feed.title)
    add(document, "subtitle", feed.subtitle)
    add(document, "updated", feed.updated)
    add_links(document, feed, "link", "atom")
    add(add(document, "author"), "name", feed.author)
    add(document, "generator", "Hanmi")
    for item in feed.items:
        _add_entry(document, item, feed.locale)
    return written(document)


def add_links(parent: Element, feed: Feed, tag: str, own: str) -> None:
    """Add where the feed is itself, the page of the same list, and the feed in other languages and formats."""
    add_link(parent, tag, "alternate", feed.locale, feed.page, "text/html")
    for (locale, suffix), address in feed.addresses.items():
        is_self = (locale, suffix) == (feed.locale, own)
        add_link(parent, tag, "self" if is_self else "alternate", locale, address, MEDIA_TYPES[suffix])


def add_link(parent: Element, tag: str, rel: str, locale: Locale, address: str, media_type: str = "") -> None:
    """Add a link that says which language it leads to."""
    known = {"type": media_type} if media_type else {}
    add(parent, tag, attributes={"rel": rel, "hreflang": locale, **known, "href": address})


def _add_entry(document: Element, item: FeedItem, locale: Locale) -> None:
    entry = add(document, "entry", attributes={"xml:lang": locale})
    add(entry, "id", item.id)
    add(entry, "title", item.title)
    add(entry, "published", item.published)
    add(entry, "updated", item.updated)
    add_link(entry, "link", "alternate", locale, item.address)
    for other, address in item.alternates.items():
        add_link(entry, "link", "alternate", other, address)
    if item.alternates:
        # Some readers follow the first alternate and some the last: neither is to end up in the other language.
        add(entry, "link", attributes={"rel": "alternate", "href": item.address})
    for tag in item.tags:
        add(entry, "category", attributes={"term": tag.slug, "label": tag.name})
    if item.summary.strip():
        add(entry, "summary", item.summary)
    add(entry, "content", item.content, {"type": "html"})
