"""Hangul by its letters: what a reader has typed so far is a prefix of them, be it half a syllable or initials."""

import re
import unicodedata

_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗ ㅘ ㅙ ㅚ ㅛ ㅜ ㅝ ㅞ ㅟ ㅠ ㅡ ㅢ ㅣ".replace(" ", "")
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
# What takes two keys is two letters: 의 is typed ㅇㅡㅣ, and half of it is 으.
_KEYS = {
    **dict(zip("ㅘㅙㅚㅝㅞㅟㅢ", ("ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅡㅣ"), strict=True)),
    **dict(zip("ㄳㄵㄶㄺㄻㄼ", ("ㄱㅅ", "ㄴㅈ", "ㄴㅎ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ"), strict=True)),
    **dict(zip("ㄽㄾㄿㅀㅄ", ("ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅂㅅ"), strict=True)),
}
# The two-set keyboard (KS X 5002): which letter is on which key.
_ON_KEYS = dict(
    zip(
        "qwertasdfgzxcvyuiophjklbnmQWERTOP",
        "ㅂㅈㄷㄱㅅㅁㄴㅇㄹㅎㅋㅌㅊㅍㅛㅕㅑㅐㅔㅗㅓㅏㅣㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        strict=True,
    )
)
_KEYS_OF = str.maketrans({letter: key for key, letter in _ON_KEYS.items()})
_FIRST, _LAST = ord("가"), ord("힣")
_ALL_INITIALS = re.compile(f"[{_INITIALS}]+")
_NOT_SAID = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """Return text in lower case, without blanks and signs: what is left to compare when spacing does not count."""
    return _NOT_SAID.sub("", unicodedata.normalize("NFC", text).lower())


def letters(text: str) -> str:
    """Return squeezed text letter by letter, as it is typed: 한미 is ㅎㅏㄴㅁㅣ; what is no Hangul stays."""
    return "".join(_letters_of(char) for char in squeezed(text))


def initials(text: str) -> str:
    """Return squeezed text by the initials of its syllables: 한미동맹 is ㅎㅁㄷㅁ; what is no Hangul stays."""
    return "".join(_INITIALS[(ord(char) - _FIRST) // 588] if _is_syllable(char) else char for char in squeezed(text))


def by_other_keyboard(typed: str) -> str:
    """Return the letters that the same keys give with the keyboard set to the other language: gksal is 한미."""
    if typed.isascii():
        return "".join(_ON_KEYS.get(key, _ON_KEYS.get(key.lower(), key)) for key in typed if key.isalnum())
    return letters(typed).translate(_KEYS_OF)


def are_initials(text: str) -> bool:
    """Tell whether a reader typed initials alone: two or more consonants, and nothing else."""
    typed = squeezed(text)
    return len(typed) > 1 and _ALL_INITIALS.fullmatch(typed) is not None


def _letters_of(char: str) -> str:
    if not _is_syllable(char):
        return _KEYS.get(char, char)
    index = ord(char) - _FIRST
    pieces = _INITIALS[index // 588], _VOWELS[index // 28 % 21], _FINALS[index % 28]
    return "".join(_KEYS.get(piece, piece) for piece in pieces)


def _is_syllable(char: str) -> bool:
    return _FIRST <= ord(char) <= _LAST
