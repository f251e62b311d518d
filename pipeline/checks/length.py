"""Translations much shorter or longer than Korean and English usually are beside each other."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.placeholders import plain
from schemas.language import Locale

# English takes so many letters for one of Korean, in the middle of the starter content and of software catalogues.
ENGLISH_PER_KOREAN = 2.1
# How far from that good translations do not come; of short texts nothing can be said.
FACTOR = 3.2
LEAST = 55


@check("length", "warning")
def length(pair: Pair) -> Iterator[Finding]:
    """The translation is about as long as this pair of languages makes it.

    English usually takes twice the letters of Korean; a third or three times of that means that something is missing or
    was added. Short texts are not judged.
    """
    source, target = weight(pair.source, pair.source_locale), weight(pair.target, pair.target_locale)
    if max(source, target) < LEAST or not min(source, target):
        return
    if max(source, target) > FACTOR * min(source, target):
        how = "longer" if target > source else "shorter"
        message = f"The translation is much {how} than one of this source usually is."
        yield Finding(message, (0, len(pair.source)), (0, len(pair.target)))


def weight(text: str, locale: Locale) -> float:
    """Return how long `text` is, in letters of English."""
    letters = " ".join(plain(text).split())
    if locale == "en":
        return float(len(letters))
    wide = sum(letter > "\u3000" for letter in letters)
    blanks = letters.count(" ")
    return wide * (ENGLISH_PER_KOREAN + 0.6) + (len(letters) - wide - blanks)
