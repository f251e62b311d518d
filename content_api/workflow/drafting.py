"""A draft's life up to review: asked for, queued, run by the worker, retried, cancelled, superseded.

The states and who may move between them are the table in `docs/states.md`; each move is one function here or in
`reviewing`. Segments are rows from the start, so that every finished one is saved at once and survives its worker.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from content_api.storage import jobs, tables
from content_api.storage.database import Transaction, new_id
from content_api.workflow import revisions
from content_api.workflow.accounts import Principal
from content_api.workflow.revisions import EntryRow, Expected, Revision
from pipeline.succession import carried_over, left_open, still_said
from pipeline.texts import open_segments
from schemas.entries import OPEN_STATES, DraftState, DraftWish
from schemas.language import DraftedSegment, Locale
from schemas.problems import DraftOpen, Invalid, NotFound, SourceChanged, WrongState

JOB = "draft"
d = tables.draft.c
s = tables.segment.c
DraftRow = Row[Any]
# What a save of the source replaces by a successor; the others have ended, or a person has decided.
REPLACEABLE: tuple[DraftState, ...] = (*OPEN_STATES, "failed")


def get(connection: Connection, draft_id: str, *, lock: bool = False) -> DraftRow:
    """Return the draft's row, if its entry is not deleted; raise `NotFound`."""
    asked = select(tables.draft).join(tables.entry).where(d.id == draft_id, tables.entry.c.deleted_at.is_(None))
    row = connection.execute(asked.with_for_update(key_share=True, of=tables.draft) if lock else asked).one_or_none()
    if row is None:
        raise NotFound("There is no such draft.")
    return row


def lock(tx: Transaction, draft_id: str, expected: Expected) -> DraftRow:
    """Return the draft's row for a person's decision; raise `NotFound`, or `Stale` if its version is not expected.

    Its entry is locked first, as everywhere: no save of the source comes between the look and the decision.
    """
    revisions.lock_entry(tx, get(tx.connection, draft_id).entry_id, None)
    row = get(tx.connection, draft_id, lock=True)
    revisions.require(row.version, expected)
    return row


def ask(
    tx: Transaction, who: Principal, at: EntryRow, wish: DraftWish, *, pointer: str, reuse_open: bool = False
) -> str:
    """Queue a draft of the newest source into `wish.target_locale`; return its id.

    Raises `Invalid` (at `pointer`) for the source language itself, `DraftOpen` if one is open, unless `reuse_open`.
    """
    if wish.target_locale == at.source_locale:
        raise Invalid.at(pointer, f"the entry is written in {at.source_locale}; a draft goes into the other language")
    opened = _in_states(tx.connection, at.id, OPEN_STATES, target=wish.target_locale)
    if opened and reuse_open:
        return str(opened[0].id)
    if opened:
        address = f"/v1/editorial/drafts/{opened[0].id}"
        raise DraftOpen("A draft into this language is open already.", draft=address)
    return _queue(tx, who.account_id, at, wish.target_locale, wish.engines)


def _queue(
    tx: Transaction,
    account_id: str,
    at: EntryRow,
    target: Locale,
    engines: list[str] | None,
    *,
    supersedes: str | None = None,
) -> str:
    source = _source(tx.connection, at.id, at.source_locale)
    before = _drafted_by(tx.connection, supersedes) if supersedes else _approved(tx.connection, at.id, target)
    segments = carried_over(before, open_segments(source.document))
    draft_id = add(
        tx, account_id, at, source, target, state="queued", engines=engines, supersedes=supersedes, segments=segments
    )
    jobs.enqueue(tx, JOB, draft_id)
    return draft_id


def _approved(connection: Connection, entry_id: str, target: Locale) -> list[DraftedSegment]:
    """Return what the last approved draft gave the text in `target`, as far as the text says it still."""
    text = revisions.newest(connection, entry_id, target)
    approved = _in_states(connection, entry_id, ("approved",), target=target)
    return still_said(_drafted_by(connection, approved[-1].id), text.document) if text and approved else []


def _drafted_by(connection: Connection, draft_id: str) -> list[DraftedSegment]:
    return [drafted(row) for row in segments_of(connection, draft_id)]


