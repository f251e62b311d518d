"""The memory as CSV."""

from collections.abc import Iterable, Iterator

from pipeline.exchange import cells
from pipeline.exchange.faults import FileFault
from pipeline.exchange.found import Found
from pipeline.exchange.records import UNIT_COLUMNS, about, unit_of
from schemas.language import Unit


def read(chunks: Iterable[bytes], encoding: str | None) -> Iterator[Found[Unit]]:
    """Yield the pairs of a CSV file. Columns: `UNIT_COLUMNS`, all but ko and en optional. Raises `FileFault`."""
    for line, record in cells.read(chunks, ("ko", "en"), encoding):
        if not record["ko"].strip() or not record["en"].strip():
            raise FileFault(line, "a pair needs both languages")
        yield Found(line, unit_of(record, line))


def written(units: Iterable[Unit]) -> Iterator[bytes]:
    """Yield the CSV file of units, with all that is known of them."""
    return cells.written(UNIT_COLUMNS, ({"ko": unit.ko, "en": unit.en} | about(unit) for unit in units))
