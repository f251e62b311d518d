"""Terms in running text: where they stand, through particles and plurals, and how to put one in another's place."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline import korean
from schemas.language import Locale, Span, Term


@dataclass(frozen=True)
class Found:
    """A form of `term` that stands in a text at `span`, without its particle; `forbidden` if it must not."""

    term: Term
    form: str
    span: Span
    forbidden: bool


def find(text: str, locale: Locale, terms: Iterable[Term]) -> list[Found]:
    """Return the forms of `terms`, preferred and forbidden, that stand in `text`, in order; the longest wins.

    Where one form belongs to several terms each is returned, with the same span. Both sides are compared in NFC;
    spans count in `text` as given.
    """
    clean, offsets = korean.composed(text)
    found = sorted(_all(clean, locale, terms), key=lambda item: (item.span[0] - item.span[1], item.span[0]))
    taken = bytearray(len(clean))
    kept: dict[Span, list[Found]] = {}
    for item in found:
        start, end = item.span
        if item.span in kept:
            kept[item.span].append(item)
        elif not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept[item.span] = [item]
    ordered = [item for span in sorted(kept) for item in kept[span]]
    if offsets is None:
        return ordered
    return [
        Found(item.term, item.form, (offsets[item.span[0]], offsets[item.span[1]]), item.forbidden) for item in ordered
    ]


def stands(text: str, locale: Locale, form: str) -> bool:
    """Say whether `form` stands in `text` as a word, be it within a longer term."""
    return (
        bool(form.strip()) and _pattern(korean.composed(form)[0], locale).search(korean.composed(text)[0]) is not None
    )


def preferred(term: Term, locale: Locale) -> str:
    """Return the form of `term` that is to be written in `locale`; empty where there is none."""
    return (term.ko if locale == "ko" else term.en).strip()


def replace(text: str, span: Span, word: str, locale: Locale) -> str:
    """Return `text` with what stands at `span` replaced by `word`.

    In Korean the particle after it is put right (동맹을 → 협회를); in English a capital at the start is kept. Where a
    plural or possessive ending follows, it stays, for `span` does not cover it.
    """
    before, after = text[: span[0]], text[span[1] :]
    if locale == "en":
        old = text[slice(*span)]
        if old[:1].isupper() and word[:1].islower() and not old.isupper() and _begins_sentence(before):
            word = word[0].upper() + word[1:]
        if re.match(r"e?s(?![a-z])", after) and word.endswith("s"):
            after = re.sub(r"^e?s", "", after)
        return before + word + after
    particle = _CHANGING.match(after)
    if particle:
        after = korean.agree(word, particle[1]) + after[particle.end(1) :]
    return before + word + after


def _all(text: str, locale: Locale, terms: Iterable[Term]) -> Iterator[Found]:
    lower = text.lower()
    for clue, forms in _by_clue(tuple(terms), locale).items():
        if clue in lower:
            for term, form, forbidden in forms:
                for match in _pattern(korean.composed(form)[0], locale).finditer(text):
                    yield Found(term, form, match.span(), forbidden)


@lru_cache(maxsize=8)
def _by_clue(terms: tuple[Term, ...], locale: Locale) -> dict[str, list[tuple[Term, str, bool]]]:
    """Return a glossary's forms in one language, forbidden or not, by letters that stand in every text with them."""
    forms: dict[str, list[tuple[Term, str, bool]]] = {}
    for term in terms:
        preferred, forbidden = (term.ko, term.forbidden_ko) if locale == "ko" else (term.en, term.forbidden_en)
        for form in (preferred, *forbidden):
            if form.strip():
                forms.setdefault(_clue(form), []).append((term, form, form != preferred))
    return forms


def _clue(form: str) -> str:
    """Return letters that stand in every text that has `form`: a text without them needs no closer look."""
    lower = korean.composed(form)[0].strip().lower()
    # Within a Korean compound a blank may stand after the second syllable and later, never before.
    if found := re.match(f"[{korean.HANGUL}]{{1,2}}", lower):
        return found[0]
    return max(re.findall(rf"[a-z0-9]+|[{korean.HANGUL}]", lower), key=len, default="")


_SPACE = "[ \u00a0]"
_ENDING = "|".join(korean.PARTICLES)
_SUFFIX = "들|측|님|씨|등|간|내"
# A noun may carry 들 or 측 and then up to three particles, one upon another: 참전용사들에게서는.
_TAIL = rf"(?:{_SUFFIX})?(?:(?!인(?![가-힣]))(?:{_ENDING})(?:{_ENDING}){{0,2}})?(?![{korean.HANGUL}])"
_CHANGING = re.compile(
    "("
    + "|".join(sorted({form for pair in korean.PAIRS for form in pair}, key=len, reverse=True))
    # 이 before 다 is the copula, which is written after vowels too: 협회이다
    + rf")(?<!이(?=다|자|던|지만|니|어서|므로|면))(?=(?:{_ENDING}|다|습니다|던|으며|고){{0,2}}(?![{korean.HANGUL}]))"
)


@lru_cache(maxsize=16384)
def _pattern(form: str, locale: Locale) -> re.Pattern[str]:
    """The pattern of one form: its match is the form itself, what follows is only looked at."""
    form = " ".join(form.split())
    if locale == "ko":
        return re.compile(
            _before(form) + _korean_body(form) + (f"(?={_TAIL})" if _is_hangul(form[-1]) else _after(form))
        )
    body = "".join(_english_word(word) for word in re.split(r"([ \-‐-―'’])", form))
    return re.compile(_before(form) + body + rf"(?=(?:s|es|['’]s|s['’]|['’])?(?:{_after(form)}))")


def _before(form: str) -> str:
    return f"(?<![{korean.HANGUL}])" if _is_hangul(form[0]) else r"(?<![A-Za-z0-9])" if form[0].isalnum() else ""


def _after(form: str) -> str:
    return r"(?![A-Za-z0-9])" if form[-1].isalnum() else ""


def _korean_body(form: str) -> str:
    """Blanks may be there or not, as Korean writes compounds both ways: 국립현충원, 국립 현충원."""
    pieces: list[str] = []
    for index, letter in enumerate(form):
        inside = 2 <= index <= len(form) - 2 and " " not in {letter, form[index - 1]}
        if inside and len(form) >= 4 and _is_hangul(letter) and _is_hangul(form[index - 1]):
            pieces.append(_SPACE + "?")
        pieces.append(_SPACE + "?" if letter == " " else re.escape(letter))
    return "".join(pieces)


def _english_word(word: str) -> str:
    if word == " ":
        return r"\s{1,2}"
    if word in {"'", "’"}:
        return "['’]"
    if re.fullmatch("[-‐-―]", word):
        return "[-‐-―]"
    letters = [letter for letter in word if letter.isalpha()]
    if len(letters) > 1 and all(letter.isupper() for letter in letters):
        return re.escape(word)
    return f"(?i:{re.escape(word)})"


def _is_hangul(letter: str) -> bool:
    return "가" <= letter <= "힣"


def _begins_sentence(before: str) -> bool:
    return not re.sub(r"<[^<>]{1,6}>$", "", before).rstrip("\"'“‘( ").endswith(tuple("abcdefghijklmnopqrstuvwxyz,;"))
