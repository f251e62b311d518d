"""What partners take: JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) and oEmbed 1.0 (https://oembed.com)."""

from collections.abc import Mapping

from msgspec import UNSET, Struct, UnsetType, field

from schemas.language import Locale


class Author(Struct):
    """Who publishes."""

    name: str


class Extension(Struct, kw_only=True):
    """What JSON Feed has no name for: the same in other languages, and the day, month or year an item tells of."""

    about: str | UnsetType = UNSET
    alternates: Mapping[Locale, str]
    date: str | UnsetType = UNSET


class JsonFeedItem(Struct, kw_only=True):
    """One item. `id` never changes; times are RFC 3339."""

    id: str
    url: str
    title: str
    language: Locale
    summary: str | UnsetType = UNSET
    content_html: str
    date_published: str
    date_modified: str
    tags: list[str] | UnsetType = UNSET
    extension: Extension = field(name="_hanmi")


class JsonFeed(Struct, kw_only=True):
    """A feed, the newest item first."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    description: str
    language: Locale
    authors: list[Author]
    extension: Extension = field(name="_hanmi")
    items: list[JsonFeedItem]


class OEmbed(Struct, kw_only=True):
    """How a page is embedded: `html` to put into another one, and its size in pixels."""

    version: str
    type: str
    title: str
    provider_name: str
    provider_url: str
    cache_age: int
    html: str
    width: int
    height: int
