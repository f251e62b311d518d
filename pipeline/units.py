"""What a text is taken apart into: segments, the slots they stand in, the containers of the slots, the document."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.inline import Node
from pipeline.markdown import Event
from pipeline.placeholders import PlaceholderError
from pipeline.reading import Structure
from pipeline.writing import Spot
from schemas.language import Field, Locale


@dataclass(frozen=True)
class Segment:
    """A heading, sentence or cell: the unit of translation.

    `source` is in placeholder form; `originals` tells how each placeholder is written, a pair as (opening, closing).
    `start` and `end` are its half-open range in the document's source.
    """

    id: str
    source: str
    originals: Mapping[int, tuple[str, ...]]
    start: int
    end: int


@dataclass(frozen=True)
class Slot:
    """A segment's place in its container: its nodes by placeholder number, the pairs around it, where it stands."""

    segment: Segment
    nodes: Mapping[int, Node]
    peeled: tuple[Node, ...]
    spot: Spot


@dataclass(frozen=True)
class Container:
    """A block's own text. `nodes` is empty where its pieces were not found in the source: then it has no slots."""

    nodes: tuple[Node, ...]
    slots: tuple[Slot, ...]
    heard: tuple[Event, ...]


@dataclass(frozen=True)
class Document:
    """A text taken apart. `source` is the text, `segments` are its units of translation in order.

    `opaque` is what stands in no segment and is not translated: code, HTML blocks, blocks of nothing but images.
    `addresses` is how many characters of link and image addresses the rendered page holds.
    """

    source: str
    locale: Locale
    field: Field
    segments: tuple[Segment, ...]
    containers: tuple[Container, ...]
    structure: Structure
    references: Mapping[str, tuple[str, str]]
    opaque: tuple[str, ...] = ()
    addresses: int = 0


def named(segment: Segment, reason: str) -> PlaceholderError:
    shown = segment.source if len(segment.source) <= 60 else segment.source[:59] + "…"
    return PlaceholderError(f"segment {segment.id} ({shown}): {reason}")
