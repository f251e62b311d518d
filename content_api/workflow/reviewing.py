"""Changes of state a reviewer makes: segments are edited and rechecked, a draft is approved or rejected.

Approval is the only way by which machine text becomes a revision (invariant 1; the tables enforce it too).
"""

import dataclasses
from collections.abc import Sequence

from msgspec import UNSET
from msgspec.structs import replace
from sqlalchemy import Connection, update

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow import drafting, memory, revisions, terms
from content_api.workflow.accounts import Principal
from content_api.workflow.drafting import DraftRow, drafted
from content_api.workflow.revisions import Expected
from pipeline import checks
from pipeline.checks import Context, Entry
from pipeline.checks.markup import markup
from pipeline.checks.placeholders import placeholders
from pipeline.placeholders import PlaceholderError
from pipeline.texts import PlainText, TextDocument
from schemas.drafts import Dismissal, SegmentChange
from schemas.entries import Origin
from schemas.language import DraftedSegment, Issue, SegmentState, Term
from schemas.problems import FieldError, Invalid, UndismissedErrors, WrongState
from schemas.values import Body, Summary, Title, Value

s = tables.segment.c
# The checks whose errors mean that the text cannot be assembled: mended, never dismissed.
STRUCTURAL = (markup.name, placeholders.name)
# A segment is checked beside so many on either side: all of an ordinary article, and some 40 ms of a long one.
NEARBY = 200


def change_segment(
    tx: Transaction, who: Principal, draft_id: str, segment_id: str, change: SegmentChange, expected: Expected
) -> None:
    """Store a person's target, state or dismissals, and check the segment again.

    A target or state needs the scope `entries:write`, dismissing an error `review`, a warning either. Raises
    `Forbidden`, `WrongState` unless the draft awaits review, `Invalid` for an issue that cannot be dismissed.
    """
    if change.target is not UNSET or change.state is not UNSET:
        who.must("entries:write")
    draft = drafting.get(tx.connection, draft_id, lock=True)
    row = drafting.segment_row(tx.connection, draft_id, segment_id, lock=True)
    revisions.require(row.version, expected)
    old = drafted(row)
    target = old.target if change.target is UNSET else change.target
    target = target if target.strip() else ""  # blank is open, and open is empty
    document = drafting.source_of(tx.connection, draft).document
    # What was dismissed was dismissed for that target; of another one nobody has said anything yet.
    before = old.issues if target == old.target else ()
    known = _context(tx.connection, draft, old)
    issues = recheck(replace(old, target=target), draft, document, terms.known(tx.connection), known, before)
    issues = _dismissed(who, issues, change.dismiss, assembles=_fault(document, segment_id, target) is None)
    if draft.state != "needs_review":
        raise WrongState(f"Segments are edited while the draft awaits review; this one is {draft.state}.")
    edited = target != old.target
    changed = replace(
        old,
        target=target,
        issues=issues,
        state=_state(change, target, old, edited=edited),
        origin=("human" if target.strip() else "none") if edited else old.origin,
        score=None if edited else old.score,
        engine=None if edited else old.engine,
    )
    values = drafting.segment_values(changed) | {"version": row.version + 1, "tried": True}
    here = (s.draft_id == draft_id) & (s.id == segment_id)
    tx.execute(update(tables.segment).where(here).values(**values))
    detail: dict[str, str | int | None] = {"segment": segment_id}
    tx.emit("segment.changed", entry_id=draft.entry_id, draft_id=draft_id, locale=draft.target_locale, detail=detail)


def recheck(
    segment: DraftedSegment,
    draft: DraftRow,
    document: TextDocument,
    glossary: Sequence[Term],
    context: Context,
    before: Sequence[Issue] = (),
) -> tuple[Issue, ...]:
    """Return the issues of a segment as it is now; a dismissal stays with the very same finding of `before`."""
    source, target = draft.source_locale, draft.target_locale
    found = checks.run(segment.source, segment.target, source, target, glossary=glossary, context=context)
    fault = _fault(document, segment.id, segment.target)
    if fault and not any(issue.check in STRUCTURAL for issue in found):
        found.append(Issue(check=markup.name, severity="error", message=fault))
    dismissed = {(issue.check, issue.message): issue for issue in before if issue.dismissed}
    kept = (dismissed.get((issue.check, issue.message)) for issue in found)
    return tuple(
        replace(issue, dismissed=True, note=old.note) if old else issue for issue, old in zip(found, kept, strict=True)
    )


