"""What search compares: the words of a text in one form, the same for what is looked for and for what is found.

Nouns as they are, verbs in their dictionary form, English by its stems, numbers and dates by their value; compounds
whole and by their parts, spaced or not. Every word says where it stands, so that whoever finds it can show it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from pipeline import dates, english, glossary, korean
from pipeline.checks.figures import numbers
from pipeline.initials import are_initials, initials, squeezed
from pipeline.morphology import Morpheme, ParticleSplitter, Splitter
from schemas.language import OTHER, Locale, Term

RULES = "2"
"""The number of these rules: whoever changes what a text is taken for counts it up, and every text is read anew."""

Role = Literal["whole", "part", "link", "translation"]


class Token(NamedTuple):
    """A word as it is compared, and its half-open range in the text.

    A `part` is within a whole word, which stands for it; a `link` joins two that are written apart; a `translation` is
    what the other language says.
    """

    text: str
    start: int
    end: int
    role: Role = "whole"


@dataclass(frozen=True)
class Sought:
    """One word that a reader looks for: the forms it may be found in, each with its share of the word's weight.

    `start` and `end` are its half-open range in the query.
    """

    start: int
    end: int
    forms: dict[str, float]


@dataclass(frozen=True)
class Query:
    """What a reader looks for: words, and pairs of them that count for more where they stand together."""

    words: Sequence[Sought]
    links: Sequence[str]

    @property
    def forms(self) -> dict[str, float]:
        """Every form with its weight over the whole query."""
        weights: dict[str, float] = {}
        for word in self.words:
            for form, weight in word.forms.items():
                weights[form] = weights.get(form, 0) + weight
        for form in self.links:
            weights[form] = weights.get(form, 0) + LINK
        return weights


# Of a word's weight, how much its whole form carries where it has parts too; what its translation carries beside that;
# and what a pair adds that stands together.
WHOLE = 0.6
TRANSLATION = 0.3
LINK = 0.5
LONGEST = 60
# Of a query so many words are looked for, in so many forms, and of one word so many whole forms, parts, translations:
# each form is asked for by itself, and who types more only keeps us busy.
MOST_WORDS, MOST_FORMS, MOST_OF_A_KIND = 16, 64, 16
# Queries of at most so many characters are remembered: what many ask for is short.
SHORT = 100
_HANGUL = re.compile(f"[{korean.HANGUL}]")
_SCRIPTS: dict[Locale, re.Pattern[str]] = {"ko": _HANGUL, "en": re.compile("[A-Za-z]")}
_OTHER_SCRIPTS = re.compile(rf"[^\W\d_A-Za-zÀ-ɏ{korean.HANGUL}]+")
_INITIALS = re.compile("[ㄱ-ㅎ]{2,}")
# Between Hangul, and between letters of a name, a middle dot only lists: 한·미동맹 is 한미동맹. Between digits it is
# one of a number.
_DOTS = "·ㆍ‧∙・･"
_DOT = re.compile(rf"(?<=[^\W\d_])\s?[{_DOTS}]\s?(?=[^\W\d_])")
_APART = (" ", "' ", "’ ")
_POINT = re.compile(rf"(?<=[0-9])[{_DOTS}](?=[0-9])")
_BLANKS = [*range(10), *range(11, 32), *range(0x7F, 0xA1), *range(0x2000, 0x2010), 0x202F, 0x2060, 0x3000, 0xFEFF]
_FOLDED: dict[int, int] = {
    **dict.fromkeys([*_BLANKS, *range(0xD800, 0xE000)], ord(" ")),
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
}
_UNITS = "명|원|년|주년|개국|개|회|차|대|세|살|주|달러|%|퍼센트"
_UNIT_WITHIN, _UNIT_BEHIND = re.compile(rf"({_UNITS})$"), re.compile(rf"\s?({_UNITS})")
_LONGEST_UNIT = max(map(len, _UNITS.split("|")))
# Numbers that follow each other may be read as one piece, as long as the text: each is marked so far at most.
_LONGEST_FIGURE = 200
_COMPOUNDED = {"noun", "affix", "unit", "number", "latin"}


def version_of(splitter: str) -> str:
    """Return the name of all that a text is read by but the glossary: our rules, and the splitter's own name."""
    return f"{RULES}-{splitter}"


