"""Drafts and their segments as reviewers see and change them."""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from schemas.entries import DraftSummary, Request
from schemas.language import Field, Issue, SegmentOrigin, SegmentState, Suggestion
from schemas.values import Name, Note, Target


class Segment(Struct, kw_only=True):
    """One segment under review. Inline markup stands in `source` and `target` as numbered placeholders.

    `suggestions` are what a person wrote for a source that is gone, the most alike first; they are no targets.
    """

    id: str
    etag: str
    field: Field
    position: int
    source: str
    target: str
    state: SegmentState
    origin: SegmentOrigin
    score: int | None
    engine: str | None
    issues: list[Issue]
    suggestions: list[Suggestion]


class Draft(DraftSummary, kw_only=True):
    """A draft with its segments, in the order of the text."""

    segments: list[Segment]


class DraftPage(Struct, kw_only=True):
    """A page of drafts, oldest first: the queue."""

    items: list[DraftSummary]
    next: str | None


class Dismissal(Request, kw_only=True):
    """An issue set aside by a person, and why."""

    check: Name
    note: Note


class SegmentChange(Request, kw_only=True):
    """A person's word on a segment: a new target, a state, issues set aside. What is not sent stays."""

    target: Target | UnsetType = UNSET
    state: Literal["translated", "reviewed"] | UnsetType = UNSET
    dismiss: Annotated[list[Dismissal], Meta(max_length=50)] = []


class Rejection(Request, kw_only=True):
    """Why a draft is turned down."""

    reason: Note
