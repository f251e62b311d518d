"""Sitemaps (https://www.sitemaps.org/protocol.html) whose addresses name their other languages."""

import datetime as dt
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from content_api.addresses import Addresses
from content_api.feeds.markup import add, root, written
from content_api.storage.types import rfc3339
from content_api.syndication import Listed
from schemas.language import Locale

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"


def write(entries: Sequence[Listed], default: Locale, at: Addresses) -> bytes:
    """Return the sitemap of `entries`: an address for each language, and with each all the others.

    Who reads none of the languages is led (`x-default`) to the `default`, or where there is no such text to what is.
    """
    document = root("urlset", {"xmlns": NAMESPACE, "xmlns:xhtml": XHTML})
    for entry in entries:
        _add_entry(document, entry, default, at)
    return written(document)


def _add_entry(document: Element, entry: Listed, default: Locale, at: Addresses) -> None:
    found = {locale: at.item(entry.kind, entry.slug, entry.entry_id, locale) for locale in entry.changed}
    alternates = [*found.items(), ("x-default", found.get(default) or next(iter(found.values())))]
    changed: dict[str, dt.datetime] = {}
    # A site may show both languages at one address, which is then listed once.
    for locale, address in found.items():
        changed[address] = max(entry.changed[locale], changed.get(address, entry.changed[locale]))
    for address, moment in changed.items():
        url = add(document, "url")
        add(url, "loc", address)
        add(url, "lastmod", rfc3339(moment))
        for hreflang, alternate in alternates:
            add(url, "xhtml:link", attributes={"rel": "alternate", "hreflang": hreflang, "href": alternate})


def write_index(parts: int, at: Addresses) -> bytes:
    """Return the index of a sitemap in so many parts."""
    document = root("sitemapindex", {"xmlns": NAMESPACE})
    for number in range(1, parts + 1):
        add(add(document, "sitemap"), "loc", at.sitemap(number))
    return written(document)