class Analyser:
    """Reads texts and queries by one splitter and one glossary."""

    def __init__(self, splitter: Splitter, terms: Iterable[Term] = ()) -> None:
        self._splitter = splitter
        self.terms = tuple(terms)
        self._known = lru_cache(maxsize=2_000)(self._query)
        self.version = version_of(splitter.name)

    def tokens(self, text: str, locale: Locale) -> list[Token]:
        """Return the words of a text in `locale`, in no particular order; ranges count in `text` as given."""
        clean, offsets = _cleaned(text)
        found = _short(self._tokens(clean, locale))
        if offsets is None:
            return found
        return [token._replace(start=offsets[token.start], end=offsets[token.end]) for token in found]

    def query(self, text: str) -> Query:
        """Return what a reader looks for who typed `text`, in whichever language: its first words, each once."""
        return self._known(text) if len(text) <= SHORT else self._query(text)

    def _query(self, text: str) -> Query:
        clean, _ = _cleaned(unicodedata.normalize("NFC", text))
        locale: Locale = "ko" if is_korean(clean) else "en"
        found = _short([*self._tokens(clean, locale), *self._translated(clean), *_as_typed(clean)])
        words = _first(map(_sought, _grouped(token for token in found if token.role != "link")))
        end = words[-1].end if words else 0
        links = dict.fromkeys(token.text for token in found if token.role == "link" and token.end <= end)
        apart = [text for text in links if not any(text in word.forms for word in words)]
        return Query(words, apart[:MOST_WORDS])

    def _tokens(self, text: str, locale: Locale) -> list[Token]:
        found, rest = _dates(text)
        figures, rest = _figures(text, rest, locale)
        found += figures
        found += _latin(rest)
        found += [Token(match[0].lower(), *match.span()) for match in _OTHER_SCRIPTS.finditer(rest)]
        if is_korean(text):
            found += self._korean(text)
            found += [Token(match[0], *match.span()) for match in _INITIALS.finditer(text)]
        found += [Token(_of_term(each.term, locale), *each.span) for each in glossary.find(text, locale, self.terms)]
        return found

    def _translated(self, text: str) -> Iterator[Token]:
        """Yield the glossary's terms in `text` in the other language: one's words find what the other says."""
        for locale, script in _SCRIPTS.items():
            for each in glossary.find(text, locale, self.terms) if script.search(text) else ():
                yield Token(_of_term(each.term, OTHER[locale]), *each.span, "translation")

    def _korean(self, text: str) -> Iterator[Token]:
        undotted, places = _without_dots(text)
        before: list[Morpheme] = []
        for run in _runs(self._splitter.morphemes(undotted)):
            for token in (*self._of_run(run), *_linked(undotted, before, run)):
                yield token._replace(start=places[token.start], end=places[token.end - 1] + 1)
            before = run

    def _of_run(self, run: Sequence[Morpheme]) -> Iterator[Token]:
        """Yield the words of morphemes that touch each other: each noun, each pair of neighbours, all of them."""
        start, end = run[0].start, run[-1].end
        is_compound = len(run) > 1 and any(each.kind == "noun" for each in run)
        for each in run:
            if each.kind in ("noun", "verb", "other"):
                yield Token(each.form.lower(), each.start, each.end, "part" if is_compound else "whole")
                yield from (Token(part, each.start, each.end, "part") for part in self._splitter.parts(each.form))
        if is_compound:
            yield Token(squeezed("".join(each.form for each in run)), start, end)
        if len(run) > 2:
            for one, other in pairwise(run):
                yield Token(squeezed(one.form + other.form), one.start, other.end, "part")


def is_korean(text: str) -> bool:
    """Tell whether there is any Hangul in a text: no splitter has anything to say of one without."""
    return _HANGUL.search(text) is not None


def _short(tokens: Iterable[Token]) -> list[Token]:
    """Return the tokens without empty ones, none longer than an index takes."""
    return [token._replace(text=token.text[:LONGEST]) for token in tokens if token.text]


def _as_typed(text: str) -> Iterator[Token]:
    """Yield Korean words as they are typed, and without particles: alone, a noun may be taken for a verb (부고)."""
    yield from (Token(each.form, each.start, each.end, "part") for each in ParticleSplitter().morphemes(text))


