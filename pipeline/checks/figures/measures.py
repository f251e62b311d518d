"""What a number counts: money by currency, quantities by dimension, per cent; read from what stands around it.

Sizes of customary units are those of NIST Handbook 44, Appendix C; 평, 리 and 근 are the Korean ones.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import NamedTuple

from pipeline.checks.figures.reading import Figure, Kind, Value

CURRENCIES = {
    "KRW": "원 won krw ₩ ￦",
    "USD": "달러 dollar usd $ us$ u.s.$ 불",
    "EUR": "유로 euro eur €",
    "JPY": "엔 yen jpy ¥ ￥",
    "CNY": "위안 yuan renminbi rmb cny",
    "GBP": "£ gbp",
    "CENT": "센트 cent",
}


class Unit(NamedTuple):
    """A unit: what it measures, and how many base units one of it is."""

    dimension: str
    size: Fraction


_LISTED = """
length 1 m 미터 meter metre
length 1000 km 킬로미터 kilometer kilometre
length 0.01 cm 센티미터 centimeter centimetre
length 0.001 mm 밀리미터 millimeter millimetre
length 1609.344 mile 마일
length 0.3048 ft feet foot 피트
length 0.9144 야드 yard yd
length 0.0254 인치 inch inches
length 392.7 리 ri
area 1 ㎡ m² 제곱미터 평방미터 square_meter square_metre sq_m
area 3.305785 평 pyeong
area 1000000 ㎢ km² 제곱킬로미터 square_kilometer square_kilometre sq_km
area 10000 ha 헥타르 hectare
area 4046.856 에이커 acre
area 0.09290304 제곱피트 평방피트 square_feet square_foot sq_ft
area 2589988.11 제곱마일 square_mile sq_mi
mass 1 kg 킬로그램 킬로 kilogram
mass 0.001 g 그램 gram
mass 0.000001 mg 밀리그램 milligram
mass 1000 톤 t ton tonne metric_ton
mass 0.45359237 lb pound 파운드
mass 0.02834952 온스 ounce oz
mass 0.6 근 geun
volume 1 l 리터 liter litre
volume 0.001 ml 밀리리터 milliliter millilitre
volume 3.785412 갤런 gallon
volume 1000 ㎥ m³ 세제곱미터 cubic_meter cubic_metre
speed 1 km/h kph kmh 킬로미터_매시
speed 1.609344 mph
points 1 %p 퍼센트포인트 %포인트 퍼센트_포인트 percentage_point
pixels 1 px pixel 픽셀 화소
angle 1 도 degree °
celsius 1 ℃ °c degree_celsius degrees_celsius
fahrenheit 1 ℉ °f degree_fahrenheit degrees_fahrenheit
data 1 byte 바이트
data 1000 kb 킬로바이트 kilobyte
data 1000000 mb 메가바이트 megabyte
data 1000000000 gb 기가바이트 gigabyte
data 1000000000000 tb 테라바이트 terabyte
data 1024 kib
data 1048576 mib
data 1073741824 gib
duration 0.001 ms millisecond 밀리초
duration 1 초 second sec
duration 60 분 minute min
duration 3600 hour 시간 hr
duration 86400 일 day
duration 604800 주 주일 week
duration 2629746 개월 달 month
duration 31556952 년 해 year yr
duration 315569520 decade
duration 3155695200 century centuries
percent 1 % 퍼센트 프로 percent per_cent pct
"""
UNITS: dict[str, Unit] = {}
_NAMED: dict[str, str] = {}
for _line in _LISTED.strip().splitlines():
    _dimension, _size, *_names = _line.split()
    UNITS[_names[0]] = Unit(_dimension, Fraction(_size))
    _NAMED |= {name.replace("_", " "): _names[0] for name in _names}
_NAMED |= {name: currency for currency, names in CURRENCIES.items() for name in names.split()}
_FOLLOWING = (
    "이 가 은 는 을 를 의 에 도 만 과 와 로 으로 쯤 씩 짜리 여 나 까지 부터 마다 당 뿐 간 밖 인 입 였 상 하 정도 "
    "가량 대 어치 규모 미만 초과 안 내 전 후 동안 보다 라 권 화 선 째 뒤 짜 넘"
)
_ENDS = rf"(?:(?![가-힣])|(?={'|'.join(_FOLLOWING.split())}))"
_HANGUL = "|".join(sorted(filter(re.compile("[가-힣]").search, _NAMED), key=len, reverse=True))
_WORDS = "|".join(
    re.escape(name).replace(r"\ ", r"[\s-]")
    for name in sorted((name for name in _NAMED if re.match("[a-z]", name)), key=len, reverse=True)
)
_SIGNS = "|".join(map(re.escape, sorted((n for n in _NAMED if not re.match("[a-z가-힣]", n)), key=len, reverse=True)))
_BEHIND = re.compile(
    rf"\s?(?:여\s?)?(?:미국\s|미\s|U\.?S\.?\s|(?:South\s)?Korean\s|Japanese\s|Chinese\s|full\s|of\san\s|an\s)?"
    rf"[\s-]?(?:(?P<hangul>{_HANGUL}){_ENDS}|(?P<word>(?i:{_WORDS}))(?i:s?)(?![A-Za-z0-9])|(?P<sign>{_SIGNS}))"
)
_BEFORE = re.compile(r"(US\$|U\.S\.\$|[$₩￦€£¥￥]|USD|KRW|EUR|JPY|CNY|RMB|GBP)\s?$")
_WITHIN = re.compile(r"(?:시간|달)(?=$|\s반)|(?:hour|year)(?=\sand\sa\shalf)")
_SCALE_AFTER = re.compile("섭씨|화씨|시속")
_YEAR = re.compile(r"\s?년(?:도|대)?(?!\s?(?:동안|만|간|뒤|후|째|전|넘|이상|여|간의))")
_ORDINAL = re.compile(r"(?:st|nd|rd|th|[a-z]th|first|second|third)$", re.IGNORECASE)
_LOOK = 40


def measured(figure: Figure, text: str) -> Figure:
    """Return `figure`, read at its range of `text`, with the unit or currency that stands before or behind it.

    What it says then is the amount; the bare number is what it may answer for.
    """
    kinds = {kind for kind, _ in figure.values}
    if "number" not in kinds or "clock" in kinds:
        return _of_calendar(figure, kinds)
    counted = frozenset(value for value in figure.values if value[0] == "number")
    before = _BEFORE.search(text[max(0, figure.start - 5) : figure.start])
    if before:
        start = figure.start - (len(before[0]))
        return _amounts(replace(figure, start=start), counted, _NAMED[before[1].lower()])
    said = text[figure.start : min(figure.end, figure.start + _LOOK)]
    near = text[figure.end : figure.end + _LOOK]
    if _ORDINAL.search(said) or text[max(0, figure.start - 2) : figure.start].strip() == "제":
        return figure
    if (year := _YEAR.match(near)) and re.fullmatch("[12][0-9]{3}", said.strip()):
        return replace(figure, kind="date", end=figure.end + year.end())
    behind = _BEHIND.match(near)
    if behind is None:
        return _counted_within(figure, said, counted)
    unit = _NAMED[re.sub(r"[\s-]", " ", (behind["hangul"] or behind["word"] or behind["sign"]).lower())]
    if unit == "KRW" and behind["word"] and re.match(r"\s(?:the|his|her|its|their|by)\b", near[behind.end() :]):
        return figure
    scale = _SCALE_AFTER.search(text[max(0, figure.start - 4) : figure.start])
    if scale:
        unit = {"섭씨": "℃", "화씨": "℉"}.get(scale[0], "km/h" if unit == "km" else unit)
    return _amounts(replace(figure, end=figure.end + behind.end()), counted, unit)


def _counted_within(figure: Figure, said: str, counted: frozenset[Value]) -> Figure:
    """Some were read together with what they count: 두 시간, 두 시간 반, an hour and a half."""
    within = None if figure.weight == "vague" or said[:1].isdigit() else _WITHIN.search(said)
    return _amounts(figure, counted, _NAMED[within[0]]) if within else figure


def _amounts(figure: Figure, counted: frozenset[Value], unit: str) -> Figure:
    """Return `figure` as so many of `unit`, which any of the numbers in `counted` may be."""
    amounts = [number for _, number in counted if isinstance(number, Fraction)]
    if unit == "CENT":
        unit, amounts = "USD", [number / 100 for number in amounts]
    values: set[Value] = {(unit, number) for number in amounts}
    if unit == "lb":  # 파운드 and pounds are money too
        values |= {("GBP", number) for number in amounts}
    kind: Kind = "money" if unit in CURRENCIES else "number" if unit == "%" else "unit"
    return replace(figure, values=frozenset(values), also=counted, kind=kind)


def _of_calendar(figure: Figure, kinds: set[str]) -> Figure:
    if "clock" in kinds:
        return replace(figure, kind="time", also=frozenset(_hours(figure)))
    if "day" in kinds:
        days = [number for _, number in figure.values if isinstance(number, Fraction)]
        also: set[Value] = {("month", Fraction(number // 100)) for number in days}
        also |= {("number", number % 100) for number in days}
        return replace(figure, kind="date", also=frozenset(also))
    return replace(figure, kind="date") if kinds & {"month", "weekday"} else figure


def _hours(figure: Figure) -> Iterator[Value]:
    for kind, minutes in figure.values:
        if kind == "clock" and isinstance(minutes, Fraction) and minutes % 60 == 0:
            yield "number", minutes / 60
            yield "number", minutes / 60 % 12 or Fraction(12)
