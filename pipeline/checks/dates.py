"""Dates and times of day, compared by value: 1953. 7. 27. is July 27, 1953, and 오후 2시 30분 is 14:30."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from pipeline.checks import values
from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.figures import Figure, figures
from schemas.language import Locale, Severity

_WEEKDAYS: dict[Locale, tuple[str, ...]] = {
    "ko": ("월", "화", "수", "목", "금", "토", "일"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_BESIDE = 3  # characters between a date and its weekday: ", " or " ("


@check("dates", "error")
def dates(pair: Pair) -> Iterator[Finding]:
    """Every date is the same, and its weekday is the calendar's.

    Years, months, days and weekdays are compared by value in whatever notation, without a year, as ranges, by month
    alone. A weekday that does not fit its date, where a year is given, is an error; the source's own is a warning.
    """
    told = list(values.told(pair, "date"))
    yield from told
    if told:
        return
    own = _wrong_weekdays(pair.source, pair.source_locale)
    for figure, right in _wrong_weekdays(pair.target, pair.target_locale):
        name = _WEEKDAYS[pair.target_locale][right] + ("요일" if pair.target_locale == "ko" else "")
        message = f"{figure.text} does not fit its date, which is {name}."
        severity: Severity = "warning" if own else "error"
        span = figure.start, figure.end
        yield Finding(message, target_span=span, fix=_renamed(pair, figure, right), severity=severity)


@check("times", "error")
def times(pair: Pair) -> Iterator[Finding]:
    """Every time of day is the same.

    오전 and 오후, a.m. and p.m., 24 hours, noon and midnight are compared by value; a time that does not say which half
    of the day it means is either.
    """
    yield from values.told(pair, "time")


def _renamed(pair: Pair, figure: Figure, right: int) -> str | None:
    """The target with the calendar's weekday, written as the wrong one was."""
    name, written = _WEEKDAYS[pair.target_locale][right], pair.target[figure.start : figure.end]
    if pair.target_locale == "ko":
        new = name + written[1:]
    elif len(written) > 5:
        new = name
    else:
        return None
    return pair.target[: figure.start] + new + pair.target[figure.end :]


def _wrong_weekdays(text: str, locale: Locale) -> list[tuple[Figure, int]]:
    """Return each weekday beside a date of a known year that the calendar contradicts, and the right one."""
    found = [figure for figure in figures(text, locale) if figure.kind == "date"]
    days = [(figure, _only(figure, "day")) for figure in found if _only(figure, "day")]
    weekdays = [(figure, _only(figure, "weekday")) for figure in found if _only(figure, "weekday") is not None]
    if not days or not weekdays:
        return []
    said = (value for figure in figures(text, locale) for value in figure.values)
    years = {int(number) for kind, number in said if kind == "number" and _is_year(number)}
    if len(years) != 1:
        return []
    (year,) = years
    wrong: list[tuple[Figure, int]] = []
    for figure, index in weekdays:
        beside = [number for each, number in days if _are_beside(figure, each)]
        right = _weekday(year, int(beside[0])) if len(beside) == 1 and beside[0] else None
        if right is not None and right != index:
            wrong.append((figure, right))
    return wrong


def _only(figure: Figure, kind: str) -> Fraction | None:
    return next((n for name, n in figure.values if name == kind and isinstance(n, Fraction)), None)


def _is_year(number: Fraction | str) -> bool:
    return isinstance(number, Fraction) and number.denominator == 1 and 1583 <= number <= 2999


def _are_beside(one: Figure, other: Figure) -> bool:
    return -1 <= one.start - other.end <= _BESIDE or -1 <= other.start - one.end <= _BESIDE


def _weekday(year: int, month_and_day: int) -> int | None:
    try:
        return date(year, *divmod(month_and_day, 100)).weekday()
    except ValueError:
        return None
