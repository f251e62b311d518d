"""Punctuation and quotation marks as each language writes them."""

import re
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import prose
from pipeline.placeholders import TAG

_WIDE = str.maketrans("，．！？：；（）［］％", ",.!?:;()[]%")
_IS_WIDE = re.compile("[，．！？：；（）［］％]")
_FOREIGN_IN_ENGLISH = re.compile(r"([「『《〈])([^「」『』《》〈〉]{1,200})([」』》〉])")
_FOREIGN_QUOTE = re.compile("[„‚«»‹›]")
_NUMBERING = re.compile(r"(?m)(?:^|(?<=\s))[\w가-힣]{1,3}\)")
_SMILEY = re.compile(r"[:;]-?[()]")
_BRACKETS = {"(": ")", "[": "]", "“": "”"}
_ASKS_KOREAN = re.compile(r"(?:까|나|는가|ㄴ가|은가|던가|니|냐)[.。]\s*$")
_ASKS_ENGLISH = re.compile(
    r"[\"“‘'(\s]*(?:why|what|where|when|who|whose|how|which|do|does|did|is|are|was|were|can"
    r"|could|will|would|shall|should|have|has|had)\s",
    re.IGNORECASE,
)


@check("punctuation", "warning")
def punctuation(pair: Pair) -> Iterator[Finding]:
    """Punctuation and quotation marks are those of the language, and come in pairs.

    Full-width marks (！), quotation marks of other languages („, and 「」 in English), a bracket or quotation mark that
    is opened or closed alone though not in the source, a question that ends in a full stop.
    """
    yield from _foreign(pair)
    yield from _unpaired(pair)
    yield from _question(pair)


def _foreign(pair: Pair) -> Iterator[Finding]:
    text = pair.target
    if (match := _IS_WIDE.search(text)) and not _IS_WIDE.search(pair.source):
        yield Finding(f"“{match[0]}” is a full-width mark.", target_span=match.span(), fix=text.translate(_WIDE))
    if pair.target_locale == "en" and (match := _FOREIGN_IN_ENGLISH.search(text)):
        fix = _FOREIGN_IN_ENGLISH.sub(r"“\2”", text)
        yield Finding(f"“{match[1]}” is no quotation mark of English.", target_span=match.span(), fix=fix)
    if (match := _FOREIGN_QUOTE.search(text)) and not _FOREIGN_QUOTE.search(pair.source):
        yield Finding(f"“{match[0]}” is no quotation mark of either language.", target_span=match.span())


def _unpaired(pair: Pair) -> Iterator[Finding]:
    source, target = _countable(pair.source), _countable(pair.target)
    for opening, closing in _BRACKETS.items():
        if source.count(opening) == source.count(closing) and target.count(opening) != target.count(closing):
            which = opening if target.count(opening) > target.count(closing) else closing
            place = target.rfind(which)
            yield Finding(f"“{which}” stands without its other half.", target_span=(place, place + 1))
    if source.count('"') % 2 == 0 and target.count('"') % 2:
        place = target.rfind('"')
        yield Finding('“"” stands without its other half.', target_span=(place, place + 1))


def _countable(text: str) -> str:
    """Return `text` with what only looks like a bracket or quotation mark blanked: 1), :), 12"."""
    text = TAG.sub(_blank, prose(text))
    text = re.sub(r"(?<=[0-9])\"", " ", text) if text.count('"') % 2 else text
    return _SMILEY.sub(_blank, _NUMBERING.sub(_blank, text)) if text.count("(") != text.count(")") else text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _question(pair: Pair) -> Iterator[Finding]:
    text = TAG.sub(_blank, pair.target).rstrip("\"'”’)] \n")
    if not TAG.sub("", pair.source).rstrip("\"'”’)] \n").endswith("?") or not text.endswith("."):
        return
    asks = _ASKS_KOREAN.search(text[-40:]) if pair.target_locale == "ko" else _ASKS_ENGLISH.match(text)
    if asks and text.count(".") == 1:
        place = len(text) - 1
        fix = pair.target[:place] + "?" + pair.target[place + 1 :]
        yield Finding("The source asks a question; the translation ends in a full stop.", None, (place, place + 1), fix)
