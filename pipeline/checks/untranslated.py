"""Segments that nobody translated: left empty, or left as they were."""

from collections.abc import Iterator

from rapidfuzz import fuzz

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import HANGUL, INK, LETTER, stays
from pipeline.placeholders import plain

# A target this like its source (0 to 100) is the source; of shorter ones, names and titles may be nearly alike.
NEARLY = 85
LONG_ENOUGH = 20
COMPARED = 2_000


@check("untranslated", "error")
def untranslated(pair: Pair) -> Iterator[Finding]:
    """The segment is translated.

    Its target is blank but for placeholders, or the same, or nearly, as a source that holds words of its own language.
    Names, acronyms, figures and placeholders alone may stay as they are, and so may what the glossary writes alike in
    both languages.
    """
    if not INK.search(pair.source):
        return
    if not INK.search(pair.target) or (LETTER.search(plain(pair.source)) and not INK.search(plain(pair.target))):
        yield Finding("This segment is not translated yet.", source_span=(0, len(pair.source)))
    elif (_folded(pair.source) == _folded(pair.target) or _nearly_the_source(pair)) and not _may_stay(pair):
        message = "The translation is the same as the source: this segment is not translated yet."
        yield Finding(message, (0, len(pair.source)), (0, len(pair.target)))


def _may_stay(pair: Pair) -> bool:
    alike = {_folded(term.ko) for term in pair.glossary if _folded(term.ko) == _folded(term.en)}
    return stays(pair.source, pair.source_locale) or _folded(pair.source) in alike


def _nearly_the_source(pair: Pair) -> bool:
    """Tell whether the target is the source with a word changed: in the source's language, and almost its text."""
    korean = bool(HANGUL.search(pair.target))
    if korean is (pair.target_locale == "ko") or len(pair.source) < LONG_ENOUGH:
        return False
    return fuzz.ratio(pair.source[:COMPARED], pair.target[:COMPARED]) >= NEARLY


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
