"""The index of an installation on SQLite: Whoosh's files in a folder, written by one process, read by any number.

`current` names the folder that answers and how far it has come; it is replaced at once when a new folder is whole.
Whoever finds files missing or broken takes it away, and the writer, who misses it, makes the index anew. The locks are
beside the folder: they stay where it is deleted under those who write.
"""

import fcntl
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection
from whoosh.index import TOC, FileIndex, LockError

from content_api.search import ranking
from content_api.search.index import Asked, Found, Place, Source, State, Step
from content_api.search.remembering import Remembered
from content_api.search.segments import LARGEST, Alive, Joined, Known, Segment, weight
from content_api.search.whoosh_files import (
    NAME,
    SCHEMA,
    Files,
    Reader,
    Unreadable,
    fields,
    is_in_pieces,
    merge_few,
    writing,
)
from content_api.storage.database import new_id
from schemas.problems import Unavailable

log = logging.getLogger("hanmi.search")
# Counts up whenever an index of the version before cannot be read any more.
FORM = "1"
# How often a reader looks again while files are replaced under its eyes, and how long it waits in between, in seconds.
TRIES, BETWEEN = 10, 0.02


class Current(Struct, frozen=True):
    """What answers: the folder, its newest commit, and the state of that.

    `is_worn` is whether it should be made anew: it is in many pieces, or holds words that were purged.
    """

    folder: str
    commit: int
    form: str
    log: str
    seq: int
    version: str
    is_worn: bool = False

    def state(self) -> State:
        """Return how far it has come."""
        return State(self.log, self.seq, self.version)


class Snapshot:
    """The index as of one commit."""

    def __init__(self, current: Current, segments: Sequence[Alive]) -> None:
        self.current = current
        self.segments = segments
        self.joined = Joined(segments)


