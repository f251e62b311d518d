"""What must hold at any moment in a database that only Hanmi wrote to.

Most of it is kept by the tables, or by one transaction for each change. Here it is proved of what is stored.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, exists, func, literal, select, union_all

from content_api.storage import tables
from content_api.workflow import publishing
from content_api.workflow.tagging import RETAG
from schemas.delivery import AUDIENCES
from schemas.entries import OPEN_STATES

Faults = Iterator[str]
d, e, j, r = tables.draft.c, tables.entry.c, tables.job.c, tables.revision.c
p, sch, sl = tables.published.c, tables.schedule.c, tables.slug.c
LIVE = ("queued", "running")


def faults(connection: Connection) -> list[str]:
    """Return a sentence for each thing that is not as it must be, naming it; an empty list when all is well.

    Renders again everything that is published: about as long as publishing it took, without the waiting for disks.
    """
    return [fault for check in CHECKS for fault in check(connection)]


def _published_as_rebuilt(connection: Connection) -> Faults:
    # Entries that can be rendered at all; what is wrong with the others is told below.
    sound = select(p.entry_id).distinct().join(tables.entry, e.id == p.entry_id).where(e.deleted_at.is_(None))
    sound = sound.join(tables.slug, (sl.entry_id == p.entry_id) & sl.is_current).order_by(p.entry_id)
    # A tag that was renamed is on its way into what is published: its job is not through with the entries yet.
    renamed = select(j.subject).where(j.kind == RETAG, j.state.in_(LIVE))
    tagged = tables.entry_tag.c
    sound = sound.where(~exists().where(tagged.entry_id == p.entry_id, tagged.tag.in_(renamed)))
    for entry_id in list(connection.execute(sound).scalars()):
        yield from _as_rebuilt(connection, entry_id)


def _as_rebuilt(connection: Connection, entry_id: str) -> Faults:
    again = publishing.rebuilt(connection, entry_id)
    rows = _rows(connection, tables.published.select().where(p.entry_id == entry_id).order_by(p.audience))
    for audience in set(AUDIENCES) - {row["audience"] for row in rows}:
        yield f"entry {entry_id} is published, but has nothing for readers of {audience}"
    for stored, row in zip(rows, again.rows, strict=True):
        if differing := [name for name in stored if stored[name] != row[name]]:
            yield f"entry {entry_id} for readers of {stored['audience']} is not its rebuild: {', '.join(differing)}"
    labels = _rows(connection, tables.published_tag.select().where(tables.published_tag.c.entry_id == entry_id))
    if sorted(map(_sortable, labels)) != sorted(map(_sortable, again.labels)):
        yield f"entry {entry_id} is not found under just the tags it has"


def _deleted_are_hidden(connection: Connection) -> Faults:
    asked = select(p.entry_id).distinct().join(tables.entry, e.id == p.entry_id).where(e.deleted_at.is_not(None))
    for entry_id in connection.execute(asked).scalars():
        yield f"entry {entry_id} is deleted and still published"


def _log_without_holes(connection: Connection) -> Faults:
    last, compacted = connection.execute(select(tables.log.c.seq, tables.log.c.compacted)).one()
    seq = tables.event.c.seq
    here = union_all(select(literal(compacted).label("seq")), select(seq).where(seq > compacted)).subquery()
    following = tables.event.alias()
    gaps = select(here.c.seq).where(here.c.seq < last, ~exists().where(following.c.seq == here.c.seq + 1))
    for before in connection.execute(gaps).scalars():
        yield f"the log has no event {before + 1}, though it goes up to {last}"
    for beyond in connection.execute(select(seq).where(seq > last)).scalars():
        yield f"the log has an event {beyond}, though it goes up to {last}"


def _one_job_for_what_is_due(connection: Connection) -> Faults:
    due = union_all(
        select(d.id, literal("draft").label("what")).where(d.state.in_(LIVE)),
        select(sch.id, literal("schedule").label("what")).where(sch.state == "waiting"),
    ).subquery()
    live = select(func.count()).where(j.subject == due.c.id, j.state.in_(LIVE)).correlate(due).scalar_subquery()
    for subject, what, found in connection.execute(select(due.c.id, due.c.what, live).where(live != 1)):
        yield f"{what} {subject} is to be worked on, by one job; it has {found}"
    idle = select(j.id, j.kind, j.subject).where(j.state.in_(LIVE), j.kind != RETAG, j.subject.not_in(select(due.c.id)))
    for job_id, kind, subject in connection.execute(idle):
        yield f"job {job_id} ({kind}) is live, but {subject} is not to be worked on"


def _one_open_draft(connection: Connection) -> Faults:
    asked = select(d.entry_id, d.target_locale).where(d.state.in_(OPEN_STATES)).group_by(d.entry_id, d.target_locale)
    for entry_id, target in connection.execute(asked.having(func.count() > 1)):
        yield f"entry {entry_id} has more than one open draft into {target}"


def _one_current_slug(connection: Connection) -> Faults:
    current = select(func.count()).where(sl.entry_id == e.id, sl.is_current).correlate(tables.entry).scalar_subquery()
    for entry_id, found in connection.execute(select(e.id, current).where(current != 1)):
        yield f"entry {entry_id} has {found} current slugs"


def _revisions_without_holes(connection: Connection) -> Faults:
    numbered = select(r.entry_id, r.locale).group_by(r.entry_id, r.locale)
    for entry_id, locale in connection.execute(
        numbered.having((func.min(r.number) != 1) | (func.max(r.number) != func.count()))
    ):
        yield f"the revisions of entry {entry_id} in {locale} are not numbered from 1 without holes"


def _fitted_source_exists(connection: Connection) -> Faults:
    source = tables.revision.alias()
    there = exists().where(
        source.c.entry_id == r.entry_id, source.c.locale == e.source_locale, source.c.number == r.fits_source
    )
    asked = select(r.id, r.fits_source).join(tables.entry, e.id == r.entry_id)
    for revision_id, number in connection.execute(asked.where(r.fits_source.is_not(None), ~there)):
        yield f"revision {revision_id} fits source revision {number}, which is not there"


def _approved_drafts_are_texts(connection: Connection) -> Faults:
    # One or more: an edit, a confirmation or a restored revision of the text names the draft it came from too.
    for draft_id in connection.execute(
        select(d.id).where(d.state == "approved", ~exists().where(r.draft_id == d.id))
    ).scalars():
        yield f"draft {draft_id} is approved, but no revision came of it"
    open_ones = select(tables.segment.c.draft_id).distinct().join(tables.draft, d.id == tables.segment.c.draft_id)
    for draft_id in connection.execute(
        open_ones.where(d.state == "approved", tables.segment.c.state != "final")
    ).scalars():
        yield f"draft {draft_id} is approved, but not every segment of it is final"


def _superseded_drafts_have_successors(connection: Connection) -> Faults:
    # Failed drafts that are superseded together with an open one share its successor.
    later = tables.draft.alias()
    successor = exists().where(
        later.c.entry_id == d.entry_id,
        later.c.target_locale == d.target_locale,
        later.c.supersedes.is_not(None),
        later.c.id != d.id,
    )
    for draft_id in connection.execute(select(d.id).where(d.state == "superseded", ~successor)).scalars():
        yield f"draft {draft_id} is superseded, but by none"


def _kept_answers_are_whole(connection: Connection) -> Faults:
    i = tables.idempotency.c
    for key in connection.execute(select(i.key).where(i.answer.is_(None))).scalars():
        yield f"the request with the Idempotency-Key {key} is noted without its answer"


def _rows(connection: Connection, asked: Select[Any]) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(asked)]


def _sortable(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return sorted(row.items())


CHECKS: tuple[Callable[[Connection], Faults], ...] = (
    _published_as_rebuilt,
    _deleted_are_hidden,
    _log_without_holes,
    _one_job_for_what_is_due,
    _one_open_draft,
    _one_current_slug,
    _revisions_without_holes,
    _fitted_source_exists,
    _approved_drafts_are_texts,
    _superseded_drafts_have_successors,
    _kept_answers_are_whole,
)
