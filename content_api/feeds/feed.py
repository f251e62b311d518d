"""What a feed tells, whatever its format: whose it is, what it lists, and each item as it is read outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Literal, get_args
from urllib.parse import urljoin, urlsplit
from uuid import UUID, uuid5

import nh3

from content_api.addresses import Addresses
from content_api.embed.choices import Choices
from content_api.workflow.rendering import ATTRIBUTES, ELEMENTS, SCHEMES
from schemas.delivery import OneItem, TagLabel
from schemas.entries import Kind
from schemas.language import LOCALES, Locale

Format = Literal["json", "atom", "rss"]
FORMATS: tuple[Format, ...] = get_args(Format)
MEDIA_TYPES: Mapping[Format, str] = {
    "json": "application/feed+json",
    "atom": "application/atom+xml",
    "rss": "application/rss+xml",
}
# What a list is called, and how whose it is goes before that.
LISTS: Mapping[Locale, Mapping[Kind, str]] = {
    "ko": {"news": "소식", "history": "연혁", "mission": "소개"},
    "en": {"news": "News", "history": "History", "mission": "Mission"},
}
TITLES: Mapping[Locale, str] = {"ko": "{name} {list}", "en": "{name}: {list}"}
SUBTITLES: Mapping[Locale, Mapping[Kind, str]] = {
    "ko": {"news": "새로 전하는 소식", "history": "새로 실은 연혁", "mission": "하는 일과 뜻"},
    "en": {"news": "What is new", "history": "New in the history", "mission": "What we stand for"},
}
# When an empty feed changed: it has to say, and nothing knows.
NEVER = "2000-01-01T00:00:00Z"
LINKS = {"href", "src", "cite"}


@dataclass(frozen=True, kw_only=True)
class FeedItem:
    """One item. `id` is for ever, `address` is where it is now; `alternates` is where it is in other languages.

    `content` is sanitised HTML with absolute links, never empty. Times are RFC 3339 in UTC.
    """

    id: str
    address: str
    alternates: Mapping[Locale, str]
    title: str
    summary: str
    content: str
    date: str | None
    tags: Sequence[TagLabel[str]]
    published: str
    updated: str


@dataclass(frozen=True, kw_only=True)
class Feed:
    """A feed in one language. `addresses` says where it is in every language and format; `page` shows the same list."""

    id: str
    locale: Locale
    author: str
    title: str
    subtitle: str
    page: str
    addresses: Mapping[tuple[Locale, Format], str]
    updated: str
    items: Sequence[FeedItem]


def title_of(kind: Kind, locale: Locale, names: Mapping[Locale, str]) -> str:
    """Return what a list is called that is published by who has these `names`."""
    return TITLES[locale].format(name=names[locale], list=LISTS[locale][kind])


def make(
    items: Sequence[OneItem],
    kind: Kind,
    locale: Locale,
    tag: str | None,
    *,
    installation: UUID,
    names: Mapping[Locale, str],
    at: Addresses,
) -> Feed:
    """Return the feed of `items` (all of one kind, language and, if given, tag), published by who has these `names`.

    The feed is named below the installation's id (RFC 9562, 5.5), as an entry's items are below the entry's.
    """
    title = title_of(kind, locale, names)
    called = {each.slug: each.name for item in items for each in item.tags}
    return Feed(
        id=_named(installation, f"{locale}/{kind}/{tag or ''}"),
        locale=locale,
        author=names[locale],
        title=f"{title} · {called.get(tag, tag)}" if tag else title,
        subtitle=SUBTITLES[locale][kind],
        page=at.embed(Choices(locale=locale, kind=kind, tag=tag or "").given()),
        addresses={(each, suffix): at.feed(each, kind, suffix, tag) for each in LOCALES for suffix in FORMATS},
        updated=max((item.updated_at for item in items), default=NEVER),
        items=[_item(item, locale, at) for item in items],
    )


def _item(item: OneItem, locale: Locale, at: Addresses) -> FeedItem:
    address = at.item(item.kind, item.slug, item.id, locale)
    others = [other for other in item.alternates if other != locale]
    return FeedItem(
        id=_named(UUID(item.id), locale),
        address=address,
        alternates={other: at.item(item.kind, item.slug, item.id, other) for other in others},
        title=item.title,
        summary=item.summary,
        content=absolute(item.body_html, address).strip()
        or f"<p>{escape(item.summary.strip() or item.title, quote=False)}</p>",
        date=item.date,
        tags=item.tags,
        published=item.published_at,
        updated=item.updated_at,
    )


def _named(within: UUID, name: str) -> str:
    """Return an id that is the same for ever, and the same wherever the service moves to."""
    return uuid5(within, name).urn


def absolute(html: str, base: str) -> str:
    """Return sanitised HTML with every link and picture as an absolute address, seen from `base`."""
    return nh3.clean(
        html,
        tags=ELEMENTS,
        attributes=ATTRIBUTES,
        attribute_filter=partial(_absolute, base),
        filter_style_properties={"text-align"},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


def _absolute(base: str, _element: str, name: str, value: str) -> str | None:
    """Return an attribute, an address in it made absolute; `None` leaves out one that leads nowhere."""
    if name not in LINKS:
        return value
    try:
        address = urljoin(base, value.strip())
        return address if urlsplit(address).scheme in SCHEMES else None
    except ValueError:
        return None
