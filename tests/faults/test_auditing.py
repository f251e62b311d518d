"""The audit: silent on what Hanmi wrote, and loud, by name, on each thing that somebody else put wrong."""

import pytest
from sqlalchemy import ColumnElement, Table, delete, insert, literal, select, text, update
from sqlalchemy.sql.dml import UpdateBase

from content_api.storage import tables
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow.auditing import faults
from tests.client import Api

published, draft, job, revision = tables.published.c, tables.draft.c, tables.job.c, tables.revision.c


@pytest.fixture
def busy(api: Api, worker: Worker, database: Database) -> Database:
    """A database in which something of every kind happened."""
    first = api.create(tags=["youth", "peace"], date="2026-11-22")["id"]
    drafted = api.ask(first)["id"]
    assert worker.work_once()
    api.approve(api.draft(drafted))
    api.publish(first, "ko", "en")
    api.save(first, "ko", title="다른 제목", body="다른 문장입니다.")
    second = api.create(position=3, kind="mission")["id"]
    api.ask(second)
    api.save(second, "ko", title="새 제목", body="새 문장입니다.")
    gone = api.create()["id"]
    api.publish(gone, "ko")
    api.ok("DELETE", f"entries/{gone}", etag="*")
    api.call("POST", "tags", {"slug": "x", "name": {"ko": "x", "en": "x"}}, headers={"Idempotency-Key": "once"})
    return database


def test_what_hanmi_wrote_is_found_in_order(busy: Database) -> None:
    """After every kind of change there is no fault to name, also where a job still waits."""
    with busy.read() as connection:
        assert faults(connection) == []


def test_a_tag_on_its_way_is_no_fault(busy: Database, api: Api, worker: Worker) -> None:
    """Between a tag's new name and the job that writes it into what is published, nothing is at fault."""
    api.ok("PATCH", "tags/youth", {"name": {"ko": "청소년", "en": "Young people"}}, etag="*")
    for _ in range(2):
        with busy.read() as connection:
            assert faults(connection) == []
        while worker.work_once():
            pass


def copied(where: ColumnElement[bool], **changed: object) -> UpdateBase:
    """Return a statement that adds a copy of one row, with some columns changed."""
    (table,) = where._from_objects
    assert isinstance(table, Table)
    taken = [literal(changed[column.name], column.type) if column.name in changed else column for column in table.c]
    return insert(table).from_select([column.name for column in table.c], select(*taken).where(where).limit(1))


FAULTS = [
    ("is not its rebuild: card", update(tables.published).values(card=b"{}").where(published.audience == "en")),
    ("is not its rebuild: rank_asc", update(tables.published).values(rank_asc=1).where(published.audience == "all")),
    ("has nothing for readers of all", delete(tables.published).where(published.audience == "all")),
    ("is not found under just the tags", delete(tables.published_tag).where(tables.published_tag.c.tag == "peace")),
    ("is deleted and still published", update(tables.entry).values(deleted_at=tables.entry.c.created_at)),
    ("the log has no event 2,", delete(tables.event).where(tables.event.c.seq == 2)),
    ("the log has an event ", update(tables.log).values(seq=tables.log.c.seq - 1)),
    ("by one job; it has 0", update(tables.job).values(state="done").where(job.state == "queued")),
    ("by one job; it has 2", copied(job.state == "queued", id="another")),
    ("is not to be worked on", update(tables.draft).values(state="cancelled").where(draft.state == "queued")),
    ("has 0 current slugs", update(tables.slug).values(is_current=False)),
    ("not numbered from 1 without holes", copied(revision.number == 1, id="another", number=7)),
    ("fits source revision 9,", copied(revision.locale == "en", id="another", number=2, fits_source=9)),
    ("is approved, but no revision", copied(draft.state == "approved", id="another")),
    ("not every segment of it is final", update(tables.segment).values(state="translated")),
    ("is superseded, but by none", update(tables.draft).values(supersedes=None)),
    ("once is noted without its answer", update(tables.idempotency).values(answer=None)),
]  # fmt: skip


@pytest.mark.parametrize(("said", "wrong"), FAULTS, ids=[said for said, _ in FAULTS])
def test_what_is_put_wrong_is_named(busy: Database, said: str, wrong: UpdateBase) -> None:
    """A row changed, lost or added behind Hanmi's back is told in a sentence that names it."""
    with busy.write() as tx:
        assert tx.execute(wrong).rowcount
    with busy.read() as connection:
        found = faults(connection)
    assert any(said in sentence for sentence in found), found


def test_a_second_open_draft_is_named(busy: Database) -> None:
    """Where the index that forbids it was lost, a second open draft of the same entry and language is told."""
    with busy.write() as tx:
        tx.execute(text("DROP INDEX uq_draft_open"))
        tx.execute(copied(draft.state == "queued", id="another"))
        (entry_id,) = tx.execute(select(draft.entry_id).where(draft.id == "another")).one()
    with busy.read() as connection:
        assert f"entry {entry_id} has more than one open draft into en" in faults(connection)
