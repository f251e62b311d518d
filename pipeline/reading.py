"""What a reader gets of a Markdown text: its blocks, and what stands in each of them."""

import re
from collections.abc import Iterable
from itertools import groupby

from markdown_it.token import Token

from pipeline.markdown import BREAK, Event, events, parse

Structure = tuple[tuple[object, ...], ...]
"""One entry per block token in order, ("inline",) where a block's own text stands."""

Skeleton = tuple[tuple[tuple[object, ...], tuple[Event, ...]], ...]

INLINE = ("inline",)
_BLANKS = re.compile(r"[ \t\r\n]+")


def skeleton(markdown: str) -> Skeleton:
    """Return the block structure of the rendered text, and with each text of a block its inline elements, sorted.

    An emphasis counts the same whether it is written with asterisks or as HTML; words and their order do not count.
    """
    tokens = parse(markdown).tokens
    return tuple(
        (entry, tuple(sorted(_elements(token), key=repr)))
        for entry, token in zip(structure(tokens), tokens, strict=True)
    )


def structure(tokens: Iterable[Token]) -> Structure:
    """Return the block structure of parsed `tokens`."""
    return tuple(_block(token) for token in tokens)


def heard_in(token: Token) -> list[Event]:
    """Return what a reader gets of the container `token`, as `normal` writes it."""
    return normal(events(token.children or []))


def normal(found: Iterable[Event]) -> list[Event]:
    """Join texts and fold white space as a browser does."""
    joined: list[Event] = []
    for is_text, run in groupby(found, lambda event: isinstance(event, str)):
        here = list(run)
        joined += ["".join(map(str, here))] if is_text else here
    last = len(joined) - 1
    result: list[Event] = []
    for index, event in enumerate(joined):
        if isinstance(event, str):
            event = _BLANKS.sub(" ", event)
            event = event.lstrip(" ") if index == 0 or joined[index - 1] == BREAK else event
            event = event.rstrip(" ") if index == last or joined[index + 1] == BREAK else event
        if event:
            result.append(event)
    return result


def _block(token: Token) -> tuple[object, ...]:
    if token.type == "inline":
        return INLINE
    attributes = tuple(sorted((name, str(value)) for name, value in token.attrs.items()))
    return (token.type, token.tag, attributes, token.info, token.content, token.hidden)


def _elements(token: Token) -> Iterable[Event]:
    if token.type == "inline":
        return (event for event in events(token.children or []) if not isinstance(event, str))
    return ()
