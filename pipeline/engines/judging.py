"""Whether what a language model gave for a text is a translation at all; how good it is, is for checks and people."""

from collections.abc import Sequence

from pipeline.checks.artefacts import artefacts
from pipeline.checks.base import Pair
from pipeline.checks.scripts import HANGUL, LETTER, prose, stays
from pipeline.checks.untranslated import untranslated
from pipeline.engines.answers import absurdly_long
from pipeline.engines.prompt import INSTRUCTIONS
from schemas.language import Locale, Term

# What no translation has in common with our instructions by chance.
_OURS = tuple(line[:40] for line in INSTRUCTIONS.splitlines() if "{" not in line[:40])


def fault(text: str, answer: str, source: Locale, target: Locale, terms: Sequence[Term]) -> str | None:
    """Return what the model did instead of translating `text`, to be read after its name; None if it did translate.

    Repeats nothing of either text.
    """
    if absurdly_long(answer, text):
        return "gave an absurdly long answer"
    pair = Pair(text, answer, source, target, terms)
    if not answer.strip():
        return "gave no translation"
    if any(line in answer and line not in text for line in _OURS):
        return "gave its instructions back"
    if artefacts(pair):
        return "spoke for itself instead of translating"
    if untranslated(pair):
        return "gave the text back untranslated"
    if _in_another_language(answer, target):
        return "answered in another language"
    return None


def _in_another_language(answer: str, target: Locale) -> bool:
    words = prose(answer)
    letters: list[str] = LETTER.findall(words)
    hangul = len(HANGUL.findall(words))
    latin = sum(letter < "ɐ" for letter in letters)
    if target == "en":
        return latin * 2 < len(letters)
    return (hangul + latin) * 2 < len(letters) or (not hangul and not stays(words, "en"))