def add(
    tx: Transaction,
    account_id: str,
    at: EntryRow,
    source: Revision,
    target: Locale,
    *,
    state: DraftState,
    engines: list[str] | None = None,
    supersedes: str | None = None,
    segments: Sequence[DraftedSegment],
) -> str:
    """Add a draft of `source` with its segments, of which the worker of a queued one is to try the open ones.

    Returns its id.
    """
    draft_id = new_id()
    row = {
        "id": draft_id,
        "entry_id": at.id,
        "source_locale": source.locale,
        "target_locale": target,
        "source_revision": source.number,
        "state": state,
        "engines": engines,
        "version": 1,
        "requested_by": account_id,
        "supersedes": supersedes,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    tx.execute(insert(tables.draft).values(**row))
    common = {"draft_id": draft_id, "version": 1}
    rows = [
        segment_values(each) | common | {"tried": state != "queued" or bool(each.target) or left_open(each)}
        for each in segments
    ]
    if rows:  # a title that is only an address has nothing to translate
        tx.execute(insert(tables.segment), rows)
    tx.emit(f"draft.{state}", entry_id=at.id, draft_id=draft_id, locale=target)
    return draft_id


def segment_values(segment: DraftedSegment) -> dict[str, object]:
    """Return a segment as the columns it is stored in."""
    return {name: getattr(segment, name) for name in DraftedSegment.__struct_fields__}


def segments_of(connection: Connection, draft_id: str) -> list[Row[Any]]:
    """Return the draft's segment rows in the order of the text."""
    return list(connection.execute(select(tables.segment).where(s.draft_id == draft_id).order_by(s.position)))


def segment_row(connection: Connection, draft_id: str, segment_id: str, *, lock: bool = False) -> Row[Any]:
    """Return one segment's row; raise `NotFound`."""
    asked = select(tables.segment).where(s.draft_id == draft_id, s.id == segment_id)
    row = connection.execute(asked.with_for_update(key_share=True) if lock else asked).one_or_none()
    if row is None:
        raise NotFound("There is no such segment in this draft.")
    return row


def drafted(row: Row[Any]) -> DraftedSegment:
    """Return a segment's row as the pipeline's struct."""
    return DraftedSegment(**{name: row._mapping[name] for name in DraftedSegment.__struct_fields__})


def retry(tx: Transaction, draft_id: str, expected: Expected) -> None:
    """Queue the draft again: from `needs_review` while segments are open, from `failed`, `rejected`, `cancelled`.

    Raises `WrongState`, `DraftOpen` or, where the source went on, `SourceChanged`.
    """
    row = lock(tx, draft_id, expected)
    if row.state not in ("needs_review", "failed", "rejected", "cancelled"):
        raise WrongState(f"A draft that is {row.state} cannot be retried.")
    require_current(tx.connection, row)
    still_open = (s.draft_id == draft_id) & (s.target == "")
    if row.state == "needs_review" and not tx.execute(select(func.count()).where(still_open)).scalar():
        raise WrongState("No segment of this draft is open; there is nothing to retry.")
    others = _in_states(tx.connection, row.entry_id, OPEN_STATES, target=row.target_locale)
    if any(other.id != draft_id for other in others):
        address = f"/v1/editorial/drafts/{others[0].id}"
        raise DraftOpen("Another draft into this language is open.", draft=address)
    segments = map(drafted, segments_of(tx.connection, draft_id))
    again = [each.id for each in segments if not each.target and not left_open(each)]
    for segment_id in again:
        tx.execute(update(tables.segment).where(s.draft_id == draft_id, s.id == segment_id).values(tried=False))
    move(tx, row, "queued", reason=None)
    jobs.enqueue(tx, JOB, draft_id)


def cancel(tx: Transaction, draft_id: str, expected: Expected) -> None:
    """Cancel a draft that is not decided; its worker, if one runs it, stops at its next write."""
    row = lock(tx, draft_id, expected)
    if row.state not in REPLACEABLE:
        raise WrongState(f"A draft that is {row.state} cannot be cancelled.")
    _end(tx, row, "cancelled")


def cancel_open(tx: Transaction, entry_id: str) -> None:
    """Cancel every undecided draft of an entry that goes away."""
    for row in _in_states(tx.connection, entry_id, REPLACEABLE):
        _end(tx, row, "cancelled")


def source_saved(tx: Transaction, who: Principal, at: EntryRow, wish: DraftWish | None) -> None:
    """Supersede the undecided drafts whose source segments changed; one successor carries over what still fits.

    There is one language to draft into, so they share it: at most one of them is open, beside failed ones. The
    successor goes to the engines of `wish`, if the save asked for a draft, else to its predecessor's.
    """
    present = _source(tx.connection, at.id, at.source_locale)
    undecided = _in_states(tx.connection, at.id, REPLACEABLE)
    stale = [row for row in undecided if revisions.changes(source_of(tx.connection, row), present)]
    if not stale:
        return
    for row in stale:
        _end(tx, row, "superseded")
    last = max(stale, key=lambda row: (row.state in OPEN_STATES, row.id))
    engines = wish.engines if wish else last.engines
    _queue(tx, who.account_id, at, last.target_locale, engines, supersedes=last.id)


def require_current(connection: Connection, row: DraftRow) -> Revision:
    """Return the source as it is now; raise `SourceChanged`, naming the segments, if the draft is not of it."""
    present = _source(connection, row.entry_id, row.source_locale)
    changed = [said for each in revisions.changes(source_of(connection, row), present) for said in each.said]
    if changed:
        first = changed[0] if len(changed[0]) <= 80 else changed[0][:79] + "…"
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise SourceChanged(f"The source was changed since this draft: “{first}”{more}.", segments=changed)
    return present


def source_of(connection: Connection, row: DraftRow) -> Revision:
    """Return the source revision the draft was made from."""
    source = revisions.numbered(connection, row.entry_id, row.source_locale, row.source_revision)
    assert source is not None, "revisions are never deleted"  # noqa: S101
    return source


def move(tx: Transaction, row: DraftRow, state: DraftState, **values: object) -> None:
    """Put a draft into another state, with its event; a person's ETag goes stale, except by the worker's start."""
    unseen = (row.state, state) in (("queued", "running"), ("running", "queued"))
    # Counted from the row as it is: a worker may have moved it since it was read.
    changed = {"state": state, "version": d.version + (0 if unseen else 1), "updated_at": tx.now, **values}
    tx.execute(update(tables.draft).where(d.id == row.id).values(**changed))
    tx.emit(f"draft.{state}", entry_id=row.entry_id, draft_id=row.id, locale=row.target_locale)


def _end(tx: Transaction, row: DraftRow, state: DraftState) -> None:
    move(tx, row, state)
    jobs.cancel(tx, row.id)


def _in_states(
    connection: Connection, entry_id: str, states: Sequence[str], target: Locale | None = None
) -> list[DraftRow]:
    asked = select(tables.draft).where(d.entry_id == entry_id, d.state.in_(states)).order_by(d.id)
    return list(connection.execute(asked.where(d.target_locale == target) if target else asked))


def _source(connection: Connection, entry_id: str, locale: Locale) -> Revision:
    source = revisions.newest(connection, entry_id, locale)
    assert source is not None, "an entry is made with its source text"  # noqa: S101
    return source
