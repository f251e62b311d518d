"""Links that no reader could click, and addresses that lead elsewhere than the source's."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.code import without_code
from pipeline.checks.scripts import ADDRESS, INK
from pipeline.placeholders import tags
from schemas.language import Span

_LINKED = re.compile(r"\]\(\s{0,10}<?(?P<to>[^()\s<>]{1,2000}(?:\([^()\s<>]{0,200}\)[^()\s<>]{0,200})?)")
_SCHEME = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


@check("links", "error")
def links(pair: Pair) -> Iterator[Finding]:
    """No link or emphasis is left empty, and every address is the source's own.

    A pair of placeholders that holds only white space, though not in the source; a URL, or the address of a link or
    image in Markdown, that is lost, new or changed.
    """
    full = {number for number, (_, empty) in _pairs(pair.source).items() if not empty}
    for number, (span, empty) in _pairs(pair.target).items():
        if empty and number in full:
            message = f"The pair <{number}>…</{number}> holds text in the source and nothing in the translation."
            yield Finding(message, target_span=span)
    yield from _readdressed(pair)


def _readdressed(pair: Pair) -> Iterator[Finding]:
    was, now = addresses(pair.source), addresses(pair.target)
    lost = [span for name, span in was.items() if name not in now]
    new = [span for name, span in now.items() if name not in was]
    if len(lost) == len(new) == 1:
        (before,), (after,) = lost, new
        written = pair.source[slice(*before)]
        message = f"The source links to {written}; the translation links to {pair.target[slice(*after)]} instead."
        yield Finding(message, before, after, fix=pair.target[: after[0]] + written + pair.target[after[1] :])
        return
    for span in lost:
        message = f"The address {pair.source[slice(*span)]} is missing from the translation."
        yield Finding(message, source_span=span)
    for span in new:
        yield Finding(
            f"The address {pair.target[slice(*span)]} in the translation is not in the source.", target_span=span
        )


def addresses(text: str) -> dict[str, Span]:
    """Return where `text` links to, in a form to compare, and the range of each; nothing in code, no e-mail address."""
    if "." not in text and "](" not in text:
        return {}
    text = without_code(text)
    found = {_normal(match["to"]): match.span("to") for match in _LINKED.finditer(text)}
    for match in ADDRESS.finditer(_LINKED.sub(lambda match: " " * len(match[0]), text)):
        if "@" not in match[0] or "://" in match[0]:
            found.setdefault(_normal(match[0]), match.span())
    return {name: span for name, span in found.items() if not name.startswith(("mailto:", "tel:"))}


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
    """Without scheme, www. and last slash, which lead to the same place; capitals mean nothing in the host alone."""
    host, slash, path = _SCHEME.sub("", address).rstrip("/").partition("/")
    return host.casefold() + slash + path
