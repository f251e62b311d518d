"""RSS 2.0 (https://www.rssboard.org/rss-specification), and what Atom, Dublin Core and `content` add to it."""

import datetime as dt
from email.utils import format_datetime
from html import escape
from xml.etree.ElementTree import Element

from content_api.feeds import atom
from content_api.feeds.feed import Feed, FeedItem
from content_api.feeds.markup import add, root, written
from schemas.language import Locale

NAMESPACES = {
    "xmlns:atom": atom.NAMESPACE,
    "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}


def write(feed: Feed) -> bytes:
    """Return the feed as an RSS document."""
    document = root("rss", {"version": "2.0", **NAMESPACES})
    channel = add(document, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", feed.page)
    add(channel, "description", feed.subtitle)
    add(channel, "language", feed.locale)
    if feed.items:
        add(channel, "lastBuildDate", _rfc822(feed.updated))
    add(channel, "generator", "Hanmi")
    atom.add_links(channel, feed, "atom:link", "rss")
    for item in feed.items:
        _add_item(channel, item, feed.locale)
    return written(document)


def _add_item(channel: Element, item: FeedItem, locale: Locale) -> None:
    added = add(channel, "item")
    add(added, "title", item.title)
    for other, address in item.alternates.items():
        atom.add_link(added, "atom:link", "alternate", other, address)
    # After the others: some readers take the last they meet for the item's own.
    add(added, "link", item.address)
    add(added, "guid", item.id, {"isPermaLink": "false"})
    add(added, "pubDate", _rfc822(item.published))
    add(added, "atom:updated", item.updated)
    add(added, "dc:language", locale)
    for tag in item.tags:
        add(added, "category", tag.name)
    # HTML, unlike the summary: what is plain text elsewhere is escaped here.
    add(added, "description", escape(item.summary.strip() or item.title, quote=False))
    add(added, "content:encoded", item.content)


def _rfc822(moment: str) -> str:
    """Return an RFC 3339 time as RSS wants it: RFC 822 with a year of four digits."""
    return format_datetime(dt.datetime.fromisoformat(moment).astimezone(dt.UTC), usegmt=True)
