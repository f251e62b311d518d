"""A made-up translation for demonstrations and tests: the other script, plainly marked, always the same."""

import re
from collections.abc import Sequence
from typing import ClassVar

from pipeline.engines.base import Markup
from pipeline.engines.briefing import Briefing
from schemas.language import Locale

MARK: dict[Locale, str] = {"ko": "⟦모의⟧ ", "en": "⟦pseudo⟧ "}
PART = re.compile(r"<[^<>]*>|&#?\w+;|[A-Za-z]+|[가-힣]+")  # tags and entities stay; runs of letters change
PAIR = re.compile(r"([^aeiou]?)([aeiou]?)")
INITIALS, MEDIALS, FINALS = (
    line.split("-")
    for line in (
        "g-kk-n-d-tt-r-m-b-pp-s-ss--j-jj-ch-k-t-p-h",
        "a-ae-ya-yae-eo-e-yeo-ye-o-wa-wae-oe-yo-u-wo-we-wi-yu-eu-ui-i",
        "-k-k-k-n-n-n-t-l-k-m-l-l-l-p-l-m-p-p-t-t-ng-t-t-k-t-p-t",
    )
)
# The places of the nearest Hangul in Unicode's order of initials and medials; what has none is ㅇ and ㅡ.
CONSONANTS = {
    letter: "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ".index(hangul)
    for letter, hangul in zip("bcdfghjklmnpqrstvxz", "ㅂㅊㄷㅍㄱㅎㅈㅋㄹㅁㄴㅍㅋㄹㅅㅌㅂㅅㅈ", strict=True)
}
VOWELS = {"a": 0, "e": 5, "i": 20, "o": 8, "u": 13, "": 18}


class Pseudo:
    """Writes Latin letters in Hangul and Hangul in Latin letters; tags, entities, digits and marks stay."""

    name: ClassVar[str] = "pseudo"
    markup: ClassVar[Markup] = "html"
    max_characters: ClassVar[int] = 100_000
    max_texts: ClassVar[int] = 100

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        """Return the marked texts in the target's script; nothing is asked of anyone."""
        write = _hangul if target == "ko" else _latin
        return [MARK[target] + PART.sub(lambda part: write(part[0]), text) for text in texts]


def _latin(run: str) -> str:
    if not "가" <= run[0] <= "힣":
        return run
    codes = [ord(syllable) - 0xAC00 for syllable in run]
    return "".join(INITIALS[c // 588] + MEDIALS[c % 588 // 28] + FINALS[c % 28] for c in codes)


def _hangul(run: str) -> str:
    if not run.isascii() or not run.isalpha():
        return run
    pairs = (pair.groups() for pair in PAIR.finditer(run.lower()) if pair[0])
    return "".join(chr(0xAC00 + CONSONANTS.get(first, 11) * 588 + VOWELS[second] * 28) for first, second in pairs)
