"""Writes targets into a body and holds the result to what a reader must get: the same blocks, the same elements."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping

from pipeline.inline import Node
from pipeline.markdown import Event, parse
from pipeline.reading import INLINE, heard_in, normal, structure
from pipeline.units import Container, Document, Slot, named
from pipeline.writing import Care, heard, markup, write

_MOST_CLOSE_READINGS = 4  # then every target is escaped, so that no text needs many readings

Edit = tuple[int, int, str]


def spliced(source: str, edits: Iterable[Edit]) -> str:
    written: list[str] = []
    end = 0
    for start, stop, text in sorted(edits):
        written += [source[end:start], text]
        end = stop
    return "".join([*written, source[end:]])


def _cut_at(node: Node, bounds: list[int]) -> Iterator[Node]:
    """Divide a text at those of the ascending source offsets `bounds` that lie inside."""
    for bound in bounds[bisect_right(bounds, node.start) : bisect_left(bounds, node.end)]:
        left, node = node.cut(bound - node.start)
        yield left
    yield node


class Assembly:
    """Writes targets into a body, reads the result back, and writes with more care what a reader would not get."""

    def __init__(self, document: Document, chosen: Mapping[str, str]) -> None:
        self._document = document
        self._chosen = chosen
        self._care: dict[int, Care] = {}
        self._expected: list[list[Event]] = []
        for number, container in enumerate(document.containers):
            slots = self._chosen_slots(container)
            if slots:
                self._care[number] = Care.LIGHT
            self._expected.append(self._heard(container, slots) if slots else list(container.heard))

    def text(self) -> str:
        readings = 0
        while True:
            text = spliced(self._document.source, self._edits())
            wrong, blocks_differ = self._misread(text)
            if not wrong:
                return text
            readings += 1
            if blocks_differ and readings > _MOST_CLOSE_READINGS:
                wrong = set(self._care)
            self._take_more_care(wrong, blocks_differ)

    def _take_more_care(self, wrong: set[int], blocks_differ: bool) -> None:
        able = [number for number in wrong & self._care.keys() if self._care[number] < Care.GUARDED]
        able = able or [number for number in self._care if self._care[number] < Care.GUARDED]
        if not able:
            number = min(wrong & self._care.keys() or self._care.keys())
            slot = self._chosen_slots(self._document.containers[number])[0]
            raise named(slot.segment, "Markdown has no way to write its placeholders as the target places them")
        for number in able:
            care = Care(self._care[number] + 1)
            self._care[number] = max(care, Care.ESCAPED) if blocks_differ else care

    def _chosen_slots(self, container: Container) -> list[Slot]:
        return [slot for slot in container.slots if slot.segment.id in self._chosen]

    def _edits(self) -> Iterator[Edit]:
        for number, care in self._care.items():
            container = self._document.containers[number]
            around: dict[int, Node] = {}
            # What is kept beside a target can still make markup with it: with most care it is written anew too.
            for slot in container.slots if care == Care.GUARDED else self._chosen_slots(container):
                target = self._chosen.get(slot.segment.id, slot.segment.source)
                yield slot.segment.start, slot.segment.end, write(target, slot.nodes, slot.spot, care)
                around.update((id(node), node) for node in slot.peeled)
            for opening in around.values():
                yield opening.start, opening.end, markup(opening, care)
                if (closing := opening.partner) is not None:
                    yield closing.start, closing.end, markup(closing, care)

    def _heard(self, container: Container, slots: list[Slot]) -> list[Event]:
        """Return what a reader must get of a container: targets, and what is kept around them."""
        starting = {slot.segment.start: slot for slot in slots}
        bounds = sorted(bound for slot in slots for bound in (slot.segment.start, slot.segment.end))
        found: list[Event] = []
        translated_until = 0
        for node in container.nodes:
            for piece in _cut_at(node, bounds):
                if slot := starting.get(piece.start):
                    found.extend(heard(self._chosen[slot.segment.id], slot.nodes))
                    translated_until = slot.segment.end
                elif piece.start >= translated_until:
                    found.extend(piece.events)
        return normal(found)

    def _misread(self, text: str) -> tuple[set[int], bool]:
        """Return the containers of which a reader would get something else, and whether the blocks differ."""
        parsed = parse(text)
        wanted, found = self._document.structure, structure(parsed.tokens)
        if wanted != found:
            same = next((i for i, (a, b) in enumerate(zip(wanted, found, strict=False)) if a != b), len(wanted))
            near = sum(1 for entry in wanted[:same] if entry == INLINE)
            return {near - 1, near} & self._care.keys() or set(self._care), True
        if parsed.references != self._document.references:
            return set(self._care), True
        tokens = [token for token in parsed.tokens if token.type == "inline"]
        pairs = enumerate(zip(tokens, self._expected, strict=True))
        return {number for number, (token, expected) in pairs if heard_in(token) != expected}, False
