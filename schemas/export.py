"""What an export holds: the files a person can read and edit, and an import takes back.

Accounts are named by their e-mail addresses, revisions by their numbers; every other id is the one it was.
"""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta

from schemas.accounts import PairedNames, Role
from schemas.delivery import Audience
from schemas.entries import DraftState, Kind, Origin, Request
from schemas.language import Field, Issue, Locale, SegmentOrigin, SegmentState, Suggestion, UnitOrigin
from schemas.values import PartialDate, Slug, Summary, Target, Title

Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
Instant = Annotated[dt.datetime, Meta(tz=True)]
# The databases' integers have 32 bits.
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Number = Annotated[int, Meta(ge=1, le=2**31 - 1)]
# PostgreSQL stores any character but this one.
Plain = Annotated[str, Meta(pattern=r"^[^\x00]*$")]
Email = Annotated[str, Meta(min_length=1, max_length=254, pattern=r"^[^\x00\s]+$")]


class Kept(Request, omit_defaults=True, kw_only=True):
    """A part of an export: what is not said is not there."""


class KeptRevision(Kept, kw_only=True):
    """A saved text; its words are in the file `<locale>.<number>.md` beside."""

    locale: Locale
    number: Number
    author: Email
    origin: Origin
    created_at: Instant
    fits_source: Number | None = None
    draft: Id | None = None
    approver: Email | None = None


class TextHead(Kept, kw_only=True):
    """The front matter of a text's file; its body follows, to the byte."""

    title: Title
    summary: Summary = Summary()


class KeptSegment(Kept, kw_only=True):
    """A segment of a draft."""

    id: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[^\x00]*$")]
    field: Field
    position: Count
    source: Target
    target: Target = Target()
    state: SegmentState = "initial"
    origin: SegmentOrigin = "none"
    score: Count | None = None
    engine: Annotated[str, Meta(max_length=64, pattern=r"^[^\x00]*$")] | None = None
    issues: tuple[Issue, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    tried: bool = False
    version: Number = 1


class KeptDraft(Kept, kw_only=True):
    """A draft into the entry's other language, with its segments in the order of the text."""

    id: Id
    target_locale: Locale
    source_revision: Number
    state: DraftState
    requested_by: Email
    created_at: Instant
    updated_at: Instant
    segments: list[KeptSegment]
    engines: list[Plain] | None = None
    approver: Email | None = None
    reason: Plain | None = None
    supersedes: Id | None = None
    version: Number = 1


class KeptSchedule(Kept, kw_only=True):
    """What is to happen, or happened, at a time."""

    id: Id
    locale: Locale
    action: Literal["publish", "withdraw"]
    at: Instant
    state: Literal["waiting", "done", "replaced", "cancelled", "failed"]
    account: Email
    created_at: Instant
    revision: Number | None = None
    reason: Plain | None = None
    ended_at: Instant | None = None


class KeptWorkingCopy(Kept, kw_only=True):
    """What somebody typed and has not saved."""

    locale: Locale
    account: Email
    saved_at: Instant
    base_revision: Number | None = None
    title: Plain = ""
    summary: Plain = ""
    body: Plain = ""


class KeptPublication(Kept, kw_only=True):
    """Which revision of a language is public, and since when the language is; `revised`: since when it is this one."""

    revision: Number
    since: Instant
    revised: Instant | None = None


class KeptEntry(Kept, kw_only=True):
    """An entry with all that belongs to it. `answers_changed` says when what each reader gets last changed."""

    id: Id
    kind: Kind
    slug: Slug
    source_locale: Locale
    created_at: Instant
    updated_at: Instant
    revisions: list[KeptRevision]
    former_slugs: list[Slug] = []
    date: PartialDate | None = None
    position: Count | None = None
    tags: list[Slug] = []
    published: dict[Locale, KeptPublication] = {}
    answers_changed: dict[Audience, Instant] = {}
    drafts: list[KeptDraft] = []
    schedules: list[KeptSchedule] = []
    working_copies: list[KeptWorkingCopy] = []
    deleted_at: Instant | None = None
    version: Number = 1


class KeptTag(Kept, kw_only=True):
    """A tag with its names."""

    slug: Slug
    name: PairedNames
    version: Number = 1


class KeptAccount(Kept, kw_only=True):
    """A person, without anything to sign in by."""

    id: Id
    email: Email
    role: Role
    created_at: Instant
    disabled_at: Instant | None = None


class KeptUnit(Kept, kw_only=True):
    """A pair of the memory: one line of `memory.jsonl`."""

    id: Id
    ko: Plain
    en: Plain
    provenance: Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*$")]
    created_at: Instant
    context_ko: Annotated[str, Meta(max_length=32, pattern=r"^[^\x00]*$")] = ""
    context_en: Annotated[str, Meta(max_length=32, pattern=r"^[^\x00]*$")] = ""
    confirmed: bool = False
    origin: UnitOrigin = "file"
    confidence: float | None = None
    approved_at: Instant | None = None
    version: Number = 1
    draft: Id | None = None
    account: Email | None = None


class ExportManifest(Request, kw_only=True):
    """`hanmi.json`: what the folder holds. `checksum` is of all other files, and null while they are being written.

    `installation` is the id by which its feeds are named.
    """

    format: Literal[1] = 1
    installation: Id | None = None
    counts: dict[str, Count] = {}
    checksum: Plain | None = None
