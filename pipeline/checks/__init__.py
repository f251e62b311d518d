"""Quality checks over one segment: text in, issues out. To add one, write its module and name it in `CHECKS`."""

from collections.abc import Sequence

from msgspec.structs import replace

from pipeline import korean
from pipeline.checks.artefacts import artefacts
from pipeline.checks.base import Check, Context, Pair
from pipeline.checks.code import code
from pipeline.checks.contacts import contacts
from pipeline.checks.dates import dates, times
from pipeline.checks.entry import Entry
from pipeline.checks.forbidden import forbidden
from pipeline.checks.glossary import glossary_followed
from pipeline.checks.length import length
from pipeline.checks.links import links
from pipeline.checks.markup import markup
from pipeline.checks.memory_agrees import memory_agrees
from pipeline.checks.names import names
from pipeline.checks.negation import negation
from pipeline.checks.numbers import money, numbers_agree, units
from pipeline.checks.particles import particles
from pipeline.checks.placeholders import placeholders
from pipeline.checks.punctuation import punctuation
from pipeline.checks.repeated import repeated_word
from pipeline.checks.sentence_count import sentence_count
from pipeline.checks.spacing import spacing
from pipeline.checks.speech_level import speech_level
from pipeline.checks.structure import structure
from pipeline.checks.unsafe_html import unsafe_html
from pipeline.checks.untranslated import untranslated
from pipeline.checks.wrong_script import wrong_script
from schemas.language import Issue, Locale, Span, Term

__all__ = ["CHECKS", "Check", "Context", "Entry", "run"]

CHECKS: tuple[Check, ...] = (
    untranslated,
    markup,
    placeholders,
    structure,
    code,
    unsafe_html,
    links,
    contacts,
    numbers_agree,
    dates,
    times,
    money,
    units,
    forbidden,
    wrong_script,
    artefacts,
    glossary_followed,
    names,
    memory_agrees,
    negation,
    sentence_count,
    length,
    speech_level,
    particles,
    repeated_word,
    punctuation,
    spacing,
)


def run(
    source: str,
    target: str,
    source_locale: Locale,
    target_locale: Locale,
    *,
    glossary: Sequence[Term] = (),
    context: Context | None = None,
) -> list[Issue]:
    """Return the issues of one segment in the order of `CHECKS`, spans counted in `source` and `target` as given.

    A segment that is not translated is only asked for its placeholders besides: all else would follow from that.
    Text is compared in NFC, and a `fix` is in NFC. Raises nothing, whatever the texts are.
    """
    composed_source, source_offsets = korean.composed(source)
    composed_target, target_offsets = korean.composed(target)
    pair = Pair(composed_source, composed_target, source_locale, target_locale, glossary, context or Context())
    issues: list[Issue] = []
    for check in CHECKS:
        if check.always or not issues or issues[0].check != untranslated.name:
            issues += check(pair)
    if source_offsets is None and target_offsets is None:
        return issues
    return [
        replace(
            issue,
            source_span=_restored(issue.source_span, source_offsets),
            target_span=_restored(issue.target_span, target_offsets),
        )
        for issue in issues
    ]


def _restored(span: Span | None, offsets: list[int] | None) -> Span | None:
    return span if span is None or offsets is None else (offsets[span[0]], offsets[span[1]])
