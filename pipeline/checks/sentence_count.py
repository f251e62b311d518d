"""Sentences that were left out or added."""

import re
from collections.abc import Iterator

from pipeline import sentences
from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.length import weight
from schemas.language import Locale

_QUOTED = re.compile(r"“[^”\n]{0,400}”|‘[^’\n]{0,400}’|\"[^\"\n]{0,400}\"|\([^()\n]{0,400}\)")
_JOINT = re.compile(r";\s|:\s|\s[–—-]\s|—|,\s(?:and|but|so|while|which|where|who)\s|고,\s|며,\s|\n")
_ABBREVIATED = re.compile(r"(?<![A-Z.])(?:[A-Z]\.){2,8}")
# Where two sentences were made one or one two, the text stays about as long; with one left out it does not.
SHORTENED = 0.72
# Shorter texts are headings, in which a full stop is one of U.S. or No.
LEAST = 45


@check("sentence_count", "warning")
def sentence_count(pair: Pair) -> Iterator[Finding]:
    """No sentence is missing and none was added.

    The two sides have different numbers of sentences, and neither a joint (a semicolon, a relative clause) nor the
    length of the text says that some were merely put together or taken apart.
    """
    source, joints = _count(pair.source, pair.source_locale)
    target, more = _count(pair.target, pair.target_locale)
    if source == target or source + joints >= target > source or target + more >= source > target:
        return
    long, short = weight(pair.source, pair.source_locale), weight(pair.target, pair.target_locale)
    if max(long, short) < LEAST:
        return
    if source < target:
        long, short = short, long
    if min(source, target) < 2 and short > SHORTENED * long:
        return
    message = f"The source has {source} sentences, the translation {target}."
    yield Finding(message, (0, len(pair.source)), (0, len(pair.target)))


def _count(text: str, locale: Locale) -> tuple[int, int]:
    """Return how many sentences `text` has, and how many joints at which a translator may part one."""
    text = _ABBREVIATED.sub(lambda match: match[0].replace(".", ""), _QUOTED.sub("", text))
    return len(sentences.spans(text.strip(), locale)), len(_JOINT.findall(text))
