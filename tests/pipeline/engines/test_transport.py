"""Statuses and waits of services over HTTP."""

import pytest

from pipeline.engines.base import BadAnswer, EngineError, QuotaSpent, RateLimited, Rejected, TimedOut, Unreachable
from pipeline.engines.transport import collect, failure, retry_after
from tests.pipeline.engines.scripted import Clock


@pytest.mark.parametrize(
    ("status", "expected", "passing"),
    [
        (302, Rejected, False),
        (400, Rejected, False),
        (401, Rejected, False),
        (402, QuotaSpent, False),
        (405, Rejected, False),
        (408, TimedOut, True),
        (413, Rejected, False),
        (429, RateLimited, True),
        (456, QuotaSpent, False),
        (502, Unreachable, True),
    ],
)
def test_a_status_says_what_happened_and_whether_it_passes(
    status: int, expected: type[EngineError], passing: bool
) -> None:
    """The reason names the engine and the status."""
    error = failure("libre", status, {})
    assert type(error) is expected
    assert error.passing is passing
    assert error.reason.startswith(f"libre answered {status}: ")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "5"}, 5.0),
        ({"retry-after": "999999999999999999999"}, 3600.0),
        ({"retry-after": "Mon, 23 Nov 2026 10:00:30 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:00 GMT", "date": "Mon, 23 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"retry-after": "Mon, 23 Nov 1990 09:00:00 -0000"}, 0.0),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "٥"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "5", "date": "never"}, 5.0),
        ({"retry-after": "Mon, 23 Nov 2026 09:00:00 GMT", "date": "never"}, None),
        ({}, None),
    ],
)
def test_retry_after_is_a_number_or_a_date(headers: dict[str, str], seconds: float | None) -> None:
    """As RFC 9110 has it; nonsense is no wait, and no wait is over an hour."""
    assert retry_after(headers) == seconds


def test_a_body_is_bounded_in_size_and_time() -> None:
    """Reading stops at the first chunk beyond either bound."""
    clock = Clock()
    assert collect("a", [b"ab", b"c"], 3, clock.now, clock) == b"abc"
    with pytest.raises(BadAnswer):
        collect("a", iter([b"ab", b"cd", b"ef"]), 3, clock.now, clock)
    chunks = iter([b"a", b"b", b"c"])
    with pytest.raises(TimedOut):
        collect("a", chunks, 10, clock.now - 1, clock)
    assert next(chunks) == b"b"
