"""The placeholder form of a segment: `<1>…</1>` for a pair, `<2/>` for a single one, everything else plain text.

One grammar for the splitter, the checks, the engines and the review desk. Numbers are positive, without leading zero.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TAG = re.compile(r"<(?:(?P<open>[1-9][0-9]{0,3})|/(?P<close>[1-9][0-9]{0,3})|(?P<single>[1-9][0-9]{0,3})/)>")

Kind = Literal["open", "close", "single"]


class PlaceholderError(ValueError):
    """The target's placeholders are not the source's: one is lost, doubled, unknown or crossed."""


@dataclass(frozen=True)
class Tag:
    """One placeholder tag: its kind and number, and its half-open character range in the text."""

    kind: Kind
    number: int
    start: int
    end: int


def tags(text: str) -> Iterator[Tag]:
    """Yield the placeholder tags of `text` in order."""
    for match in TAG.finditer(text):
        kind: Kind = match.lastgroup  # type: ignore[assignment]  # the pattern has three named groups and no other
        yield Tag(kind, int(match[kind]), match.start(), match.end())


def plain(text: str) -> str:
    """Return `text` without its placeholder tags."""
    return TAG.sub("", text)


def verify(source: str, target: str) -> None:
    """Raise `PlaceholderError`, saying which, unless `target` holds the source's placeholders, once, well nested."""
    wanted = Counter((tag.kind, tag.number) for tag in tags(source))
    found = Counter((tag.kind, tag.number) for tag in tags(target))
    for kind, number in sorted(wanted):
        if (kind, number) not in found:
            raise PlaceholderError(f"placeholder {_written(kind, number)} is missing")
    for kind, number in sorted(found):
        if (kind, number) not in wanted:
            raise PlaceholderError(f"placeholder {_written(kind, number)} is not in the source")
        if found[kind, number] > 1:
            raise PlaceholderError(f"placeholder {_written(kind, number)} stands more than once")
    _verify_nesting(target)


def _verify_nesting(target: str) -> None:
    opened: list[int] = []
    for tag in tags(target):
        if tag.kind == "open":
            opened.append(tag.number)
        elif tag.kind == "close" and (not opened or opened.pop() != tag.number):
            raise PlaceholderError(f"placeholder <{tag.number}> crosses another or closes before it opens")


def _written(kind: str, number: int) -> str:
    return {"open": f"<{number}>", "close": f"</{number}>", "single": f"<{number}/>"}[kind]
