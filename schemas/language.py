"""What the pipeline and everything around it say about language: locales, terms, pairs, issues, segments.

These structs cross boundaries (files, the database, HTTP); the pipeline's own working types stay in `pipeline/`.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Locale = Literal["ko", "en"]
LOCALES: tuple[Locale, Locale] = ("ko", "en")
OTHER: dict[Locale, Locale] = {"ko": "en", "en": "ko"}

Severity = Literal["error", "warning"]
Field = Literal["title", "summary", "body"]
SegmentState = Literal["initial", "translated", "reviewed", "final"]
SegmentOrigin = Literal["memory", "fuzzy", "machine", "human", "none"]
Span = tuple[int, int]
DifferenceOp = Literal["equal", "insert", "delete"]
PartOfSpeech = Literal["noun", "name", "verb", "adjective", "other"]
Case = Literal["auto", "exact", "any"]


class Term(Struct, frozen=True, kw_only=True):
    """A glossary item: the preferred form in each language, those that will do beside it, and those that must not be.

    A verb is found in its forms, and in the noun it is made of (협력하다, 협력). `case` tells whether capitals count:
    "auto" means that they do in acronyms. What is to be kept stays as it is in either language.
    """

    ko: str
    en: str
    forbidden_ko: tuple[str, ...] = ()
    forbidden_en: tuple[str, ...] = ()
    admitted_ko: tuple[str, ...] = ()
    admitted_en: tuple[str, ...] = ()
    part_of_speech: PartOfSpeech = "noun"
    case: Case = "auto"
    keep: bool = False


UnitOrigin = Literal["draft", "person", "alignment", "file"]


class Provenance(Struct, frozen=True, kw_only=True):
    """Where a unit of the memory came from: an approved draft, a person's hand, two texts aligned, a file of pairs.

    `detail` names the file; `confidence` (0 to 1) is the alignment's. `by` is the e-mail address of whoever approved
    it at `approved_at`, or, where nobody has yet, of whoever brought it in at `added_at`.
    """

    origin: UnitOrigin
    detail: str
    draft_id: str | None
    entry_id: str | None
    confidence: float | None
    by: str | None
    added_at: datetime
    approved_at: datetime | None


class Unit(Struct, frozen=True, kw_only=True):
    """A pair of segments in the memory, in placeholder form.

    `context_ko` and `context_en` are the hashes (`pipeline.memory.context`) of the neighbours the segment had
    in that language; only a unit a person confirmed counts as exact. `id` and `provenance` are a stored unit's.
    """

    id: str = ""
    provenance: Provenance | None = None
    ko: str
    en: str
    context_ko: str = ""
    context_en: str = ""
    confirmed: bool = False


class Issue(Struct, frozen=True, kw_only=True):
    """What a check found in one segment. Spans are half-open character ranges; `fix` is the whole mended target."""

    check: str
    severity: Severity
    message: str
    source_span: Span | None = None
    target_span: Span | None = None
    fix: str | None = None
    dismissed: bool = False
    note: str | None = None


class Difference(Struct, frozen=True, kw_only=True):
    """A run of text that stayed, came or went."""

    op: DifferenceOp
    text: str


class Suggestion(Struct, frozen=True, kw_only=True):
    """A target a person wrote for another source; `score` (0 to 100) tells how alike the two sources are."""

    source: str
    target: str
    score: int


class DraftedSegment(Struct, frozen=True, kw_only=True):
    """One segment of a draft as the pipeline leaves it. `target` is empty while the segment is open."""

    id: str
    field: Field
    position: int
    source: str
    target: str = ""
    state: SegmentState = "initial"
    origin: SegmentOrigin = "none"
    score: int | None = None
    engine: str | None = None
    issues: tuple[Issue, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
