"""The glossary's terms: the preferred form where the source has the term."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.forbidden import misnamed
from pipeline.glossary import find, preferred, stands
from schemas.language import Span, Term


@check("glossary", "warning")
def glossary_followed(pair: Pair) -> Iterator[Finding]:
    """The glossary's terms are used.

    A term of the source whose preferred form the translation lacks. Where a forbidden form stands in its place,
    `forbidden` says so, and this check nothing besides.
    """
    if pair.glossary:
        yield from _missing(pair, {term for term, _ in misnamed(pair)})


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
        forms = [preferred(term, pair.target_locale) for term in terms]
        if misnamed.intersection(terms) or any(_has(pair, form) for form in forms):
            continue
        wanted = " or ".join(f"“{form}”" for form in dict.fromkeys(forms))
        message = f"The glossary has {wanted} for “{pair.source[slice(*span)]}”; the translation has not."
        yield Finding(message, source_span=span)


def _has(pair: Pair, form: str) -> bool:
    return not form or stands(pair.target, pair.target_locale, form)
