"""The forms of terms as running text writes them: what may stand between their letters, before, and behind."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Literal

from pipeline import inflection, korean
from schemas.language import Locale, Term

Standing = Literal["preferred", "admitted", "forbidden"]

DOTS = "·ㆍ‧∙・･"
_HYPHENS = "-‐-―"
_BETWEEN_DIGITS = re.compile(rf"(?<=[0-9])[{DOTS}](?=[0-9])")
# What stands between letters and says little: between digits a dot is part of a number or a date (6·25).
_GAP = re.compile(rf"\s+|[{_HYPHENS}]|(?<![0-9])[{DOTS}]|[{DOTS}](?![0-9])")
_SOLID = re.compile(rf"(?:[^{_HYPHENS}{DOTS}\s]|(?<=[0-9])[{DOTS}](?=[0-9]))+")
_FOLDED = {**dict.fromkeys(map(ord, DOTS), "·"), ord("’"): "'"}
_ACRONYM = re.compile(r"[A-Z]{2,}(?![A-Za-z])")


@dataclass(frozen=True)
class Squeezed:
    """A text without blanks, hyphens and dots, in lower case, and where each of its letters stands."""

    letters: str
    places: Sequence[int]


def squeezed(text: str) -> Squeezed:
    """Return the letters of `text`, by which spacing variants are one."""
    pieces: list[str] = []
    places: list[int] = []
    for match in _SOLID.finditer(text):
        lower = match[0].lower()
        pieces.append((lower if len(lower) == len(match[0]) else match[0]).translate(_FOLDED))
        places.extend(range(*match.span()))
    return Squeezed("".join(pieces), places)


@dataclass(frozen=True)
class Form:
    """A way to write a term. `text` is the glossary's own form, `letters` those to look for, `gaps` what joins them.

    The letters at `strict` count with their capitals; `tail` matches what may follow. A `plural` form is one by itself.
    """

    term: Term
    text: str
    standing: Standing
    letters: str
    written: str
    gaps: tuple[str, ...]
    strict: tuple[int, ...]
    tail: re.Pattern[str]
    plural: bool

    def stands(self, text: str, places: Sequence[int], first: int) -> bool:
        """Tell whether the letters at `places` from `first` on are this form, in `text`."""
        end = first + len(self.letters)
        if any(text[places[first + at]] != self.written[at] for at in self.strict):
            return False
        if self.tail.match(text, places[end - 1] + 1) is None:
            return False
        if not any(self.gaps) and places[end - 1] - places[first] == len(self.letters) - 1:
            return True
        given = [text[places[at - 1] + 1 : places[at]] for at in range(first + 1, end)]
        size = len(self.letters)
        for at, (wanted, found) in enumerate(zip(self.gaps, given, strict=True), start=1):
            if wanted != found and not _may_join(wanted, found, self.letters[at - 1 : at + 1], at, size):
                return False
        # 한·미 is not in 한·미·일: a list is found whole.
        listed = {found for found in given if found and found in DOTS}
        return not (listed and text[places[end - 1] + 1 : places[end - 1] + 2] in listed)


@lru_cache(maxsize=16_384)
def forms(term: Term, locale: Locale) -> tuple[Form, ...]:
    """Return the ways in which running text may write a term, of every standing."""
    given = (term.ko, term.admitted_ko, term.forbidden_ko) if locale == "ko" else _english(term)
    preferred, admitted, forbidden = given
    named: list[tuple[Standing, str]] = [("preferred", preferred)]
    named += [("admitted", each) for each in admitted] + [("forbidden", each) for each in forbidden]
    return tuple(each for standing, text in named for each in _ways(term, locale, standing, text))


def _english(term: Term) -> tuple[str, Iterable[str], Iterable[str]]:
    return term.en, term.admitted_en, term.forbidden_en


def _ways(term: Term, locale: Locale, standing: Standing, text: str) -> Iterator[Form]:
    text = " ".join(korean.composed(text)[0].split())
    if not squeezed(text).letters:
        return
    is_verb = term.part_of_speech in ("verb", "adjective")
    if locale == "ko":
        stem = text.removesuffix("하다") if is_verb and len(text) > 3 else text
        tail = _korean_tail(stem, is_verb=is_verb)
        yield _form(term, text, standing, stem, tail)
        return
    yield _form(term, text, standing, text, _english_tail(text))
    if term.part_of_speech == "verb":
        others = [(each, False) for each in inflection.verb_forms(text)]
    else:
        others = [(inflection.plural(text), True)] if term.part_of_speech == "noun" else []
    for other, plural in others:
        if not re.fullmatch(re.escape(text) + "(?:e?s)?", other):
            yield _form(term, text, standing, other, _english_tail(other), plural=plural)


def _form(term: Term, text: str, standing: Standing, way: str, tail: re.Pattern[str], *, plural: bool = False) -> Form:
    found = squeezed(way)
    places = found.places
    gaps = tuple(way[one + 1 : other] for one, other in pairwise(places))
    return Form(
        term=term,
        text=text,
        standing=standing,
        letters=found.letters,
        written="".join(way[at] for at in places),
        gaps=gaps,
        strict=tuple(_strict(term, way, places)),
        tail=tail,
        plural=plural,
    )


def _strict(term: Term, way: str, places: Sequence[int]) -> Iterator[int]:
    """Yield the letters whose capitals count: all, none, or those of acronyms."""
    if term.case == "any":
        return
    acronyms = [match.span() for match in _ACRONYM.finditer(way)]
    for number, at in enumerate(places):
        counts = term.case == "exact" or any(start <= at < end for start, end in acronyms)
        if counts and way[at].lower() != way[at].upper():
            yield number


def _may_join(wanted: str, found: str, pair: str, at: int, size: int) -> bool:
    """Tell whether two letters of a form, the second its `at`th of `size`, may be joined by `found` for `wanted`."""
    if len(found) > 3 or found.count("\n") > 1 or pair.isdigit():
        return _kind(wanted) == _kind(found) and len(found) < 3
    kinds = {_kind(wanted), _kind(found)}
    if len(kinds) == 1:
        return True
    if not any(map(is_hangul, pair)):
        return kinds != {"", " "}
    if found == "" or _kind(found) != " " or not all(map(is_hangul, pair)):
        return True
    # Within a Korean compound a blank may stand after the second syllable and later, and before the last but one.
    return bool(wanted) or 2 <= at <= size - 2


def _kind(gap: str) -> str:
    bare = gap.strip()
    return " " if gap and not bare else "-" if bare else ""


def is_hangul(letter: str) -> bool:
    """Tell whether `letter` is a syllable of Hangul."""
    return "가" <= letter <= "힣"


_H = korean.HANGUL
_END = f"(?![{_H}])"
_SUFFIX = "(?:님|씨|들|측|등|간|내)"
_PARTICLES = "|".join(each for each in korean.PARTICLES if each not in korean.COPULA)
_COPULA = (
    "이(?:다|던|자|며|고|면서?|지만|니까?|란|라[가-힣]{0,3}|어[서야]|었[가-힣]{1,6}|에요|므로|신|십니다|셨[가-힣]{1,5}"
    "|기(?:도|에|는|만)?|죠|네요?|군요?)|입니[다까]만?|인(?:데|가|지)|일(?:까|지)|임(?:을|이|에도|은)?"
    "|였[가-힣]{1,6}|여[서야]|예요|랍니다|다|던|며|고|면|지만|니까|죠"
    # Adnominal, before its noun alone: 기념일 is no 기념, and 한국인 no 한국.
    "|일(?= (?:때|것|수|경우|뿐))"
)
_ADNOMINAL = f"|인(?=[ \u00a0][{_H}])"
_NATION = re.compile("(?:국|한|일본|독일|시아|유럽|서양|동양|프랑스|영|외)$")
# Of a word of one syllable less is taken for a particle: 강도, 강의, 시간 are words of their own.
_AFTER_ONE = "(?:을|를|은|는|이|가|과|와|에|에서|에는|에서는|으로|로|까지|부터|이다|입니다|이었다|였다)?"
_VERBAL = "(?:[하한할함합했해]|[되된될됨됩됐돼]|시[키킨킬킴킵켰켜]|드[리린릴립렸려])[가-힣]{0,6}"


@cache
def _tail_after(kind: Literal["one", "nation", "noun", "verb"]) -> re.Pattern[str]:
    if kind == "one":
        return re.compile(_AFTER_ONE + _END)
    copula = _COPULA + ("" if kind == "nation" else _ADNOMINAL)
    verbal = f"|{_VERBAL}" if kind == "verb" else ""
    return re.compile(f"(?:{_SUFFIX}{{0,2}}(?:(?:{_PARTICLES}){{1,3}}|{copula})?{verbal}){_END}")


def _korean_tail(form: str, *, is_verb: bool) -> re.Pattern[str]:
    if not is_hangul(form[-1]):
        return _english_end(form[-1].isalnum(), plurals=False)
    if is_verb:
        return _tail_after("verb")
    if len(form) == 1:
        return _tail_after("one")
    return _tail_after("nation" if _NATION.search(form) else "noun")


def _english_tail(form: str) -> re.Pattern[str]:
    return _english_end(form[-1].isalnum(), plurals=True)


@cache
def _english_end(is_word: bool, *, plurals: bool) -> re.Pattern[str]:
    end = "(?![A-Za-z0-9])" if is_word else ""
    return re.compile(f"(?:s|es|['’]s|s['’]|['’])?(?:{end})" if plurals else end)
