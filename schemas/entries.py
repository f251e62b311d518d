"""Entries as editors send and see them."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType, field

from schemas.language import Difference, Locale
from schemas.values import Body, PartialDate, Slug, Summary, Title

Kind = Literal["mission", "history", "news"]
KINDS: tuple[Kind, ...] = ("mission", "history", "news")
Origin = Literal["original", "human", "machine_reviewed"]
Action = Literal["publish", "withdraw"]
Position = Annotated[int, Meta(ge=0, le=1_000_000)]
Tags = Annotated[list[Slug], Meta(max_length=50)]
Locales = Annotated[list[Locale], Meta(min_length=1, max_length=2)]


class Request(Struct, forbid_unknown_fields=True, kw_only=True):
    """What a caller sends: an unknown field is refused, so that a misspelt one is noticed."""


class TextInput(Request, kw_only=True):
    """A text as it is written: title, summary, Markdown body."""

    title: Title
    summary: Summary = field(default_factory=Summary)
    body: Body


class NewTexts(Request, kw_only=True):
    """The texts of a new entry; the source language's must be among them."""

    ko: TextInput | None = None
    en: TextInput | None = None


class NewEntry(Request, kw_only=True):
    """An entry to be added. Without `slug` one is made from the title; a tag nobody made yet is added."""

    kind: Kind
    source_locale: Locale
    texts: NewTexts
    slug: Slug | None = None
    date: PartialDate | None = None
    position: Position | None = None
    tags: Tags = []


class EntryChange(Request, kw_only=True):
    """What to change of an entry; what is not sent stays, `null` empties."""

    slug: Slug | UnsetType = UNSET
    date: PartialDate | None | UnsetType = UNSET
    position: Position | None | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET


class DraftWish(Request, kw_only=True):
    """A draft asked for: into which language, and through which engines (the configured chain without)."""

    target_locale: Locale
    engines: Annotated[list[str], Meta(max_length=10)] | None = None


class TextChange(TextInput, kw_only=True):
    """A text to be saved as the next revision, and perhaps a draft of its translation to be made."""

    draft: DraftWish | None = None


class Publication(Request, kw_only=True):
    """Which languages to publish or withdraw, all of them or none: now, or `at` a time to come."""

    locales: Locales
    at: dt.datetime | None = None


class OutdatedSegment(Struct, kw_only=True):
    """A place at which the source went on: what it said `before` and says `now`, and how the one came of the other.

    `null` stands where nothing stood. `target` is what the text says there, where a draft that was approved tells it;
    `segment` is the id under which a draft of the present source has it.
    """

    segment: str | None
    before: str | None
    now: str | None
    differences: list[Difference]
    target: str | None


class Text(Struct, kw_only=True):
    """The newest revision of one language, what of it is public, and whether the source went on since.

    `outdated_segments` tells where it did, `outdated_because` what it says there now and said before; `reordered`
    tells that only the order of its segments changed.
    """

    title: str
    summary: str
    body: str
    revision: int
    origin: Origin
    published_revision: int | None
    outdated: bool
    outdated_because: list[str] = []
    outdated_segments: list[OutdatedSegment] = []
    reordered: bool = False


class Texts(Struct, kw_only=True):
    """Both languages' texts; `null` where nothing is written yet."""

    ko: Text | None = None
    en: Text | None = None


class Schedule(Struct, kw_only=True):
    """What is to be done at a time to come to one language, or failed then: a publication names the pinned revision.

    `by` is the e-mail address of whoever asked for it; `reason` says why it failed.
    """

    id: str
    action: Action
    locale: Locale
    revision: int | None
    at: str
    state: Literal["waiting", "failed"]
    reason: str | None
    by: str


class Entry(Struct, kw_only=True):
    """An entry as an editor sees it."""

    id: str
    etag: str
    kind: Kind
    slug: str
    source_locale: Locale
    date: str | None
    position: int | None
    tags: list[str]
    drafts: list["DraftSummary"]
    schedules: list[Schedule]
    texts: Texts


DraftState = Literal["queued", "running", "needs_review", "approved", "rejected", "failed", "cancelled", "superseded"]
OPEN_STATES: tuple[DraftState, ...] = ("queued", "running", "needs_review")


class Progress(Struct, kw_only=True):
    """How many of a draft's segments have been tried."""

    done: int
    total: int


class DraftSummary(Struct, kw_only=True):
    """A draft without its segments, as lists and entries show it."""

    id: str
    etag: str
    entry_id: str
    source_locale: Locale
    target_locale: Locale
    source_revision: int
    state: DraftState
    progress: Progress
    supersedes: str | None
    superseded_by: str | None
    reason: str | None
    created_at: str
    updated_at: str


class EntryPage(Struct, kw_only=True):
    """A page of entries."""

    items: list[Entry]
    next: str | None
