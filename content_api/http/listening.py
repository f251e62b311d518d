"""Tells listeners what happens to drafts and publications: one look at the database for all of them, and only ids.

The log is asked when it grew, the progress of drafts while any is running. What the log holds carries its `seq`, so
that whoever comes back goes on where they were; progress is not in the log, and the latest says it all.
"""

import asyncio
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, case, func, or_, select

from content_api.http import draining
from content_api.http.services import Services
from content_api.storage import tables
from content_api.storage.pulse import Pulse
from schemas.decoding import encode
from schemas.problems import Busy, Unavailable

log = logging.getLogger("hanmi.listening")
# How often the log is looked at, in seconds, and how many may listen to one process.
EVERY = 0.5
MOST_LISTENERS = 200
# How much a listener may lag behind before it has to come again, in events; how many are read at a time.
MOST_WAITING = 1_000
BATCH = 500
PLACE = re.compile(r"[\w-]{1,64}:[0-9]{1,18}")
PUBLICATIONS = ("entry.published", "entry.withdrawn")

e, d, s = tables.event.c, tables.draft.c, tables.segment.c


@dataclass(frozen=True)
class Told:
    """One server-sent event. `place` is where to go on after it: the log's id and a `seq`; progress has none.

    Without a name it is nothing but its place, which a browser remembers and tells nobody.
    """

    name: str
    data: dict[str, str | int | None]
    place: tuple[str, int] | None = None

    def encoded(self) -> bytes:
        """Return the event as it is sent (HTML Living Standard, 9.2.6)."""
        head = f"id: {self.place[0]}:{self.place[1]}\n" if self.place else ""
        if not self.name:
            return f"{head}\n".encode()
        return f"{head}event: {self.name}\ndata: ".encode() + encode(self.data) + b"\n\n"


Inbox = asyncio.Queue[Told | None]


class Listeners:
    """Those who listen to this process, and the one task that looks for them."""

    def __init__(self, services: Services, pulse: Pulse) -> None:
        self._services = services
        self._pulse = pulse
        self._inboxes: set[Inbox] = set()
        self._task: asyncio.Task[None] | None = None
        self._log = ""
        self._last = 0
        self._progress: dict[str, Told] = {}

    async def join(self, last: str) -> Inbox:
        """Return an inbox that fills with what happens, from after the event with the id `last`; `None` is the end.

        The first that lies in it is the place to go on from, should the line break before anything happens.
        Raises `Unavailable` where too many listen already, or the server is about to end.
        """
        if draining.is_told() or len(self._inboxes) >= MOST_LISTENERS:
            raise Unavailable("No more can listen now; ask again later.", headers={"Retry-After": "5"})
        name, compacted, newest = await self._services.ask(_extent)
        if not self._inboxes or name != self._log:
            for each in list(self._inboxes):  # another log, after a restore
                self._end(each)
            self._log, self._last, self._progress = name, newest, {}
        log_id, _, seq = last.partition(":")
        since = int(seq) if PLACE.fullmatch(last) else None
        # Else the log no longer tells, or it is another one.
        known = not last or (since is not None and log_id == name and compacted <= since <= newest)
        missed = await self._missed(since) if since is not None and known else []
        # From here on nothing is awaited: what is told next goes into this inbox too.
        inbox: Inbox = asyncio.Queue(MOST_WAITING)
        here = Told("", {}, (name, self._last if since is None else since))
        for told in [here, *missed, *self._progress.values()] if known else [self._reload()]:
            inbox.put_nowait(told)
        self._inboxes.add(inbox)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        return inbox

    def leave(self, inbox: Inbox) -> None:
        """Fill this inbox no more."""
        self._inboxes.discard(inbox)

    def stop(self) -> None:
        """Let everybody go."""
        for inbox in list(self._inboxes):
            self._end(inbox)

    async def _missed(self, since: int) -> Sequence[Told]:
        """Return what happened after `since`, up to what everybody has been told."""
        missed: list[Told] = []
        while since < self._last:
            until = self._last
            rows = await self._services.ask(lambda connection: _happened(connection, since, until))  # noqa: B023
            if len(missed) + len(rows) >= BATCH:
                return [self._reload()]
            missed += [_told(row, self._log) for row in rows]
            since = until
        return missed

    async def _look(self) -> None:
        """Look again and again while anybody listens."""
        while self._inboxes:
            if draining.is_told():
                self.stop()
                return
            try:
                await self._look_once()
            except (Busy, Unavailable):
                log.warning("the log cannot be read; it is tried again")
            except Exception:
                log.exception("the log could not be read; it is tried again")
                self._tell([self._reload()])
            await asyncio.sleep(EVERY)

    async def _look_once(self) -> None:
        self._pulse.now()
        # What it has seen may lag behind what was read here; then there is nothing to tell yet.
        while self._pulse.seen > self._last:
            since, until = self._last, min(self._pulse.seen, self._last + BATCH)
            rows = await self._services.ask(lambda connection: _happened(connection, since, until))  # noqa: B023
            self._last = until
            self._tell([_told(row, self._log) for row in rows])
        found = {row.draft_id: _progress(row) for row in await self._services.ask(_running)}
        self._tell([told for name, told in found.items() if self._progress.get(name) != told])
        self._progress = found

    def _reload(self) -> Told:
        """Return what says that something may have been missed, and where to go on from."""
        return Told("reload", {}, (self._log, self._last))

    def _tell(self, news: Sequence[Told]) -> None:
        for inbox in list(self._inboxes):
            try:
                for told in news:
                    inbox.put_nowait(told)
            except asyncio.QueueFull:
                self._end(inbox)

    def _end(self, inbox: Inbox) -> None:
        """End a listener at once, whatever it has not taken yet: coming back it goes on after the last it got."""
        self.leave(inbox)
        while not inbox.empty():
            inbox.get_nowait()
        inbox.put_nowait(None)


def place(connection: Connection) -> str:
    """Return where to go on listening from, for whoever looked at everything just now."""
    name, _, newest = _extent(connection)
    return f"{name}:{newest}"


def _extent(connection: Connection) -> tuple[str, int, int]:
    """Return the log's id, up to which event it was compacted, and its last one."""
    name, compacted, seq = connection.execute(select(tables.log.c.id, tables.log.c.compacted, tables.log.c.seq)).one()
    return name, compacted, seq


def _happened(connection: Connection, since: int, until: int) -> Sequence[Row[Any]]:
    asked = select(e.seq, e.type, e.entry_id, e.draft_id, e.locale).order_by(e.seq).limit(BATCH)
    wanted = or_(e.type.startswith("draft."), e.type.in_(PUBLICATIONS))
    return list(connection.execute(asked.where(e.seq > since, e.seq <= until, wanted)))


def _running(connection: Connection) -> Sequence[Row[Any]]:
    done = func.sum(case((s.tried, 1), else_=0)).label("done")
    asked = select(s.draft_id, done, func.count().label("total")).join(tables.draft, d.id == s.draft_id)
    return list(connection.execute(asked.where(d.state == "running").group_by(s.draft_id)))


def _told(row: Row[Any], log_id: str) -> Told:
    subject, _, what = row.type.partition(".")
    about = {"entry": row.entry_id, "locale": row.locale}
    if subject == "draft":
        return Told("draft", {"draft": row.draft_id, "state": what, **about}, (log_id, row.seq))
    return Told("publication", {"what": what, **about}, (log_id, row.seq))


def _progress(row: Row[Any]) -> Told:
    return Told("progress", {"draft": row.draft_id, "done": int(row.done), "total": int(row.total)})
