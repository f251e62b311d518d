"""Korean spelling at the seam of word and particle, and the mapping from composed text back to what was given.

Particles are a closed list, and enough for the glossary; words are taken apart in `morphology.py`.
"""

import re
import unicodedata
from typing import Literal

Final = Literal["none", "rieul", "other"]

HANGUL = "\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f"
"""The Hangul ranges, to stand inside a character class."""

# Every pair as it stands after a final consonant and after a vowel; after ㄹ 으로 is 로.
PAIRS: tuple[tuple[str, str], ...] = (
    ("으로부터", "로부터"),
    ("으로서", "로서"),
    ("으로써", "로써"),
    ("으로", "로"),
    ("은커녕", "는커녕"),
    ("이에요", "예요"),
    ("이라는", "라는"),
    ("이라고", "라고"),
    ("이라며", "라며"),
    ("이라도", "라도"),
    ("이라면", "라면"),
    ("이라서", "라서"),
    ("이라", "라"),
    ("이란", "란"),
    ("이랑", "랑"),
    ("이나", "나"),
    ("이든", "든"),
    ("이며", "며"),
    ("이고", "고"),
    ("이었", "였"),
    ("이야", "야"),
    ("이여", "여"),
    ("은", "는"),
    ("이", "가"),
    ("을", "를"),
    ("과", "와"),
    ("아", "야"),
)

# What follows a noun as it is, whatever its last sound.
FIXED: tuple[str, ...] = (
    *("에게서", "한테서", "에서", "에게", "한테", "에", "께서", "께", "의", "도", "만", "까지", "부터", "마다"),
    *("처럼", "보다", "같이", "조차", "마저", "밖에", "대로", "만큼", "하고", "뿐", "이다", "다", "입니다", "입니까"),
    *("이자", "인", "임", "이던", "이었다", "였다", "이었던", "였던", "이었으며", "였으며", "이었고", "였고"),
    *("인가", "인데", "이지만", "지만", "이니", "이어서", "여서", "이므로", "이면", "이면서", "이로써"),
)

PARTICLES: tuple[str, ...] = tuple(
    sorted(
        {form for pair in PAIRS for form in pair if form not in {"이었", "였"}} | set(FIXED),
        key=lambda form: (-len(form), form),
    )
)
"""Every particle and form of the copula that may follow a noun, the longest first."""

_BRACKETED = re.compile(r"\s?(?:\([^()]{0,80}\)|\[[^\[\]]{0,80}\])$")
_CLOSING = "\"'”’»›」』》〉)]}*_~.,!?…·"
_UNIT = re.compile(r"[0-9]\s?(kg|mg|g|km|cm|mm|m|ml|l|%p|%|℃|°|°C|㎏|㎞|㎡|㎢|\$)$", re.IGNORECASE)
_UNITS_WITH_FINAL = {"kg", "mg", "g", "㎏"}
_LATIN = re.compile(r"[A-Za-z]{1,40}$")
_DIGITS = re.compile(r"[0-9](?:[0-9,.]{0,39}[0-9])?$")
_DIGIT_FINALS: dict[str, Final] = {"1": "rieul", "3": "other", "6": "other", "7": "rieul", "8": "rieul"}


def final(text: str) -> Final | None:
    """Return how `text` ends when read aloud in Korean: no final consonant, ㄹ, another; None when it cannot be told.

    Closing quotes and a bracketed original are passed over: 국제연합(UN) ends in ㅂ.
    """
    text = unicodedata.normalize("NFC", text[-200:]).rstrip()
    shorter = _BRACKETED.sub("", text).rstrip(_CLOSING + " ")
    text = shorter or text.rstrip(_CLOSING + " ")
    if not text:
        return None
    last = text[-1]
    if "가" <= last <= "힣":
        return _of_jongseong((ord(last) - 0xAC00) % 28)
    if unit := _UNIT.search(text):
        return "other" if unit[1].lower() in _UNITS_WITH_FINAL else "none"
    if digits := _DIGITS.search(text):
        return _of_number(digits[0])
    if latin := _LATIN.search(text):
        return _of_latin(latin[0])
    return None


def has_final(text: str) -> bool | None:
    """Say whether `text` ends in a consonant when read in Korean; None when it cannot be told (한자, symbols)."""
    ending = final(text)
    return None if ending is None else ending != "none"


def agree(word: str, particle: str) -> str:
    """Return the form of `particle` that goes with `word`: the given one if it never changes.

    `particle` may be either form of its pair (은 or 는). Where the last sound of `word` cannot be told, both are
    written as Korean does: 은(는), (으)로.
    """
    for closed, opened in PAIRS:
        if particle in {closed, opened} and not (particle == "야" and closed == "이야"):
            break
    else:
        return particle
    ending = final(word)
    if ending is None:
        return f"(으){opened}" if closed.startswith("으") else f"{closed}({opened})"
    if ending == "none" or (ending == "rieul" and closed.startswith("으")):
        return opened
    return closed


def with_particle(word: str, particle: str) -> str:
    """Return `word` with the form of `particle` that goes with it: `with_particle("100%", "이")` is `100%가`."""
    return word + agree(word, particle)


def _of_jongseong(index: int) -> Final:
    return "none" if index == 0 else "rieul" if index == 8 else "other"


def _of_number(digits: str) -> Final:
    """How the number reads: its last digit, or the power of ten that its zeros make (조 alone ends in a vowel)."""
    if digits[-1] != "0":
        return _DIGIT_FINALS.get(digits[-1], "none")
    whole = digits.replace(",", "")
    zeros = len(whole) - len(whole.rstrip("0"))
    return "none" if "." not in whole and 12 <= zeros <= 15 and whole != "0" * zeros else "other"


def _of_latin(word: str) -> Final:
    """How a Latin word is commonly read in Korean; an acronym letter by letter (국립국어원 외래어 표기법)."""
    last, lower = word[-1], word.lower()
    if last.isupper():
        return "rieul" if last in "LR" else "other" if last in "MN" else "none"
    if lower.endswith("l") or re.search(r"[^aeiou]le$", lower):
        return "rieul"
    if re.search(r"(?:[mn]|ng|[aeiou][mn]e|ck|[aeiou][ptk])$", lower):
        return "other"
    return "none"


def composed(text: str) -> tuple[str, list[int] | None]:
    """Return `text` in NFC and, unless it was so already, where each of its characters began in `text`.

    The list has one entry more than the composed text, the length of `text`, so that it maps half-open ranges.
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    pieces: list[str] = []
    offsets: list[int] = []
    for match in _CLUSTER.finditer(text):
        piece = unicodedata.normalize("NFC", match[0])
        pieces.append(piece)
        offsets += [match.start()] * len(piece)
    return "".join(pieces), [*offsets, len(text)]


# A character with the medial vowels and finals of conjoining jamo and the combining marks that belong to it.
_CLUSTER = re.compile("(?s:.)[\u1160-\u11ff\u0300-\u036f\u3099\u309a]*")
