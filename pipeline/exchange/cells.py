"""CSV (RFC 4180) as a stream of records: found out how it is separated and encoded, safe to open in a spreadsheet."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.exchange.faults import FileFault

SEPARATORS = ",;\t"
# The characters of one record. One cell has at most `csv.field_size_limit()`: 131,072.
LONGEST_RECORD = 1024 * 1024
# A spreadsheet runs what begins so, and hides an apostrophe before it (OWASP, "CSV injection"). One is put there, also
# before one that stood there, so that each cell is read as it was.
_RUN = r"\s*[=+\-@\t\r＝＋－＠]"
RISKY, SECURED = re.compile(f"'*{_RUN}"), re.compile(f"'+{_RUN}")
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
# What a file may be in, by the names that are understood.
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "cp949": "cp949", "euc-kr": "cp949"}
WRITTEN_AT_ONCE = 200


def read(chunks: Iterable[bytes], needed: Sequence[str], encoding: str | None) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each record's line and its cells by the names in the first line, among which all of `needed` are.

    Without `encoding` it is UTF-8, or what a byte order mark says. Raises `FileFault`.
    """
    lines = _Lines(chunks, encoding)
    first = next(lines, "")
    separator = _separator(first, needed)
    names = [name.strip().lower() for name in next(csv.reader([first], delimiter=separator), [])]
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice:
        raise FileFault(1, f"the column {twice} stands there twice")
    reader = csv.reader(lines, delimiter=separator, strict=True)
    try:
        for cells in reader:
            line, lines.begun = lines.begun, lines.number + 1
            lines.pending = 0
            if not cells:
                continue
            if len(cells) != len(names):
                raise FileFault(line, "it has another number of cells than the first line")
            yield line, {name: _as_it_was(cell) for name, cell in zip(names, cells, strict=True)}
    except csv.Error as fault:
        raise FileFault(lines.begun, f"{fault}") from None


def written(columns: Sequence[str], records: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
    """Yield a CSV file in UTF-8 with its byte order mark, which a spreadsheet needs to know Korean by."""
    kept = io.StringIO()
    writer = csv.writer(kept, lineterminator="\n")
    kept.write("\ufeff")
    writer.writerow(columns)
    for number, record in enumerate(records, start=1):
        writer.writerow([_secured(record[name]) for name in columns])
        if number % WRITTEN_AT_ONCE == 0:
            yield kept.getvalue().encode()
            kept.seek(0)
            kept.truncate()
    yield kept.getvalue().encode()


class _Lines:
    """The lines of a file, ends included. `number` is the last one's, `begun` where the record under way begins."""

    def __init__(self, chunks: Iterable[bytes], encoding: str | None) -> None:
        self.number, self.begun, self.pending = 0, 2, 0
        self._lines = self._split(chunks, encoding)

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.pending += len(line)
        self._bound(self.pending)
        return line

    def _split(self, chunks: Iterable[bytes], encoding: str | None) -> Iterator[str]:
        left = ""
        for text in self._decoded(chunks, encoding):
            *lines, left = (left + text).split("\n")
            yield from (f"{line}\n" for line in lines)
            self._bound(self.pending + len(left))
        if left:
            yield left

    def _decoded(self, chunks: Iterable[bytes], encoding: str | None) -> Iterator[str]:
        decoder = None
        try:
            for chunk in chunks:
                for start in range(0, len(chunk), LONGEST_RECORD // 16):
                    piece = chunk[start : start + LONGEST_RECORD // 16]
                    decoder = decoder or _decoder(piece, encoding)
                    yield decoder.decode(piece)
            if decoder:
                yield decoder.decode(b"", final=True)
        except UnicodeError as fault:
            before = fault.object[: fault.start].count(b"\n") if isinstance(fault, UnicodeDecodeError) else 0
            named = encoding or "UTF-8"
            reason = f"it is not {named}; save it as CSV UTF-8, or say in which encoding it is (cp949, say)"
            raise FileFault(self.number + 1 + before, reason) from None

    def _bound(self, length: int) -> None:
        if length > LONGEST_RECORD:
            raise FileFault(self.begun, "the record that begins here is too long; perhaps a quotation mark is missing")


def _decoder(start: bytes, encoding: str | None) -> codecs.IncrementalDecoder:
    if encoding:
        found = ENCODINGS.get(encoding.lower(), "")
    else:
        found = next((name for mark, name in MARKS.items() if start.startswith(mark)), "utf-8-sig")
    if found not in ENCODINGS.values():
        raise FileFault(1, f"an encoding is one of {', '.join(ENCODINGS)}")
    return codecs.getincrementaldecoder(found)()


def _separator(first: str, needed: Sequence[str]) -> str:
    try:
        for each in SEPARATORS:
            names = [name.strip().lower() for name in next(csv.reader([first], delimiter=each), [])]
            if set(needed) <= set(names):
                return each
    except csv.Error as fault:
        raise FileFault(1, f"{fault}") from None
    missing = next((name for name in needed if not re.search(rf"\b{name}\b", first.lower())), needed[0])
    raise FileFault(1, f"the column {missing} is missing")


def _secured(cell: str) -> str:
    return f"'{cell}" if RISKY.match(cell) else cell


def _as_it_was(cell: str) -> str:
    return cell[1:] if SECURED.match(cell) else cell
