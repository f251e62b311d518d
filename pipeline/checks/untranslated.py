"""Segments that nobody translated: left empty, or left as they were."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import INK, stays


@check("untranslated", "error")
def untranslated(pair: Pair) -> Iterator[Finding]:
    """The segment is translated.

    Its target is blank, or the same as a source that holds words of its own language. Names, acronyms, figures and
    placeholders alone may stay as they are, and so may what the glossary writes alike in both languages.
    """
    if not INK.search(pair.source):
        return
    if not INK.search(pair.target):
        yield Finding("This segment is not translated yet.", source_span=(0, len(pair.source)))
    elif _folded(pair.source) == _folded(pair.target) and not _may_stay(pair):
        message = "The translation is the same as the source: this segment is not translated yet."
        yield Finding(message, (0, len(pair.source)), (0, len(pair.target)))


def _may_stay(pair: Pair) -> bool:
    alike = {_folded(term.ko) for term in pair.glossary if _folded(term.ko) == _folded(term.en)}
    return stays(pair.source, pair.source_locale) or _folded(pair.source) in alike


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
