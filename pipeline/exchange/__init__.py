"""Memory and glossary as files, in and out, as streams: TMX and TBX for other tools, CSV for spreadsheets.

What is written is read as it was. Bytes come in pieces of any size and go out in pieces; no file is in memory whole.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from pipeline.exchange import tbx, term_cells, tmx, unit_cells
from pipeline.exchange.cells import ENCODINGS
from pipeline.exchange.faults import FileFault
from pipeline.exchange.found import Found
from schemas.language import Term, Unit

__all__ = ["ENCODINGS", "FileFault", "Found", "read_terms", "read_units", "terms_of", "write_terms", "write_units"]

UnitFormat = Literal["tmx", "csv"]
TermFormat = Literal["tbx", "csv"]


def read_units(chunks: Iterable[bytes], kind: UnitFormat, encoding: str | None = None) -> Iterator[Found[Unit]]:
    """Yield the units of a file; raise `FileFault`. `encoding` is a CSV file's, one of `ENCODINGS`."""
    return tmx.read(chunks) if kind == "tmx" else unit_cells.read(chunks, encoding)


def write_units(units: Iterable[Unit], kind: UnitFormat) -> Iterator[bytes]:
    """Yield a file of units, with all that is known of them."""
    return tmx.written(units) if kind == "tmx" else unit_cells.written(units)


def read_terms(
    chunks: Iterable[bytes], kind: TermFormat, encoding: str | None = None
) -> Iterator[Found[tuple[Term, str]]]:
    """Yield the terms of a file with their notes; raise `FileFault`. `encoding` is a CSV file's."""
    return tbx.read(chunks) if kind == "tbx" else term_cells.read(chunks, encoding)


def write_terms(terms: Iterable[tuple[Term, str]], kind: TermFormat) -> Iterator[bytes]:
    """Yield a file of terms with their notes."""
    return tbx.written(terms) if kind == "tbx" else term_cells.written(terms)


def terms_of(content: bytes) -> list[tuple[Term, str]]:
    """Return the terms of a whole CSV file with their notes; raise `FileFault`."""
    return [found.item for found in read_terms([content], "csv") if found.item]
