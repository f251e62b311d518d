"""Where things are to be found, as absolute addresses: what feeds, the sitemap and embeds tell others."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlencode

from content_api.settings import PLACE, Settings
from schemas.entries import KINDS, Kind
from schemas.language import Locale

# Where no site shows an item there is always the item itself.
OWN_ITEM = "/v1/{kind}/{slug}?locale={locale}"


@dataclass(frozen=True)
class Addresses:
    """What is below `base`, the service's own address without a slash at its end; and where a site shows items."""

    base: str
    sites: Mapping[Kind, str]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the addresses of an installation."""
        return cls(settings.address(), settings.item_urls)

    @property
    def listed(self) -> Collection[Kind]:
        """The kinds a sitemap lists: those that a site shows, or, where no site shows any, all."""
        return tuple(self.sites) or KINDS

    def item(self, kind: Kind, slug: str, entry_id: str, locale: Locale) -> str:
        """Return where people read an item in a language; else, where no site shows its kind, where programs do."""
        values = {"kind": kind, "slug": quote(slug, safe=""), "id": entry_id, "locale": locale}
        return re.sub(PLACE, lambda place: values[place[1]], self.sites.get(kind, self.base + OWN_ITEM))

    def feed(self, locale: Locale, kind: Kind, suffix: str, tag: str | None) -> str:
        """Return where a feed is."""
        return f"{self.base}/feeds/{locale}/{kind}.{suffix}{_query(tag=tag)}"

    def embed(self, chosen: Mapping[str, str]) -> str:
        """Return the page that shows a list: what a feed is the feed of."""
        return f"{self.base}/embed/news{_query(**chosen)}"

    @property
    def script(self) -> str:
        """Where the script of `<hanmi-news>` is."""
        return f"{self.base}/embed/news.js"

    def oembed(self, url: str) -> str:
        """Return where it is told how the page at `url` is embedded."""
        return f"{self.base}/oembed{_query(url=url, format='json')}"

    def sitemap(self, part: int) -> str:
        """Return where one part of the sitemap is."""
        return f"{self.base}/sitemap.xml{_query(part=part)}"


def _query(**values: object) -> str:
    given = {name: value for name, value in values.items() if value is not None}
    return f"?{urlencode(given)}" if given else ""
