"""What a database holds, as figures that two databases of one kind can be compared by: rows and a sum per table.

It asks the database for its tables and reads them as the driver gives them, so that it also tells of a schema older
than this program's.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import Connection

from content_api.storage.progress import Progress, silent


class TableSum(Struct, frozen=True, kw_only=True):
    """One table: how many rows, and the SHA-256 of them all in the order of their keys."""

    rows: int
    sha256: str


Sums = Mapping[str, TableSum]
"""A database's tables by name."""


def of(connection: Connection, told: Progress = silent) -> dict[str, TableSum]:
    """Return the sums of every table, as the connection's transaction sees them."""
    inspector = sa.inspect(connection)
    names = sorted(inspector.get_table_names())
    sums = {}
    for done, name in enumerate(names, start=1):
        sums[name] = _sum(connection, inspector, name)
        told("Summing up", done, len(names))
    return sums


def whole(sums: Sums) -> str:
    """Return the one sum of a whole database."""
    lines = (f"{name} {sums[name].rows} {sums[name].sha256}\n" for name in sorted(sums))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sum(connection: Connection, inspector: sa.Inspector, name: str) -> TableSum:
    rows, digest = 0, hashlib.sha256()
    for encoded in _encoded_rows(connection, inspector, name):
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
        rows += 1
    return TableSum(rows=rows, sha256=digest.hexdigest())


def _encoded_rows(connection: Connection, inspector: sa.Inspector, name: str) -> Iterator[bytes]:
    """Yield each row with its columns by name, for a migration may have put them in another order."""
    types = {column["name"]: column["type"] for column in inspector.get_columns(name)}
    table = sa.table(name, *(sa.column(column) for column in sorted(types)))
    order: list[sa.ColumnElement[Any]] = [
        # PostgreSQL sorts text by the database's language, which a copy need not share.
        table.c[key].collate("C")
        if connection.dialect.name == "postgresql" and isinstance(types[key], sa.String)
        else table.c[key]
        for key in inspector.get_pk_constraint(name)["constrained_columns"]
    ]
    asked = sa.select(*table.c).order_by(*order).execution_options(yield_per=500)
    for row in connection.execute(asked):
        yield msgspec.msgpack.encode(tuple(row))
