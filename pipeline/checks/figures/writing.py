"""Writes the value of one figure in the notation of another: 1억 2천만 instead of 12억, July 27 instead of June 27."""

import re
from collections.abc import Iterator
from fractions import Fraction

from pipeline.checks.figures.reading import DIGITS, Figure
from pipeline.spoken import final
from schemas.language import Locale

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = re.compile(
    "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?" if name[3:] else name for name in _MONTHS) + r")\b\.?"
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SCALES = {"trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3}
_BIG = {"조": 10**12, "억": 10**8, "만": 10**4}
_KOREAN_NUMBER = re.compile(rf"{DIGITS}(?:\s?[십백천]?[만억조](?:\s?{DIGITS})?(?:[십백천])?|[십백천])*")
_ENGLISH_NUMBER = re.compile(rf"{DIGITS}(?:(?P<gap>[\s-])(?P<scale>trillion|billion|million|thousand))?")
_CLOCK = re.compile(r"(?P<h>[0-9]{1,2})(?::(?P<m>[0-9]{2}))?(?P<half>\s?[ap]\.?m\.?)?", re.IGNORECASE)
_KOREAN_CLOCK = re.compile(r"(?:(?:오전|오후|밤|낮|새벽|아침|저녁)\s?)?[0-9]{1,2}\s?시(?:\s?(?:[0-9]{1,2}\s?분|반))?")


def rewritten(text: str, was: Figure, now: Figure, locale: Locale) -> str | None:
    """Return `text`, in `locale`, where `now` stands as it is written there but with the value of `was`.

    None where that is not plain: more than one value, words instead of digits, another unit, markup within the figure.
    """
    written = text[now.start : now.end]
    if "<" in written or len(was.values) > 1 or not now.values:
        return None
    ((kind, value),) = was.values
    if isinstance(value, str):
        return None
    here = {each for each, _ in now.values}
    new = _as_written(kind, value, here, written, locale)
    if new is None or not _fits(written, new, text[now.end : now.end + 1]):
        return None
    return text[: now.start] + new + text[now.end :]


def _as_written(kind: str, value: Fraction, here: set[str], written: str, locale: Locale) -> str | None:
    if kind == "day" and "day" in here:
        return _date(written, *divmod(int(value), 100), locale)
    if kind == "weekday" and "weekday" in here:
        return "월화수목금토일"[int(value)] + written[1:] if locale == "ko" else _WEEKDAYS[int(value)]
    if kind == "clock" and "clock" in here:
        return _clock(written, *divmod(int(value), 60), locale)
    if kind in here and kind not in ("month", "digits"):
        return _number(written, value, locale)
    return None


def _number(written: str, value: Fraction, locale: Locale) -> str | None:
    found = list((_KOREAN_NUMBER if locale == "ko" else _ENGLISH_NUMBER).finditer(written))
    if len(found) != 1:
        return None
    match = found[0]
    if locale == "ko":
        scaled = any(unit in match[0] for unit in "만억조천백십")
        new = _korean(value, spaced=" " in match[0]) if scaled else _digits(value, match[0])
    else:
        new = _english(value, match)
    return None if new is None else written[: match.start()] + new + written[match.end() :]


def _korean(value: Fraction, *, spaced: bool) -> str | None:
    if value.denominator != 1 or value < 10**4:
        return _digits(value, "")
    return (" " if spaced else "").join(_parts(int(value)))


def _parts(rest: int) -> Iterator[str]:
    for unit, size in _BIG.items():
        if rest >= size:
            count, rest = divmod(rest, size)
            yield f"{count // 1000}천{unit}" if count % 1000 == 0 and count < 10**4 else f"{count:,}{unit}"
    if rest:
        yield f"{rest:,}"


def _english(value: Fraction, match: re.Match[str]) -> str | None:
    if match["scale"]:
        for scale, size in _SCALES.items():
            if value >= size and (value * 100 / size).denominator == 1:
                return f"{float(value / size):.10g}{match['gap']}{scale}"
    return _digits(value, match[0])


def _digits(value: Fraction, like: str) -> str | None:
    if value.denominator == 1:
        return f"{int(value):,}" if value >= 10**4 or "," in like else str(int(value))
    text = f"{float(value):.10g}"
    return text if Fraction(text) == value else None


def _date(written: str, month: int, day: int, locale: Locale) -> str | None:
    if "월" in written:
        new = re.sub(r"[0-9]{1,2}(?=\s?월)", str(month), written, count=1)
        days = re.findall(r"[0-9]{1,2}(?=\s?일)", new)
        return re.sub(r"[0-9]{1,2}(?=\s?일)", str(day), new) if len(days) == 1 else None
    named = _MONTH.search(written)
    if locale == "en" and named:
        name = _MONTHS[month - 1]
        if len(named[0].rstrip(".")) == 3 and len(name) > 3 and named[0] != "May":
            name = name[:3] + ("." if named[0].endswith(".") else "")
        new = written[: named.start()] + name + written[named.end() :]
        days = re.findall(r"(?<![0-9])[0-9]{1,2}(?![0-9])", new)
        return re.sub(r"(?<![0-9])[0-9]{1,2}(?![0-9])", str(day), new) if len(days) == 1 else None
    dotted = re.fullmatch(r"([12][0-9]{3}\s?[./-]\s?)[0-9]{1,2}(\s?[./-]\s?)[0-9]{1,2}(\.?)", written)
    if not dotted:
        return None
    wide = 2 if "-" in written else 1
    return f"{dotted[1]}{month:0{wide}}{dotted[2]}{day:0{wide}}{dotted[3]}"


def _clock(written: str, hour: int, minute: int, locale: Locale) -> str | None:
    if locale == "ko":
        if not _KOREAN_CLOCK.fullmatch(written):
            return None
        return f"{'오전' if hour < 12 else '오후'} {hour % 12 or 12}시" + (f" {minute}분" if minute else "")
    match = _CLOCK.fullmatch(written)
    if not match:
        return None
    if not match["half"]:
        return f"{hour:02}:{minute:02}"
    half = match["half"].replace("p" if "p" in match["half"] else "a", "a" if hour < 12 else "p")
    return f"{hour % 12 or 12}{f':{minute:02}' if minute or match['m'] else ''}{half}"


def _fits(written: str, new: str, following: str) -> bool:
    """Whether a particle that follows would still fit; what ends alike takes the same."""
    hangul = bool(re.match("[가-힣]", following))
    return not hangul or (written[-1:] == new[-1:] != "" and not new[-1:].isdigit()) or final(written) == final(new)
