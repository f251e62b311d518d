"""Cuts a segment's text into pieces that a page can mark: placeholders, terms, and the places that issues are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.placeholders import tags
from schemas.language import Span


@dataclass(frozen=True)
class Mark:
    """A stretch of a text and what it is: `error`, `warning` or `term`; `says` tells a reader more."""

    span: Span
    kind: str
    says: str = ""


@dataclass(frozen=True)
class Piece:
    """A run of text to be shown one way. `is_tag` is a placeholder; `kinds` are the marks that lie on it."""

    text: str
    kinds: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    is_tag: bool = False


def pieces(text: str, marks: Iterable[Mark] = ()) -> list[Piece]:
    """Return the pieces of `text`, in order; joined they are `text`."""
    placed = [mark for mark in marks if 0 <= mark.span[0] < mark.span[1] <= len(text)]
    found = [(tag.start, tag.end) for tag in tags(text)]
    edges = {0, len(text), *(edge for mark in placed for edge in mark.span), *(edge for tag in found for edge in tag)}
    return [_piece(text, span, placed, found) for span in pairwise(sorted(edges))]


def _piece(text: str, span: Span, marks: Sequence[Mark], found: Sequence[Span]) -> Piece:
    here = [mark for mark in marks if mark.span[0] <= span[0] and span[1] <= mark.span[1]]
    kinds = tuple(dict.fromkeys(mark.kind for mark in here))
    says = tuple(dict.fromkeys(mark.says for mark in here if mark.says))
    return Piece(text[slice(*span)], kinds, says, span in found)
