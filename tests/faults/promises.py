"""Compares what editors were promised with what is there: all of it, once, and nothing by halves."""

from collections.abc import Iterator
from typing import Any

import httpx
from sqlalchemy import Connection, Select, func, select

from content_api.storage import tables
from tests.client import http_to
from tests.faults.editor import Editor, Promise

d, e, j, r, sl = tables.draft.c, tables.event.c, tables.job.c, tables.revision.c, tables.slug.c


def lost(connection: Connection, editor: Editor) -> Iterator[str]:
    """Tell what was acknowledged and is not there, and what is there and was never asked for."""
    for at in editor.promises:
        for locale in ("ko", "en"):
            asked = select(r.body).where(r.entry_id == at.id, r.locale == locale).order_by(r.number)
            if list(connection.execute(asked).scalars()) != at.texts.get(locale, []):
                yield f"the {locale} revisions of {at} are not those acknowledged"
        copies = select(tables.working_copy.c.locale, tables.working_copy.c.body)
        if _pairs(connection, copies.where(tables.working_copy.c.entry_id == at.id)) != at.typed:
            yield f"the working copies of {at} are not those acknowledged"
        if connection.execute(select(sl.slug).where(sl.entry_id == at.id, sl.is_current)).scalar_one() != at.slug:
            yield f"the slug of {at} is not the one acknowledged"
        states = _pairs(connection, select(d.id, d.state).where(d.id.in_(at.approved)))
        if any(states.get(draft_id) != "approved" for draft_id in at.approved):
            yield f"a draft of {at} is approved no more"
    there = set(connection.execute(select(sl.slug).where(sl.slug.in_(editor.unanswered))).scalars())
    tagged = select(func.count()).select_from(tables.entry_tag).where(tables.entry_tag.c.tag == editor.name)
    made = connection.execute(tagged).scalar_one()
    if made != len(editor.promises) + len(there):
        yield f"{editor.name} added {len(editor.promises)} entries and perhaps {len(there)}, but there are {made}"


def halves(connection: Connection) -> Iterator[str]:
    """Tell what is there without what belongs to it: entries and texts without their events, jobs ended twice."""
    saved = select(e.entry_id, e.locale, func.count()).where(e.type == "text.saved").group_by(e.entry_id, e.locale)
    texts = select(r.entry_id, r.locale, func.count()).group_by(r.entry_id, r.locale)
    yield from _unequal("revisions and their events", connection, texts, saved)
    created = select(e.entry_id).where(e.type == "entry.created")
    yield from _unequal("entries and their events", connection, select(r.entry_id).distinct(), created)
    ended = select(j.subject, func.count()).where(j.kind == "draft", j.state == "done").group_by(j.subject)
    drafted = select(e.draft_id, func.count()).where(e.type == "draft.needs_review").group_by(e.draft_id)
    yield from _unequal("jobs done and drafts that went to review", connection, ended, drafted)


def unread(url: str, editor: Editor) -> Iterator[str]:
    """Tell what readers do not get although its publication was acknowledged, and what they still get."""
    with http_to(url) as http:
        for at in editor.promises:
            for locale in ("ko", "en"):
                number = at.public.get(locale)
                wanted = at.texts[locale][number - 1] if number else None
                if _read(http, at, locale) != wanted:
                    yield f"readers of {locale} do not get what was acknowledged of {at}"


def _read(http: httpx.Client, at: Promise, locale: str) -> str | None:
    answer = http.get(f"/v1/news/{at.slug}", params={"locale": locale})
    assert answer.status_code in (200, 404), answer.text
    return str(answer.json()["body"]) if answer.status_code == 200 else None


def _pairs(connection: Connection, asked: Select[Any]) -> dict[str, str]:
    return dict(tuple(row) for row in connection.execute(asked))


def _unequal(what: str, connection: Connection, one: Select[Any], other: Select[Any]) -> Iterator[str]:
    differing = set(map(tuple, connection.execute(one))) ^ set(map(tuple, connection.execute(other)))
    if differing:
        yield f"{what} do not fit: {differing}"
