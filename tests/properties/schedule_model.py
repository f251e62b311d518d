"""What is to happen to an entry at a time to come, kept in plain Python; hours are counted from the example's start."""

from dataclasses import dataclass, field
from itertools import groupby


@dataclass
class Schedule:
    """One language to publish (the revision `pinned`, by number) or withdraw. `request` numbers who asked together."""

    request: int
    action: str
    locale: str
    pinned: int | None
    hour: int
    state: str = "waiting"

    @property
    def is_listed(self) -> bool:
        return self.state in ("waiting", "failed")


@dataclass
class Schedules:
    """An entry's schedules by their ids, in the order they were made."""

    made: dict[str, Schedule] = field(default_factory=dict)
    now: int = 0
    requests: int = 0

    @property
    def listed(self) -> list[tuple[str, Schedule]]:
        """What an editor sees, the earliest first."""
        found = [(key, each) for key, each in self.made.items() if each.is_listed]
        return sorted(found, key=lambda pair: (pair[1].hour, pair[1].request))

    @property
    def due(self) -> list[Schedule]:
        """What waits and is due, in the order in which it must happen."""
        found = [each for _, each in self.listed if each.state == "waiting" and each.hour < self.now]
        return sorted(found, key=lambda each: (each.hour, each.request))

    def ask(self, action: str, pins: dict[str, int | None], hour: int) -> list[Schedule]:
        """Schedule an action for each language, in the place of those listed; return what waits for its id."""
        self.requests += 1
        for each in self.made.values():
            if each.is_listed and each.locale in pins:
                each.state = "replaced"
        return [Schedule(self.requests, action, locale, pinned, hour) for locale, pinned in pins.items()]

    def cancel_all(self) -> None:
        for each in self.made.values():
            each.state = "cancelled" if each.is_listed else each.state

    def fire(self, public: dict[str, int]) -> dict[str, int]:
        """Do what is due to what is `public`; return what is public then. A request is done whole or not at all."""
        public = dict(public)
        for _, request in groupby(self.due, lambda each: each.request):
            together = list(request)
            overtaken = any(each.pinned is not None and public.get(each.locale, 0) > each.pinned for each in together)
            for each in together:
                each.state = "failed" if overtaken else "done"
                if each.pinned is None:
                    public.pop(each.locale, None)
                elif not overtaken:
                    public[each.locale] = each.pinned
        return public
