"""Divides a container's inline content into segments: at hard breaks and sentence ends, where no pair is open.

A pair that wraps nothing but whole sentences is peeled off and stays outside its segments.
"""

from collections import deque
from dataclasses import dataclass
from itertools import takewhile

from pipeline import sentences
from pipeline.inline import Node, cut
from pipeline.markdown import BREAK
from schemas.language import Locale

STAND_IN = "\ufffc"  # what a single element is to the sentence splitter


@dataclass(frozen=True)
class Part:
    """The nodes of one segment, and the openings of the pairs that were peeled off around it, outermost first."""

    nodes: tuple[Node, ...]
    peeled: tuple[Node, ...]

    @property
    def start(self) -> int:
        return self.nodes[0].start

    @property
    def end(self) -> int:
        return self.nodes[-1].end


def parts(nodes: list[Node], locale: Locale) -> list[Part]:
    """Return the segments' parts of a container's `nodes`, in order; what has no text is in none."""
    found: list[Part] = []
    waiting: list[tuple[list[Node], tuple[Node, ...], bool]] = [(nodes, (), False)]
    while waiting:
        nodes, around, is_sentence = waiting.pop()
        nodes, peeled = _peeled(nodes)
        if not _has_text(nodes):
            continue
        pieces = _at_breaks(nodes)
        sentences_next = len(pieces) == 1
        if sentences_next and (peeled or not is_sentence):
            pieces = _at_sentence_ends(nodes, locale)
        if len(pieces) == 1:
            found.append(Part(tuple(nodes), around + peeled))
        else:
            waiting += [(piece, around + peeled, sentences_next) for piece in reversed(pieces)]
    return found


def _peeled(nodes: list[Node]) -> tuple[list[Node], tuple[Node, ...]]:
    """Take off the pairs that wrap all of `nodes`; return what is within, and their openings."""
    peeled: list[Node] = []
    first, last = 0, len(nodes) - 1
    while first < last:
        if _blank(nodes[first]):
            first += 1
        elif _blank(nodes[last]):
            last -= 1
        elif nodes[first].kind == "open" and nodes[first].partner is nodes[last]:
            peeled.append(nodes[first])
            first, last = first + 1, last - 1
        else:
            break
    return _trimmed(nodes[first : last + 1]), tuple(peeled)


def _trimmed(nodes: list[Node]) -> list[Node]:
    """Leave out white space and breaks, also those written `<br>`, at both edges."""
    first, last = 0, len(nodes)
    while first < last and _blank(nodes[first]):
        first += 1
    while last > first and _blank(nodes[last - 1]):
        last -= 1
    nodes = nodes[first:last]
    if nodes and nodes[0].divisible and (lead := len(nodes[0].text) - len(nodes[0].text.lstrip())):
        nodes[0] = nodes[0].cut(lead)[1]
    if nodes and nodes[-1].divisible and len(core := nodes[-1].text.rstrip()) < len(nodes[-1].text):
        nodes[-1] = nodes[-1].cut(len(core))[0]
    return nodes


def _has_text(nodes: list[Node]) -> bool:
    return any(node.kind == "text" and node.text.strip() for node in nodes)


def _blank(node: Node) -> bool:
    return node.events == (BREAK,) or (node.kind == "text" and not node.text.strip())


def _at_breaks(nodes: list[Node]) -> list[list[Node]]:
    pieces: list[list[Node]] = [[]]
    depth = 0
    for node in nodes:
        depth += {"open": 1, "close": -1}.get(node.kind, 0)
        if node.kind == "break" and depth == 0:
            pieces.append([])
        else:
            pieces[-1].append(node)
    return pieces


def _at_sentence_ends(nodes: list[Node], locale: Locale) -> list[list[Node]]:
    bounds = deque(sentences.boundaries("".join(_said(node) for node in nodes), locale))
    if not bounds:
        return [nodes]
    pieces: list[list[Node]] = [[]]
    depth = offset = 0
    for node in nodes:
        inside = offset + len(_said(node))
        if depth == 0 and node.kind != "close" and pieces[-1] and bounds and bounds[0] <= offset:
            pieces.append([])
        while bounds and (bounds[0] < offset or (bounds[0] == offset and node.kind != "close")):
            bounds.popleft()
        if node.kind == "text" and depth == 0 and node.divisible:
            here = [bound - offset for bound in takewhile(lambda bound: bound < inside, bounds)]  # noqa: B023
            first, *others = cut([node], here)
            pieces[-1] += first
            pieces += others
        else:
            pieces[-1].append(node)
        depth += {"open": 1, "close": -1}.get(node.kind, 0)
        while bounds and bounds[0] < inside:
            bounds.popleft()
        offset = inside
    return pieces


def _said(node: Node) -> str:
    """Return what the sentence splitter gets of a node: a line of the source may end a sentence without a stop."""
    if node.kind == "text":
        return node.written or node.text
    if node.kind in ("single", "break"):
        return sentences.BREAK if node.events == (BREAK,) else STAND_IN
    return ""


def whole(nodes: list[Node]) -> list[Part]:
    """Return all the text of `nodes` as one part."""
    nodes = _trimmed(nodes)
    return [Part(tuple(nodes), ())] if _has_text(nodes) else []
