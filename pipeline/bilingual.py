"""Reads a plain-text document that holds the same text in Korean and in English, as associations keep them.

It tells the languages apart, finds titles and paragraphs and drops nothing; which sentence renders which is
`pipeline.align`'s to find.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from pipeline import script
from schemas.language import LOCALES, OTHER, Locale

NAMES: dict[Locale, str] = {"ko": "Korean", "en": "English"}
STRAY = 0.25  # the share of a language's letters that may stand in the other's half; with more, the languages alternate
_LABEL = re.compile(
    r"[\W_]*(?:한국어|한글|국문|영어|영문|korean|english|kor|eng)(?:\s*(?:본|판|원문|번역|version|text))?[\W_]*",
    re.IGNORECASE,
)
_LISTED = re.compile(r"(?:[-*+]|\d{1,2}[.)])\s(?!\s*\d{1,2}\.)")
_MISREAD = re.compile(
    r"^(?:(?P<number>\d{3,9}|\d{1,2}(?=\.\s*\d{1,2}\.))(?=[.)]\s)|(?=[#>]|`{3}|~{3}|\[[^\]]*\]:))|(?=<[A-Za-z/!?])"
)


class NotBilingual(ValueError):
    """The document is empty or lacks a language; the message is one sentence for whoever wrote it."""


@dataclass(frozen=True)
class Leftover:
    """A line of neither language alone: `[English]`, a rule, `회장 / President` at an edge. Lines count from 1."""

    line: int
    text: str


@dataclass(frozen=True)
class Half:
    """What the document says in one language. `title` is empty when the text begins without one."""

    title: str
    paragraphs: tuple[str, ...]

    @property
    def body(self) -> str:
        """The paragraphs as Markdown: list items stay together, and what Markdown would misread is escaped."""
        text = ""
        for before, paragraph in pairwise(("", *self.paragraphs)):
            listed = _LISTED.match(before) and _LISTED.match(paragraph)
            text += "" if not text else "\n" if listed else "\n\n"
            text += _MISREAD.sub(lambda found: f"{found['number'] or ''}\\", paragraph)
        return text + "\n"


@dataclass(frozen=True)
class Bilingual:
    """A document read: both halves, the language whose text comes first, and what is neither's."""

    ko: Half
    en: Half
    first: Locale
    leftovers: tuple[Leftover, ...] = ()

    def half(self, locale: Locale) -> Half:
        """Return what the document says in `locale`."""
        return self.ko if locale == "ko" else self.en


@dataclass(frozen=True)
class _Paragraph:
    line: int
    block: int
    text: str
    kind: Locale | Literal["mixed"] | None
    locale: Locale | None = None


def read(text: str) -> Bilingual:
    """Take `text` apart into its Korean and its English title and paragraphs.

    The languages may follow each other as halves or alternate paragraph by paragraph; titles may stand above
    their own text, both on top, or both; paragraphs end at blank lines or at line ends, and lines wrapped by
    hand are joined. The script tells the language. Inside a half a stray paragraph of the other language (a
    quotation) stays where it is; at the edges (a title, a signature) it goes to its own language.

    Every word of `text` (in NFC) is in exactly one title, paragraph or leftover, but for two exceptions: a title
    repeated before the text it heads is kept once, and a first line that holds both titles loses the mark
    between them. Raises `NotBilingual`.
    """
    found = [_Paragraph(*each, script.language(each[2])) for each in script.paragraphs(text)]
    labels = [each for each in found if _LABEL.fullmatch(each.text)]
    found = [each for each in found if not _LABEL.fullmatch(each.text)]
    if not found:
        raise NotBilingual("the document is empty")
    titles = script.split_titles(found[0].text) if found[0].kind == "mixed" else None
    placed = _place(found[1:] if titles else found)
    if not any(each.locale for each in placed):
        raise NotBilingual("the document has no text in Korean or in English")
    halves: dict[Locale, Half] = {}
    bodies: list[_Paragraph] = []
    for locale in LOCALES:
        title, body = _headed(placed, locale, titles[locale] if titles else None)
        halves[locale] = Half(title, tuple(each.text for each in body))
        bodies += body
    neither = sorted(labels + [each for each in placed if each.locale is None], key=lambda each: each.line)
    first = min(bodies, key=lambda each: (not script.prose(each.text), each.line)).locale
    return Bilingual(
        ko=halves["ko"],
        en=halves["en"],
        first="ko" if first == "ko" else "en",
        leftovers=tuple(Leftover(each.line, each.text) for each in neither),
    )


