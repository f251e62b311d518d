"""Names in both scripts: which Korean and English words could be the same name, by the sound of their consonants."""

import re
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline import korean
from pipeline.checks.scripts import COMMON, prose
from schemas.language import Locale

Known = set[str]
"""The ways a name is written in the other language."""

# The family names of nearly everybody (통계청, 2015), of one syllable each.
_FAMILIES = """
    김이박최정강조윤장임한오서신권황안송류유홍전고문양손배백허남심노하곽성차주우구민진나지엄채원천
    방공현함변염여추도석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용
"""
_OFFICES = """
    씨 님 박사 목사 교수 장로 이사 이사장 회장 총장 의장 대표 선생 장군 대통령 총리 장관 의원 대사 사령관
    중장 소장 대장 작가 기자 감독 신부 원장 국장
"""
_SURNAMES = "".join(_FAMILIES.split())
_TITLES = "|".join(_OFFICES.split())
_KOREAN_NAME = re.compile(rf"(?<![가-힣])([{_SURNAMES}][가-힣]{{2}})(?=\s(?:{_TITLES})(?:[가-힣]{{0,2}})(?![가-힣]))")
_ENGLISH_NAME = re.compile(r"(?<![A-Za-z'’.-])[A-Z][a-z]+(?:[A-Z][a-z]+)?(?![A-Za-z'-])")
_ROMANISED = re.compile(
    r"(?<![A-Za-z-])(?=([A-Z][a-z]{1,20},? [A-Z][a-z]{1,20}(?:-[A-Za-z]{1,20}| [A-Z][a-z]{1,20})?(?![A-Za-z-])))"
)
_HANGUL_WORD = re.compile(r"[가-힣]{2,10}")
_PARTICLE = re.compile("(?:" + "|".join(korean.PARTICLES) + "|씨|들)$")
_INITIALS = ("k", "k", "n", "t", "t", "r", "m", "p", "p", "s", "s", "", "j", "j", "j", "k", "t", "p", "h")
_FINALS = "-kkknnntrkmprrprmppttnttktpt"
_LETTERS = {"g": "k", "c": "k", "q": "k", "x": "ks", "d": "t", "b": "p", "f": "p", "v": "p", "l": "r", "z": "j"}
# How alike two skeletons of consonants are (0 to 100) that may be one name.
ALIKE = 66


def renderings(source: str, target: str, locale: Locale) -> dict[str, Known]:
    """Return, for each name of `source` (which is in `locale`), the words of `target` that may be it."""
    found = named(source, locale)
    if not found:
        return {}
    here = prose(target)
    if locale == "ko":
        words = [" ".join(word.replace(",", " ").split()) for word in _ROMANISED.findall(here)]
    else:
        words = [bare_noun(word) for word in _HANGUL_WORD.findall(here)]
    return {name: known for name in found if (known := {word for word in words if alike(name, word)})}


def named(text: str, locale: Locale) -> set[str]:
    """Return the names of people and places in `text`: in Korean those before a title, in English by their capital."""
    if locale == "ko":
        return set(_KOREAN_NAME.findall(prose(text)))
    words = _ENGLISH_NAME.findall(prose(text))
    return {word for word in words if len(word) > 3 and word.lower() not in COMMON}


@lru_cache(maxsize=4096)
def bare_noun(word: str) -> str:
    """Return a Korean word without the particles it ends in, of which it keeps two syllables at least."""
    while (match := _PARTICLE.search(word)) and match.start() >= 2:
        word = word[: match.start()]
    return word


def alike(one: str, other: str) -> bool:
    """Say whether two words sound alike enough to be one name in two scripts."""
    left, right = skeleton(one), skeleton(other)
    if min(len(left), len(right)) < 2:
        return False
    return fuzz.ratio(left, right) >= ALIKE


@lru_cache(maxsize=4096)
def skeleton(word: str) -> str:
    """Return the consonants of a word in either script, those that romanisations confuse made one."""
    return _of_hangul(word) if "가" <= word[:1] <= "힣" else _of_latin(word)


def _of_hangul(word: str) -> str:
    sounds: list[str] = []
    for letter in word:
        if "가" <= letter <= "힣":
            code = ord(letter) - 0xAC00
            sounds += (_INITIALS[code // 588], _FINALS[code % 28].strip("-"))
    return _undoubled("".join(sounds))


def _of_latin(word: str) -> str:
    lower = re.sub(r"(?<=[aeiou])r(?![aeiou])", "", word.lower())
    lower = lower.replace("ch", "j").replace("ph", "f").replace("th", "s").replace("sh", "s").replace("ng", "n")
    kept = (_LETTERS.get(letter, letter) for letter in lower if letter.isalpha() and letter not in "aeiouyw")
    return _undoubled("".join(kept))


def _undoubled(text: str) -> str:
    return re.sub(r"(.)\1+", r"\1", text)
