"""How a difference in figures is told: what was said, what is said instead, and the target put right."""

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from pipeline.checks.base import LONGEST_FIXED, Finding, Pair
from pipeline.checks.figures import Figure
from pipeline.checks.figures.comparison import Difference, differences
from pipeline.checks.figures.reading import Kind
from pipeline.checks.figures.writing import rewritten

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


def found(pair: Pair) -> tuple[Difference, ...]:
    """Return what the pair's two texts say differently in figures."""
    neighbours = tuple(pair.context.neighbours)
    return differences(pair.source, pair.target, pair.source_locale, pair.target_locale, neighbours)


def told(pair: Pair, kind: Kind) -> Iterator[Finding]:
    """Yield the differences of a kind; what only the target says is a warning."""
    for each in found(pair):
        if each.kind == kind:
            yield _finding(pair, each)


def _finding(pair: Pair, each: Difference) -> Finding:
    was, now = each.was, each.now
    if was and now:
        message = f"The source says {_named(was)}; the translation says {_named(now)} instead."
        return Finding(message, (was.start, was.end), (now.start, now.end), _put_right(pair, was, now))
    if was:
        message = f"The source says {_named(was)}; the translation has no such number."
        return Finding(message, source_span=(was.start, was.end))
    if not now:
        raise ValueError("a difference has one side at least")
    message = f"The translation says {_named(now)}; the source has no such number."
    return Finding(message, target_span=(now.start, now.end), severity="warning")


def _put_right(pair: Pair, was: Figure, now: Figure) -> str | None:
    """The target with the source's value in its own notation, if that leaves fewer differences."""
    if len(pair.target) > LONGEST_FIXED:
        return None
    fixed = rewritten(pair.target, was, now, pair.target_locale)
    return fixed if fixed and len(found(replace(pair, target=fixed))) < len(found(pair)) else None


def _named(figure: Figure) -> str:
    """The figure as written and, where that is not plain already, its value."""
    kind, value = min(figure.values, key=lambda pair: (pair[0] != "clock", pair[0], pair[1]))
    if isinstance(value, str) or len(figure.values) > 1 or kind in ("day", "weekday"):
        return _short(figure.text)
    if kind == "month":
        month = _MONTHS[int(value) - 1]
        return f"{_short(figure.text)} ({month})" if not re.search("[A-Z]", figure.text) else figure.text
    plain = f"{int(value) // 60:02}:{int(value) % 60:02}" if kind == "clock" else _plain(value)
    digits = re.sub(r"[^0-9.:]", "", figure.text)
    return _short(figure.text) if digits == plain.replace(",", "") else f"{_short(figure.text)} ({plain})"


def _plain(value: Fraction) -> str:
    return f"{int(value):,}" if value.denominator == 1 else f"{float(value):,.6g}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
