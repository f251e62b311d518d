"""The index of an installation on SQLite: Whoosh's files in a folder, written by one process, read by any number.

`current` names the folder that answers and how far it has come; it is replaced at once when a new folder is whole.
Whoever finds files missing or broken takes it away, and the writer, who misses it, makes the index anew.
"""

import errno
import fcntl
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Existence
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from content_api.search import ranking
from content_api.search.index import Asked, Document, Found, Place, State, Step
from content_api.search.segments import About, Alive, Remembered, Segment
from content_api.storage.database import new_id
from schemas.language import LOCALES
from schemas.problems import Unavailable

log = logging.getLogger("hanmi.search")
# Counts up whenever an index of the version before cannot be read any more.
FORM = "1"
NAME = "MAIN"
# What a writer holds in memory before it sorts it into a file, in MB: sorting keeps all other threads waiting.
IN_MEMORY = 16
# How often a reader looks again while files are replaced under its eyes, and how long it waits in between, in seconds.
TRIES, BETWEEN = 10, 0.02
# What a full machine says, rather than a broken index.
PASSING = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EACCES, errno.EIO}


class Weighed(FieldType):  # type: ignore[misc]
    """A field whose words come with how much they say; no analyser of Whoosh's reads them."""

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: dict[str, float], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """Yield each word as the postings hold it: its bytes, its frequency, its weight and nothing more."""
        for word, weight in value.items():
            yield word.encode("utf-8", "replace"), 1, weight, b""


class Codec(W3Codec):  # type: ignore[misc]
    """Whoosh's own, without lengths of fields: that saves one look at the disk for each posting."""

    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=1024, compression=1)

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """Return a segment of a new name: Whoosh draws it, and whoever seeds the dice would draw it twice."""
        segment = super().new_segment(storage, indexname)
        segment.segid = new_id().replace("-", "")
        return segment


SCHEMA = Schema(id=ID(unique=True), about=STORED(), **{locale: Weighed() for locale in LOCALES})


class Current(Struct, frozen=True):
    """What answers: the folder, its newest commit, and the state of that."""

    folder: str
    commit: int
    form: str
    log: str
    seq: int
    version: str


class Snapshot:
    """The index as of one commit."""

    def __init__(self, current: Current, segments: Sequence[Alive]) -> None:
        self.current = current
        self.segments = segments


