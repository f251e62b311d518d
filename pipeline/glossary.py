"""Terms in running text: where they stand, through particles and plurals, and how to put one in another's place.

How a form may be written is told by `forms.py`. A text is gone through once, however many terms there are: at the
beginning of each word the letters that follow are looked up.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from functools import lru_cache

from pipeline import inflection, korean
from pipeline.forms import Form, Standing, forms, squeezed
from schemas.language import Locale, Span, Term


@dataclass(frozen=True)
class Found:
    """A form of `term` that stands in a text at `span`, without its particle or regular ending.

    `forbidden` if it must not, `admitted` if it will do without being preferred. `plural` tells that what stands there
    is a plural in itself: families, servicemen.
    """

    term: Term
    form: str
    span: Span
    forbidden: bool
    admitted: bool = False
    plural: bool = False


def find(text: str, locale: Locale, terms: Iterable[Term]) -> list[Found]:
    """Return the forms of `terms`, of any standing, that stand in `text`, in order; the longest wins.

    Where one form belongs to several terms each is returned, with the same span. Both sides are compared in NFC;
    spans count in `text` as given.
    """
    clean, offsets = korean.composed(text)
    found = sorted(_all(clean, _index(terms, locale)), key=lambda item: (item.span[0] - item.span[1], item.span))
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
    return [changed(item, span=(offsets[item.span[0]], offsets[item.span[1]])) for item in ordered]


def stands(text: str, locale: Locale, form: str) -> bool:
    """Say whether `form` stands in `text` as a word, be it within a longer term."""
    index = _index((Term(ko=form, en=form),), locale)
    return any(True for _ in _all(korean.composed(text)[0], index))


def preferred(term: Term, locale: Locale) -> str:
    """Return the form of `term` that is to be written in `locale`; empty where there is none."""
    return (term.ko if locale == "ko" else term.en).strip()


def kept(terms: Iterable[Term]) -> tuple[str, ...]:
    """Return the forms that stay as they are in either language: what `protect.spans` is to keep."""
    return tuple(dict.fromkeys(form for term in terms if term.keep for form in (term.ko, term.en) if form.strip()))


def accepted(term: Term, locale: Locale) -> tuple[str, ...]:
    """Return the forms that will do in `locale`, the preferred one first."""
    given = (term.ko, *term.admitted_ko) if locale == "ko" else (term.en, *term.admitted_en)
    return tuple(form.strip() for form in given)


def written(term: Term, locale: Locale) -> tuple[str, ...]:
    """Return every form of a term in `locale`, those that must not be used too."""
    return (*accepted(term, locale), *(term.forbidden_ko if locale == "ko" else term.forbidden_en))


def replace(text: str, span: Span, word: str, locale: Locale, *, plural: bool = False) -> str:
    """Return `text` with what stands at `span` replaced by `word`.

    In Korean the particle after it is put right (동맹을 → 협회를). In English a capital that begins a sentence is kept,
    the article before it goes with the new word, and plural and possessive are carried over: `plural` tells that what
    stands there is a plural in itself, a regular ending behind it shows.
    """
    before, after = text[: span[0]], text[span[1] :]
    if locale == "ko":
        return before + word + korean.swapped(word, after)
    old = text[slice(*span)]
    if old[:1].isupper() and word[:1].islower() and not old.isupper() and _begins_sentence(before):
        word = word[0].upper() + word[1:]
    before = _ARTICLE.sub(lambda match: _with_article(match, word), before)
    if ending := _PLURAL_ENDING.match(after):
        plural, after = True, after[ending.end() :]
    if plural:
        word = inflection.plural(word)
        if possessive := _POSSESSIVE.match(after):
            after = possessive[1] + ("" if word.endswith("s") else "s") + after[possessive.end() :]
    return before + word + after


_PLURAL_ENDING = re.compile("e?s(?![A-Za-z0-9])")
_POSSESSIVE = re.compile("(['’])s?(?![A-Za-z0-9])")
_ARTICLE = re.compile(r"(?<![A-Za-z0-9])([Aa])n?(\s{1,2}(?:<[1-9][0-9]{0,3}>|[\"'“‘(]){0,3})\Z")


def _with_article(match: re.Match[str], word: str) -> str:
    return match[1] + inflection.article(word)[1:] + match[2]


def _begins_sentence(before: str) -> bool:
    return not re.sub(r"<[^<>]{1,6}>$", "", before).rstrip("\"'“‘( ").endswith(tuple("abcdefghijklmnopqrstuvwxyz,;"))


@dataclass(frozen=True)
class _Index:
    """A glossary's forms in one language by their letters, and which lengths there are by the first three of them."""

    forms: dict[str, list[Form]]
    lengths: dict[str, list[int]]

    def lengths_from(self, letters: str, first: int) -> Iterator[int]:
        """Yield how many of the `letters` from `first` on may be a form."""
        for known in range(1, HEAD + 1):
            yield from self.lengths.get(letters[first : first + known], ())


