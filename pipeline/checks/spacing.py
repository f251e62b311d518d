"""Blanks: too many, too few, or in the wrong place."""

import re
from collections.abc import Iterator

from pipeline import korean
from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import prose

_DOUBLE = re.compile(r"(?<=[^\s|.:]) {2,8}(?=[^\s|])")
_BEFORE_STOP = re.compile(r"(?<=[A-Za-z가-힣])[ \u00a0]{1,8}(?=[,.!?](?:\s|$))")
_PARTICLE = re.compile(r"(?<=[가-힣]{2}) (?P<particle>을|를|는)(?=\s)")
_KOREAN_STOP = re.compile(r"(?<=[다요오죠])[.!?](?=[가-힣]{2})")
_ENGLISH_STOP = re.compile(r"(?<=[a-z]{2})(?:,(?=[A-Za-z]{2})|[.!?](?=[A-Z][a-z]))")


@check("spacing", "warning")
def spacing(pair: Pair) -> Iterator[Finding]:
    """Blanks stand where the language wants them.

    Two in a row where the source has none so, one before a comma or a full stop or before a Korean particle (학교 를),
    none after a comma or a full stop. Code and addresses are left alone.
    """
    text, target = prose(pair.target), pair.target
    if not _DOUBLE.search(pair.source):
        for match in _DOUBLE.finditer(target):
            yield _told("There is more than one blank", target, match, " ")
    for match in _BEFORE_STOP.finditer(text):
        if target[slice(*match.span())] == match[0]:
            yield _told("A blank stands before the punctuation", target, match, "")
    if pair.target_locale == "ko":
        for match in _PARTICLE.finditer(text):
            if target[slice(*match.span())] == match[0]:
                right = korean.agree(target[: match.start()][-60:], match["particle"])
                yield _told("A blank stands before the particle", target, match, right)
    for match in (_KOREAN_STOP if pair.target_locale == "ko" else _ENGLISH_STOP).finditer(text):
        yield _told("A blank is missing after the punctuation", target, match, match[0] + " ")


def _told(what: str, target: str, match: re.Match[str], instead: str) -> Finding:
    start, end = match.span()
    shown = target[max(0, start - 10) : end + 10].strip()
    return Finding(f"{what}: “{shown}”.", target_span=(start, end), fix=target[:start] + instead + target[end:])
