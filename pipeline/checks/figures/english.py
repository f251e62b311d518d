"""How English writes numbers: words, scales, dates, times of day."""

import re
from collections.abc import Iterable
from fractions import Fraction

from pipeline.checks.figures.reading import (
    DIGITS,
    RANGE,
    SHARED,
    Reading,
    Rule,
    Value,
    at,
    dated,
    month,
    number,
    optional,
    parsed,
    times,
    weekday,
)

_ONES = re.findall(
    "[a-z]+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen",
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = re.findall(
    "[a-z]+",
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth",
)
_WORDS = {word: value for value, word in enumerate(_ONES)}
_WORDS |= {word: value for value, word in enumerate(_ORDINALS)}
_WORDS |= {word: 20 + 10 * index for index, word in enumerate(_TENS)}
_WORDS |= {word[:-1] + "ieth": 20 + 10 * index for index, word in enumerate(_TENS)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ABBREVIATED = {"bn": 10**9, "mn": 10**6, "tn": 10**12, "k": 1000, "m": 10**6, "b": 10**9, "t": 10**12}
_ANY = "|".join(sorted([*_WORDS, *_SCALES, *(f"{scale}th" for scale in _SCALES)], key=len, reverse=True))
_SCALE = "|".join(_SCALES)
_LENIENT = {"one", "first", "second", "third", "zero"}

_MONTH_NAMES = (
    "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct"
    "|november nov|december dec"
)
_MONTHS = {name: index for index, names in enumerate(_MONTH_NAMES.split("|"), start=1) for name in names.split()}
_MONTH = r"(?P<month>" + "|".join(name.capitalize() for name in sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?(?![0-9A-Za-z,]*[0-9]|\s?(?:[ap]\.?m|percent|%|people))"
_OF_YEAR = r"(?:,?\s(?P<y>[12][0-9]{3})(?![0-9]))?"
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FRACTIONS = {"half": 2, "halves": 2, "quarter": 4} | {
    word: value for value, word in enumerate(_ORDINALS) if 3 <= value <= 10
}
_NUMERATORS = {"a": 1, "an": 1} | {word: value for value, word in enumerate(_ONES) if 1 <= value <= 9}


def _month_and_day(match: re.Match[str]) -> Iterable[Reading] | None:
    days = (re.sub(r"[a-z]+", "", day) if day else None for day in (match["day"], match["until"]))
    return dated(match["y"], _MONTHS[match["month"].lower()], *days)


def _month_alone(match: re.Match[str]) -> Iterable[Reading] | None:
    """May, March and abbreviations are months beside a year; other full names always."""
    name = match["month"].lower()
    certain = bool(match["year"]) or (len(name) > 3 and name not in {"may", "march", "sept"})
    return [([month(_MONTHS[name])], "needed" if certain else "vague")]


def _hour(match: re.Match[str]) -> Iterable[Reading] | None:
    word = match["h"].lower()
    hour = int(word) if word.isdigit() else _WORDS[word]
    if hour > 12:
        return None
    minute = int(match["m"] or 0)
    readings: list[Reading] = []
    if match["first"]:
        first = int(match["first"])
        readings.append(([*times(first, 0, ""), number(first)], "needed"))
    return [*readings, (times(hour, minute, match["half"].lower()), "needed")]


def _weekday(match: re.Match[str]) -> Iterable[Reading]:
    return [weekday([name[:3] for name in _WEEKDAYS].index(match["w"][:3].lower()))]


def _past(match: re.Match[str]) -> Iterable[Reading]:
    """Half past nine, a quarter to ten in the evening."""
    word = match["h"].lower()
    hour = int(word) if word.isdigit() else _WORDS[word]
    minute = 30 if match["by"].lower() == "half" else 15
    half = "" if not match["part"] else "a" if match["part"].lower() == "morning" else "p"
    if match["way"].lower() == "to":
        hour, minute = (hour - 1 or 12), 45
    return [(times(hour, minute, half), "needed")]


def _and_a_half(match: re.Match[str]) -> Iterable[Reading]:
    word = match["n"].lower()
    return [([number((1 if word in {"a", "an"} else _WORDS[word]) + Fraction(1, 2))], "needed")]


def _o_clock(match: re.Match[str]) -> Iterable[Reading] | None:
    word = match["h"].lower()
    hour = int(word) if word.isdigit() else _WORDS[word]
    return [([*times(hour, 0, ""), number(hour)], "needed")] if hour <= 12 else None


def _fraction(match: re.Match[str]) -> Iterable[Reading]:
    above = match["above"].lower()
    below = match["below"].lower()
    value = Fraction(_NUMERATORS[above], _FRACTIONS.get(below) or _FRACTIONS[below.removesuffix("s")])
    return [([number(value), number(value * 100)], "needed" if _NUMERATORS[above] > 1 else "spare")]


def _span_of_years(match: re.Match[str]) -> Iterable[Reading]:
    """Two decades are 20 years, half a century 50."""
    years = 10 if match["unit"].lower().startswith("decade") else 12 if match["unit"].lower() == "dozen" else 100
    count = match["count"].lower()
    if count.isdigit() or count in _WORDS:
        value = int(count) if count.isdigit() and len(count) < 9 else _WORDS.get(count, 0)
        return [([number(value), number(value * years)], "needed" if value > 1 else "vague")]
    return [([number(years // (2 if "half" in count else 4 if "quarter" in count else 1))], "vague")]


def _digits(match: re.Match[str]) -> Iterable[Reading]:
    value = parsed(match["n"])
    if value is None:
        return [([("digits", match["n"].replace(",", ""))], "needed")]
    scales = [_SCALES[word.lower()] for word in re.findall(_SCALE, match["scale"] or "", re.IGNORECASE)]
    values: list[Value] = []
    short = (match["short"] or "").lower()
    for scale in scales:
        value *= scale
    if len(short) == 2:
        value *= _ABBREVIATED[short]
    elif short:
        values.append(number(value * _ABBREVIATED[short]))
    elif match["later"]:
        values.append(number(value * _SCALES[match["later"].lower()]))
    if match["half"]:
        values.append(number(value + Fraction(1, 2)))
    return [([*values, number(value)], "needed" if value != 1 else "spare")]


def _words(match: re.Match[str]) -> Iterable[Reading]:
    readings: list[Reading] = []
    total = section = 0
    last = ""
    for token in re.split(r"[\s-]+", match[0].lower()):
        word = token.removesuffix("th") if token.removesuffix("th") in _SCALES else token
        if word in {"and", "a"}:
            continue
        if word in _SCALES:
            scale = _SCALES[word]
            if scale == 100:
                section = (section % 100 or 1) * 100
            else:
                total, section = total + (section or 1) * scale, 0
        else:
            value = _WORDS[word]
            if last and not _joins(last, value, section):
                readings.append(_word_reading(total + section, last, 1))
                total = section = 0
            section += value
        last = word
    count = len(match[0].split())
    return [*readings, _word_reading(total + section, last, count)]


def _joins(last: str, value: int, section: int) -> bool:
    if last in _SCALES:
        return section % 100 == 0
    return section % 10 == 0 and 0 < value < 10 and section % 100 >= 20


def _word_reading(value: int, last: str, count: int) -> Reading:
    """One, first, second, third and a scale alone are used too loosely to be missed."""
    loose = count == 1 and (last in _LENIENT or (last in _SCALES and value == _SCALES[last]))
    if loose and last in {"first", "second", "third"}:
        return [number(value)], "spare"
    return [number(value)], "vague" if loose or value == 1 else "needed"


def _roman(match: re.Match[str]) -> Iterable[Reading] | None:
    value, previous = 0, 0
    for letter in reversed(match["roman"]):
        digit = {"I": 1, "V": 5, "X": 10}[letter]
        value, previous = (value - digit, previous) if digit < previous else (value + digit, digit)
    return [([number(value)], "spare")]


RULES: tuple[Rule, ...] = (
    *SHARED,
    (
        re.compile(
            r"(?i)\b(?P<by>half|(?:a\s)?quarter)[\s-](?P<way>past|to|after)\s"
            rf"(?P<h>{'|'.join(_ONES[1:13])}|1[0-2]|[1-9])(?![0-9A-Za-z:])"
            r"(?:\s(?:in\sthe\s|at\s)(?P<part>morning|afternoon|evening|night))?"
        ),
        _past,
    ),
    (re.compile(r"(?i)\b(?:12(?::00)?\s)?(?:noon|midday)\b"), at(12)),
    (re.compile(r"(?i)\b(?:12(?::00)?\s)?midnight\b"), at(0)),
    (re.compile(rf"(?i)\b(?P<n>an?|{'|'.join(_ONES[1:])})(?:\s(?:hour|year))?\sand\sa\shalf\b"), _and_a_half),
    (re.compile(rf"\b(?P<w>{'|'.join(name.capitalize() for name in _WEEKDAYS)})s?\b"), _weekday),
    (
        re.compile(
            r"\b(?P<w>Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri|Sat|Sun)\b"
            rf"(?=\.?,\s(?:{_MONTH.replace('?P<month>', '?:')}|[0-9])|\.?\))"
        ),
        _weekday,
    ),
    (
        re.compile(
            rf"(?i)(?<![0-9A-Za-z:.,])(?:(?P<first>[0-9]{{1,2}}){RANGE})?(?P<h>[0-9]{{1,2}}|{'|'.join(_ONES[1:13])})"
            r"(?:[:.](?P<m>[0-5][0-9]))?\s?(?P<half>a\.m\.?|p\.m\.?|am|pm)(?![A-Za-z])"
        ),
        _hour,
    ),
    (re.compile(rf"(?i)(?<![0-9A-Za-z])(?P<h>[0-9]{{1,2}}|{'|'.join(_ONES[1:13])})\s?o['’]clock"), _o_clock),
    (
        re.compile(
            rf"\b{_MONTH}\s?(?P<day>{_DAY})(?:(?:\s?[–—-]\s?|\s(?:to|and|through)\s)(?P<until>{_DAY}))?{_OF_YEAR}"
        ),
        _month_and_day,
    ),
    (
        re.compile(
            r"(?<![0-9A-Za-z.,])(?P<day>[0-9]{1,2}(?:st|nd|rd|th)?)"
            r"(?:(?:\s?[–—-]\s?|\s(?:to|and|through)\s)(?P<until>[0-9]{1,2}(?:st|nd|rd|th)?))?"
            rf"\s(?:of\s)?{_MONTH}{_OF_YEAR}"
        ),
        _month_and_day,
    ),
    (re.compile(rf"\b{_MONTH}(?P<year>,?\s(?:of\s)?(?=[12][0-9]{{3}}(?![0-9]))|)"), _month_alone),
    (
        re.compile(
            rf"(?i)\b(?P<above>{'|'.join(_NUMERATORS)})[\s-](?P<below>half|halves|quarters?|thirds?|(?:{'|'.join(_ORDINALS[4:11])})s?)\b"
            r"(?!\s+(?:century|of a century|century|anniversary|time|year))"
        ),
        _fraction,
    ),
    (
        re.compile(
            rf"(?i)\b(?P<count>[0-9]{{1,3}}|{'|'.join(_ONES[1:])}|half[\s-]an?|half|quarter[\s-]of[\s-]a|quarter|an?|the)[\s-]"
            r"(?:full\s)?(?P<unit>decades?|dozen|century|centuries)\b"
        ),
        _span_of_years,
    ),
    (re.compile(r"(?i)\bhalf(?=[\s-](?:an[\s-])?hour\b)"), lambda _: [([number(Fraction(1, 2))], "spare")]),
    (re.compile(r"(?i)\bdecade(?=\b|-)"), optional(10)),
    (re.compile(r"(?i)\bdozen\b"), optional(12)),
    (
        re.compile(
            rf"(?i)(?P<n>{DIGITS})(?:(?P<scale>(?:[\s-](?:{_SCALE})(?![a-z])){{1,2}})"
            r"|\s?(?P<short>bn|mn|tn|(?<=[0-9])[kmbt])(?![a-z])|(?:st|nd|rd|th|s)(?![a-z]))?"
            rf"(?:(?={RANGE}[$₩]?{DIGITS}\s(?P<later>{_SCALE})(?![a-z])))?(?P<half>\sand\sa\shalf)?"
        ),
        _digits,
    ),
    (
        re.compile(rf"(?i)(?<![a-z])(?:{_ANY})(?:[\s-]{{1,2}}(?:and[\s-](?:a\s)?)?(?:{_ANY})(?![a-z]))*(?![a-z])"),
        _words,
    ),
    (
        re.compile(r"(?i)\b(?:both|twice|doubl(?:e|ed|ing)|twins?|pair|couple|twofold|two-fold|bilateral|half)\b"),
        optional(2),
    ),
    (re.compile(r"(?i)\b(?:thrice|tripl(?:e|ed|ing)|trilateral|threefold|trio)\b"), optional(3)),
    (re.compile(r"(?i)\b(?:quadrilateral|quadrupled?|fourfold)\b"), optional(4)),
    (re.compile(r"(?<![A-Za-z])(?P<roman>X{0,2}(?:IX|IV|VI{1,3}|I{2,3}|(?<=X)V|(?<=X)I)|X{2})(?![A-Za-z])"), _roman),
)