class WhooshIndex:
    """An index in `folder`, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current"
        self._known: Known = Remembered(LARGEST, weight)
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()
        self._mine = threading.Lock()
        self._renewing = threading.Lock()

    @property
    def is_worn(self) -> bool:
        """Whether it should be made anew; see `Index`."""
        current = self._current()
        return current is not None and current.is_worn

    # Reading

    def find(self, connection: Connection, asked: Asked, after: Place | None, wanted: int) -> Found:
        """Return what fits; see `Index`."""
        snapshot = self._newest()
        try:
            return ranking.rank(snapshot.joined, asked, after)
        except Unreadable as fault:
            self._give_up(snapshot.current, fault.__cause__)
            raise _unavailable() from fault

    def state(self) -> State | None:
        """Return how far the index has come; see `Index`."""
        current = self._current()
        if current is None or current.form != FORM or not (self._folder / current.folder).is_dir():
            return None
        return current.state()

    def _newest(self) -> Snapshot:
        """Return the index as of its newest commit, or as it was last seen where it is just being made anew."""
        snapshot, current = self._snapshot, self._current()
        if snapshot is not None and (current is None or current == snapshot.current):
            return snapshot
        if current is None:
            raise _unavailable()
        with self._opening:
            return self._opened()

    def _opened(self) -> Snapshot:
        fault: Exception | None = None
        for _ in range(TRIES):
            current = self._current()
            if current is None:
                break
            if self._snapshot is not None and self._snapshot.current == current:
                return self._snapshot
            try:
                self._snapshot = Snapshot(current, self._read(self._folder / current.folder))
                return self._snapshot
            except Exception as found:
                fault = found
                time.sleep(BETWEEN)  # a commit may just have replaced what we were about to open
        if fault is not None and current is not None:
            self._give_up(current, fault)
        if self._snapshot is not None:
            return self._snapshot
        raise _unavailable() from fault

    def _read(self, folder: Path) -> list[Alive]:
        storage = Files(str(folder))
        known = {alive.segment.name: alive.segment for alive in (self._snapshot.segments if self._snapshot else ())}
        found = []
        for part in TOC.read(storage, NAME, schema=SCHEMA).segments:
            segment = known.get(part.segment_id()) or Segment(Reader(storage, SCHEMA, part), self._known)
            found.append(Alive(segment, _alive(part)))
        return found

    def _current(self) -> Current | None:
        try:
            return msgspec.json.decode(self._pointer.read_bytes(), type=Current)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            return None

    def _give_up(self, current: Current, fault: BaseException | None) -> None:
        """Take away the pointer to an index that cannot be read: its writer will make it anew.

        What a full machine or a full disk says is of no index, and passes.
        """
        is_gone = isinstance(fault, FileNotFoundError)
        if isinstance(fault, MemoryError | LockError) or (isinstance(fault, OSError) and not is_gone):
            return
        log.error("the search index cannot be read, and is made anew: %r", fault)
        if self._current() == current:
            with suppress(FileNotFoundError):
                self._pointer.unlink()

    # Writing

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Give the turn to write; see `Index`."""
        with self._held("lock", self._mine) as is_ours:
            yield is_ours

    @contextmanager
    def renewal(self) -> Iterator[bool]:
        """Give the turn to make the index anew; see `Index`."""
        with self._held("renewal.lock", self._renewing) as is_ours:
            yield is_ours

    @contextmanager
    def _held(self, name: str, inside: threading.Lock) -> Iterator[bool]:
        """Hold a lock among all processes, and `inside` among the threads of this one, if both are free."""
        if not inside.acquire(blocking=False):
            yield False
            return
        try:
            self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self._folder.with_name(f"{self._folder.name}.{name}").open("wb") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield False
                else:
                    yield True
        finally:
            inside.release()

    def write(self, step: Step) -> None:
        """Replace documents; see `Index`."""
        current = self._current()
        if current is None:
            raise _unavailable()
        try:
            after = self._commit(current, step)
        except Exception as fault:
            self._give_up(current, fault)
            raise
        self._point_at(after)

    def renew(self, start: State, source: Source, tell: Callable[[State], None]) -> None:
        """Make the index anew in a folder of its own; see `Index`."""
        self._sweep()
        try:
            made = self._filled(Current(f"index-{new_id()}", 0, FORM, *start), source)
            while not self._is_put_in_place(self._followed(made, source), source, tell):
                source.pause(BETWEEN)
        finally:
            self._sweep()

    def _is_put_in_place(self, made: Current, source: Source, tell: Callable[[State], None]) -> bool:
        with self.turn() as is_ours:
            if is_ours:  # nobody writes to the old one any more
                made = self._followed(made, source)
                self._point_at(made)
                tell(made.state())
            return is_ours

    def _filled(self, made: Current, source: Source) -> Current:
        folder = self._folder / made.folder
        folder.mkdir(mode=0o700, parents=True)
        FileIndex.create(Files(str(folder)), SCHEMA, NAME)
        with writing(folder) as writer:
            for documents in source.everything():
                for document in documents:
                    writer.add_document(**fields(document))
            commit = int(writer.generation)
            writer.commit(merge=False)
        return msgspec.structs.replace(made, commit=commit)

    def _followed(self, made: Current, source: Source) -> Current:
        for step in source.since(made.state()):
            made = self._commit(made, step)
        return made

    def _commit(self, current: Current, step: Step) -> Current:
        """Write a step to a folder, and return what to point at then."""
        log_id, seq, version = step.state
        after = msgspec.structs.replace(
            current, log=log_id, seq=seq, version=version, is_worn=current.is_worn or step.purges
        )
        if not (step.documents or step.gone):
            return after
        folder = self._folder / current.folder
        with writing(folder) as writer:
            for entry_id in step.gone:
                writer.delete_by_term("id", entry_id)
            for document in step.documents:
                writer.update_document(**fields(document))
            commit = int(writer.generation)
            writer.commit(mergetype=merge_few)
        return msgspec.structs.replace(after, commit=commit, is_worn=after.is_worn or is_in_pieces(folder))

    def _point_at(self, current: Current) -> None:
        """Say what answers from now on; who calls has the turn, so that nobody else writes the same file."""
        new = self._folder / "current.new"
        new.write_bytes(msgspec.json.encode(current))
        os.replace(new, self._pointer)

    def _sweep(self) -> None:
        """Remove every index but the one that answers; who still reads another keeps its files open.

        Who calls has the turn to make the index anew: nobody else is making one.
        """
        current = self._current()
        for path in self._folder.glob("index-*"):
            if current is None or path.name != current.folder:
                shutil.rmtree(path, ignore_errors=True)


def _alive(part: Any) -> Any:
    import numpy as np

    documents = np.ones(part.doc_count_all(), dtype=bool)
    documents[list(part.deleted_docs())] = False
    return documents


def _unavailable() -> Unavailable:
    return Unavailable("The search index is being made; try again in a moment.", headers={"Retry-After": "2"})
