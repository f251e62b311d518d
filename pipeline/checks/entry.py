"""What the pairs of one entry come to, read once each: how its Korean addresses readers, and how it writes names."""

from collections import Counter
from collections.abc import Iterable

from pipeline.checks.levels import Level, levels
from pipeline.checks.naming import Known, renderings
from schemas.language import OTHER, Locale


class Entry:
    """What is known of an entry's pairs, but for the one that is being checked. Grows pair by pair as it is drafted."""

    def __init__(self, source_locale: Locale = "ko", pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.levels: Counter[Level] = Counter()
        self.names: dict[str, Known] = {}
        self._locale: Locale = source_locale
        self._placed: dict[int, tuple[str, str]] = {}
        for source, target in pairs:
            self.add(source, target)

    def add(self, source: str, target: str, position: int | None = None) -> None:
        """Take in one more pair, and where it stands; an open one says nothing."""
        if not target:
            return
        if position is not None:
            self._placed[position] = source, target
        if OTHER[self._locale] == "ko":
            self.levels.update(level for level, _ in levels(target))
        for name, known in renderings(source, target, self._locale).items():
            self.names.setdefault(name, set()).update(known)

    def beside(self, position: int) -> list[tuple[str, str]]:
        """Return the pairs next to the one at `position`, of those that were taken in with their place."""
        return [self._placed[place] for place in (position - 1, position + 1) if place in self._placed]