def _place(found: Sequence[_Paragraph]) -> list[_Paragraph]:
    """Give every paragraph its language, or None where it stands between the languages and is neither's."""
    placed = _by_halves(found)
    begun = next((each.line for each in placed if script.prose(each.text)), 0)
    before = _last_known(placed)
    after = reversed(_last_known(placed[::-1]))
    return [
        each if each.locale else replace(each, locale=_undecided(each, *sides, headed=each.line > begun))
        for each, *sides in zip(placed, before, after, strict=True)
    ]


def _by_halves(found: Sequence[_Paragraph]) -> list[_Paragraph]:
    """Give each paragraph the language of its script, and a stray one inside a half the language of that half."""
    placed = [replace(each, locale=each.kind if each.kind != "mixed" else None) for each in found]
    titles = {title.text for locale in LOCALES if (title := _title(placed, locale))}
    weights = [0 if each.text in titles else script.weight(each.text) for each in placed]
    behind: dict[Locale, float] = dict.fromkeys(LOCALES, 0.0)
    ahead = {
        locale: sum(said for said, each in zip(weights, placed, strict=True) if each.locale == locale)
        for locale in LOCALES
    }
    most_stray = STRAY * min(ahead.values())
    split, stray = 0, min(ahead.values())
    for index, (said, each) in enumerate(zip(weights, placed, strict=True), 1):
        if each.locale:
            behind[each.locale] += said
            ahead[each.locale] -= said
        here = min(behind[locale] + ahead[OTHER[locale]] for locale in LOCALES)
        if here < stray:
            split, stray = index, here
    if stray > most_stray:
        return placed
    return _with_strays(placed[:split]) + _with_strays(placed[split:])


def _with_strays(half: list[_Paragraph]) -> list[_Paragraph]:
    """Give the half's language, its heaviest, to paragraphs of the other that stand between two of its running ones."""
    said = {
        locale: sum(script.weight(each.text) for each in half if each.locale == locale and script.prose(each.text))
        for locale in LOCALES
    }
    own = max(LOCALES, key=lambda locale: said[locale])
    running = [index for index, each in enumerate(half) if each.locale == own and script.prose(each.text)]
    inside = range(running[0], running[-1]) if running else range(0)
    return [replace(each, locale=own) if index in inside and each.locale else each for index, each in enumerate(half)]


def _last_known(placed: Sequence[_Paragraph]) -> list[_Paragraph | None]:
    """Return for each paragraph the last one before it whose language is known."""
    last: _Paragraph | None = None
    known = []
    for each in placed:
        known.append(last)
        last = each if each.locale else last
    return known


def _undecided(each: _Paragraph, before: _Paragraph | None, after: _Paragraph | None, *, headed: bool) -> Locale | None:
    """Return the language for a paragraph that its script leaves open, by its neighbours.

    Between the languages a date, number or address goes with its block, else with the text it ends or, before
    any text, with what it heads; a rule and a line in both languages stay with neither.
    """
    counts = each.kind is None and any(character.isalnum() for character in each.text)
    sides = [side for side in (before, after) if side is not None]
    if len({side.locale for side in sides}) == 1 and (counts or len(sides) == 2):
        return sides[0].locale
    if not counts or not sides:
        return None
    joined = [side for side in sides if side.block == each.block]
    return joined[0].locale if len(joined) == 1 else sides[0 if headed else 1].locale


def _title(placed: Sequence[_Paragraph], locale: Locale) -> _Paragraph | None:
    """Return the paragraph that is the title in `locale`: the first one, dates aside, unless it is running text."""
    first = next(
        (each for each in placed if each.locale == locale and each.kind and not script.is_date(each.text)), None
    )
    return first if first and not script.prose(first.text) and not script.BULLET.match(first.text) else None


def _headed(placed: Sequence[_Paragraph], locale: Locale, title: str | None) -> tuple[str, list[_Paragraph]]:
    """Return the title of a half and its paragraphs, the title's repeats before the text folded into it."""
    own = [each for each in placed if each.locale == locale]
    other = NAMES[OTHER[locale]]
    if not own:
        raise NotBilingual(f"the document has no {NAMES[locale]} text, only {other}")
    if title is None:
        found = _title(own, locale)
        title = found.text if found else ""
    body: list[_Paragraph] = []
    heading = True
    for each in own:
        if not (heading and each.text == title):
            heading = heading and (each.kind is None or script.is_date(each.text))
            body.append(each)
    if not any(each.kind for each in body):
        raise NotBilingual(f"the {NAMES[locale]} title in line {own[0].line} has no {NAMES[locale]} text below it")
    return title, body
