"""Numbers, dates, times, money and quantities as they are written in Korean and English running text, read by value."""

from functools import lru_cache

from pipeline.checks.figures import english, korean
from pipeline.checks.figures.measures import measured
from pipeline.checks.figures.reading import Figure, read
from schemas.language import Locale

__all__ = ["Figure", "figures", "numbers"]

_RULES = {"ko": korean.RULES, "en": english.RULES}


def numbers(text: str, locale: Locale) -> list[Figure]:
    """Return the numbers of `text` in their order, without what they count; none in placeholders or addresses."""
    return read(text, _RULES[locale])


@lru_cache(maxsize=64)
def figures(text: str, locale: Locale) -> tuple[Figure, ...]:
    """Return all that `text` says in figures, each with its unit or currency, in the order of the text."""
    return tuple(read(text, _RULES[locale], measured))