HEAD = 3


def _index(terms: Iterable[Term], locale: Locale) -> _Index:
    """Return a glossary's index. The very same tuple is known again at once: to compare 2,000 terms takes longer."""
    global _latest
    if (latest := _latest.get(locale)) and latest[0] is terms:
        return latest[1]
    given = tuple(terms)
    index = _indexed(given, locale)
    if given is terms and len(given) > 1:
        _latest = {**_latest, locale: (given, index)}
    return index


_latest: dict[Locale, tuple[tuple[Term, ...], _Index]] = {}


@lru_cache(maxsize=32)
def _indexed(terms: tuple[Term, ...], locale: Locale) -> _Index:
    by_letters: dict[str, list[Form]] = {}
    for term in terms:
        for form in forms(term, locale):
            by_letters.setdefault(form.letters, []).append(form)
    lengths: dict[str, list[int]] = {}
    for letters in by_letters:
        known = lengths.setdefault(letters[:HEAD], [])
        if len(letters) not in known:
            known.append(len(letters))
    return _Index(by_letters, lengths)


# Where a form may begin: no Hangul before Hangul, no letter or digit before one, and at any sign.
_BEGINNING = re.compile(
    rf"(?<![{korean.HANGUL}])[{korean.HANGUL}]|(?<![A-Za-z0-9])[A-Za-z0-9]|[^\sA-Za-z0-9{korean.HANGUL}]"
)
_RANK: dict[Standing, int] = {"preferred": 0, "admitted": 1, "forbidden": 2}


def _all(text: str, index: _Index) -> Iterator[Found]:
    """Yield every form that stands in `text`; of one term at one place, the form that is written just so."""
    if not index.forms:
        return
    found = squeezed(text)
    number = {at: number for number, at in enumerate(found.places)}
    for beginning in _BEGINNING.finditer(text):
        first = number.get(beginning.start())
        if first is not None:
            yield from _at(text, found.letters, found.places, first, index)


def _at(text: str, letters: str, places: Sequence[int], first: int, index: _Index) -> Iterator[Found]:
    for length in index.lengths_from(letters, first):
        candidates = index.forms.get(letters[first : first + length])
        if candidates is None or first + length > len(letters):
            continue
        best: dict[tuple[Term, Span], tuple[tuple[bool, int], Found]] = {}
        for form in candidates:
            if not form.stands(text, places, first):
                continue
            item = _found(form, (places[first], places[first + length - 1] + 1))
            rank = (text[slice(*item.span)].lower() != form.text.lower(), _RANK[form.standing])
            if (form.term, item.span) not in best or rank < best[form.term, item.span][0]:
                best[form.term, item.span] = rank, item
        yield from (item for _, item in best.values())


def _found(form: Form, span: Span) -> Found:
    standing = form.standing
    return Found(form.term, form.text, span, standing == "forbidden", standing == "admitted", form.plural)
