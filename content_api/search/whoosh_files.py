"""What an entry is in Whoosh's files, and how they are written and read: words with their weights, few segments, one
writer.
"""

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
from whoosh.fields import ID, STORED, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.formats import Existence
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from content_api.search.index import Document
from content_api.search.segments import About
from content_api.storage.database import new_id
from schemas.language import LOCALES

NAME = "MAIN"
# What a writer holds in memory before it sorts it into a file, in MB: sorting keeps all other threads waiting.
IN_MEMORY = 16


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


class Unreadable(Exception):
    """The files of an index do not hold what they should."""


class Closing(io.BufferedReader):
    """A file that is closed when nobody has it any more."""

    def __del__(self) -> None:
        self.close()


class Files(FileStorage):  # type: ignore[misc]
    """The files of an index. Whoosh leaves those it reads to the garbage collector, which warns of open ones."""

    def open_file(self, name: str, **_: object) -> StructFile:
        """Return a file to be read."""
        return StructFile(Closing(io.FileIO(self._fpath(name))), name=name)


class Reader(SegmentReader):  # type: ignore[misc]
    """Gives what a segment says of a word by blocks: a posting at a time, as Whoosh goes, takes five times as long.

    Whoosh keeps its blocks to itself: this looks inside, at the version that is pinned.
    """

    def blocks(self, field: str, word: str) -> Iterator[tuple[Any, Any]]:
        """Yield numbers of documents that have a word, deleted ones too, with as many weights.

        Raises `Unreadable`, told from anything else that may go wrong with a question.
        """
        try:
            yield from self._blocks(field, word)
        except TermNotFound:
            return
        except Exception as fault:
            raise Unreadable from fault

    def _blocks(self, field: str, word: str) -> Iterator[tuple[Any, Any]]:
        info = self._terms.term_info(field, word.encode("utf-8", "replace"))
        start, (length,) = info.extent()  # as it was unpacked
        whole = BufferFile(self._terms._postfile.get(start, length))
        matcher = W3LeafMatcher(whole, 0, length, self.schema[field].format)
        while matcher.is_active():
            matcher._read_weights()
            yield np.cumsum(matcher._data[0]), matcher._weights
            matcher._next_block()


SCHEMA = Schema(id=ID(unique=True), about=STORED(), **{locale: Weighed() for locale in LOCALES})


@contextmanager
def writing(folder: Path) -> Iterator[Any]:
    """Give a writer that is committed within; where something fails nothing of it stays, and the next one is let in."""
    before = {*folder.iterdir()}
    # Of a segment that is one file, Whoosh takes a copy of all of it into memory, for each reader and each commit.
    index = FileIndex(Files(str(folder)), SCHEMA, NAME)
    writer = SegmentWriter(index, codec=Codec(), limitmb=IN_MEMORY, compound=False)
    try:
        yield writer
    except BaseException:
        if not writer.is_closed:
            with suppress(Exception):  # what could not be written cannot be closed either
                writer.cancel()
        if not writer.is_closed:
            writer.writelock.release()
        left = {*folder.iterdir()} - before
        if not any(path.suffix == ".toc" for path in left):  # else it is committed, and they are in use
            for path in left:
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        raise


def fields(document: Document) -> dict[str, object]:
    """Return what a document is given to Whoosh as."""
    about = About(document.entry_id, document.kind, document.day, document.tags, tuple(document.texts))
    words = {str(locale): says for locale, says in document.texts.items()}
    return {"id": document.entry_id, "about": tuple(about), **words}


# For how many documents segments become one, in two steps, so that each is written anew twice; and for how many that
# are deleted, so that those which are written again and again do not make all others be.
STEPS = (4, 32)
# So many segments, or so many documents that are deleted from them at least, make an index slow.
MANY, MUCH = 40, 256


def merge_few(writer: Any, segments: list[Any]) -> list[Any]:
    """Merge small segments into the one that is being written, where they are a larger one together."""
    for step in STEPS:
        small = [segment for segment in segments if segment.doc_count_all() < step]
        deleted = sum(segment.deleted_count() for segment in small)
        if max(deleted, sum(segment.doc_count_all() for segment in small) - deleted) >= step:
            for segment in small:
                reader = SegmentReader(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
            return [segment for segment in segments if segment not in small]
    return segments


def is_in_pieces(folder: Path) -> bool:
    """Tell whether an index has so many segments, or so much that is deleted, that it takes long to ask."""
    segments = TOC.read(Files(str(folder)), NAME, schema=SCHEMA).segments
    there = sum(segment.doc_count_all() for segment in segments)
    return len(segments) > MANY or sum(segment.deleted_count() for segment in segments) > max(there / 2, MUCH)
