"""What a number in running text may mean, and the rules that read alike in both languages.

A rule is a pattern and a function from its match to numbers. Rules run in order; what one has read, the next
ones do not see.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.checks.scripts import ADDRESS
from pipeline.checks.telephones import TELEPHONE
from pipeline.placeholders import TAG

Value = tuple[str, Fraction | str]
"""What is said, and of what: a number, a month, a day of the year as month * 100 + day, a weekday (0 is Monday), a time
of day in minutes, a run of digits too long to be a number, an amount of a currency or a unit."""

Kind = Literal["number", "date", "time", "money", "unit"]
Weight = Literal["needed", "spare", "vague"]
"""Whether the other text must say it too (needed), may leave it out but not change it (spare), or whether it only
answers for what the other text says (vague: one, both, 양국)."""


@dataclass(frozen=True)
class Figure:
    """What a text says in figures: every value it may have, its range, and how much it matters to the other text.

    `also` holds what it may answer for besides, where the other text says less: 3 for 3 p.m., 800 for 800 won.
    """

    values: frozenset[Value]
    start: int
    end: int
    text: str
    weight: Weight = "needed"
    kind: Kind = "number"
    also: frozenset[Value] = frozenset()

    @property
    def needed(self) -> bool:
        """Whether the other text must say it too."""
        return self.weight == "needed"


Reading = tuple[Iterable[Value], Weight]
Reader = Callable[[re.Match[str]], Iterable[Reading] | None]
Rule = tuple[re.Pattern[str], Reader]
Measured = Callable[[Figure, str], Figure]

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


def day(month_: int, day_: int) -> Value:
    """Return the day `day_` of the month `month_`."""
    return "day", Fraction(month_ * 100 + day_)


def weekday(index: int) -> Reading:
    """Return the weekday `index`, 0 for Monday; the other text may leave it out."""
    return [("weekday", Fraction(index))], "spare"


def dated(year: str | None, month_: str | int, *days: str | None) -> list[Reading] | None:
    """Return the readings of a date, or of a month when no day is given; None when no calendar has it."""
    number_of = int(month_)
    given = [int(each) for each in days if each]
    if not 1 <= number_of <= 12 or not all(1 <= each <= 31 for each in given):
        return None
    said: list[Reading] = [([day(number_of, each)], "needed") for each in given] or [([month(number_of)], "needed")]
    return [([number(int(year))], "needed"), *said] if year else said


def clock(hour: int, minute: int = 0) -> Value:
    """Return the time of day `hour`:`minute` of 24 hours."""
    return "clock", Fraction(hour % 24 * 60 + minute)


def parsed(digits: str) -> Fraction | None:
    """Return the value of ASCII digits with commas and a decimal point; None when too long to be a number."""
    digits = digits.replace(",", "")
    return Fraction(digits) if len(digits) <= MAX_DIGITS else None


def optional(*values: int) -> Reader:
    """Make a reader that takes its match for any of `values`, and only answers for them."""
    return lambda _: [([number(value) for value in values], "vague")]


def at(hour: int) -> Reader:
    """Make a reader that takes its match, noon or midnight, for a time of day."""
    return lambda _: [([clock(hour)], "spare")]


def read(text: str, rules: Iterable[Rule], measured: Measured | None = None) -> list[Figure]:
    """Return what `rules` read in `text`, in its order; `measured` takes in what stands around a number."""
    clean, offsets = _without_tags(TELEPHONE.sub(_masked, ADDRESS.sub(_masked, text.translate(_ASCII))))
    whole = clean
    found: list[Figure] = []
    for pattern, reader in rules:

        def take(match: re.Match[str], reader: Reader = reader) -> str:
            readings = reader(match)
            if readings is None:
                return match[0]
            for values, weight in readings:
                figure = Figure(frozenset(values), match.start(), match.end(), "", weight)
                found.append(measured(figure, whole) if measured else figure)
            return _masked(match)

        clean = pattern.sub(take, clean)
    placed = (_placed(figure, text, offsets) for figure in found)
    return sorted(placed, key=lambda figure: figure.start)


def _placed(figure: Figure, text: str, offsets: list[int]) -> Figure:
    start, end = offsets[figure.start], offsets[figure.end - 1] + 1
    return replace(figure, start=start, end=end, text=text[start : min(end, start + LONGEST)].strip())


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


def _date(match: re.Match[str]) -> Iterable[Reading] | None:
    return dated(match["y"], match["m"], match["d"])


def _dotted(match: re.Match[str]) -> Iterable[Reading] | None:
    return dated(None, match["m"], match["d"])


def _digital(match: re.Match[str]) -> Iterable[Reading] | None:
    hour, minute, half = int(match["h"]), int(match["m"]), (match["half"] or "").lower()
    if hour > 24 or minute > 59:
        return None
    written_of_24 = match["h"].startswith("0") and not half
    return [([clock(hour, minute)] if written_of_24 else times(hour, minute, half), "needed")]


def times(hour: int, minute: int, half: str) -> list[Value]:
    """Return the times of day that `hour`:`minute` may mean; `half` begins with a (a.m.), p (p.m.) or is empty."""
    if hour > 12 or (hour == 0 and not half):
        return [clock(hour, minute)]
    morning, evening = clock(hour % 12, minute), clock(hour % 12 + 12, minute)
    return [morning] if half[:1] == "a" else [evening] if half[:1] == "p" else [morning, evening]


def _short_range(match: re.Match[str]) -> Iterable[Reading]:
    """1950~53: the second year may be written out in the other language."""
    first, second = int(match["a"]), int(match["b"])
    return [([number(first)], "needed"), ([number(second), number(first // 100 * 100 + second)], "needed")]


def _short_year(match: re.Match[str]) -> Iterable[Reading]:
    year = int(match["y"])
    return [([number(year), number(1900 + year), number(2000 + year)], "needed")]


def _enumerated(match: re.Match[str]) -> Iterable[Reading]:
    """6·25 and 9/11 name events by month and day; 1·2차 names two: either way the other language may say neither."""
    first, second = int(match["m"]), int(match["d"])
    return [([month(first), number(first)], "vague"), ([number(second)], "vague")]


SHARED: tuple[Rule, ...] = (
    (re.compile(r"&#x?[0-9A-Fa-f]{1,7};"), lambda _: []),
    (re.compile(r"(?i)covid-?\s?19|코로나\s?(?:바이러스)?\s?-?19"), optional(19)),
    (
        re.compile(
            r"(?<![0-9.])(?P<y>[12][0-9]{3})(?P<s>\s?[./-]\s?)(?P<m>[0-9]{1,2})(?P=s)(?P<d>[0-9]{1,2})(?![0-9])\.?"
        ),
        _date,
    ),
    (re.compile(r"(?<![0-9.])(?P<y>[12][0-9]{3})\.\s?(?P<m>[0-9]{1,2})\.(?P<d>)(?![0-9])"), _date),
    (re.compile(r"(?<![0-9/])(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})/(?P<y>[12][0-9]{3})(?![0-9/])"), _date),
    (
        re.compile(
            r"(?:(?<=[~∼〜～–—-])|(?<=[~∼〜～–—-]\s)|(?<![0-9.]))(?P<m>[1-9]|1[0-2])\.\s?(?P<d>[0-9]{1,2})\.?(?=\s?\([월화수목금토일]\))"
        ),
        _dotted,
    ),
    (re.compile(r"(?<=[~∼〜～–—])\s?(?P<m>[1-9]|1[0-2])\.\s?(?P<d>[0-9]{1,2})\."), _dotted),
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
)
