"""The event log: `seq` is commit order without holes, and an event stands or falls with its change."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database, new_id
from content_api.worker import Worker
from tests.client import Api

WRITER = """
import sys
from content_api.storage.database import Database
database = Database(sys.argv[1], write_deadline=60.0)
for number in range(int(sys.argv[3])):
    with database.write() as tx:
        tx.emit("test.written", detail={"writer": sys.argv[2], "number": number})
        tx.emit("test.followed", detail={"writer": sys.argv[2], "number": number})
database.close()
"""


def events(database: Database, after: int = 0) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(tables.event).where(tables.event.c.seq > after).order_by("seq")))


def last_seq(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(tables.log.c.seq)).scalar_one())


def in_sequence(found: list[Any]) -> bool:
    return [each.seq for each in found] == list(range(1, len(found) + 1))


def test_many_processes_and_threads_leave_no_hole(settings: Settings, database: Database) -> None:
    """Whoever writes at the same time: every number is given once, and each writer's events keep their order."""
    command = [sys.executable, "-c", WRITER, settings.url]
    processes = [subprocess.Popen([*command, f"process {number}", "15"]) for number in range(3)]

    def write(name: str) -> None:
        for number in range(15):
            with database.write() as tx:
                tx.emit("test.written", detail={"writer": name, "number": number})
                tx.emit("test.followed", detail={"writer": name, "number": number})

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, [f"thread {number}" for number in range(4)]))
    assert [process.wait(timeout=120) for process in processes] == [0, 0, 0]
    found = events(database)
    assert in_sequence(found)
    assert len(found) == 7 * 15 * 2
    for writer in {each.detail["writer"] for each in found}:
        mine = [(each.detail["number"], each.type) for each in found if each.detail["writer"] == writer]
        assert mine == [(number, what) for number in range(15) for what in ("test.written", "test.followed")]


def test_a_reader_never_sees_a_later_number_before_an_earlier_one(database: Database) -> None:
    """Whatever a reader sees while others write is the log's beginning, whole."""
    stop = []

    def write(_number: int) -> None:
        for _ in range(20):
            with database.write() as tx:
                tx.emit("test.written")

    def read() -> bool:
        seen = True
        while not stop:
            seen = seen and in_sequence(events(database))
        return seen

    with ThreadPoolExecutor(4) as threads:
        reader = threads.submit(read)
        list(threads.map(write, range(3)))
        stop.append(True)
        assert reader.result()


def test_a_rollback_leaves_no_hole(database: Database) -> None:
    """A transaction that fails takes no number."""
    for fails in (False, True, False):
        try:
            with database.write() as tx:
                tx.emit("test.written")
                if fails:
                    raise RuntimeError
        except RuntimeError:
            pass
    assert in_sequence(events(database))
    assert len(events(database)) == last_seq(database) == 2


def test_what_fails_after_its_change_takes_the_event_with_it(database: Database) -> None:
    """An event that cannot be written undoes the change, and the other way round."""

    def write() -> None:
        with database.write() as tx:
            tx.execute(update(tables.account).values(email="changed@example.org"))
            tx.emit("test.written")
            tx._events *= 2  # the same id twice

    with pytest.raises(IntegrityError):
        write()
    with database.read() as connection:
        assert connection.execute(select(tables.account.c.email)).scalar_one() == "local"
    assert events(database) == []


def test_an_event_says_who_when_and_about_what(database: Database) -> None:
    """An event holds the transaction's actor and time, and the ids it is about."""
    entry_id = new_id()
    with database.read() as connection:
        local = connection.execute(select(tables.account.c.id)).scalar_one()
    with database.write(local) as tx:
        tx.emit("test.written", entry_id=entry_id, locale="ko", detail={"revision": 3})
        now = tx.now
    (found,) = events(database)
    assert (found.account_id, found.at, found.entry_id, found.locale) == (local, now, entry_id, "ko")
    assert found.detail == {"revision": 3}


@pytest.fixture
def story(api: Api, worker: Worker) -> dict[str, list[str]]:
    """One entry's life; by step, the types of the events it wrote, in order."""
    written: dict[str, list[str]] = {}
    database: Database = worker._database

    def step(name: str, act: Any) -> Any:
        before = last_seq(database)
        result = act()
        written[name] = [each.type for each in events(database, before)]
        return result

    entry = step("create", lambda: api.create(tags=["new"]))
    draft = step("ask", lambda: api.ask(entry["id"]))
    step("work", worker.work_once)
    draft = api.draft(draft["id"])
    edited = step("edit", lambda: api.edit(draft["id"], draft["segments"][0], target="Day of Thanks"))
    assert edited["target"] == "Day of Thanks"
    path = f"drafts/{draft['id']}"
    step("reject", lambda: api.ok("POST", f"{path}/reject", {"reason": "stiff"}, etag="*"))
    step("retry", lambda: api.ok("POST", f"{path}/retry", etag="*"))
    step("cancel", lambda: api.ok("POST", f"{path}/cancel", etag="*"))
    step("retry again", lambda: api.ok("POST", f"{path}/retry", etag="*"))
    step("work again", worker.work_once)
    step("approve", lambda: api.approve(api.draft(draft["id"])))
    step("publish", lambda: api.publish(entry["id"], "ko", "en"))
    step("publish again", lambda: api.publish(entry["id"], "ko", "en"))
    step("change", lambda: api.ok("PATCH", f"entries/{entry['id']}", {"date": "2026-11-11"}, etag="*"))
    names = {"name": {"ko": "새 소식", "en": "New"}}
    step("rename tag", lambda: api.ok("PATCH", "tags/new", names, etag="*"))
    step("unpublish", lambda: api.unpublish(entry["id"], "en"))
    step("delete", lambda: api.ok("DELETE", f"entries/{entry['id']}", etag="*"))
    return written


def test_each_change_of_state_writes_its_event(story: dict[str, list[str]]) -> None:
    """Every step of an entry's life is in the log, with its own name, and nothing that did not happen."""
    assert story == {
        "create": ["tag.added", "entry.created", "text.saved"],
        "ask": ["draft.queued"],
        "work": ["draft.running", "draft.needs_review"],
        "edit": ["segment.changed"],
        "reject": ["draft.rejected"],
        "retry": ["draft.queued"],
        "cancel": ["draft.cancelled"],
        "retry again": ["draft.queued"],
        "work again": ["draft.running", "draft.needs_review"],
        "approve": ["draft.approved", "text.saved"],
        "publish": ["entry.published", "entry.published"],
        "publish again": [],
        "change": ["entry.changed"],
        "rename tag": ["tag.renamed"],
        "unpublish": ["entry.withdrawn"],
        "delete": ["entry.withdrawn", "entry.deleted"],
    }
