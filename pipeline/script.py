"""Lines of plain text: which language a line is in, told by its script, and which lines make up one paragraph.

Knows nothing of titles or of which half a paragraph belongs to: that is `pipeline.bilingual`'s.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal

from schemas.language import LOCALES, Locale

HANGUL_WEIGHT = 2.5  # a Hangul syllable says as much as this many Latin letters (measured on the sample texts)
ENDS_SENTENCE = re.compile(r"[.!?…。][\"'”’」』)\]]*$")
BULLET = re.compile(
    r"(?:[-*+•·‣◦○●▪■□▶▷◆※☞–—]\s|\(?\d{1,2}[.)]\s(?!\s*\d{1,2}\.)|\(?[가나다라마바사아자차카타파하][.)]\s|[①-⑳])"
)
ADDRESS = re.compile(r"(?:https?://|\bwww\.)\S+|(?<![\w.+@-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE | re.ASCII)
_HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\u4e00-\u9fff\uac00-\ud7a3]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_LETTER = re.compile(f"{_HANGUL.pattern}|{_LATIN.pattern}")
_TURN = re.compile(r"\s*[/|–—·]\s*")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\W*(?:\d{{4}}년(?:\s*\d+월)?(?:\s*\d+일)?|{_MONTH}\s\d+,?\s\d{{4}}|\d+\s{_MONTH}\s\d{{4}})\W*", re.IGNORECASE
)
_WRAP_WIDTHS = range(40, 121)  # columns of the longest line in text that was wrapped by hand


def weight(text: str) -> float:
    """Return how much `text` says, in Latin letters, addresses not counted; comparable across the languages."""
    text = ADDRESS.sub("", text)
    return HANGUL_WEIGHT * len(_HANGUL.findall(text)) + len(_LATIN.findall(text))


def length(text: str) -> float:
    """Return the length of `text` in Latin letters' worth, blanks not counted: like `weight`, with signs and digits."""
    hangul = len(_HANGUL.findall(text))
    return HANGUL_WEIGHT * hangul + sum(not character.isspace() for character in text) - hangul


def prose(text: str) -> bool:
    """Tell whether `text` reads as running text: a whole sentence or more, not a title, a name or a date."""
    said = weight(text)
    return said >= 120 or (said >= 30 and ENDS_SENTENCE.search(text) is not None)


def is_date(text: str) -> bool:
    """Tell whether `text` is a date and nothing more."""
    return _DATE.fullmatch(text) is not None


def language(text: str) -> Locale | Literal["mixed"] | None:
    """Tell the language of `text` by its share of Hangul, and in between by its last letter: Korean ends in Korean.

    `"mixed"` when one language simply follows the other (`협의회 회장 / President of the Council`); None without
    letters.
    """
    text = ADDRESS.sub("", text)
    letters = list(_LETTER.finditer(text))
    if not letters:
        return None
    scripts = ["ko" if _HANGUL.match(letter[0]) else "en" for letter in letters]
    turns = [letter.start() for before, letter in pairwise(letters) if _latin(before) != _latin(letter)]
    hangul = HANGUL_WEIGHT * scripts.count("ko")
    share = hangul / (hangul + scripts.count("en"))
    if len(turns) == 1 and 0.15 < share < 0.85 and min(scripts.count("ko"), scripts.count("en") / 2) >= 4:
        one_sentence = ENDS_SENTENCE.search(text) and not re.search(r"[.!?]", text[: turns[0]])
        if not one_sentence:
            return "mixed"
    if share >= 0.6 or share <= 0.2:
        return "ko" if share >= 0.6 else "en"
    return "ko" if scripts[-1] == "ko" or share >= 0.45 else "en"


def _latin(letter: re.Match[str]) -> bool:
    return _LATIN.match(letter[0]) is not None


def split_titles(text: str) -> dict[Locale, str] | None:
    """Return the two titles of a line such as `동맹의 날 / Alliance Day`, or None when no mark parts the languages."""
    for mark in () if ADDRESS.search(text) else _TURN.finditer(text):
        sides = (text[: mark.start()].strip(), text[mark.end() :].strip())
        match language(sides[0]), language(sides[1]):
            case "ko", "en":
                return {"ko": sides[0], "en": sides[1]}
            case "en", "ko":
                return {"ko": sides[1], "en": sides[0]}
    return None


def paragraphs(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the paragraphs of `text`, each on one line without outer blanks: line (from 1), block (from 0), words.

    A block is what blank lines part. Lines in a block are paragraphs of their own, unless the text was
    wrapped by hand: then a full line goes on in the next one, and so does a bullet in an indented line.
    """
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    lines = [(line[:2].isspace(), " ".join(line.split())) for line in text.splitlines()]
    widths = _wrapped_at([words for _, words in lines])
    begun: tuple[int, int, str] | None = None
    before, block, in_bullet = "", 0, False
    for number, (indented, words) in enumerate(lines, 1):
        bullet = BULLET.match(words) is not None
        if begun and words and not bullet and ((in_bullet and indented) or _full(before, words, widths)):
            begun = (*begun[:2], f"{begun[2]} {words}")
        else:
            if begun:
                yield begun
            begun = (number, block, words) if words else None
            in_bullet = bullet
        block += not words
        before = words
    if begun:
        yield begun


def _wrapped_at(lines: Sequence[str]) -> dict[Locale, int]:
    """Return the columns at which each language was wrapped by hand; without it, most breaks were needless."""
    widths: dict[Locale, int] = {}
    for locale in LOCALES:
        broken = [pair for pair in pairwise(lines) if all(pair) and language(pair[0]) == locale]
        open_ended = [pair for pair in broken if not ENDS_SENTENCE.search(pair[0]) and not BULLET.match(pair[1])]
        width = max((_columns(line) for line, _ in broken), default=0)
        needed = sum(_full(*pair, {locale: width}) for pair in open_ended)
        if width in _WRAP_WIDTHS and needed >= 3 and needed >= 0.7 * len(open_ended):
            widths[locale] = width
    return widths


def _full(line: str, following: str, widths: dict[Locale, int]) -> bool:
    """Tell whether the first word of `following` had no room left in `line`, with some slack for ragged wrapping."""
    locale = language(line)
    width = widths.get(locale) if locale in LOCALES else max(widths.values(), default=None)
    return width is not None and _columns(line) + 1 + _columns(following.split()[0]) > 0.93 * width


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
