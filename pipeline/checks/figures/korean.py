"""How Korean writes numbers: 만 and 억, native numerals before counters, dates, times of day.

Hangul that can be a numeral is mostly something else (한미동맹, 이, 일), so a numeral in letters is believed only
before a counter.
"""

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

_SMALL = {"십": 10, "백": 100, "천": 1000}
_BIG = {"만": 10**4, "억": 10**8, "조": 10**12, "경": 10**16}
_SINO = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_ONES = {"한": 1, "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9}
_TENS = {"열": 10, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50, "예순": 60, "일흔": 70, "여든": 80, "아흔": 90}
_NATIVE = _ONES | {"석": 3, "넉": 4, "스무": 20} | _TENS
_NATIVE |= {tens + one: _TENS[tens] + _ONES[one] for tens in _TENS for one in _ONES}
_NATIVE_WORD = "|".join(sorted(_NATIVE, key=len, reverse=True))
_BEGIN = r"(?<![가-힣])"
_NEVER_LATER = r"(?!\s?(?:년|월|일|시(?!간)|분|차|회|개국|위|호|기|대|세기|학년))"

# A counter may touch its numeral, except those that would make another word of it (세대, 네곳).
_COUNTER = (
    r"(?:\s?(?:명|번|살|시간|가지|마리|달|차례|사람)|\s?개(?:월|국|년)?"
    r"|\s(?:곳|대|나라|군데|장|잔|편|줄|가족|형제|자녀|아들|딸|팀|국가|도시|학교|벌|통|병|집|정|기|건|점|발|축|갈래|단계"
    r"|배|분|쌍|권|척|채|켤레|그루|송이|해|주))"
)
_AFTER = (
    r"(?![가-힣])|(?=이|가|은|는|을|를|의|에|도|만|과|와|로|으로|쯤|씩|째|여|이나|까지|부터|마다|당|뿐|간|짜리"
    r"|밖에|인|입|이었|였|이상|정도)"
)


def _month_day(match: re.Match[str]) -> Iterable[Reading] | None:
    if match["day"]:
        return dated(match["y"], match["month"], match["from"], match["day"], match["until"])
    before = dated(None, match["first"]) if match["first"] else []
    alone = dated(match["y"], match["month"])
    return None if alone is None or before is None else [*before, *alone]


def _weekday(match: re.Match[str]) -> Iterable[Reading]:
    return [weekday("월화수목금토일".index(match["w"]))]


def _hour(match: re.Match[str]) -> Iterable[Reading] | None:
    hour = int(match["h"]) if match["h"].isdigit() else _NATIVE[match["h"]]
    minute = 30 if match["half"] else int(match["m"] or 0)
    if hour > 24 or minute > 59:
        return None
    part = match["part"] or ""
    values = times(hour, minute, _half(part, hour % 12))
    return [([*values, number(hour)] if not part and not minute else values, "needed")]


def _half(part: str, hour: int) -> str:
    """Which half of the day a part of it names: 밤 9시 is 9 p.m., 밤 12시 midnight and 낮 12시 noon."""
    if part == "밤":
        return "p" if hour >= 6 else "a"
    if part == "낮":
        return "a" if hour >= 9 else "p"
    return {"오전": "a", "새벽": "a", "아침": "a", "오후": "p", "저녁": "p"}.get(part, "")


def _article(match: re.Match[str]) -> Iterable[Reading]:
    return [([number(int(match["n"]))], "needed" if int(match["n"]) != 1 else "spare")]


def _fraction(match: re.Match[str]) -> Iterable[Reading] | None:
    below, above = int(match["below"]), int(match["above"])
    if not below:
        return None
    value = Fraction(above, below)
    return [([number(value), number(value * 100)], "needed" if above > 1 else "spare")]


def _decade(match: re.Match[str]) -> Iterable[Reading]:
    year = int(match["n"])
    return [([number(year), number(year % 100 if year > 99 else 1900 + year)], "needed")]


def _mixed(match: re.Match[str]) -> Iterable[Reading]:
    """Digits with 십, 백, 천, 만, 억, 조 between and after them: 1억 2천만, 2만 8,500, 20여만."""
    value = _value(match[0])
    if value is None:
        return [([("digits", match["n"].replace(",", ""))], "needed")]
    values: list[Value] = [number(value)]
    if match["team"]:  # 3조 may be the third group or article
        values.append(number(parsed(match["n"]) or 0))
    later = match["later"] or match["later2"]
    if later and match[0] == match["n"]:
        for unit in later:
            value *= _SMALL.get(unit) or _BIG[unit]
        values.append(number(value))
    if match["half"]:
        values.append(number(value + Fraction(1, 2)))
    return [(values, "needed" if value != 1 or match[0] != match["n"] else "spare")]


def _value(text: str) -> Fraction | None:
    total = section = Fraction(0)
    current: Fraction | None = None
    for token in re.findall(rf"{DIGITS}|[십백천만억조경]|[{''.join(_SINO)}]", text):
        if token in _SINO:
            current = Fraction(_SINO[token])
        elif token in _SMALL:
            section += (1 if current is None else current) * _SMALL[token]
            current = None
        elif token in _BIG:
            whole = section + (current or 0)
            total += (1 if not section and current is None else whole) * _BIG[token]
            section, current = Fraction(0), None
        else:
            current = parsed(token)
            if current is None:
                return None
    return total + section + (current or 0)


def _letters(match: re.Match[str]) -> Iterable[Reading] | None:
    value = _value(match["n"])
    if value is None:
        return None
    return [([number(value)], "needed" if value > 1 and match["n"] not in _SINO else "vague")]


def _native(match: re.Match[str]) -> Iterable[Reading]:
    value = _NATIVE[match["n"]]
    loose = value == 1 or (value == 2 and bool(re.search(r"나라|국가|번째|정|배|가족", match[0])))
    if match["half"]:
        return [([number(value + Fraction(1, 2))], "needed")]
    return [([number(value)], "spare" if loose else "needed")]


def _two_or_three(match: re.Match[str]) -> Iterable[Reading]:
    few = {"두세": (2, 3), "서너": (3, 4), "너댓": (4, 5), "네댓": (4, 5), "한두": (1, 2), "대여섯": (5, 6)}[match["n"]]
    return [([number(value)], "vague") for value in few]


def _native_anywhere(match: re.Match[str]) -> Iterable[Reading]:
    return [([number(_NATIVE.get(match["n"]) or _STANDING[match["n"]])], "vague")]


_STANDING = {"하나": 1, "둘": 2, "셋": 3, "넷": 4, "첫째": 1, "둘째": 2, "셋째": 3, "넷째": 4, "첫": 1}
_DAYS = {
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "여드레": 8,
    "아흐레": 9,
    "열흘": 10,
    "보름": 15,
}
_MONTH_NAMES = ["일월", "이월", "삼월", "사월", "오월", "유월", "칠월", "팔월", "구월", "시월", "십일월", "십이월"]


def _days(match: re.Match[str]) -> Iterable[Reading]:
    return [([number(_DAYS[match[0]])], "vague")]


def _month_name(match: re.Match[str]) -> Iterable[Reading]:
    return [([month(_MONTH_NAMES.index(match["n"]) + 1)], "vague")]


def _independence_day(_: re.Match[str]) -> Iterable[Reading]:
    return [([month(3)], "vague"), ([number(1)], "vague")]


RULES: tuple[Rule, ...] = (
    *SHARED,
    (re.compile(r"제\s?(?P<n>[0-9]{1,4})\s?조(?!\s?[0-9]|\s?원|\s?달러|억)"), _article),
    (
        re.compile(
            r"(?:(?<![0-9])(?P<y>[12][0-9]{3})\s?년\s?)?"
            r"(?<![0-9.,])(?:(?P<first>[0-9]{1,2})\s?월?\s?[~∼〜～–—-]\s?)?(?P<month>[0-9]{1,2})\s?월(?![급드])"
            r"(?:\s?(?:(?P<from>[0-9]{1,2})\s?[~∼〜～–—-]\s?)?(?P<day>[0-9]{1,2})\s?일"
            r"(?:(?:\s?[~∼〜～–—-]\s?|(?:에서|부터)\s)(?P<until>[0-9]{1,2})\s?일(?!간))?)?"
        ),
        _month_day,
    ),
    (
        re.compile(
            rf"(?:(?P<part>오전|오후|새벽|아침|저녁|밤|낮)\s?)?(?<![가-힣](?=[가-힣]))(?<![0-9.,])(?P<h>[0-9]{{1,2}}|{_NATIVE_WORD})\s?시"
            r"(?:(?![가-힣])|(?=에|경|쯤|부터|까지|의|이|가|를|로|정각|반))(?:\s?(?P<m>[0-9]{1,2})\s?분|\s?(?P<half>반)(?![가-힣](?<!에)))?"
        ),
        _hour,
    ),
    (re.compile(r"(?P<below>[0-9]{1,6})\s?분의\s?(?P<above>[0-9]{1,6})"), _fraction),
    (re.compile(r"(?<![0-9,.])(?P<n>[0-9]{2}|[0-9]{4})\s?년대"), _decade),
    (re.compile(r"(?<![0-9,.])(?P<n>1)(?=\s?(?:박|등))"), optional(1)),
    (re.compile(r"(?<![0-9,.])(?P<n>[0-9]{1,2})박(?=\s?[0-9])"), lambda match: [([number(int(match["n"]))], "vague")]),
    (
        re.compile(
            rf"(?:{_BEGIN}만\s?(?=[0-9][백천]))?(?P<n>{DIGITS})(?:(?:여\s?)?[십백천만억경]|(?P<team>조(?!\s?[0-9원달억여])(?=[가-힣]))|조)*"
            rf"(?:(?<=[십백천만억조경])\s?{DIGITS}(?:(?=여?[십백천만억조])(?:여?[십백천만억조])+|{_NEVER_LATER}(?![0-9,.]*[0-9])))*"
            rf"(?:(?={RANGE}{DIGITS}(?P<later>[십백천만억조]+)))?(?:(?=,\s{DIGITS}(?P<later2>[만억조]+)))?"
            r"(?P<half>\s?(?:년|시간)\s?반(?![가-힣]))?"
        ),
        _mixed,
    ),
    (re.compile(rf"{_BEGIN}(?P<n>두세|서너|너댓|네댓|한두|대여섯)(?=\s?[가-힣])"), _two_or_three),
    (
        re.compile(
            rf"{_BEGIN}(?P<n>{_NATIVE_WORD})(?:(?P<half>\s?(?:시간|달|해)\s반(?![가-힣]))|{_COUNTER}(?:{_AFTER})|\s?번째)"
        ),
        _native,
    ),
    (
        re.compile(
            rf"{_BEGIN}(?P<n>[{''.join(_SINO)}십백천만][{''.join(_SINO)}십백천만억조]{{0,12}})"
            r"(?=\s?(?:여\s?)?(?:명|원|달러|년|개월|주년|개국|세기|퍼센트|킬로|미터|톤|평|유로|엔|위안|년대)(?:(?![가-힣])|(?=이|가|은|는|을|를|의|에|도|만|과|와|로|으로|간|여|대|째|짜리|까지|부터|인|씩)))"
        ),
        _letters,
    ),
    (
        re.compile(
            rf"{_BEGIN}(?P<n>[이삼사오육칠팔구]?[십백천][{''.join(_SINO)}십백천만억]{{0,10}}|[십백천]?만)(?=\s[가-힣])"
        ),
        lambda match: [([number(_value(match["n"]) or 0)], "vague")],
    ),
    (re.compile(rf"{_BEGIN}(?P<n>하나|둘째|셋째|넷째|첫째|둘|셋|넷|첫)(?![가-힣]{{4}})"), _native_anywhere),
    (re.compile(rf"{_BEGIN}(?P<n>{_NATIVE_WORD})(?=\s[가-힣])"), _native_anywhere),
    (re.compile(_BEGIN + "(?:" + "|".join(_DAYS) + ")"), _days),
    (re.compile(_BEGIN + "(?P<n>" + "|".join(reversed(_MONTH_NAMES)) + ")(?=에|의|부터|까지|\\s|$)"), _month_name),
    (re.compile(r"삼일절"), _independence_day),
    (re.compile(r"(?:낮\s?12시\s?)?정오"), at(12)),
    (re.compile(r"(?:밤\s?12시\s?)?자정"), at(0)),
    (re.compile(r"(?P<w>[월화수목금토일])요일"), _weekday),
    (re.compile(r"(?<=[0-9일.\0]\()(?P<w>[월화수목금토일])(?=\))"), _weekday),
    (re.compile(r"한[·\s]?미[·\s]?일|삼국|3자|세 나라"), optional(3)),
    (re.compile(r"양국|양측|양자|양\s정상|양군|쌍방|남북|남과 북|한[·\s]?미|쌍둥이|부부|갑절|쌍"), optional(2)),
    (re.compile(r"반세기"), optional(50)),
    (re.compile(r"사반세기"), optional(25)),
    (re.compile(rf"{_BEGIN}(?:절반|반)(?![가-힣]{{2}})"), lambda _: [([number(Fraction(1, 2)), number(50)], "vague")]),
    (re.compile(r"세기"), optional(100)),
)
