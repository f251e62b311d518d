"""Dates in running text of either language, in one form: `1953-07-27`, `1953-07`, `--07-27`, `--07` (ISO 8601, 5.3)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_MONTHS = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct"
    "|november nov|december dec"
)
_NUMBER_OF = {name: number for number, names in enumerate(_MONTHS.split("|"), start=1) for name in names.split()}
_NAME = r"(?P<name>" + "|".join(sorted(_NUMBER_OF, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?(?![0-9A-Za-z:])"
_YEAR = r"(?P<y>[12][0-9]{3})"

# The longest and surest first; what one has read, the later ones do not see.
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![0-9]){_YEAR}\s?년\s?(?P<m>[0-9]{{1,2}})\s?월\s?(?P<d>[0-9]{{1,2}})\s?일",
        rf"(?<![0-9.]){_YEAR}(?P<s>\s?[./-]\s?)(?P<m>[0-9]{{1,2}})(?P=s)(?P<d>[0-9]{{1,2}})(?![0-9])\.?",
        rf"(?<![0-9/])(?P<m>[0-9]{{1,2}})/(?P<d>[0-9]{{1,2}})/{_YEAR}(?![0-9/])",
        rf"\b{_NAME}\s{{0,2}}{_DAY},?\s{{0,2}}{_YEAR}(?![0-9])",
        rf"(?<![0-9A-Za-z.,]){_DAY}\s(?:of\s)?{_NAME},?\s{_YEAR}(?![0-9])",
        rf"(?<![0-9]){_YEAR}\s?년\s?(?P<m>[0-9]{{1,2}})\s?월",
        rf"(?<![0-9.]){_YEAR}\.\s?(?P<m>[0-9]{{1,2}})\.(?!\s?[0-9])",
        rf"(?<![0-9-]){_YEAR}-(?P<m>0[1-9]|1[0-2])(?![0-9-])",
        rf"\b{_NAME},?\s(?:of\s)?{_YEAR}(?![0-9])",
        r"(?<![0-9])(?P<m>[0-9]{1,2})\s?월\s?(?P<d>[0-9]{1,2})\s?일",
        rf"\b{_NAME}\s{_DAY}",
        rf"(?<![0-9A-Za-z.,]){_DAY}\s(?:of\s)?{_NAME}",
        # Events are named by their day: 6·25, 9/11.
        r"(?<![0-9/])(?P<m>[1-9]|1[0-2])(?P<event>\s?[·ㆍ‧∙・･/]\s?)(?P<d>[0-9]{1,2})(?![0-9/])",
        r"(?<![0-9.])(?P<m>[1-9]|1[0-2])(?P<event>\.)(?P<d>[0-9]{1,2})(?=\s?(?:전쟁|사변|운동|혁명|절|민주화|선언|테러))",
        r"(?<![0-9])(?P<m>[0-9]{1,2})\s?월(?![급드])",
        # May and March are mostly something else.
        r"\b(?P<name>january|february|april|june|july|august|september|october|november|december)\b",
    )
)


class Date(NamedTuple):
    """A date as it stands in a text: its forms, the most exact one first, and its half-open range."""

    forms: tuple[str, ...]
    start: int
    end: int


def find(text: str) -> tuple[list[Date], str]:
    """Return the dates of `text`, and the text with them blanked out, as long as before."""
    found: list[Date] = []
    for form in _FORMS:
        text = form.sub(lambda match: _taken(match, found), text)
    return sorted(found, key=lambda date: date.start), text


def forms(year: int | None, month: int | None, day: int | None) -> tuple[str, ...]:
    """Return all that a date says, the most exact first: a day is of its month, its year, and a day of any year."""
    return tuple(_forms(year, month, day))


def _forms(year: int | None, month: int | None, day: int | None) -> Iterator[str]:
    if year and month and day:
        yield f"{year}-{month:02}-{day:02}"
    if year and month:
        yield f"{year}-{month:02}"
    if month and day:
        yield f"--{month:02}-{day:02}"
    if year:
        yield str(year)
    if month:
        yield f"--{month:02}"


def _taken(match: re.Match[str], found: list[Date]) -> str:
    given = match.groupdict()
    month = int(given["m"]) if given.get("m") else _NUMBER_OF[given["name"].lower()]
    day = int(given["d"]) if given.get("d") else None
    if not 1 <= month <= 12 or not (day is None or 1 <= day <= 31):
        return match[0]
    year = int(given["y"]) if given.get("y") else None
    # Alone, 6.25 reads as a number.
    also = (f"{month}.{day}",) if given.get("event") else ()
    found.append(Date(forms(year, month, day) + also, *match.span()))
    return " " * len(match[0])
