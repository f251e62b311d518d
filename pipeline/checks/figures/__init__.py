"""Numbers as they are written in Korean and English running text, read by value."""

from pipeline.checks.figures import english, korean
from pipeline.checks.figures.reading import Number, read
from schemas.language import Locale

__all__ = ["Number", "numbers"]

_RULES = {"ko": korean.RULES, "en": english.RULES}


def numbers(text: str, locale: Locale) -> list[Number]:
    """Return the numbers, dates and times of `text` in their order; those inside placeholders or addresses are none."""
    return read(text, _RULES[locale])
