"""A hostile or broken file is refused with line and reason, in bounded memory."""

import itertools
import subprocess
import sys
import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from pipeline.exchange import FileFault, read_units

TMX = b'<tmx version="1.4"><header/><body>\n'
LAUGHS = b'<!DOCTYPE tmx [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><tmx><body>&b;</body></tmx>'
SAID = b'<prop type="x-hanmi-confirmed">perhaps</prop>'
MOST = 24 * 1024 * 1024
TU = '<tu><tuv xml:lang="ko"><seg>{}</seg></tuv><tuv xml:lang="en"><seg>x</seg></tuv></tu>\n'


def endless(start: bytes, again: bytes, megabytes: int = 40) -> Iterator[bytes]:
    yield start
    piece = again * (64 * 1024 // len(again) + 1)
    yield from itertools.repeat(piece, megabytes * 16)


@pytest.mark.parametrize(
    ("kind", "content", "line", "reason"),
    [
        ("tmx", [LAUGHS], 1, "entity of its own"),
        ("tmx", [b'<!DOCTYPE tmx SYSTEM "x.dtd">\n<tmx><body>&x;</body></tmx>'], 2, "entity|not well-formed"),
        ("tmx", [b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><tmx>&x;</tmx>'], 1, "entity of its own"),
        ("tmx", [TMX, b"<tu>" * 200], 2, "more than 100 deep"),
        ("tmx", [TMX, TU.format("\x00").encode()], 2, "not well-formed"),
        ("tmx", [TMX, b"\n<tu><tuv></tu>"], 3, "not well-formed"),
        ("tmx", [b'<?xml version="1.0" encoding="euc-kr"?><tmx/>'], 1, "encoding"),
        ("tmx", [b'<?xml version="1.0" encoding="nothing"?><tmx/>'], 1, "encoding"),
        ("tmx", [b'<?xml version="1.0" encoding="utf-16"?><tmx/>'], 1, "not well-formed|encoding"),
        ("tmx", [b'<?xml version="1.0" encoding="utf-8"?>\n<tmx>\n', "가".encode("cp949")], 3, "not well-formed"),
        ("tmx", [TMX, TU.format("가" * 10_001).encode()], 2, "ko: at most 10,000"),
        ("tmx", [b"<xliff/>"], 1, "no TMX file"),
        ("tmx", [TMX, b"\n<tu>", SAID, TU.format("가")[4:].encode()], 3, "yes or no"),
        ("csv", ["ko,en\n가,a\n나,".encode(), "나".encode("cp949")], 3, "not UTF-8.*cp949"),
        ("csv", ["ko,en\n가,a\n\n나\n".encode()], 4, "another number of cells"),
        ("csv", ['ko,en\n가,a\n"나,b\n'.encode()], 3, "end of data|unexpected"),
        ("csv", [b"ko,en,ko\n"], 1, "stands there twice"),
        ("csv", ["ko,en\n가\x00,a\n".encode()], 2, r"U\+0000"),
        ("csv", ["ko,en\n가,a\n나, \n".encode()], 3, "both languages"),
        ("csv", ["ko,en,origin,added_at\n가,a,file,yesterday\n".encode()], 2, "where it came from"),
        ("csv", ["ko,en,origin,added_at\n가,a,file,2026-01-01T00:00:00\n".encode()], 2, "zone"),
    ],
)  # fmt: skip
def test_a_fault_has_a_line_and_a_reason(kind: str, content: list[bytes], line: int, reason: str) -> None:
    """Nothing is resolved, loaded or guessed: the first fault ends the reading."""
    with pytest.raises(FileFault, match=rf"^line {line}: .*(?:{reason})"):
        list(read_units(content, kind))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("tmx", endless(TMX + b"<tu><tuv xml:lang='ko'><seg>", b"abc ")),
        ("tmx", endless(TMX + b"<tu>", b"<x/>")),
        ("tmx", endless(TMX + b"<tu x='", b"abc ")),
        ("tmx", endless(TMX + b"<!--", b"abc ")),
        ("csv", endless(b'ko,en\n"', b"abc ")),
        ("csv", endless(b"ko,en\n", b"a,")),
        ("csv", endless(b"ko,en\n", b'"a\n",')),
    ],
    ids=["a text", "elements", "a tag", "a comment", "a cell", "cells", "lines of cells"],
)
def test_what_never_ends_is_refused(kind: str, content: Iterable[bytes]) -> None:
    """One endless thing of any kind is refused before it fills the memory."""
    tracemalloc.start()
    try:
        with pytest.raises(FileFault, match=r"^line \d+: "):
            list(read_units(content, kind))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < MOST
    finally:
        tracemalloc.stop()


def test_a_million_empty_units_are_left_out() -> None:
    """Units without a text are counted, and none is kept."""
    content = itertools.chain([TMX], itertools.repeat(b"<tu/>" * 10_000, 100), [b"</body></tmx>"])
    assert sum(found.item is None for found in read_units(content, "tmx")) == 1_000_000


STREAM = """
import resource
from pipeline.exchange import read_units, write_units
from schemas.language import Unit
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
units = (Unit(ko=f"우리는 {n}번째로 함께 갑니다. " * 5, en=f"We go together, <1>{n}</1>. " * 5) for n in range(100_000))
assert sum(found.item is not None for found in read_units(write_units(units, "%s"), "%s")) == 100_000
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("kind", ["tmx", "csv"])
def test_100_000_units_are_a_stream(kind: str) -> None:
    """Written and read at the same time they take less than a tenth of the file's own size in memory."""
    ran = subprocess.run([sys.executable, "-c", STREAM % (kind, kind)], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 10 * 1024
