"""How names sound, told by their consonants alone, so that 메러디스 and Meredith, 정미란 and Jung Mi-ran are the same.

Hangul consonants by the Revised Romanization and the rules for foreign words (외래어 표기법), laxly: what either writes
in several ways is one class, vowels do not count, and one at the beginning stands for all.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import product

_INITIALS = "KKNTTLMPPSS_CCCKTPH"
_FINALS = " KKKNNNTLLLLLLLLMPPTTNTTKTPT"
_HANGUL = re.compile("[가-힣]{2,}")
_NAME = re.compile(r"[A-Z][A-Za-z'’]+(?:-[a-z]+)?(?: [A-Z][a-z]+(?:-[a-z]+)?)?")
_LETTERS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"tch|ch|tz|ts|j", "C"), (r"sh|sch", "S"), (r"ph|[bpfv]+", "P"), (r"ck|[kq]+", "K"), (r"x", "KS"),
        (r"c(?=[eiy])", "S"), (r"c+", "K"), (r"dg(?=e)", "C"), (r"ng|n+", "N"), (r"m+", "M"), (r"l+", "L"),
        (r"[sz]+", "S"),
        (r"h(?=[aeiouyw])", "H"), (r"[dt]+", "T"),
    )
]  # fmt: skip
_LONGEST = 40  # letters of a word: what is longer is no name
_FEWEST, _MOST = 3, 8  # consonants of a name that tell enough, and as many as are looked at


def sounds(text: str) -> frozenset[str]:
    """Return how the words of Hangul and the Latin names in `text` may sound, as keys to compare."""
    found = {said for word in _HANGUL.findall(text) for said in _hangul(word)}
    found |= {said for match in _NAME.finditer(text) for said in _latin(match[0])}
    return frozenset(f"sound {said}" for said in found if _FEWEST <= len(said) <= _MOST)


def _hangul(word: str) -> Iterator[str]:
    """Yield how each beginning of `word` sounds, particles being at its end; and without a one-syllable surname."""
    for start in (0, 1):
        said, doubled = "", False
        for number, syllable in enumerate(word[start : start + _MOST]):
            at = ord(syllable) - ord("가")
            initial, final = _INITIALS[at // 588], _FINALS[at % 28].strip()
            if initial == "_":
                initial = "" if number else "V"
            if initial == "L" and said.endswith("L") and doubled:  # 놀룰 has one between its vowels, as Honolulu
                initial = ""
            said += initial + final
            doubled = final == "L"
            if number:
                yield said


def _latin(name: str) -> Iterator[str]:
    words = name.split()
    for word in {"".join(words), *words}:
        yield from _spoken(re.sub(r"[^a-z]", "", word[:_LONGEST].lower()))


@lru_cache(maxsize=4096)
def _spoken(word: str) -> frozenset[str]:
    """Return how a word may sound: `r` heard or not, `th` as 스 or 트, `g` as 그 or 지."""
    found = set()
    for r, th, g in product(("L", ""), "ST", "KC"):
        said, at = "", 0
        while at < len(word):
            step, sound = _sound(word, at, r, th, g)
            said += sound or ("V" if at == 0 else "")
            at += step
        found.add(said)
    return frozenset(found)


def _sound(word: str, at: int, r: str, th: str, g: str) -> tuple[int, str]:
    if word.startswith("th", at):
        return 2, th
    if word[at] == "r":
        end = at + 2 if word[at + 1 : at + 2] == "r" else at + 1
        vowel_next = word[end : end + 1] in tuple("aeiouyw")
        return end - at, "L" if vowel_next else r
    for pattern, sound in _LETTERS:
        if match := pattern.match(word, at):
            return match.end() - at, sound
    if word[at] == "g":
        soft = word[at + 1 : at + 2] in tuple("eiy")
        return (2 if word[at + 1 : at + 2] == "g" else 1), g if soft else "K"
    return 1, ""
