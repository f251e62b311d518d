"""Makes the bytes readers get: a pure function of an entry's published revisions, tags and slug."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import nh3

from content_api.storage.types import rfc3339
from content_api.workflow.revisions import EntryRow, Revision
from pipeline.markdown import render
from schemas.decoding import encode
from schemas.delivery import AUDIENCES, Audience, Card, Item, Pair, TagLabel, Translation
from schemas.language import LOCALES, OTHER, Locale
from schemas.values import PartialDate

# What the sanitiser keeps of a body's HTML: the elements Markdown makes, and what an article may hold beside them.
ELEMENTS = nh3.ALLOWED_TAGS - {"map", "area", "center", "tt"}
# The alignment of a table's cells and the language of a code block are Markdown's own; no other style gets through.
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    **{cell: nh3.ALLOWED_ATTRIBUTES.get(cell, set()) | {"style"} for cell in ("th", "td")},
    "code": {"class"},
}
SCHEMES = {"http", "https", "mailto", "tel"}


@dataclass(frozen=True)
class Publication:
    """One language as it is published: the revision, since when the language is public, since when this revision is,
    and whether the source went on.
    """

    revision: Revision
    since: dt.datetime
    revised: dt.datetime
    outdated: bool = False


@dataclass(frozen=True)
class TagNames:
    """A tag's slug and names."""

    slug: str
    ko: str
    en: str


@dataclass(frozen=True)
class Public:
    """Everything the published rows of an entry are made from."""

    entry: EntryRow
    slug: str
    tags: Sequence[TagNames]
    texts: Mapping[Locale, Publication]


@dataclass(frozen=True)
class Rendered:
    """One row of `published`: for whom, in which language, and its bytes."""

    audience: Audience
    served: Audience
    is_fallback: bool
    item: bytes
    card: bytes
    etag: str
    updated_at: dt.datetime


def rendered(public: Public, audience: Audience, updated_at: dt.datetime) -> Rendered:
    """Return the row of one audience: its own language, both (`all`), or the other language as a fallback."""
    served: Audience = audience if audience == "all" or audience in public.texts else OTHER[audience]
    item = _item(public, served, is_fallback=served != audience, updated_at=updated_at)
    card = Card(**{name: getattr(item, name) for name in Card.__struct_fields__})
    whole = encode(item)
    etag = hashlib.blake2b(whole, digest_size=12).hexdigest()
    return Rendered(audience, served, served != audience, whole, encode(card), etag, updated_at)


def all_rendered(public: Public, now: dt.datetime, before: Mapping[str, Rendered]) -> list[Rendered]:
    """Return the rows of every audience; one whose content is as `before` keeps its bytes, ETag and time."""
    rows = []
    for audience in AUDIENCES:
        old = before.get(audience)
        again = rendered(public, audience, old.updated_at) if old else None
        rows.append(again if again is not None and again == old else rendered(public, audience, now))
    return rows


@lru_cache(maxsize=8)  # the rows of one entry hold the same two bodies
def body_html(markdown: str, *, places: bool = False) -> str:
    """Return the Markdown as HTML that is safe to insert in any page; with `places` as `render` numbers them."""
    return nh3.clean(
        render(markdown, places=places),
        tags=ELEMENTS,
        attributes=ATTRIBUTES | {"*": {"data-place"}} if places else ATTRIBUTES,
        attribute_filter=_attribute,
        filter_style_properties={"text-align"},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
    )


def _attribute(element: str, name: str, value: str) -> str | None:
    """Keep of an element's classes only the language of a code block."""
    if name == "class" and not re.fullmatch(r"language-[\w+#.-]{1,40}", value):
        return None
    return value


def sort_keys(entry: EntryRow) -> tuple[int, int]:
    """Return the keys for ascending and descending order: whatever has no place of its own is last in both."""
    place = entry.position if entry.kind == "mission" else _first_day(entry)
    return (2**31 - 1, -1) if place is None else (place, place)


def day_in_ranges(entry: EntryRow) -> int | None:
    """Return the day `from` and `to` compare, or `None` for what is in no range: undated, or without its place."""
    placed = entry.kind != "mission" or entry.position is not None
    return _first_day(entry) if placed else None


def _first_day(entry: EntryRow) -> int | None:
    # A number that sorts: the proleptic Gregorian ordinal.
    return PartialDate(entry.date).first_day().toordinal() if entry.date else None


def _item(public: Public, served: Audience, *, is_fallback: bool, updated_at: dt.datetime) -> Item[Any, Any, Any]:
    def field(of: Callable[[Publication], object]) -> Any:
        if served == "all":
            return Pair(**{locale: of(text) for locale, text in public.texts.items()})
        return of(public.texts[served])

    return Item(
        id=public.entry.id,
        kind=public.entry.kind,
        slug=public.slug,
        locale=served,
        fallback=is_fallback,
        title=field(lambda text: text.revision.title),
        summary=field(lambda text: text.revision.summary),
        body=field(lambda text: text.revision.body),
        body_html=field(lambda text: body_html(text.revision.body)),
        date=public.entry.date,
        position=public.entry.position,
        tags=[_label(tag, served) for tag in public.tags],
        image=None,
        translation=field(
            lambda text: Translation(
                origin=text.revision.origin, source_locale=public.entry.source_locale, outdated=text.outdated
            )
        ),
        published_at=field(lambda text: rfc3339(text.since)),
        updated_at=rfc3339(updated_at),
        alternates={
            locale: address(public.entry.kind, public.slug, locale) for locale in LOCALES if locale in public.texts
        },
    )


def address(kind: str, slug: str, locale: str) -> str:
    """Return the path and query at which an item is read, percent-encoded."""
    return f"/v1/{kind}/{quote(slug)}?locale={locale}"


def _label(tag: TagNames, served: Audience) -> TagLabel[Any]:
    names: Mapping[str, str | Pair[str]] = {"ko": tag.ko, "en": tag.en, "all": Pair(ko=tag.ko, en=tag.en)}
    return TagLabel(slug=tag.slug, name=names[served])
