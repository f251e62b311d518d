"""What editors see: entries with their texts and what is out of date, drafts with their segments, the queues."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Row, case, func, select

from content_api.storage import tables
from content_api.storage.types import rfc3339
from content_api.workflow import drafting, publishing, revisions, scheduling, slugs, tagging
from content_api.workflow.drafting import DraftRow
from content_api.workflow.revisions import EntryRow, Fit, Revision, etag
from content_api.workflow.scheduling import ScheduleRow
from pipeline.difference import differences
from pipeline.staleness import Change
from schemas.drafts import Draft, Segment
from schemas.entries import DraftState, DraftSummary, Entry, Kind, OutdatedSegment, Progress, Schedule, Text, Texts
from schemas.language import LOCALES

d = tables.draft.c
s = tables.segment.c


def entry(connection: Connection, entry_id: str) -> Entry:
    """Return an entry as editors see it; raise `NotFound`."""
    return _entry(connection, revisions.entry(connection, entry_id))


def entries(connection: Connection, *, kind: Kind | None, after: str | None, limit: int) -> list[Entry]:
    """Return entries, newest first, from the first one after the id `after`."""
    e = tables.entry.c
    asked = select(e.id).where(e.deleted_at.is_(None)).order_by(e.id.desc()).limit(limit)
    asked = asked.where(e.kind == kind) if kind else asked
    asked = asked.where(e.id < after) if after else asked
    return [entry(connection, entry_id) for entry_id in connection.execute(asked).scalars()]


def draft(connection: Connection, draft_id: str) -> Draft:
    """Return one draft with its segments; raise `NotFound`."""
    row = drafting.get(connection, draft_id)
    (summary,) = _summaries(connection, [row])
    segments = [segment(each) for each in drafting.segments_of(connection, draft_id)]
    return Draft(**{name: getattr(summary, name) for name in DraftSummary.__struct_fields__}, segments=segments)


def drafts(
    connection: Connection,
    *,
    states: Sequence[DraftState],
    after: str | None,
    limit: int,
    only: ColumnElement[bool] | None = None,
) -> list[DraftSummary]:
    """Return drafts in any of `states` (all of them if none is given), oldest first, after the id `after`."""
    asked = select(tables.draft).join(tables.entry).where(tables.entry.c.deleted_at.is_(None))
    asked = asked if only is None else asked.where(only)
    asked = asked.where(d.state.in_(states)) if states else asked
    asked = asked.where(d.id > after) if after else asked
    return _summaries(connection, list(connection.execute(asked.order_by(d.id).limit(limit))))


def segment(row: Row[tuple[object, ...]]) -> Segment:
    """Return a segment's row as reviewers see it."""
    made = ("etag", "issues", "suggestions")
    values = {name: row._mapping[name] for name in Segment.__struct_fields__ if name not in made}
    return Segment(**values, etag=etag(row.version), issues=list(row.issues), suggestions=list(row.suggestions))


def one_segment(connection: Connection, draft_id: str, segment_id: str) -> Segment:
    """Return one segment of a draft; raise `NotFound`."""
    return segment(drafting.segment_row(connection, draft_id, segment_id))


def _entry(connection: Connection, at: EntryRow) -> Entry:
    newest = {locale: revisions.newest(connection, at.id, locale) for locale in LOCALES}
    public = publishing.public_revisions(connection, at)
    source = newest[at.source_locale]
    texts = {
        locale: _text(connection, text, public.get(locale), source) if text else None for locale, text in newest.items()
    }
    of_entry = connection.execute(select(tables.draft).where(d.entry_id == at.id).order_by(d.id.desc()))
    return Entry(
        id=at.id,
        etag=etag(at.version),
        kind=at.kind,
        slug=slugs.current(connection, at.id),
        source_locale=at.source_locale,
        date=at.date,
        position=at.position,
        tags=tagging.of(connection, at.id),
        drafts=_summaries(connection, list(of_entry)),
        schedules=[_schedule(row) for row in scheduling.listed(connection, at.id)],
        texts=Texts(**texts),
    )


def _text(connection: Connection, text: Revision, public: Revision | None, source: Revision | None) -> Text:
    fit = revisions.fit(connection, text, source) if source else Fit()
    return Text(
        title=text.title,
        summary=text.summary,
        body=text.body,
        revision=text.number,
        origin=text.origin,
        published_revision=public.number if public else None,
        outdated=bool(fit.changes),
        outdated_because=[said for change in fit.changes for said in change.said],
        outdated_segments=_outdated(connection, text, fit.changes),
        reordered=fit.reordered,
    )


def _outdated(connection: Connection, text: Revision, changes: Sequence[Change]) -> list[OutdatedSegment]:
    """Return where the source went on, each with what the text says there, if an approved draft tells it."""
    targets = _targets(connection, text) if changes else {}
    return [
        OutdatedSegment(
            segment=each.id_now,
            before=each.before,
            now=each.now,
            differences=differences(each.before or "", each.now or ""),
            target=targets.get(each.id_before or ""),
        )
        for each in changes
    ]


def _targets(connection: Connection, text: Revision) -> dict[str, str]:
    """Return what the draft that made the text has for each segment of its source."""
    asked = select(s.id, s.target).where(s.draft_id == text.draft_id, s.target != "")
    return {row.id: row.target for row in connection.execute(asked)}


def _schedule(row: ScheduleRow) -> Schedule:
    return Schedule(
        id=row.id,
        action=row.action,
        locale=row.locale,
        revision=row.number,
        at=rfc3339(row.at),
        state=row.state,
        reason=row.reason,
        by=row.email,
    )


def _summaries(connection: Connection, rows: Sequence[DraftRow]) -> list[DraftSummary]:
    ids = [row.id for row in rows]
    done = func.sum(case((s.tried, 1), else_=0))
    counted = select(s.draft_id, done, func.count()).where(s.draft_id.in_(ids)).group_by(s.draft_id)
    progress = {row[0]: Progress(done=int(row[1]), total=int(row[2])) for row in connection.execute(counted)}
    successors = connection.execute(select(d.supersedes, d.id).where(d.supersedes.in_(ids)))
    later = {row.supersedes: row.id for row in successors}
    return [
        DraftSummary(
            id=row.id,
            etag=etag(row.version),
            entry_id=row.entry_id,
            source_locale=row.source_locale,
            target_locale=row.target_locale,
            source_revision=row.source_revision,
            state=row.state,
            progress=progress.get(row.id, Progress(done=0, total=0)),
            supersedes=row.supersedes,
            superseded_by=later.get(row.id),
            reason=row.reason,
            created_at=rfc3339(row.created_at),
            updated_at=rfc3339(row.updated_at),
        )
        for row in rows
    ]
