"""An engine in memory for tests of the chain: it answers by a function and remembers what it was asked."""

from collections.abc import Callable, Sequence

from pipeline.engines.base import Markup
from pipeline.engines.briefing import Briefing
from schemas.language import Locale

Reply = Callable[[list[str]], list[str]]


def upper(texts: list[str]) -> list[str]:
    """The plainest translation: the text itself, in capitals."""
    return [text.upper() for text in texts]


class Scripted:
    """Set `reply` to a function of the texts; it may raise."""

    def __init__(self, name: str, reply: Reply = upper, max_texts: int = 10, max_characters: int = 1000) -> None:
        self.name = name
        self.reply = reply
        self.markup: Markup = "plain"
        self.max_texts = max_texts
        self.max_characters = max_characters
        self.asked: list[list[str]] = []
        self.briefings: list[Briefing] = []

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        self.asked.append(list(texts))
        self.briefings.append(briefing)
        return self.reply(list(texts))


class Clock:
    """A clock that stands until `now` is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now
