"""What a number in running text may mean, and the rules that read alike in both languages.

A rule is a pattern and a function from its match to numbers. Rules run in order; what one has read, the next
ones do not see.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from pipeline.checks.scripts import ADDRESS
from pipeline.placeholders import TAG

Value = tuple[Literal["number", "month", "clock", "digits"], Fraction | str]
"""A plain number, a month, a time of day in minutes, or a run of digits too long to be a number."""


@dataclass(frozen=True)
class Number:
    """A number as it stands in a text: every value it may have, its range, and whether the other text must have it.

    One that is not `needed` (one, both, 양국, an event's date) is never missed and never too many, but can answer
    for one that is.
    """

    values: frozenset[Value]
    start: int
    end: int
    text: str
    needed: bool = True


Reading = tuple[Iterable[Value], bool]
Reader = Callable[[re.Match[str]], Iterable[Reading] | None]
Rule = tuple[re.Pattern[str], Reader]

DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
RANGE = r"\s?(?:[~∼〜～–—-]|to|and|or|에서|부터)\s?"
MAX_DIGITS = 30
LONGEST = 200  # of what a number quotes of the text; a match may be as long as the text


def number(value: Fraction | int) -> Value:
    """Return the plain number `value`."""
    return "number", Fraction(value)


def month(value: str | int) -> Value:
    """Return the month `value`, 1 to 12."""
    return "month", Fraction(int(value))


def clock(hour: int, minute: int = 0) -> Value:
    """Return the time of day `hour`:`minute` of 24 hours."""
    return "clock", Fraction(hour % 24 * 60 + minute)


def parsed(digits: str) -> Fraction | None:
    """Return the value of ASCII digits with commas and a decimal point; None when too long to be a number."""
    digits = digits.replace(",", "")
    return Fraction(digits) if len(digits) <= MAX_DIGITS else None


def optional(*values: int) -> Reader:
    """Make a reader that takes its match for any of `values`, not needed on the other side."""
    return lambda _: [([number(value) for value in values], False)]


def read(text: str, rules: Iterable[Rule]) -> list[Number]:
    """Return what `rules` read in `text`, in the order of the text."""
    clean, offsets = _without_tags(ADDRESS.sub(_masked, text.translate(_ASCII)))
    found: list[Number] = []
    for pattern, reader in rules:

        def take(match: re.Match[str], reader: Reader = reader) -> str:
            readings = reader(match)
            if readings is None:
                return match[0]
            start, end = match.span()
            start, end = offsets[start], offsets[end - 1] + 1
            for values, needed in readings:
                found.append(
                    Number(frozenset(values), start, end, text[start : min(end, start + LONGEST)].strip(), needed)
                )
            return _masked(match)

        clean = pattern.sub(take, clean)
    return sorted(found, key=lambda item: item.start)


def _without_tags(text: str) -> tuple[str, list[int]]:
    """Take the tags of pairs out, for emphasis may stand within a number, and blank single ones."""
    kept: list[int] = []
    pieces: list[str] = []
    position = 0
    for tag in TAG.finditer(text):
        kept += range(position, tag.start())
        pieces.append(text[position : tag.start()])
        position = tag.end()
        between_digits = text[tag.start() - 1 : tag.start()].isdigit() and text[tag.end() : tag.end() + 1].isdigit()
        if tag.lastgroup == "single" or between_digits:
            kept.append(tag.start())
            pieces.append("\0")
    kept += range(position, len(text))
    pieces.append(text[position:])
    return "".join(pieces), kept


def _masked(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


_ASCII = str.maketrans("０１２３４５６７８９，．％：／", "0123456789,.%:/")


def _nothing(_: re.Match[str]) -> Iterable[Reading]:
    return []


def _date(match: re.Match[str]) -> Iterable[Reading] | None:
    year, month_, day = match["y"], int(match["m"]), match["d"]
    if not 1 <= month_ <= 12 or (day and not 1 <= int(day) <= 31):
        return None
    readings: list[Reading] = [([number(int(year))], True), ([month(month_)], True)]
    return [*readings, ([number(int(day))], True)] if day else readings


def _digital(match: re.Match[str]) -> Iterable[Reading] | None:
    hour, minute, half = int(match["h"]), int(match["m"]), (match["half"] or "").lower()
    if hour > 24 or minute > 59:
        return None
    written_of_24 = match["h"].startswith("0") and not half
    return [([clock(hour, minute)] if written_of_24 else times(hour, minute, half), True)]


def times(hour: int, minute: int, half: str) -> list[Value]:
    """Return the times of day that `hour`:`minute` may mean; `half` begins with a (a.m.), p (p.m.) or is empty."""
    if hour > 12 or (hour == 0 and not half):
        return [clock(hour, minute)]
    morning, evening = clock(hour % 12, minute), clock(hour % 12 + 12, minute)
    return [morning] if half[:1] == "a" else [evening] if half[:1] == "p" else [morning, evening]


def _short_range(match: re.Match[str]) -> Iterable[Reading]:
    """1950~53: the second year may be written out in the other language."""
    first, second = int(match["a"]), int(match["b"])
    return [([number(first)], True), ([number(second), number(first // 100 * 100 + second)], True)]


def _short_year(match: re.Match[str]) -> Iterable[Reading]:
    year = int(match["y"])
    return [([number(year), number(1900 + year), number(2000 + year)], True)]


def _enumerated(match: re.Match[str]) -> Iterable[Reading]:
    """6·25 and 9/11 name events by month and day; 1·2차 names two: either way the other language may say neither."""
    first, second = int(match["m"]), int(match["d"])
    return [([month(first), number(first)], False), ([number(second)], False)]


SHARED: tuple[Rule, ...] = (
    (re.compile(r"(?i)covid-?\s?19|코로나\s?(?:바이러스)?\s?-?19"), optional(19)),
    (
        re.compile(
            r"(?<![0-9.])(?P<y>[12][0-9]{3})(?P<s>\s?[./-]\s?)(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9])\.?"
        ),
        _date,
    ),
    (re.compile(r"(?<![0-9.])(?P<y>[12][0-9]{3})\.\s?(?P<m>[0-9]{1,2})\.(?P<d>)(?![0-9])"), _date),
    (re.compile(r"(?<![0-9/])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[12][0-9]{3})(?![0-9/])"), _date),
    (re.compile(r"(?<![0-9])(?P<m>[1-9]|1[0-2])\s?[·ㆍ‧∙・･/]\s?(?P<d>[0-9]{1,2})(?![0-9])"), _enumerated),
    (
        re.compile(
            r"(?<![0-9.])(?P<m>[1-9]|1[0-2])\.(?P<d>[0-9]{1,2})(?=\s?(?:[전사]?쟁|전쟁|사변|참전|남침|[가-힣]{0,2}합의|선언"
            r"|테러|운동|혁명|의거|광복|독립|민주화|절|사태|공동성명|War))"
        ),
        _enumerated,
    ),
    (
        re.compile(
            r"(?<![0-9:])(?P<h>[0-9]{1,2}):(?P<m>[0-9]{2})(?::[0-9]{2})?(?![0-9:])\s?(?P<half>(?i:[ap]\.?m\b\.?)|)"
        ),
        _digital,
    ),
    (
        re.compile(
            r"(?<![0-9,.])(?P<a>[12][0-9]{3})\s?년?\s?[~∼〜～–—-]\s?(?P<b>[0-9]{2})(?![0-9,.]|\s?(?:월|일|st|nd|rd|th))"
        ),
        _short_range,
    ),
    (re.compile(r"(?<![0-9A-Za-z])['’‘](?P<y>[0-9]{2})(?![0-9])s?"), _short_year),
    (re.compile(r"\+[0-9]{1,3}(?=[ )-])"), _nothing),
)
