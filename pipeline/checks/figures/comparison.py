"""What one text says in figures and the other does not: the one comparison that every check of values tells from."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from pipeline.checks.figures import figures
from pipeline.checks.figures.measures import CURRENCIES, UNITS
from pipeline.checks.figures.reading import Figure, Kind, Value
from schemas.language import Locale

TOLERANCE = Fraction(1, 20)
"""How far an amount converted into another unit may be off, as newspapers round: 6 feet is 1.8 m, 33평 is 110㎡."""
_PARTICULAR: tuple[Kind, ...] = ("number", "unit", "money", "date", "time")
_PHYSICAL = {"length", "area", "mass", "volume", "speed", "points", "data"}
_MEASURABLE = 10**40  # no amount is compared by size beyond


@dataclass(frozen=True)
class Difference:
    """A figure of the source that the target lacks, one that the source lacks, or one changed for another."""

    was: Figure | None
    now: Figure | None

    @property
    def kind(self) -> Kind:
        """The most particular kind of the two, which is the check that tells."""
        return max((each.kind for each in (self.was, self.now) if each), key=_PARTICULAR.index)


class _Said:
    """All that a text says in figures, to be asked for any one figure in a time that does not grow with the text."""

    def __init__(self, found: Sequence[Figure]) -> None:
        self.found = found
        self.counted = Counter(value for figure in found for value in figure.values)
        self.also = {value for figure in found for value in figure.also}
        self._amounts: dict[str, list[Fraction]] = defaultdict(list)
        for unit, amount in self.counted:
            if unit in UNITS and isinstance(amount, Fraction) and amount < _MEASURABLE:
                self._amounts[UNITS[unit].dimension].append(amount * UNITS[unit].size)
        for amounts in self._amounts.values():
            amounts.sort()

    def answers(self, figure: Figure) -> bool:
        """Whether something here says what `figure` does, or as much of it as both say."""
        return (
            any(value in self.counted or value in self.also for value in figure.values)
            or any(self._in_parts(value) if kind == "day" else False for kind, value in figure.values)
            or (
                "day" not in {kind for kind, _ in figure.values} and any(value in self.counted for value in figure.also)
            )
            or any(self._converted(value) for value in figure.values)
        )

    def loosely(self, figure: Figure) -> bool:
        """Whether only a bare number here says what `figure` does, and nothing here is of its currency or dimension."""
        if any(value in self.counted or self._converted(value) for value in figure.values):
            return False
        kinds = {kind for kind, _ in figure.values}
        if kinds & CURRENCIES.keys():
            return not any(kind in CURRENCIES for kind, _ in self.counted)
        dimensions = {UNITS[kind].dimension for kind in kinds if kind in UNITS} & _PHYSICAL
        return bool(dimensions) and not any(dimension in self._amounts for dimension in dimensions)

    def _in_parts(self, value: Fraction | str) -> bool:
        if isinstance(value, str):
            return False
        month, day = ("month", Fraction(value // 100)), ("number", value % 100)
        return (month in self.counted or month in self.also) and (day in self.counted)

    def _converted(self, value: Value) -> bool:
        unit, amount = value
        if unit not in UNITS or isinstance(amount, str) or amount >= _MEASURABLE or amount == 0:
            return False
        base = amount * UNITS[unit].size
        near = self._amounts.get(UNITS[unit].dimension, [])
        place = bisect_left(near, base * (1 - TOLERANCE))
        return any(self._of_another(each, unit) for each in near[place : place + 8] if each <= base * (1 + TOLERANCE))

    def _of_another(self, base: Fraction, unit: str) -> bool:
        """Whether that amount was said here in another unit; in the same one nothing was converted."""
        return (unit, base / UNITS[unit].size) not in self.counted


@lru_cache(maxsize=16)
def differences(
    source: str,
    target: str,
    source_locale: Locale,
    target_locale: Locale,
    neighbours: tuple[tuple[str, str], ...] = (),
) -> tuple[Difference, ...]:
    """Return what the two texts say differently in figures, in the order of the texts.

    A figure that only moved to or from one of the `neighbours` is none, nor is an amount in another unit within
    `TOLERANCE`. Takes time in proportion to the texts.
    """
    before, after = _Said(figures(source, source_locale)), _Said(figures(target, target_locale))
    missing = list(_unanswered(before, after, "needed"))
    extra = list(_unanswered(after, before, "needed"))
    if missing or extra:
        more, fewer = _moved(neighbours, source_locale, target_locale)
        missing = [figure for figure in missing if not figure.values & more]
        extra = [figure for figure in extra if not figure.values & fewer]
    if not missing:
        missing = _also_changed(before, after, extra)
    elif not extra:
        extra = _also_changed(after, before, missing, only_spare=True)
    found = list(_paired(missing, extra))
    told = {id(each.was) for each in found}
    found += [
        Difference(figure, None)
        for figure in before.found
        if id(figure) not in told and after.loosely(figure) and after.answers(figure)
    ]
    return tuple(found)


def _unanswered(ours: _Said, theirs: _Said, weight: str) -> Iterator[Figure]:
    """Yield the figures of that weight which the other text does not say, each value once."""
    seen: set[Value] = set()
    for figure in ours.found:
        if figure.weight == weight and not figure.values & seen and not theirs.answers(figure):
            seen |= figure.values
            yield figure


def _also_changed(ours: _Said, theirs: _Said, extra: list[Figure], *, only_spare: bool = False) -> list[Figure]:
    """Return what of ours the one figure too many in the other text stands for: a one, or one said twice here."""
    spare = list(_unanswered(ours, theirs, "spare"))
    if not extra:
        others = list(_unanswered(theirs, ours, "spare"))
        if len(spare) == len(others) == 1 and spare[0].kind == others[0].kind:
            extra.append(others[0])
            return spare
        return []
    if len(extra) > 1:
        return []
    twice = (
        ()
        if only_spare
        else (
            figure
            for figure in ours.found
            if figure.weight == "needed" and any(ours.counted[v] > theirs.counted[v] > 0 for v in figure.values)
        )
    )
    kinds: Callable[[Figure], bool] = lambda figure: figure.kind == extra[0].kind  # noqa: E731
    return next(([figure] for figure in (*filter(kinds, spare), *filter(kinds, twice))), [])


def _paired(missing: list[Figure], extra: list[Figure]) -> Iterator[Difference]:
    """Take for a change what is missing and too many alone: of its kind, or at all."""
    if len(missing) == len(extra) == 1:
        yield Difference(missing[0], extra[0])
        return
    for kind in _PARTICULAR:
        lost = [figure for figure in missing if figure.kind == kind]
        new = [figure for figure in extra if figure.kind == kind]
        if len(lost) == len(new) == 1:
            yield Difference(lost[0], new[0])
            continue
        yield from (Difference(figure, None) for figure in lost)
        yield from (Difference(None, figure) for figure in new)


def _moved(neighbours: Iterable[tuple[str, str]], source: Locale, target: Locale) -> tuple[set[Value], set[Value]]:
    """Values that the neighbours' targets have beyond their sources, and their sources beyond their targets."""
    more: set[Value] = set()
    fewer: set[Value] = set()
    for one, other in neighbours:
        before, after = _values(figures(one, source)), _values(figures(other, target))
        more |= after - before
        fewer |= before - after
    return more, fewer


def _values(found: Iterable[Figure]) -> set[Value]:
    return {value for figure in found for value in figure.values}
