"""Moments that callers send: RFC 3339 with a zone, kept in UTC."""

import datetime as dt

from schemas.problems import Invalid


def in_utc(given: dt.datetime, pointer: str) -> dt.datetime:
    """Return the moment in UTC; raise `Invalid` at `pointer` for one without zone, or outside the calendar."""
    if given.tzinfo is None:
        raise Invalid.at(pointer, "a time needs its zone, for example 2027-01-01T00:00:00Z")
    try:
        return given.astimezone(dt.UTC)
    except OverflowError:  # at either end of the calendar
        raise Invalid.at(pointer, "there is no such time in UTC") from None
