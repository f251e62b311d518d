"""The glossary's forbidden forms."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.glossary import Found, find, preferred, replace
from schemas.language import Term


@check("forbidden", "error")
def forbidden(pair: Pair) -> Iterator[Finding]:
    """No form that the glossary forbids stands in the translation.

    The fix puts the preferred form in its place and mends the particle after it.
    """
    if not pair.glossary:
        return
    for (term, form), places in misnamed(pair).items():
        yield Finding(
            f"The glossary forbids “{form}”: write “{preferred(term, pair.target_locale)}”.",
            target_span=places[0].span,
            fix=_mended(pair, term, places),
        )


def misnamed(pair: Pair) -> dict[tuple[Term, str], list[Found]]:
    """Return where forbidden forms stand in the translation, by term and form."""
    found: dict[tuple[Term, str], list[Found]] = {}
    for each in find(pair.target, pair.target_locale, pair.glossary):
        if each.forbidden:
            found.setdefault((each.term, each.form), []).append(each)
    return found


def _mended(pair: Pair, term: Term, places: list[Found]) -> str | None:
    wanted = preferred(term, pair.target_locale)
    if not wanted:
        return None
    text = pair.target
    for place in sorted(places, key=lambda item: -item.span[0]):
        text = replace(text, place.span, wanted, pair.target_locale, plural=place.plural)
    return text
