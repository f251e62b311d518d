"""In which block each segment of a text stands: a heading, a paragraph, an item of a list, a cell, a quotation."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pipeline.texts import TextDocument
from pipeline.units import Document

BlockKind = Literal["title", "summary", "heading", "paragraph", "item", "cell", "quote"]
# The innermost of these tells what a block is to a reader.
_KINDS: dict[str, BlockKind] = {"li": "item", "td": "cell", "th": "cell", "blockquote": "quote"}


@dataclass(frozen=True)
class Block:
    """A block with text of its own: its segments in order, `level` of a heading (1 to 6), how deep in lists.

    `place` counts the blocks of the body that hold text, from 0; it is `None` for title and summary.
    """

    kind: BlockKind
    segments: tuple[str, ...]
    level: int = 0
    place: int | None = None


def blocks(document: TextDocument) -> list[Block]:
    """Return the blocks that hold segments, in the order of the text; each segment stands in one."""
    plain: dict[BlockKind, Document] = {"title": document.title, "summary": document.summary}
    found = [Block(kind, tuple(segment.id for segment in each.segments)) for kind, each in plain.items()]
    return [block for block in (*found, *_of_body(document.body)) if block.segments]


def _of_body(body: Document) -> Iterator[Block]:
    within: list[str] = []
    waiting = enumerate(body.containers)
    for name, tag, *_ in ((*entry, "") for entry in body.structure):
        if name == "inline":
            place, container = next(waiting)
            kind, level = _kind(within)
            yield Block(kind, tuple(slot.segment.id for slot in container.slots), level, place)
        elif str(name).endswith("_open"):
            within.append(str(tag))
        elif str(name).endswith("_close"):
            within.pop()


def _kind(within: list[str]) -> tuple[BlockKind, int]:
    """Return what a text in these elements, the outermost first, is to a reader, and its level."""
    if within[-1:] and within[-1][0] == "h" and within[-1][1:].isdigit():
        return "heading", int(within[-1][1:])
    known = [_KINDS[tag] for tag in within if tag in _KINDS]
    return known[-1] if known else "paragraph", sum(tag in ("ul", "ol") for tag in within)
