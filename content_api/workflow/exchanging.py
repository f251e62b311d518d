"""A draft goes out to a translation tool as XLIFF 2.1 and comes back, as a person's edits of its segments."""

from dataclasses import dataclass

from msgspec import UNSET, UnsetType
from sqlalchemy import Connection, func, select

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow import drafting, reviewing, revisions, terms
from content_api.workflow.accounts import Principal
from content_api.workflow.drafting import drafted
from content_api.workflow.revisions import Expected
from pipeline import glossary, xliff
from pipeline.exchange.xml import locale_of
from pipeline.xliff import File, FileFault, Unit
from schemas.drafts import SegmentChange
from schemas.language import DraftedSegment, Locale, Term
from schemas.problems import Invalid
from schemas.values import Target

s = tables.segment.c


@dataclass(frozen=True)
class Exported:
    """A draft as a file, and the version of all that is in it."""

    content: str
    version: int


def version(connection: Connection, draft_id: str) -> int:
    """Return a number that grows whenever the draft or one of its segments changes; raise `NotFound`."""
    own = int(drafting.get(connection, draft_id).version)
    return own + int(connection.execute(select(func.sum(s.version)).where(s.draft_id == draft_id)).scalar() or 0)


def exported(connection: Connection, draft_id: str) -> Exported:
    """Return a draft as an XLIFF file; raise `NotFound`."""
    row = drafting.get(connection, draft_id)
    segments = [drafted(each) for each in drafting.segments_of(connection, draft_id)]
    document = drafting.source_of(connection, row).document
    known = terms.known(connection)

    def standing(source: str) -> list[Term]:
        found = glossary.find(source, row.source_locale, known)
        return list(dict.fromkeys(each.term for each in found if not each.forbidden))

    content = xliff.written(
        segments,
        row.source_locale,
        row.target_locale,
        name=draft_id,
        originals={each.id: each.originals for each in document.segments},
        terms=standing,
    )
    return Exported(content, version(connection, draft_id))


def read(content: bytes) -> File:
    """Return what a file holds; raise `Invalid` naming the line at fault."""
    try:
        return xliff.read(content)
    except FileFault as fault:
        raise Invalid(f"{fault}") from None


def take_in(tx: Transaction, who: Principal, draft_id: str, file: File, expected: Expected) -> None:
    """Store the targets and states of a file that this draft was sent out as: all of them, or nothing.

    What the file leaves out stays. Raises `Stale` where a segment was changed since, `Invalid` naming the line where
    the file is not this draft's, `WrongState` unless the draft awaits review.
    """
    drafting.lock(tx, draft_id, None)
    revisions.require(version(tx.connection, draft_id), expected)
    row = drafting.get(tx.connection, draft_id)
    _must_be_of(file, row.source_locale, row.target_locale)
    segments = {each.id: drafted(each) for each in drafting.segments_of(tx.connection, draft_id)}
    for unit in file.units:
        change = _change(segments.get(unit.id), unit)
        if change is not None:
            reviewing.change_segment(tx, who, draft_id, unit.id, change, None)


def _must_be_of(file: File, source: Locale, target: Locale) -> None:
    given = locale_of(file.source), locale_of(file.target or target)
    if given != (source, target):
        raise Invalid(
            f"line 1: the file is from {file.source} into {file.target}, the draft from {source} into {target}"
        )


def _change(segment: DraftedSegment | None, unit: Unit) -> SegmentChange | None:
    """Return what a unit changes of its segment; `None` for nothing."""
    if segment is None:
        raise Invalid(f"line {unit.line}: the draft has no segment {unit.id}")
    if unit.source != segment.source:
        raise Invalid(f"line {unit.line}: the source of {unit.id} is not what the draft has")
    target = _target(unit)
    change = SegmentChange()
    if target not in (UNSET, segment.target):
        change.target = target
    if target and unit.state != "initial":
        change.state = "reviewed" if unit.state in ("reviewed", "final") else "translated"
    return change if change.target is not UNSET or change.state not in (UNSET, segment.state) else None


def _target(unit: Unit) -> Target | UnsetType:
    try:
        return UNSET if unit.target is None else Target.parse(unit.target)
    except ValueError as fault:
        raise Invalid(f"line {unit.line}: the target of {unit.id}: {fault}") from None
