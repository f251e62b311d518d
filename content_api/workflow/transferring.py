"""The memory and the glossary as files: out as a stream, in by batches, so that nobody waits long for a turn to write.

A file is read twice: first to be judged whole, so that one with a fault in its last line changes nothing; then to be
stored. Imported again it adds nothing, and so what a crash kept from being stored comes in the second time.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar, cast

import msgspec

from content_api.storage.database import Database, Transaction
from content_api.storage.progress import Progress, silent
from content_api.workflow import memory, terms
from content_api.workflow.taking_units import take_units
from pipeline import exchange
from pipeline.exchange import FileFault, Found, TermFormat, UnitFormat
from schemas.exchange import Imported
from schemas.language import Term, Unit
from schemas.problems import Invalid

T = TypeVar("T")
UNIT_FORMATS: tuple[UnitFormat, ...] = ("tmx", "csv")
TERM_FORMATS: tuple[TermFormat, ...] = ("tbx", "csv")
CHUNK = 256 * 1024
# How many units or terms are stored in one transaction: some hundredths of a second.
BATCH = 500
LONGEST_NAME = 200


@dataclass(frozen=True)
class FileIn:
    """A file to be taken in: where it lies, what its provenance calls it, its format, and a CSV file's encoding."""

    path: Path
    name: str
    kind: str
    encoding: str | None = None

    def chunks(self, what: str, told: Progress) -> Iterator[bytes]:
        """Yield its bytes; tell how many of them were read."""
        size, done = self.path.stat().st_size, 0
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk
                done += len(chunk)
                told(what, done, size)

    def units(self, what: str, told: Progress) -> Iterator[Found[Unit]]:
        """Yield what it says of the memory; raise `FileFault`."""
        return exchange.read_units(self.chunks(what, told), cast(UnitFormat, self.kind), self.encoding)

    def terms(self, what: str, told: Progress) -> Iterator[Found[tuple[Term, str]]]:
        """Yield what it says of the glossary; raise `FileFault`."""
        return exchange.read_terms(self.chunks(what, told), cast(TermFormat, self.kind), self.encoding)


def file_in(path: Path, formats: Sequence[str], kind: str | None = None, encoding: str | None = None) -> FileIn:
    """Return a file in the format given, or that its name's end tells; raise `Invalid` where it tells none."""
    found = kind or path.suffix.removeprefix(".").lower()
    if found not in formats:
        raise Invalid(f"{path}: its name ends on none of .{', .'.join(formats)}; say its format")
    return FileIn(path, path.name[:LONGEST_NAME], found, encoding)


def import_units(
    database: Database, account_id: str, file: FileIn, *, keep_confirmed: bool, told: Progress = silent
) -> Imported:
    """Take a file of units in, by `account_id`; raise `Invalid` naming the line, and then nothing is stored.

    They wait to be confirmed by a person here. With `keep_confirmed`, which is for files of our own, what was confirmed
    where the file was made is confirmed here, by the same people and since then.
    """

    def take(tx: Transaction, units: Sequence[Unit]) -> Imported:
        return take_units(tx, units, file.name, keep_confirmed=keep_confirmed)

    return _taken(database, account_id, file.units, take, told)


def import_terms(database: Database, account_id: str, file: FileIn, *, told: Progress = silent) -> Imported:
    """Take a file of terms in, by `account_id`: those that are there are replaced. Raises `Invalid` as for units."""

    def take(tx: Transaction, given: Sequence[tuple[Term, str]]) -> Imported:
        return terms.take_in(tx, given, overwrite=True)

    return _taken(database, account_id, file.terms, take, told)


def _taken(
    database: Database,
    account_id: str,
    read: Callable[[str, Progress], Iterator[Found[T]]],
    take: Callable[[Transaction, Sequence[T]], Imported],
    told: Progress,
) -> Imported:
    total = Imported()
    try:
        for _ in read("Checking", told):
            pass
        for found in _batches(read("Importing", told)):
            items = [each.item for each in found if each.item is not None]
            with database.write(account_id) as tx:
                total += take(tx, items)
            total += Imported(skipped=sum(each.skipped for each in found))
    except FileFault as fault:
        raise Invalid(f"{fault}") from None
    return total


def export_units(database: Database, kind: UnitFormat, told: Progress = silent) -> Iterator[bytes]:
    """Yield the memory as a file, the oldest unit first. Each part of it is one short read."""
    return exchange.write_units(_units(database, told), kind)


def export_terms(database: Database, kind: TermFormat) -> Iterator[bytes]:
    """Yield the glossary as a file, by the terms' forms."""
    with database.read() as connection:
        known = terms.with_notes(connection)
    return exchange.write_terms(known, kind)


def units_of(path: Path) -> list[Unit]:
    """Return the pairs of a file, which no person here has confirmed; raise `Invalid` naming file and line."""
    found = _read(path, file_in(path, UNIT_FORMATS).units)
    return [msgspec.structs.replace(unit, confirmed=False, provenance=None, id="") for unit in found]


def terms_of(path: Path) -> list[Term]:
    """Return the terms of a file; raise `Invalid` naming file and line."""
    return [term for term, _ in _read(path, file_in(path, TERM_FORMATS).terms)]


def _read(path: Path, read: Callable[[str, Progress], Iterator[Found[T]]]) -> list[T]:
    try:
        return [found.item for found in read("", silent) if found.item is not None]
    except FileFault as fault:
        raise Invalid(f"{path}: {fault}") from None


def _units(database: Database, told: Progress) -> Iterator[Unit]:
    with database.read() as connection:
        total = memory.count(connection)
    after, done = "", 0
    while True:
        with database.read() as connection:
            units = memory.units_after(connection, after, BATCH)
        if not units:
            return
        yield from units
        after, done = units[-1].id, done + len(units)
        told("Exporting", min(done, total), total)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, BATCH)):
        yield some
