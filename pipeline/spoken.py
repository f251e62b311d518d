"""How what is written ends when it is read aloud in Korean: numbers, amounts, acronyms and foreign words too.

The sounds of foreign words follow 외래어 표기법 (국립국어원); where readers differ nothing is said.
"""

import re
import unicodedata
from typing import Literal

Final = Literal["none", "rieul", "other"]

# 국립국어원: a particle goes with the word before the bracket, not with what stands in it.
_BRACKETED = re.compile(r"\s?(?:\([^()]{0,80}\)|\[[^\[\]]{0,80}\])$")
_TAG = re.compile(r"</?[1-9][0-9]{0,3}>$")
_CLOSING = "\"'”’»›」』》〉)]}*_~.,!?…·"
_LATIN = re.compile(r"[A-Za-z]{1,40}$")
_DIGITS = re.compile(r"[0-9](?:[0-9,.]{0,39}[0-9])?$")
_DIGIT_FINALS: dict[str, Final] = {"1": "rieul", "3": "other", "6": "other", "7": "rieul", "8": "rieul"}
_CURRENCY = re.compile(r"[$€£₩¥￦]\s?[0-9][0-9,.]{0,40}$")
_CURRENCIES: dict[str, Final] = {"₩": "other", "￦": "other", "¥": "other"}
_UNIT = re.compile(r"(?<=[0-9])\s?([A-Za-z]{1,3}|%p|[%℃$€°㎏㎎㎞㎝㎜㎡㎢㎥])$")
_UNITS: dict[str, Final] = {
    **dict.fromkeys(("kg", "mg", "g", "㎏", "㎎", "t"), "other"),
    **dict.fromkeys(("km", "cm", "mm", "m", "ml", "mL", "l", "L", "ha", "ft", "Hz", "kHz", "MHz", "GHz"), "none"),
    **dict.fromkeys(("KB", "MB", "GB", "TB", "W", "kW", "MW", "kWh", "V"), "none"),
    **dict.fromkeys(("%", "%p", "℃", "°", "$", "€", "㎞", "㎝", "㎜", "㎡", "㎢", "㎥"), "none"),
}

# Acronyms read as a word, and words that the rules below would get wrong; None where readers differ.
_KNOWN: dict[str, Final | None] = {
    **dict.fromkeys(("APEC", "OPEC", "POSTECH", "JPEG"), "other"),
    **dict.fromkeys(
        (
            "set",
            "rome",
            "york",
            "cake",
            "make",
            "lake",
            "drake",
            "netflix",
        ),
        "none",
    ),
    **dict.fromkeys(("club", "web", "pub"), "other"),
    **dict.fromkeys(("III", "Inc", "Corp", "Ltd", "st", "nd", "rd", "th"), None),
}
# The ends of words, the first that fits; None where the vowel before decides, and spelling does not tell.
_RULES: tuple[tuple[str, Final | None], ...] = (
    ("le?", "rieul"),
    ("mb|tt|gh", None),
    ("[mn]|ng|[aeiou][mn]e", "other"),
    ("(?:ea|ee|oa|ou)k", "none"),
    ("ck|[aeiou]k|ic", "other"),
    ("[aeiou]{2}[pt]", "none"),
    ("[aeiou][pt]", "other"),
    ("[aeiou]b|c", None),
    ("[a-z]", "none"),
)
_ENDINGS = tuple((re.compile(f"(?:{pattern})$"), ending) for pattern, ending in _RULES)


def final(text: str) -> Final | None:
    """Return how `text` ends when read aloud in Korean: no final consonant, ㄹ, another; None when it cannot be told.

    Closing quotes, tags of placeholders and a bracketed original are passed over: 국제연합(UN) ends in ㅂ.
    """
    text = _bare(unicodedata.normalize("NFC", text[-200:]))
    if not text:
        return None
    last = text[-1]
    if "가" <= last <= "힣":
        return _of_jongseong((ord(last) - 0xAC00) % 28)
    if currency := _CURRENCY.search(text):
        return _CURRENCIES.get(currency[0][0], "none")
    if (unit := _UNIT.search(text)) and unit[1] in _UNITS:
        return _UNITS[unit[1]]
    if digits := _DIGITS.search(text):
        return _of_number(digits[0])
    if latin := _LATIN.search(text):
        return None if text[latin.start() - 1 : latin.start()].isdigit() and len(latin[0]) > 1 else _of_latin(latin[0])
    return None


def _bare(text: str) -> str:
    """Return text without what closes it: the word before a bracket, in a quotation, within a pair of placeholders."""
    for _ in range(4):
        before = text
        text = _TAG.sub("", text.rstrip()).rstrip()
        text = (_BRACKETED.sub("", text).rstrip() or text).rstrip(_CLOSING + " ")
        if text == before:
            break
    return text


def _of_jongseong(index: int) -> Final:
    return "none" if index == 0 else "rieul" if index == 8 else "other"


def _of_number(digits: str) -> Final:
    """How the number reads: its last digit, or the power of ten that its zeros make (조 alone ends in a vowel)."""
    if digits[-1] != "0":
        return _DIGIT_FINALS.get(digits[-1], "none")
    whole = digits.replace(",", "")
    zeros = len(whole) - len(whole.rstrip("0"))
    return "none" if "." not in whole and 12 <= zeros <= 15 and whole != "0" * zeros else "other"


def _of_latin(word: str) -> Final | None:
    if word in _KNOWN or word.lower() in _KNOWN:
        return _KNOWN.get(word, _KNOWN.get(word.lower()))
    if not word.isupper():
        return _of_word(word.lower())
    spelled = _of_letter(word[-1])
    if len(word) <= 3:
        return spelled
    # A longer acronym may be read as a word: NATO, but FBI. Sure is what both readings agree on.
    return spelled if _of_word(word.lower()) in (spelled, None) or not re.search("[AEIOU]", word) else None


def _of_letter(letter: str) -> Final:
    return "rieul" if letter in "LR" else "other" if letter in "MN" else "none"


def _of_word(word: str) -> Final | None:
    return next((ending for pattern, ending in _ENDINGS if pattern.search(word)), None)
