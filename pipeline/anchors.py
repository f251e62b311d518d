"""What a text and its rendering share whatever their words: numbers, months, Latin names, addresses, glossary terms."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.script import ADDRESS, ENDS_SENTENCE
from pipeline.sounds import sounds
from pipeline.vocabulary import concepts
from schemas.language import Term

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = re.compile(rf"\b({'|'.join(rf'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)})\b|(?<!\d)(1[0-2]|[1-9])월")
_UNITS = {"천": 10**3, "만": 10**4, "억": 10**8, "조": 10**12, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_UNIT = r"(?:thousand\b|million\b|billion\b|천?[만억조]|천)"
_NUMBER = re.compile(rf"\d[\d,.]*(?:\s?{_UNIT}\s?\d[\d,.]*)*(?:\s?{_UNIT})?", re.IGNORECASE)
_PART = re.compile(rf"(\d[\d,.]*)\s?({_UNIT})?", re.IGNORECASE)
_ONES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ONES_KO = ["하나|한", "둘|두", "셋|세", "넷|네", "다섯", "여섯", "일곱", "여덟", "아홉"]
_TENS_KO = ["열", "스물|스무", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
_SPELLED = {
    **{word: value for value, word in enumerate(_ONES, 1)},
    **{word: value for value, word in enumerate(_TEENS, 10)},
    **{word: 10 * value for value, word in enumerate(_TENS, 2)},
    **{word: value for value, words in enumerate(_ONES_KO, 1) for word in words.split("|")},
    **{word: 10 * value for value, words in enumerate(_TENS_KO, 1) for word in words.split("|")},
}
_SPELLED_NUMBER = re.compile(
    rf"""
    \b({"|".join(_TENS)})(?:[-\ ]({"|".join(_ONES)}))?\b
  | \b({"|".join(_ONES[1:] + _TEENS)})\b
  | (?<![가-힣])({"|".join(_TENS_KO)})({"|".join(_ONES_KO)})?(?=\s|째|살)
  | (?<![가-힣])({"|".join(_ONES_KO[4:])}|[두세네](?=\s?[가-힣]))
    """,
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[A-Za-z]{2,}")


@dataclass(frozen=True)
class Anchors:
    """The keys of a text that its rendering should show too, those of them that were written in digits as `numbers`.

    `hints` are those of common words, such as `동맹/alliance`: one alone says little. `closed` tells whether the text
    ends a sentence.
    """

    keys: frozenset[str]
    numbers: frozenset[str]
    hints: frozenset[str]
    closed: bool


def anchors(text: str, terms: Sequence[Term] = ()) -> Anchors:
    """Find the anchors of `text`, Korean or English: `3만 7천` and `37,000`, `10월` and `October` are the same key."""
    keys = {address.lower().rstrip(".,;:!?)") for address in ADDRESS.findall(text)}
    bare = ADDRESS.sub(" ", text)
    keys |= {word.lower() for word in _WORD.findall(bare)}
    keys |= {str(_spelled(found)) for found in _SPELLED_NUMBER.finditer(bare)}
    folded = text.casefold()
    keys |= {f"term {at}" for at, term in enumerate(terms) if term.ko in text or term.en.casefold() in folded}
    hints = concepts(bare)
    keys |= hints | sounds(bare)
    if text.rstrip("\"'”’」』)").endswith("?"):
        keys.add("?")
    numbers = {f"month {_month(found)}" for found in _MONTH.finditer(bare)}
    numbers |= {_value(found[0]) for found in _NUMBER.finditer(_MONTH.sub(" ", bare))}
    closed = ENDS_SENTENCE.search(text) is not None and any(character.isalpha() for character in bare)
    return Anchors(frozenset(keys | numbers), frozenset(numbers), hints, closed)


def _spelled(found: re.Match[str]) -> int:
    return sum(_SPELLED.get(part.lower(), 0) for part in found.groups() if part)


def _month(found: re.Match[str]) -> int:
    if found[2]:
        return int(found[2])
    return next(number for number, name in enumerate(_MONTHS, 1) if name.startswith(found[1][:3]))


def _value(number: str) -> str:
    """Return a number's value as written plainly: `1만 4천` is 14000, `1.5 million` 1500000."""
    total = Decimal(0)
    for digits, unit in _PART.findall(number):
        value = digits.rstrip(".,").replace(",", "")
        try:
            part = Decimal(value) if len(value) < 20 else None
        except InvalidOperation:  # a date or version such as 4.28.2023
            part = None
        if part is None:
            return number
        for word in re.findall(r"[a-z]+|[천만억조]", unit.lower()):
            part *= _UNITS[word]
        total += part
    return f"{total.normalize():f}"
