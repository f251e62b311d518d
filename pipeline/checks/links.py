"""Links that no reader could click, and addresses that the source never gave."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.scripts import ADDRESS, INK
from pipeline.placeholders import tags
from schemas.language import Span

_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


@check("links", "error")
def links(pair: Pair) -> Iterator[Finding]:
    """No link or emphasis is left empty, and no address is new.

    A pair of placeholders that holds only white space, though not in the source; a URL or e-mail address in plain
    text that the source does not have.
    """
    full = {number for number, (_, empty) in _pairs(pair.source).items() if not empty}
    for number, (span, empty) in _pairs(pair.target).items():
        if empty and number in full:
            message = f"The pair <{number}>…</{number}> holds text in the source and nothing in the translation."
            yield Finding(message, target_span=span)
    known = {_normal(match[0]) for match in ADDRESS.finditer(pair.source)}
    for match in ADDRESS.finditer(pair.target):
        if _normal(match[0]) not in known:
            message = f"The address {match[0]} in the translation is not in the source."
            yield Finding(message, target_span=match.span())


def _pairs(text: str) -> dict[int, tuple[Span, bool]]:
    """The first pair of each number: its range with its tags, and whether nothing readable is inside."""
    found = list(tags(text))
    blanked = list(text)
    for tag in found:
        if tag.kind != "single":
            blanked[tag.start : tag.end] = " " * (tag.end - tag.start)
    ink = [match.start() for match in INK.finditer("".join(blanked))]
    opened: dict[int, int] = {}
    pairs: dict[int, tuple[Span, bool]] = {}
    for tag in found:
        if tag.kind == "open":
            opened.setdefault(tag.number, tag.start)
        elif tag.kind == "close" and tag.number in opened and tag.number not in pairs:
            start = opened[tag.number]
            empty = bisect_left(ink, start) == bisect_left(ink, tag.end)
            pairs[tag.number] = ((start, tag.end), empty)
    return pairs


def _normal(address: str) -> str:
    return _SCHEME.sub("", address).rstrip("/").casefold()
