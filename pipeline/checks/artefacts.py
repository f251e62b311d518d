"""What engines leave in a text that is no translation."""

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline import sentences
from pipeline.checks.base import Finding, Pair, check
from schemas.language import Locale, Span

_BROKEN = re.compile("\ufffd+")
# UTF-8 read as Windows-1252 or Latin-1: ’ becomes â€™, é Ã©, 한 í•œ.
_MOJIBAKE = re.compile(
    'â€[™œ\u009dž¦"“”˜\u0080-\u009f]?|Ã[\u0080-\u00bf]|Â[\u00a0-\u00bf]|[êëìí][\u0080-¿•œ–—˜™š›€‚„…†‡ˆ‰‹ŒŽ“”]{2}'
)
_TOKEN = re.compile(r"<\|[A-Za-z_]{1,30}\|>|\[/?INST\]|<</?SYS>>|</?s>|<(?:start|end)_of_turn>")
_REFUSAL = re.compile(
    r"(?:I['’]m sorry,? but|I apologi[sz]e,? but|Sorry,? (?:but )?I)[^.\n]{0,20} can(?:not|['’]t)"
    r"|\bAs an AI\b|\bAI language model\b|\bI (?:cannot|can['’]t|am unable to) (?:translate|assist|fulfill|help with)"
    r"|(?:인공지능|AI)\s?(?:언어\s?)?모델(?:로서|이므로|이라)"
    r"|죄송(?:합니다|하지만)[^\n]{0,40}(?:번역|도와|요청)[^.\n]{0,30}(?:없|못|어렵)",
    re.IGNORECASE,
)
_ECHO = re.compile(
    r"\s*(?:(?:Sure|Certainly|Of course|Okay)[,!.]{1,2} ?(?:here|I)|Here(?: is|['’]s) (?:the"
    r"|your|a) (?:\w{1,20} )?translation"
    r"|Translate (?:the following|this|into|from)|(?:English|Korean) translation:|Translation:|Translated text:"
    r"|(?:한국어|영어|한글|영문)?\s?(?:번역|번역문|번역본|번역 결과)\s?[:：]|(?:다음은|아래는)[^.\n]{0,40}번역"
    r"|물론(?:입니다|이죠)[^.\n]{0,40}번역|다음(?:을|\s?(?:글|문장|텍스트)을)[^.\n]{0,30}번역(?:하|해))",
    re.IGNORECASE,
)
_SPEAKS_OF_IT = re.compile(r"번역|옮기|옮긴|translat", re.IGNORECASE)
_SORRY = re.compile(r"죄송|미안|사과|sorry|apolog|인공지능|\bAI\b", re.IGNORECASE)


@check("artefacts", "error")
def artefacts(pair: Pair) -> Iterator[Finding]:
    """The translation holds nothing that an engine says for itself.

    Broken characters (�, â€™), the tokens and apologies of language models, an instruction given back, and text given
    twice, of which the fix keeps one.
    """
    patterns = [("broken characters", _BROKEN), ("broken characters", _MOJIBAKE), ("an engine's own mark", _TOKEN)]
    if not _SORRY.search(pair.source):
        patterns.append(("an apology instead of a translation", _REFUSAL))
    for what, pattern in patterns:
        match = pattern.search(pair.target)
        if match and match[0] not in pair.source:
            yield _said(what, match.span(), pair.target)
    if not _SPEAKS_OF_IT.search(pair.source) and (match := _ECHO.match(pair.target)):
        yield _said("words about the translation", match.span(), pair.target)
    span = _doubled(pair.target, pair.target_locale)
    if span and _doubled(pair.source, pair.source_locale) is None:
        yield Finding("The translation says the same twice.", None, span, _without(pair.target, span))


def _said(what: str, span: Span, text: str) -> Finding:
    return Finding(f"The translation holds {what}: “{text[span[0] : min(span[1], span[0] + 60)]}”.", target_span=span)


def _doubled(text: str, locale: Locale) -> Span | None:
    """Return the range of the second half of a text that is its first again, or of a sentence given twice running."""
    words = list(re.finditer(r"\S+", text))
    half = len(words) // 2
    if half >= 2 and len(words) == 2 * half and all(words[n][0] == words[n + half][0] for n in range(half)):
        return words[half].start(), len(text.rstrip())
    found = sentences.spans(text, locale)
    for (start, end), (again, last) in pairwise(found):
        sentence = text[start:end].strip()
        if len(sentence) >= 6 and " " in sentence and sentence == text[again:last].strip():
            return again, again + len(sentence)
    return None


def _without(text: str, span: Span) -> str:
    return text[: span[0]].rstrip() + (text[span[1] :] if text[span[1] :].strip() else "")
