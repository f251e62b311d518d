"""Takes a text apart into segments and puts it together again: `split` and `assemble` mirror each other.

A document keeps its source, and its segments are slices of it: `assemble(split(d, locale), {}) == d` for any text. The
parser only locates; what is not translated is the source's own bytes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b

from markdown_it.token import Token

from pipeline import placeholders
from pipeline.assembly import Assembly, Edit, spliced
from pipeline.inline import Node, located, plain_nodes
from pipeline.markdown import Event, Parsed, addresses, parse
from pipeline.placeholders import PlaceholderError
from pipeline.places import Origin, UnlocatedError, place
from pipeline.reading import heard_in, skeleton, structure
from pipeline.segmenting import Part, parts, whole
from pipeline.units import Container, Document, Segment, Slot, named
from pipeline.writing import Spot, tidy
from schemas.language import Field, Locale

__all__ = ["Document", "PlaceholderError", "Segment", "assemble", "skeleton", "split", "split_plain", "verify"]

_OPAQUE = ("fence", "code_block", "html_block")
_MOST_PLACEHOLDERS = 9999  # what the grammar of placeholders can number
# A table's row that begins like another block ends the paragraph before it: its first cell must stay as it is.
_BLOCK_START = re.compile(r"#{1,6}(?:\s|$)|>|```|~~~|<|[-+*](?:\s|$)|[0-9]{1,9}[.)](?:\s|$)")


def split(markdown: str, locale: Locale, *, keep: Sequence[str] = ()) -> Document:
    """Take a Markdown body in `locale` apart. `keep` holds names that stay as they are."""
    parsed = parse(markdown, pieces=True)
    slotter = _Slotter(markdown, "body")
    opaque = [token.content for token in parsed.tokens if token.type in _OPAQUE]
    containers = []
    for token, nodes, spot, starts in _containers(parsed, markdown, keep):
        containers.append(slotter.container(nodes, parts(nodes, locale), spot, starts, heard_in(token)))
        if not containers[-1].slots:
            opaque.append(token.content)
    return Document(
        markdown,
        locale,
        "body",
        tuple(slotter.segments),
        tuple(containers),
        structure(parsed.tokens),
        parsed.references,
        tuple(opaque),
        addresses(parsed.tokens),
    )


def split_plain(text: str, locale: Locale, field: Field, *, keep: Sequence[str] = ()) -> Document:
    """Take plain text apart: a title is one segment, of a summary each sentence is one.

    The ids differ from those of the same text in another field.
    """
    nodes = plain_nodes(text, keep)
    slotter = _Slotter(text, field)
    found = whole(nodes) if field == "title" else parts(nodes, locale)
    container = slotter.container(nodes, found, Spot(), frozenset(), ())
    return Document(text, locale, field, tuple(slotter.segments), (container,), (), {})


def assemble(document: Document, targets: Mapping[str, str]) -> str:
    """Return the document's text with `targets`, by segment id, in place of their sources.

    A segment without target, or with a blank one, keeps its source's own bytes. In a body the rendered page has the
    same blocks as the source, and each block its inline elements, whatever the targets say. Raises `PlaceholderError`,
    naming the segment, when placeholders are lost, doubled, crossed, or stand where Markdown has no way to write them.
    """
    chosen = {
        segment.id: target
        for segment in document.segments
        if (target := targets.get(segment.id, "")).strip() and target != segment.source
    }
    for segment in document.segments:
        if segment.id in chosen:
            _verify_placeholders(segment, chosen[segment.id])
    if document.field != "body":
        return spliced(document.source, _plain_edits(document, chosen))
    chosen = {id_: text for id_, target in chosen.items() if (text := tidy(target))}
    return Assembly(document, chosen).text() if chosen else document.source


def verify(document: Document, segment_id: str, target: str) -> None:
    """Raise `PlaceholderError` where `assemble` would because of this one target."""
    assemble(document, {segment_id: target})


def _verify_placeholders(segment: Segment, target: str) -> None:
    try:
        placeholders.verify(segment.source, target)
    except PlaceholderError as error:
        raise named(segment, str(error)) from None


def _containers(
    parsed: Parsed, markdown: str, keep: Sequence[str]
) -> Iterator[tuple[Token, list[Node], Spot, frozenset[int]]]:
    """Yield each inline container with its nodes, where its text stands, and where its lines start."""
    origin = Origin(markdown)
    column = 0
    for index, token in enumerate(parsed.tokens):
        if token.type == "tr_open":
            column = 0
        if token.type != "inline":
            continue
        opening = parsed.tokens[index - 1]
        in_table = opening.type in ("td_open", "th_open")
        try:
            at = place(token, opening, column, origin)
            nodes = located(parsed.pieces[index], token.content, at, markdown, keep) if token.content else []
        except UnlocatedError:
            nodes = []
        column += in_table
        starts = frozenset(origin(start) for start, _ in token.meta["lines"])
        if in_table and nodes and nodes[0].start in starts and _BLOCK_START.match(markdown, nodes[0].start):
            nodes = []
        heading_end = opening.markup.startswith("#")
        yield token, nodes, Spot(False, in_table, heading_end, bool(parsed.references)), starts


class _Slotter:
    """Numbers placeholders and occurrences while a text's containers pass by."""

    def __init__(self, source: str, field: Field) -> None:
        self.segments: list[Segment] = []
        self._source = source
        self._salt = "" if field == "body" else field
        self._occurrences: Counter[str] = Counter()

    def container(
        self, nodes: list[Node], found: list[Part], spot: Spot, starts: frozenset[int], said: Iterable[Event]
    ) -> Container:
        slots = [self._slot(part, spot, starts) for part in found if len(part.nodes) <= _MOST_PLACEHOLDERS]
        return Container(tuple(nodes), tuple(slots), tuple(said))

    def _slot(self, part: Part, spot: Spot, starts: frozenset[int]) -> Slot:
        numbered: dict[int, Node] = {}
        numbers: dict[int, int] = {}
        written: list[str] = []
        for node in part.nodes:
            if node.kind == "text":
                written.append(node.text)
            elif node.kind == "close":
                written.append(f"</{numbers[id(node.partner)]}>")
            else:
                number = numbers[id(node)] = len(numbers) + 1
                numbered[number] = node
                written.append(f"<{number}>" if node.kind == "open" else f"<{number}/>")
        originals = {number: _original(node) for number, node in numbered.items()}
        source = "".join(written)
        segment = Segment(self._id(source, originals), source, originals, part.start, part.end)
        self.segments.append(segment)
        here = Spot(part.start in starts, spot.in_table, spot.heading_end, spot.referring)
        return Slot(segment, numbered, part.peeled, here)

    def _id(self, source: str, originals: Mapping[int, tuple[str, ...]]) -> str:
        content = "\0".join([self._salt, source, *(text for original in originals.values() for text in original)])
        digest = blake2b(content.encode(errors="surrogatepass"), digest_size=8).hexdigest()
        self._occurrences[digest] += 1
        return f"{digest}-{self._occurrences[digest]}"


def _original(node: Node) -> tuple[str, ...]:
    return (node.written, node.partner.written) if node.partner else (node.written,)


def _plain_edits(document: Document, chosen: Mapping[str, str]) -> Iterator[Edit]:
    for slot in (slot for container in document.containers for slot in container.slots):
        if target := chosen.get(slot.segment.id):
            target = tidy(target) if document.field == "title" else target.strip()
            for tag in reversed(list(placeholders.tags(target))):
                target = target[: tag.start] + slot.nodes[tag.number].written + target[tag.end :]
            yield slot.segment.start, slot.segment.end, target
