"""Korean spelling at the seam of word and particle, and the mapping from composed text back to what was given.

Particles are a closed list, and enough for the glossary; words are taken apart in `morphology.py`, and how a word ends
when it is read aloud is told by `spoken.py`.
"""

import re
import unicodedata
from functools import lru_cache

from pipeline.spoken import Final, final

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
    ("이든지", "든지"),
    ("이든", "든"),
    ("이나마", "나마"),
    ("이라야", "라야"),
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
_INVARIABLE: tuple[str, ...] = (
    *("에게서", "한테서", "에서", "에게", "한테", "에", "께서", "께", "의", "도", "만", "까지", "부터", "마다"),
    *("처럼", "보다", "같이", "조차", "마저", "밖에", "대로", "만큼", "하고", "뿐", "이로써"),
)
COPULA: tuple[str, ...] = (
    *("이다", "다", "입니다", "입니까", "이자", "인", "임", "이던", "이었다", "였다", "이었던", "였던"),
    *("이었으며", "였으며", "이었고", "였고", "인가", "인데", "이지만", "지만", "이니", "이어서", "여서"),
    *("이므로", "이면", "이면서"),
)
FIXED = (*_INVARIABLE, *COPULA)

PARTICLES: tuple[str, ...] = tuple(
    sorted(
        {form for pair in PAIRS for form in pair if form not in {"이었", "였"}} | set(FIXED),
        key=lambda form: (-len(form), form),
    )
)
"""Every particle and form of the copula that may follow a noun, the longest first."""

_CLOSES_SPEECH = re.compile(r"[\"'”’」』]$")
_QUOTING = ("라고", "라는", "라며")


def has_final(text: str) -> bool | None:
    """Say whether `text` ends in a consonant when read in Korean; None when it cannot be told (한자, symbols)."""
    ending = final(text)
    return None if ending is None else ending != "none"


def fitting(word: str, particle: str) -> str | None:
    """Return the form of `particle` that goes with `word`, or None where the last sound of `word` cannot be told.

    `particle` may be either form of its pair (은 or 는), with others upon it (으로는, 와의). One that never changes
    comes back as it is.
    """
    pair, rest = _paired(particle)
    if pair is None:
        return particle
    ending = final(word)
    return None if ending is None else _chosen(pair, ending) + rest


def fits(word: str, particle: str) -> bool | None:
    """Say whether `particle` goes with `word`; None where the last sound of `word` cannot be told.

    라고 may follow whatever was said in quotes, as it follows a sentence.
    """
    if particle in _QUOTING and _CLOSES_SPEECH.search(word):
        return True
    wanted = fitting(word, particle)
    return None if wanted is None else wanted == particle


def agree(word: str, particle: str) -> str:
    """Return the form of `particle` that goes with `word`: the given one if it never changes.

    Where the last sound of `word` cannot be told, both are written as Korean does: 은(는), (으)로.
    """
    wanted = fitting(word, particle)
    if wanted is not None:
        return wanted
    pair, rest = _paired(particle)
    closed, opened = pair or (particle, particle)
    return (f"(으){opened}" if closed.startswith("으") else f"{closed}({opened})") + rest


def with_particle(word: str, particle: str) -> str:
    """Return `word` with the form of `particle` that goes with it: `with_particle("100%", "이")` is `100%가`."""
    return word + agree(word, particle)


def swapped(word: str, after: str) -> str:
    """Return `after`, which followed another word, as it follows `word`: the particle it begins with is mended.

    What closes the word may come first: a quotation mark, a placeholder's tag, a bracketed original.
    """
    closing = _CLOSERS.match(after)
    particle = _CHANGING.match(after, closing.end() if closing else 0)
    return after[: particle.start(1)] + agree(word, particle[1]) + after[particle.end(1) :] if particle else after


@lru_cache(maxsize=4096)
def _paired(particle: str) -> tuple[tuple[str, str] | None, str]:
    """Return the pair that `particle` belongs to, none if it never changes, and the particles upon it."""
    if particle in FIXED:
        return None, ""
    for pair in PAIRS:
        if particle == "야" and pair == ("이야", "야"):
            continue  # the vocative, 아 and 야, is what it may be taken for
        for form in sorted(pair, key=len, reverse=True):
            rest = particle.removeprefix(form)
            if particle.startswith(form) and (not rest or rest in PARTICLES):
                return pair, rest
    return None, ""


def _chosen(pair: tuple[str, str], ending: Final) -> str:
    closed, opened = pair
    return opened if ending == "none" or (ending == "rieul" and closed.startswith("으")) else closed


_ENDING = "|".join(PARTICLES)
_CLOSERS = re.compile(r"(?:</[1-9][0-9]{0,3}>|[\"'”’»›」』》〉*_]|\s?\([^()]{0,80}\)){0,4}")
_CHANGING = re.compile(
    "("
    + "|".join(sorted({form for pair in PAIRS for form in pair}, key=len, reverse=True))
    # 이 before 다 is the copula, which is written after vowels too: 협회이다
    + rf")(?<!이(?=다|자|던|지만|니|어서|므로|면))(?=(?:{_ENDING}|다|습니다|던|으며|고){{0,2}}(?![{HANGUL}]))"
)


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