def _context(connection: Connection, draft: DraftRow, segment: DraftedSegment) -> Context:
    """Return what a check may look up about a segment: the draft's other pairs, and what the memory confirms."""
    pairs = [(row.id, row.source, row.target) for row in drafting.segments_of(connection, draft.id)]
    place = next(n for n, (id_, _, _) in enumerate(pairs) if id_ == segment.id)
    around = pairs[max(place - 1, 0) : place] + pairs[place + 1 : place + 2]
    others = pairs[max(place - NEARBY, 0) : place] + pairs[place + 1 : place + 1 + NEARBY]
    return Context(
        neighbours=[(source, target) for _, source, target in around if target],
        entry=Entry(draft.source_locale, [(source, target) for _, source, target in others]),
        confirmed=memory.confirmed(connection, segment.source, draft.source_locale),
    )


def approve(tx: Transaction, who: Principal, draft_id: str, expected: Expected) -> None:
    """Assemble the target text and save it as that language's next revision; teach the memory.

    Raises `WrongState`, `SourceChanged` naming the segments, or `UndismissedErrors` naming them.
    """
    draft = drafting.lock(tx, draft_id, expected)
    if draft.state != "needs_review":
        raise WrongState(f"A draft that is {draft.state} cannot be approved.")
    source = drafting.require_current(tx.connection, draft)
    segments = [drafted(row) for row in drafting.segments_of(tx.connection, draft_id)]
    _refuse_errors(segments)
    text = _assembled(source.document, segments)
    drafting.move(tx, draft, "approved", approver_id=who.account_id)
    final = {"state": "final", "version": s.version + 1}
    tx.execute(update(tables.segment).where(s.draft_id == draft_id).values(**final))
    revisions.add(
        tx,
        revisions.entry(tx.connection, draft.entry_id),
        draft.target_locale,
        text,
        author=who.account_id,
        origin=_origin(segments),
        fits_source=source.number,
        draft_id=draft_id,
        approver_id=who.account_id,
    )
    memory.teach(tx, segments, draft)


def reject(tx: Transaction, draft_id: str, reason: str, expected: Expected) -> None:
    """Turn a draft down, with the reason; it can be queued again."""
    draft = drafting.lock(tx, draft_id, expected)
    if draft.state != "needs_review":
        raise WrongState(f"A draft that is {draft.state} cannot be rejected.")
    drafting.move(tx, draft, "rejected", reason=reason)


def _assembled(document: TextDocument, segments: Sequence[DraftedSegment]) -> PlainText:
    """Return the target text; raise `UndismissedErrors` where it cannot be had, or breaks a rule every text keeps."""
    try:
        text = document.assemble({each.id: each.target for each in segments})
    except PlaceholderError as fault:
        raise UndismissedErrors(f"The text cannot be assembled: {fault}.") from None
    rules: dict[str, type[Value]] = {"title": Title, "summary": Summary, "body": Body}
    for name, rule in rules.items():
        try:
            text = dataclasses.replace(text, **{name: rule.parse(getattr(text, name))})
        except ValueError as fault:
            raise UndismissedErrors(f"The {name} cannot be saved: {fault}.") from None
    return text


def _origin(segments: Sequence[DraftedSegment]) -> Origin:
    by_people = all(each.origin == "human" or not each.target.strip() for each in segments)
    return "human" if by_people else "machine_reviewed"


def _state(change: SegmentChange, target: str, old: DraftedSegment, *, edited: bool) -> SegmentState:
    if not target.strip():
        return "initial"
    if change.state is not UNSET:
        return change.state
    return "translated" if edited or old.state == "initial" else old.state


def _dismissed(
    who: Principal, issues: tuple[Issue, ...], wishes: Sequence[Dismissal], *, assembles: bool
) -> tuple[Issue, ...]:
    for number, wish in enumerate(wishes):
        pointer = f"/dismiss/{number}/check"
        named = [issue for issue in issues if issue.check == wish.check]
        if not named:
            raise Invalid.at(pointer, f"the check {wish.check} found nothing in this segment")
        if any(issue.severity == "error" for issue in named):
            who.must("review")
            if wish.check in STRUCTURAL and not assembles:
                raise Invalid.at(pointer, f"this cannot be dismissed, only mended: {named[0].message}")
        issues = tuple(
            replace(issue, dismissed=True, note=wish.note) if issue.check == wish.check else issue for issue in issues
        )
    return issues


def _fault(document: TextDocument, segment_id: str, target: str) -> str | None:
    """Say why the text cannot be assembled with this target, if it cannot."""
    try:
        document.verify(segment_id, target)
    except PlaceholderError as fault:
        return str(fault)
    return None


def _refuse_errors(segments: Sequence[DraftedSegment]) -> None:
    left = [
        (each, issue) for each in segments for issue in each.issues if issue.severity == "error" and not issue.dismissed
    ]
    if left:
        errors = [FieldError(pointer=f"/segments/{each.position}", message=issue.message) for each, issue in left]
        which = list(dict.fromkeys(each.id for each, _ in left))
        raise UndismissedErrors(
            f"{len(left)} errors are left in {len(which)} segments; mend or dismiss them first.",
            errors=errors,
            segments=which,
        )
