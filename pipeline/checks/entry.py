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
        for source, target in pairs:
            self.add(source, target)

    def add(self, source: str, target: str) -> None:
        """Take in one more pair; an open one says nothing."""
        if not target:
            return
        if OTHER[self._locale] == "ko":
            self.levels.update(level for level, _ in levels(target))
        for name, known in renderings(source, target, self._locale).items():
            self.names.setdefault(name, set()).update(known)
