"""Korean that addresses its readers in two ways."""

from collections import Counter
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.levels import Level, levels

_NAMES: dict[Level, str] = {"polite": "합니다", "plain": "한다"}
# So many sentences elsewhere, and so much of them, make the level of an entry.
ENOUGH = 3
MOSTLY = 0.8


@check("speech_level", "warning")
def speech_level(pair: Pair) -> Iterator[Finding]:
    """The Korean keeps to one speech level, 합니다 or 한다.

    A sentence ends in 한다 among others of the same text in 합니다 or 해요, or the other way round. Quotations and
    headings without a full stop do not count.
    """
    if pair.target_locale != "ko":
        return
    found = levels(pair.target)
    here: Counter[Level] = Counter(level for level, _ in found)
    if not here:
        return
    usual = _usual(pair.context.entry.levels) or (here.most_common(1)[0][0] if len(here) > 1 else None)
    for level, span in found:
        if usual and level != usual:
            message = f"This sentence is in the style of {_NAMES[level]}; the rest of the text is in {_NAMES[usual]}."
            yield Finding(message, target_span=span)


def _usual(elsewhere: Counter[Level]) -> Level | None:
    for level, count in elsewhere.most_common(1):
        if count >= ENOUGH and count >= MOSTLY * elsewhere.total():
            return level
    return None
