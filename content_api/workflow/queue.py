"""What waits for somebody: drafts by their states, translations that went out of date, schedules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, exists, func, select

from content_api.storage import tables
from content_api.storage.types import rfc3339
from content_api.workflow import revisions, views
from schemas.entries import OPEN_STATES, Action, DraftState, DraftSummary
from schemas.language import Issue, Locale, SegmentState

d, e, r, s = tables.draft.c, tables.entry.c, tables.revision.c, tables.segment.c
c = tables.schedule.c


@dataclass(frozen=True)
class Tally:
    """How far the review of some segments is. Issues that were set aside do not count."""

    segments: int = 0
    accepted: int = 0
    errors: int = 0
    warnings: int = 0

    @classmethod
    def of(cls, rows: Iterable[tuple[SegmentState, Sequence[Issue]]]) -> "Tally":
        """Count segments, each given as its state and its issues."""
        rows = list(rows)
        left = [issue.severity for _, issues in rows for issue in issues if not issue.dismissed]
        accepted = sum(state in ("reviewed", "final") for state, _ in rows)
        return cls(len(rows), accepted, left.count("error"), left.count("warning"))


@dataclass(frozen=True)
class Task:
    """A draft with the title of its entry, and how much of it is left to look at."""

    draft: DraftSummary
    title: str
    tally: Tally


@dataclass(frozen=True)
class Outdated:
    """A translation whose source has changed since, by `changes` segments."""

    entry_id: str
    title: str
    source_locale: Locale
    locale: Locale
    changes: int


@dataclass(frozen=True)
class Plan:
    """A schedule that waits or failed, with the title of its entry."""

    id: str
    entry_id: str
    title: str
    locale: Locale
    action: Action
    at: str
    failed: bool
    reason: str | None


def tasks(connection: Connection, states: Sequence[DraftState], *, after: str | None, limit: int) -> list[Task]:
    """Return drafts in any of `states`, oldest first, after the id `after`."""
    return _tasks(connection, views.drafts(connection, states=states, after=after, limit=limit))


def failed(connection: Connection, *, limit: int) -> list[Task]:
    """Return drafts that failed and were not asked for anew since, oldest first."""
    newer = tables.draft.alias("newer").c
    again = exists().where(newer.entry_id == d.entry_id, newer.target_locale == d.target_locale, newer.id > d.id)
    return _tasks(connection, views.drafts(connection, states=["failed"], after=None, limit=limit, only=~again))


def _tasks(connection: Connection, found: Sequence[DraftSummary]) -> list[Task]:
    titles = _titles(connection, [each.entry_id for each in found])
    counted = _tallies(connection, [each.id for each in found])
    return [Task(each, titles[each.entry_id], counted.get(each.id, Tally())) for each in found]


def outdated(connection: Connection, *, limit: int) -> list[Outdated]:
    """Return up to `limit` translations that no longer fit, and of which no draft is on its way; newest first."""
    found: list[Outdated] = []
    for row in connection.execute(_behind()).all():
        text = revisions.numbered(connection, row.entry_id, row.locale, row.number)
        source = revisions.newest(connection, row.entry_id, row.source_locale)
        fit = revisions.fit(connection, text, source) if text and source else revisions.Fit()
        if source and fit.changes:
            found.append(Outdated(row.entry_id, source.title, row.source_locale, row.locale, len(fit.changes)))
        if len(found) == limit:
            break
    return found


def plans(connection: Connection, *, limit: int) -> list[Plan]:
    """Return the schedules that failed, then those to come, the earliest first."""
    asked = select(c.id, c.entry_id, c.locale, c.action, c.at, c.state, c.reason)
    asked = asked.where(c.state.in_(["failed", "waiting"])).order_by(c.state, c.at, c.id).limit(limit)
    rows = connection.execute(asked).all()
    titles = _titles(connection, [row.entry_id for row in rows])
    return [
        Plan(
            id=row.id,
            entry_id=row.entry_id,
            title=titles[row.entry_id],
            locale=row.locale,
            action=row.action,
            at=rfc3339(row.at),
            failed=row.state == "failed",
            reason=row.reason,
        )
        for row in rows
    ]


def _behind() -> Select[Any]:
    """Ask for translations that were made of an older source than the newest: most of them may still fit.

    It begins with texts that were saved more than once, which the index of revisions tells by itself.
    """
    again = tables.revision.alias("again").c
    newest = (
        select(again.entry_id, again.locale, func.max(again.number).label("number"))
        .where(again.number > 1)
        .group_by(again.entry_id, again.locale)
        .subquery()
    )
    later = tables.revision.alias("later").c
    replaced = exists().where(later.entry_id == r.entry_id, later.locale == r.locale, later.number > r.number)
    on_its_way = exists().where(d.entry_id == e.id, d.target_locale == r.locale, d.state.in_(OPEN_STATES))
    return (
        select(e.id.label("entry_id"), e.source_locale, r.locale, r.number)
        .select_from(newest)
        .join(tables.entry, and_(e.id == newest.c.entry_id, e.source_locale == newest.c.locale))
        .join(tables.revision, and_(r.entry_id == e.id, r.locale != e.source_locale))
        .where(e.deleted_at.is_(None), r.fits_source < newest.c.number, ~replaced, ~on_its_way)
        .order_by(e.id.desc())
    )


def _tallies(connection: Connection, draft_ids: Sequence[str]) -> dict[str, Tally]:
    asked = select(s.draft_id, s.state, s.issues).where(s.draft_id.in_(draft_ids))
    rows: dict[str, list[tuple[SegmentState, Sequence[Issue]]]] = {}
    for draft_id, state, issues in connection.execute(asked):
        rows.setdefault(draft_id, []).append((state, issues))
    return {draft_id: Tally.of(each) for draft_id, each in rows.items()}


def _titles(connection: Connection, entry_ids: Sequence[str]) -> dict[str, str]:
    """Return the newest title of each entry, in the language it is written in."""
    later = tables.revision.alias("later").c
    newest = select(func.max(later.number)).where(later.entry_id == r.entry_id, later.locale == r.locale)
    asked = (
        select(e.id, r.title)
        .join(tables.revision, and_(r.entry_id == e.id, r.locale == e.source_locale))
        .where(e.id.in_(entry_ids), r.number == newest.scalar_subquery())
    )
    return {row.id: row.title for row in connection.execute(asked)}
