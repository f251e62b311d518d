"""Puts the glossary's preferred forms where an engine wrote what the glossary forbids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline import placeholders
from pipeline.glossary import Found, find, replace
from schemas.language import Locale, Span, Term


@dataclass(frozen=True)
class Replaced:
    """A forbidden form that was replaced: `old` as it stood in the target given, at `span`."""

    term: Term
    old: str
    new: str
    span: Span


def repair(
    source: str, target: str, source_locale: Locale, target_locale: Locale, terms: Iterable[Term]
) -> tuple[str, tuple[Replaced, ...]]:
    """Return `target` with forbidden forms replaced by preferred ones, and what was replaced, in order.

    Both texts are in placeholder form. A form is replaced only where the source has its term, under any name, and where
    it belongs to no other one that is named there. The particle, article, plural and capital around it are mended;
    placeholders stay. A target that would not be at rest then, or would lose a placeholder, comes back as it was: doing
    it twice changes nothing.
    """
    known = [term for term in terms if _preferred(term, target_locale)]
    named = {found.term for found in find(source, source_locale, known)}
    wrong = _wrong(target, target_locale, known, named) if named else []
    if not wrong:
        return target, ()
    repaired = target
    for found in reversed(wrong):
        word = _preferred(found.term, target_locale)
        repaired = replace(repaired, found.span, word, target_locale, plural=found.plural)
    at_rest = not _wrong(repaired, target_locale, known, named)
    if not at_rest or _tags(repaired) != _tags(target):
        return target, ()
    return repaired, tuple(
        Replaced(each.term, target[slice(*each.span)], _preferred(each.term, target_locale), each.span)
        for each in wrong
    )


def _wrong(target: str, locale: Locale, terms: Sequence[Term], named: set[Term]) -> list[Found]:
    """Return the forbidden forms to be replaced: each stands for one term alone of those that the source names."""
    tags = [(tag.start, tag.end) for tag in placeholders.tags(target)]
    by_span: dict[Span, list[Found]] = {}
    for found in find(target, locale, terms):
        by_span.setdefault(found.span, []).append(found)
    meant = [_meant(found, named) for span, found in by_span.items() if not _within(span, tags)]
    return [found[0] for found in meant if len(found) == 1 and found[0].forbidden]


def _meant(found: Sequence[Found], named: set[Term]) -> list[Found]:
    """Return what a form stands for here: terms that the source names."""
    return [each for each in found if each.term in named]


def _within(span: Span, tags: Sequence[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in tags)


def _tags(text: str) -> list[str]:
    return [text[tag.start : tag.end] for tag in placeholders.tags(text)]


def _preferred(term: Term, locale: Locale) -> str:
    return (term.ko if locale == "ko" else term.en).strip()
