"""The event log: `seq` is commit order without holes, and an event stands or falls with its change."""

import datetime as dt
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select, update

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database, Transaction, new_id
from content_api.storage.events import append, compact, newest_public
from content_api.worker import Worker
from schemas.problems import Exists
from tests.client import Api
from tests.conftest import Clock

# Writes pairs of events under a name; every third transaction fails after its first.
WRITER = """
import sys
from contextlib import suppress
from content_api.storage.database import Database
database = Database(sys.argv[1], write_deadline=60.0)
for number in range(int(sys.argv[3])):
    with suppress(RuntimeError), database.write() as tx:
        tx.emit("test.written", detail={"writer": sys.argv[2], "number": number})
        if number % 3 == 2:
            raise RuntimeError
        tx.emit("test.followed", detail={"writer": sys.argv[2], "number": number})
database.close()
"""
WRITES = 18


def events(database: Database, after: int = 0) -> list[Any]:
    with database.read() as connection:
        return list(connection.execute(select(tables.event).where(tables.event.c.seq > after).order_by("seq")))


def last_seq(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(tables.log.c.seq)).scalar_one())


def in_sequence(found: list[Any]) -> bool:
    return [each.seq for each in found] == list(range(1, len(found) + 1))


class Follower:
    """Reads the log on from where it came, and starts anew every few looks: only the last `seq` outlives that."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.seen: list[Any] = []

    def look(self, times: int) -> None:
        """Start, look for what follows `times` times, and end."""
        database = Database(self._settings.url)
        for _ in range(times):
            last = self.seen[-1].seq if self.seen else 0
            self.seen += events(database, last)
        database.close()


def write(settings: Settings, writer: str) -> None:
    """Do in this process what the script above does in one of its own."""
    database = Database(settings.url, write_deadline=60.0)
    for number in range(WRITES):
        with suppress(RuntimeError), database.write() as tx:
            tx.emit("test.written", detail={"writer": writer, "number": number})
            if number % 3 == 2:
                raise RuntimeError
            tx.emit("test.followed", detail={"writer": writer, "number": number})
    database.close()


def test_whoever_follows_the_log_misses_nothing(settings: Settings, database: Database) -> None:
    """While processes and threads write, and fail, a reader that comes and goes sees each event once, in order."""
    command = [sys.executable, "-c", WRITER, settings.url]
    follower = Follower(settings)
    with ThreadPoolExecutor(4) as threads:
        processes = [subprocess.Popen([*command, f"process {number}", str(WRITES)]) for number in range(3)]
        writing = [threads.submit(write, settings, f"thread {number}") for number in range(4)]
        while any(process.poll() is None for process in processes) or not all(each.done() for each in writing):
            follower.look(5)
        for each in writing:
            each.result()
    assert [process.returncode for process in processes] == [0, 0, 0]
    follower.look(1)
    assert in_sequence(follower.seen)
    assert len(follower.seen) == last_seq(database) == 7 * (WRITES - WRITES // 3) * 2
    for writer in {each.detail["writer"] for each in follower.seen}:
        mine = [(each.detail["number"], each.type) for each in follower.seen if each.detail["writer"] == writer]
        stored = [number for number in range(WRITES) if number % 3 != 2]
        assert mine == [(number, what) for number in stored for what in ("test.written", "test.followed")]


def test_a_slow_transaction_keeps_later_numbers_back(database: Database) -> None:
    """Who was given a number first is seen first, however long its commit takes: a reader never finds a gap."""
    with ThreadPoolExecutor(2) as threads:
        with database.write() as slow:
            slow.emit("test.slow")
            events_written(slow)
            quick = threads.submit(write_one, database)
            with suppress(TimeoutError):
                quick.result(timeout=0.3)
            assert not quick.done()
            assert events(database) == []
        quick.result(timeout=30)
    assert [each.type for each in events(database)] == ["test.slow", "test.quick"]


def events_written(tx: Transaction) -> None:
    """Take the numbers now, as a transaction does at its end; its commit is still to come."""
    append(tx.connection, tx.collected)
    tx._events.clear()


def write_one(database: Database) -> None:
    """Write one event."""
    with database.write() as tx:
        tx.emit("test.quick")


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

    with pytest.raises(Exists):
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


def log_of(database: Database, clock: Clock, *kinds: str) -> dt.datetime:
    """Write one event a day of the given types; return the time a little after the last."""
    for kind in kinds:
        with database.write() as tx:
            tx.emit(kind)
        clock.advance(days=1)
    return clock() - dt.timedelta(hours=12)


def compacted(database: Database, before: dt.datetime) -> tuple[int, int]:
    """Compact the log; return how many events went, and up to which one the log says they did."""
    with database.write() as tx:
        removed = compact(tx, before)
    with database.read() as connection:
        return removed, connection.execute(select(tables.log.c.compacted)).scalar_one()


def test_a_compaction_takes_the_beginning(database: Database, clock: Clock) -> None:
    """What is from before a time goes, what is from after it stays without a hole; a second time there is no more."""
    now = log_of(database, clock, *["test.written"] * 5)
    assert compacted(database, now - dt.timedelta(days=2)) == (3, 3)
    assert [each.seq for each in events(database)] == [4, 5]
    assert compacted(database, now - dt.timedelta(days=2)) == (0, 3)
    assert compacted(database, now - dt.timedelta(days=9)) == (0, 3)
    log_of(database, clock, "test.written")
    assert [each.seq for each in events(database)] == [4, 5, 6]


@pytest.mark.parametrize(
    ("kinds", "left"),
    [
        ([], []),
        (["test.written"] * 3, [3]),
        (["test.written", "entry.published", "test.written", "test.written"], [2, 4]),
        (["entry.published", "entry.withdrawn"], [2]),
    ],
)
def test_a_compaction_leaves_the_newest(database: Database, clock: Clock, kinds: list[str], left: list[int]) -> None:
    """The last event stays however old, and the last one readers can tell, which says what answers are as of."""
    now = log_of(database, clock, *kinds)
    with database.read() as connection:
        before = newest_public(connection)
    assert compacted(database, now) == (len(kinds) - len(left), max(len(kinds) - 1, 0))
    assert [each.seq for each in events(database)] == left
    with database.read() as connection:
        assert newest_public(connection) == before


def test_an_event_out_of_time_keeps_what_follows_it(database: Database, clock: Clock) -> None:
    """Events go from the beginning only: one from before the time stays behind one from after it."""
    clock.advance(days=3)
    log_of(database, clock, "test.written")
    clock.advance(days=-4)
    log_of(database, clock, "test.written", "test.written")
    assert compacted(database, clock() + dt.timedelta(hours=12)) == (0, 0)
    assert [each.seq for each in events(database)] == [1, 2, 3]


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
        "change": ["entry.changed", "entry.refreshed", "entry.refreshed"],
        "rename tag": ["tag.renamed"],
        "unpublish": ["entry.refreshed", "entry.withdrawn"],
        "delete": ["entry.withdrawn", "entry.deleted"],
    }
