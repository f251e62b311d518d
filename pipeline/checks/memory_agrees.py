"""What people confirmed as this source's translation."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.placeholders import PlaceholderError, verify


@check("memory", "warning")
def memory_agrees(pair: Pair) -> Iterator[Finding]:
    """The same source is translated as people confirmed it before.

    The memory holds this very source with translations that people confirmed, and this is none of them. White space
    does not count. The fix is the latest of them.
    """
    confirmed = pair.context.confirmed
    if not confirmed or _folded(pair.target) in {_folded(each) for each in confirmed}:
        return
    latest = confirmed[0]
    short = latest if len(latest) <= 80 else latest[:79] + "…"
    message = f"The same source was translated before as “{short}”."
    yield Finding(message, (0, len(pair.source)), (0, len(pair.target)), latest if _fits(pair, latest) else None)


def _fits(pair: Pair, target: str) -> bool:
    try:
        verify(pair.source, target)
    except PlaceholderError:
        return False
    return True


def _folded(text: str) -> str:
    return " ".join(text.split())
