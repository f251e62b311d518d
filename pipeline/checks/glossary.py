"""The glossary's terms: the preferred form where the source has the term."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.forbidden import misnamed
from pipeline.glossary import accepted, find, preferred, stands
from schemas.language import Span, Term


@check("glossary", "warning")
def glossary_followed(pair: Pair) -> Iterator[Finding]:
    """The glossary's terms are used.

    A term of the source of which the translation has neither the preferred form nor an admitted one. Where a forbidden
    form stands in its place, `forbidden` says so, and this check nothing besides.
    """
    if pair.glossary:
        missing = list(_missing(pair))
        told = {term for term, _ in misnamed(pair)} if missing else set()
        yield from (finding for terms, finding in missing if not told.intersection(terms))


def _missing(pair: Pair) -> Iterator[tuple[list[Term], Finding]]:
    """Each term of the source that the target does not have, be it under a longer term's name, with its finding."""
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
        if any(_has(pair, form) for term in terms for form in accepted(term, pair.target_locale)):
            continue
        wanted = " or ".join(f"“{form}”" for form in dict.fromkeys(forms))
        message = f"The glossary has {wanted} for “{pair.source[slice(*span)]}”; the translation has not."
        yield terms, Finding(message, source_span=span)


def _has(pair: Pair, form: str) -> bool:
    return not form or stands(pair.target, pair.target_locale, form)