class WhooshIndex:
    """An index in `folder`, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current"
        self._remembered = Remembered()
        self._snapshot: Snapshot | None = None
        self._opening = threading.Lock()
        self._mine = threading.Lock()
        self._renewing = threading.Lock()
        self.is_worn = False

    # Reading

    def find(self, connection: Connection, asked: Asked, after: Place | None, wanted: int) -> Found:
        """Return what fits; see `Index`."""
        snapshot = self._newest()
        try:
            return ranking.rank(snapshot.segments, asked, after)
        except Exception as fault:
            self._give_up(snapshot.current, fault)
            raise _unavailable() from fault

    def state(self) -> State | None:
        """Return how far the index has come; see `Index`."""
        current = self._current()
        if current is None or current.form != FORM or not (self._folder / current.folder).is_dir():
            return None
        return State(current.log, current.seq, current.version)

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
        storage = FileStorage(str(folder))
        known = {alive.segment.name: alive.segment for alive in (self._snapshot.segments if self._snapshot else ())}
        found = []
        for part in TOC.read(storage, NAME, schema=SCHEMA).segments:
            segment = known.get(part.segment_id()) or Segment(SegmentReader(storage, SCHEMA, part), self._remembered)
            found.append(Alive(segment, _alive(part)))
        return found

    def _current(self) -> Current | None:
        try:
            return msgspec.json.decode(self._pointer.read_bytes(), type=Current)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError:
            return None

    def _give_up(self, current: Current, fault: Exception) -> None:
        """Take away the pointer to an index that cannot be read: its writer will make it anew."""
        if isinstance(fault, MemoryError) or (isinstance(fault, OSError) and fault.errno in PASSING):
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
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._folder / name).open("wb") as lock:
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
            commit = self._commit(self._folder / current.folder, step)
        except Exception as fault:
            self._give_up(current, fault)
            raise
        self.is_worn = self.is_worn or step.purges
        self._point_at(current.folder, commit, step.state)

    def renew(
        self, start: State, everything: Iterable[Sequence[Document]], since: Callable[[State], Step | None]
    ) -> None:
        """Make the index anew in a folder of its own; see `Index`."""
        folder = self._folder / f"index-{new_id()}"
        self._sweep(folder.name)
        folder.mkdir(mode=0o700)
        try:
            commit, state = self._filled(folder, start, everything), start
            while step := since(state):
                commit, state = self._commit(folder, step), step.state
            while True:
                with self.turn() as is_ours:
                    if is_ours:  # nobody writes to the old one any more
                        while step := since(state):
                            commit, state = self._commit(folder, step), step.state
                        self._point_at(folder.name, commit, state)
                        break
                time.sleep(BETWEEN)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        self.is_worn = False
        self._sweep(folder.name)

    def _filled(self, folder: Path, start: State, everything: Iterable[Sequence[Document]]) -> int:
        FileIndex.create(FileStorage(str(folder)), SCHEMA, NAME)
        writer = _writer(folder)
        for documents in everything:
            for document in documents:
                writer.add_document(**_fields(document))
        commit = int(writer.generation)
        writer.commit(merge=False)
        return commit

    def _commit(self, folder: Path, step: Step) -> int:
        writer = _writer(folder)
        try:
            for entry_id in step.gone:
                writer.delete_by_term("id", entry_id)
            for document in step.documents:
                writer.update_document(**_fields(document))
        except BaseException:
            writer.cancel()
            raise
        commit = int(writer.generation)
        writer.commit(mergetype=_merge_few)
        self.is_worn = self.is_worn or _is_worn(writer.segments)
        return commit

    def _point_at(self, folder: str, commit: int, state: State) -> None:
        with NamedTemporaryFile(dir=self._folder, prefix="current.", delete=False) as file:
            file.write(msgspec.json.encode(Current(folder, commit, FORM, *state)))
        os.replace(file.name, self._pointer)

    def _sweep(self, kept: str) -> None:
        """Remove what was left of former indexes: who still reads one keeps its files open."""
        current = self._current()
        for path in self._folder.glob("index-*"):
            if path.name not in (kept, current and current.folder):
                shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob("current.*"):
            path.unlink(missing_ok=True)


def _writer(folder: Path) -> Any:
    return SegmentWriter(FileIndex(FileStorage(str(folder)), SCHEMA, NAME), codec=Codec(), limitmb=IN_MEMORY)


def _fields(document: Document) -> dict[str, object]:
    about = About(document.entry_id, document.kind, document.day, document.tags, tuple(document.texts))
    words = {str(locale): says for locale, says in document.texts.items()}
    return {"id": document.entry_id, "about": tuple(about), **words}


# Segments of so many documents are many: they become one, as long as that takes no longer than a reader waits.
FEW, AT_ONCE, MANY = 8, 32, 40


def _merge_few(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge the smallest segments into the one that is being written, where there are many of them."""
    small = [segment for segment in segments if segment.doc_count_all() < AT_ONCE]
    if len(small) < FEW:
        return segments
    for segment in small:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return [segment for segment in segments if segment not in small]


def _is_worn(segments: Sequence[Any]) -> bool:
    """Tell whether an index has so many segments, or so much that is deleted, that it takes long to ask."""
    there = sum(segment.doc_count_all() for segment in segments)
    return len(segments) > MANY or sum(segment.deleted_count() for segment in segments) > max(there / 2, AT_ONCE * FEW)


def _alive(part: Any) -> Any:
    import numpy as np

    documents = np.ones(part.doc_count_all(), dtype=bool)
    documents[list(part.deleted_docs())] = False
    return documents


def _unavailable() -> Unavailable:
    return Unavailable("The search index is being made; try again in a moment.", headers={"Retry-After": "2"})
