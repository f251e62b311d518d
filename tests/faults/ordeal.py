"""Many editors at work while something goes wrong, over and over; then an account of what is left."""

import datetime as dt
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import func, select, update

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.storage.pulse import PROMISE
from content_api.workflow.auditing import faults
from schemas.problems import Unavailable
from tests.faults.editor import Editor
from tests.faults.processes import Server, Worker
from tests.faults.promises import halves, lost, unread
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.libretranslate import LibreTranslatePeer
from tests.waiting import until

EDITORS = 4
# How long the engine takes to answer, in seconds: so long that a worker can be caught waiting for it.
THINKS = 0.02
job, segment = tables.job.c, tables.segment.c


class WatchedEngine(LibreTranslatePeer):
    """A translation service that looks whether what it is asked is stored already; `sent_again` is what was."""

    def __init__(self) -> None:
        super().__init__()
        self.database: Database | None = None
        self.sent_again: list[str] = []
        self.gate = threading.Event()
        """While it is clear, an answer keeps its asker waiting."""
        self.gate.set()

    def receive(self, asked: Asked) -> tuple[Behaviour, Answer]:
        if self.database:
            with suppress(Unavailable), self.database.read() as connection:
                stored = select(segment.source).where(segment.source.in_(asked.texts), segment.target != "")
                self.sent_again.extend(connection.execute(stored).scalars())
        found = super().receive(asked)
        time.sleep(THINKS)
        self.gate.wait()
        return found

    def close(self) -> None:
        self.gate.set()  # whoever waits there would be waited for
        super().close()


@dataclass
class Ordeal:
    """What takes part: two servers, so that each takes over from the other what nobody answered, and a worker."""

    database: Database
    engine: WatchedEngine
    servers: Sequence[Server]
    worker: Worker
    editors: Sequence[Editor]
    working: Sequence[Future[None]]
    taken_over: int = 0
    at_fault: list[str] = field(default_factory=list)
    """What the account found: nothing, if all is well."""

    def __str__(self) -> str:
        return (
            f"{self.acknowledged()} changes acknowledged, {self.repeated()} requests sent again, "
            f"{sum(len(editor.unanswered) for editor in self.editors)} never answered, "
            f"{self.taken_over} jobs taken over, {len(self.at_fault)} things at fault"
        )

    def acknowledged(self) -> int:
        """Return how many changes were answered so far."""
        return sum(editor.caller.acknowledged for editor in self.editors)

    def repeated(self) -> int:
        """Return how many requests were sent again so far."""
        return sum(editor.caller.repeated for editor in self.editors)

    def failed(self) -> bool:
        """Tell whether an editor gave up; its exception says why."""
        return any(each.done() for each in self.working)

    def account(self) -> None:
        """Compare all that was promised with all that is there."""
        with self.database.read() as connection:
            again = select(func.count()).select_from(tables.job).where(job.attempt > 1)
            self.taken_over = connection.execute(again).scalar_one()
            self.at_fault = [*faults(connection), *halves(connection)]
            for editor in self.editors:
                self.at_fault += lost(connection, editor)
        time.sleep(PROMISE)
        for server in self.servers:
            for editor in self.editors:
                self.at_fault += unread(server.url, editor)
        self.at_fault += [f"{text} was sent to the engine although it was stored" for text in self.engine.sent_again]


@contextmanager
def ordeal(
    settings: Settings, database: Database, engine: WatchedEngine, key: str, **environment: str
) -> Iterator[Ordeal]:
    """Give editors at work. In the end the work is let come to its end: every answer is there, and every job done."""
    engine.database = database
    stop = threading.Event()
    with (
        Server(settings, **environment) as one,
        Server(settings, **environment) as other,
        Worker(settings, **environment) as worker,
        ThreadPoolExecutor(EDITORS) as threads,
    ):
        editors = [Editor(f"editor-{number}", (one.url, other.url), key) for number in range(EDITORS)]
        working = [threads.submit(editor.work, stop) for editor in editors]
        try:
            yield (going := Ordeal(database, engine, (one, other), worker, editors, working))
        finally:
            stop.set()
        for each in working:
            each.result()
        for server in going.servers:
            server.wait_until_ready()
        while left := _unfinished(database):
            until(lambda: _unfinished(database), lambda now, before=left: now < before)  # type: ignore[misc]
        going.account()


def let_leases_run_out(database: Database) -> None:
    """Spare the minute until another worker may take what the killed one held."""
    with database.write() as tx:
        past = tx.now - dt.timedelta(seconds=1)
        tx.execute(update(tables.job).where(job.state == "running").values(lease_until=past))


def _unfinished(database: Database) -> int:
    with database.read() as connection:
        asked = select(func.count()).select_from(tables.job).where(job.state.in_(["queued", "running"]))
        return connection.execute(asked).scalar_one()
