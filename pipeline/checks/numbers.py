"""Numbers, compared by value: 1억 2천만 is 120 million, 3월 1일 is March 1, 열 명 is ten people."""

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.figures import Number, numbers
from pipeline.checks.figures.reading import Value
from schemas.language import Locale

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@check("numbers", "error")
def numbers_agree(pair: Pair) -> Iterator[Finding]:
    """Every number of the source is in the translation, and no other.

    Numbers are compared by value, in whatever order and notation: digits, words, 만 and million, dates, times of day,
    ordinals, decades. One missing is an error; one too many alone is a warning. A number that only moved
    to or from the segment next to it is neither.
    """
    source = numbers(pair.source, pair.source_locale)
    target = numbers(pair.target, pair.target_locale)
    missing = _unanswered(source, target)
    extra = _unanswered(target, source)
    if missing or extra:
        moved_to, moved_from = _neighbours(pair)
        missing = [item for item in missing if not item.values & moved_to]
        extra = [item for item in extra if not item.values & moved_from]
    if len(missing) == len(extra) == 1:
        yield _changed(missing[0], extra[0])
        return
    for item in missing:
        message = f"The source says {_named(item)}; the translation has no such number."
        yield Finding(message, source_span=(item.start, item.end))
    for item in extra:
        message = f"The translation says {_named(item)}; the source has no such number."
        yield Finding(message, target_span=(item.start, item.end), severity="warning")


def _changed(was: Number, now: Number) -> Finding:
    message = f"The source says {_named(was)}; the translation says {_named(now)} instead."
    return Finding(message, (was.start, was.end), (now.start, now.end))


def _unanswered(wanted: Iterable[Number], given: Iterable[Number]) -> list[Number]:
    """The needed numbers of `wanted` whose value `given` does not hold, each value once."""
    seen = _values(given)
    lacking: list[Number] = []
    for item in wanted:
        if item.needed and not item.values & seen:
            lacking.append(item)
            seen |= item.values
    return lacking


def _neighbours(pair: Pair) -> tuple[set[Value], set[Value]]:
    """Values that the neighbours' targets have beyond their sources, and their sources beyond their targets."""
    more: set[Value] = set()
    fewer: set[Value] = set()
    for source, target in pair.context.neighbours:
        before = _read(source, pair.source_locale)
        after = _read(target, pair.target_locale)
        more |= after - before
        fewer |= before - after
    return more, fewer


def _read(text: str, locale: Locale) -> set[Value]:
    return _values(numbers(text, locale))


def _values(items: Iterable[Number]) -> set[Value]:
    return {value for item in items for value in item.values}


def _named(item: Number) -> str:
    """The number as written and, where that is not plain already, its value."""
    kind, value = min(item.values, key=lambda pair: (pair[0] != "clock", pair[0], pair[1]))
    if isinstance(value, str) or len(item.values) > 1:
        return _short(item.text)
    if kind == "month":
        return f"{_short(item.text)} ({_MONTHS[int(value) - 1]})" if not re.search("[A-Z]", item.text) else item.text
    plain = f"{int(value) // 60:02}:{int(value) % 60:02}" if kind == "clock" else _plain(value)
    digits = re.sub(r"[^0-9.:]", "", item.text)
    return _short(item.text) if digits == plain.replace(",", "") else f"{_short(item.text)} ({plain})"


def _plain(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.6g}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
