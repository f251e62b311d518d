"""What readers get: items, cards, pages, tags. These bytes are a promise; fields are added, never renamed."""

from typing import Generic, Literal, TypeVar

from msgspec import Struct

from schemas.entries import Kind, Origin
from schemas.language import Locale

Audience = Literal["ko", "en", "all"]
Both = Literal["all"]
AUDIENCES: tuple[Audience, ...] = ("ko", "en", "all")
Fallback = Literal["none", "source"]
Order = Literal["asc", "desc"]
Op = Literal["publish", "withdraw"]

Value = TypeVar("Value")
About = TypeVar("About")
Served = TypeVar("Served")


class Pair(Struct, Generic[Value], kw_only=True):
    """One value per language; `null` where that language is not published."""

    ko: Value | None = None
    en: Value | None = None


class TagLabel(Struct, Generic[Value], kw_only=True):
    """A tag on a card: its slug and its name in the language served (both with `locale=all`)."""

    slug: str
    name: Value


class Translation(Struct, kw_only=True):
    """Where a text came from; `outdated` compares it with the published source."""

    origin: Origin
    source_locale: Locale
    outdated: bool


class Card(Struct, Generic[Value, About, Served], kw_only=True):
    """An entry for a list: text fields are strings, with `locale=all` pairs; so are `translation`, `published_at`.

    Whoever reads both shapes tells them apart by `locale`.
    """

    id: str
    kind: Kind
    slug: str
    locale: Served
    fallback: bool
    title: Value
    summary: Value
    date: str | None
    position: int | None
    tags: list[TagLabel[Value]]
    image: str | None
    translation: About
    published_at: Value
    updated_at: str
    alternates: dict[Locale, str]


class Item(Card[Value, About, Served], Generic[Value, About, Served], kw_only=True):
    """An entry whole: a card with its body, as Markdown and as sanitised HTML."""

    body: Value
    body_html: Value


class Page(Struct, Generic[Value], kw_only=True):
    """A page of cards."""

    items: list[Value]
    next: str | None


BothCards = Card[Pair[str], Pair[Translation], Both]
OneCard = Card[str, Translation, Locale]
BothItem = Item[Pair[str], Pair[Translation], Both]
OneItem = Item[str, Translation, Locale]


class TagCount(Struct, kw_only=True):
    """A tag in use: its paired names, and how many published entries carry it in each language."""

    slug: str
    name: Pair[str]
    count: dict[Locale, int]


class TagPage(Struct, kw_only=True):
    """A page of tags by slug."""

    items: list[TagCount]
    next: str | None


class Change(Struct, kw_only=True):
    """One language of an item came or changed (`publish`), or went (`withdraw`). `seq` only ever grows."""

    seq: int
    op: Op
    id: str
    kind: Kind
    slug: str
    locale: Locale


class ItemChange(Change, Generic[Value], kw_only=True):
    """A change with its item as it is now: `null` where it is no longer public."""

    item: Value | None


class Changes(Struct, Generic[Value], kw_only=True):
    """A page of changes; `next` is the cursor for what comes after them, now or later."""

    items: list[Value]
    next: str