def initials_of(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the initials of each Korean word, for readers who type no more than those."""
    for token in tokens:
        typed = initials(token.text)
        if token.role != "link" and typed != token.text and are_initials(typed):
            yield token._replace(text=typed)


def _cleaned(text: str) -> tuple[str, list[int] | None]:
    """Return text in NFC with plain blanks and letters, and where each character stood unless all are in place."""
    composed, offsets = korean.composed(text)
    return composed.translate(_FOLDED), offsets


def _dates(text: str) -> tuple[list[Token], str]:
    found, rest = dates.find(text)
    tokens = [
        Token(form, date.start, date.end, "part" if index else "whole")
        for date in found
        for index, form in enumerate(date.forms)
    ]
    return tokens, rest


def _figures(text: str, rest: str, locale: Locale) -> tuple[list[Token], str]:
    """Return the numbers of `rest` by value, and those with their unit; and `rest` without their digits."""
    tokens: list[Token] = []
    for number in numbers(rest, locale):
        values = [value for kind, value in number.values if kind in ("number", "digits")]
        is_in_a_name = re.search(r"[A-Za-z][-‐‑]?$", text[max(number.start - 2, 0) : number.start])
        if not number.needed or is_in_a_name:
            continue
        # Some were read with what they count, as 오백 명.
        last = max(number.start, number.end - _LONGEST_UNIT)
        unit = _UNIT_WITHIN.search(text, last, number.end) or _UNIT_BEHIND.match(text, number.end)
        end = min(unit.end() if unit else number.end, number.start + _LONGEST_FIGURE)
        for value in map(_written, values):
            if unit:
                tokens.append(Token(value + unit[1], number.start, end))
            tokens.append(Token(value, number.start, end, "part" if unit else "whole"))
        if any(char.isdigit() for char in number.text):
            rest = rest[: number.start] + " " * (number.end - number.start) + rest[number.end :]
    return tokens, rest


def _written(value: Fraction | str) -> str:
    if isinstance(value, str) or value.denominator == 1:
        return str(value)
    return f"{float(value):.4g}"


def _latin(text: str) -> Iterator[Token]:
    before: re.Match[str] | None = None
    for match in english.WORD.finditer(text):
        for index, form in enumerate(english.words(match[0])):
            yield Token(form, *match.span(), "part" if index else "whole")
        if before and text[before.end() : match.start()] in _APART and (link := english.joined(before[0], match[0])):
            yield Token(link, before.start(), match.end(), "link")
        before = match


def _of_term(term: Term, locale: Locale) -> str:
    """Return a term as one word: its preferred form, squeezed; in English by its stems."""
    if locale == "ko":
        return squeezed(term.ko)
    return "".join(form for word in english.WORD.findall(term.en) for form in english.words(word)[:1])


def _without_dots(text: str) -> tuple[str, list[int]]:
    """Return text without the dots that only list, and where each character of it stands."""
    text = _POINT.sub(".", text)
    kept = list(range(len(text)))
    for match in reversed(list(_DOT.finditer(text))):
        del kept[match.start() : match.end()]
    return "".join(text[place] for place in kept), kept


def _runs(morphemes: Iterable[Morpheme]) -> Iterator[list[Morpheme]]:
    """Yield the morphemes that make up one word each: those that touch, where nothing but a noun's parts is between."""
    run: list[Morpheme] = []
    for each in morphemes:
        if run and not (each.start == run[-1].end and {each.kind, run[-1].kind} <= _COMPOUNDED):
            yield run
            run = []
        run.append(each)
    if run:
        yield run


def _linked(text: str, before: Sequence[Morpheme], run: Sequence[Morpheme]) -> Iterator[Token]:
    """Yield what a noun and the one before would be if they were not written apart: 한미 동맹 is 한미동맹."""
    if before and text[before[-1].end : run[0].start] == " " and run[0].kind == "noun":
        one, other = before[-1], run[0]
        if one.kind in ("noun", "affix", "number"):
            yield Token(squeezed(one.form + other.form), one.start, other.end, "link")


def _grouped(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    """Yield the tokens that stand for the same word: those whose ranges overlap."""
    group: list[Token] = []
    end = 0
    for token in sorted(tokens, key=lambda each: (each.start, -each.end)):
        if group and token.start >= end:
            yield group
            group = []
        group.append(token)
        end = max(end, token.end)
    if group:
        yield group


def _first(words: Iterable[Sought]) -> list[Sought]:
    """Return the words a query begins with, each once, as many as are looked for."""
    kept: list[Sought] = []
    forms: set[str] = set()
    for word in words:
        if any(word.forms == each.forms for each in kept):
            continue
        forms |= word.forms.keys()
        if len(kept) == MOST_WORDS or (kept and len(forms) > MOST_FORMS):
            break
        kept.append(word)
    return kept


def _sought(group: Sequence[Token]) -> Sought:
    """Return a word's forms: its whole ones, which nothing in the group is longer than, and what is within."""
    start, end = min(token.start for token in group), max(token.end for token in group)
    longest = max((token.end - token.start for token in group if token.role == "whole"), default=0)
    wholes = _some(each.text for each in group if each.role == "whole" and each.end - each.start == longest)
    translations = _some(each.text for each in group if each.role == "translation" and each.text not in wholes)
    parts = _some(each.text for each in group if each.text not in (*wholes, *translations))
    shares = dict.fromkeys(wholes, WHOLE if parts else 1.0)
    shares |= dict.fromkeys(parts, (1 - WHOLE if wholes else 1.0) / max(len(parts), 1))
    shares |= dict.fromkeys(translations, TRANSLATION)
    return Sought(start, end, dict(sorted(shares.items())))


def _some(forms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(forms))[:MOST_OF_A_KIND]
