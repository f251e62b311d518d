"""Column types shared by the tables: instants in UTC, and msgspec structs kept as JSON text."""

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class Instant(TypeDecorator[dt.datetime]):
    """An aware UTC `datetime`. SQLite keeps it without zone, PostgreSQL as `timestamptz`; Python always sees UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Refuse a naive time: which zone it meant could only be guessed."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        """Give back an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Encoded(TypeDecorator[Any]):
    """A value of the given msgspec-supported type, stored as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, shape: Any) -> None:
        super().__init__()
        self.shape = shape

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Encode as JSON text."""
        return None if value is None else msgspec.json.encode(value, enc_hook=str).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Decode into the declared type."""
        return None if value is None else msgspec.json.decode(value, type=self.shape)


def rfc3339(moment: dt.datetime) -> str:
    """Return an aware time as RFC 3339 in UTC, to the second: `2026-11-22T09:00:00Z`."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
