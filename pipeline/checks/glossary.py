"""The glossary's terms: the preferred form where the source has the term, and nowhere a forbidden one."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.glossary import Found, find, replace, stands
from schemas.language import Locale, Span, Term


@check("glossary", "warning")
def glossary_followed(pair: Pair) -> Iterator[Finding]:
    """The glossary's terms are used, and forbidden forms are not.

    A term of the source whose preferred form the translation lacks is a warning. A forbidden form in the translation
    is an error, with a fix that puts the preferred one in its place and mends the particle after it.
    """
    if not pair.glossary:
        return
    forbidden: dict[tuple[Term, str], list[Found]] = {}
    for found in find(pair.target, pair.target_locale, pair.glossary):
        if found.forbidden:
            forbidden.setdefault((found.term, found.form), []).append(found)
    yield from _missing(pair, {term for term, _ in forbidden})
    for (term, form), places in forbidden.items():
        yield Finding(
            f"The glossary forbids “{form}”: write “{_preferred(term, pair.target_locale)}”.",
            target_span=places[0].span,
            fix=_mended(pair, term, places),
            severity="error",
        )


def _missing(pair: Pair, misnamed: set[Term]) -> Iterator[Finding]:
    """One finding per term of the source that the target does not have, be it under a longer term's name."""
    by_span: dict[Span, list[Term]] = {}
    for found in find(pair.source, pair.source_locale, pair.glossary):
        if not found.forbidden:
            by_span.setdefault(found.span, []).append(found.term)
    told: set[frozenset[Term]] = set()
    for span, terms in by_span.items():
        if frozenset(terms) in told:
            continue
        told.add(frozenset(terms))
        forms = [_preferred(term, pair.target_locale) for term in terms]
        if misnamed.intersection(terms) or any(_has(pair, form) for form in forms):
            continue
        wanted = " or ".join(f"“{form}”" for form in dict.fromkeys(forms))
        message = f"The glossary has {wanted} for “{pair.source[slice(*span)]}”; the translation has not."
        yield Finding(message, source_span=span)


def _has(pair: Pair, form: str) -> bool:
    return not form or stands(pair.target, pair.target_locale, form)


def _mended(pair: Pair, term: Term, places: list[Found]) -> str | None:
    preferred = _preferred(term, pair.target_locale)
    if not preferred:
        return None
    text = pair.target
    for place in sorted(places, key=lambda item: -item.span[0]):
        text = replace(text, place.span, preferred, pair.target_locale)
    return text


def _preferred(term: Term, locale: Locale) -> str:
    return (term.ko if locale == "ko" else term.en).strip()
