"""Writes a target into Markdown: its placeholders as the markup they stand for, its text so that it stays text.

Markdown is escaped as little as will do. `Care` says how much that is; whoever assembles a document reads the result
back and asks for more care where a reader would not get what the target says.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from pipeline import placeholders
from pipeline.inline import Node
from pipeline.markdown import Event, without_surrogates


class Care(IntEnum):
    """How cautiously a target is written, from what editors like to read to what cannot be misread."""

    LIGHT = 0
    TAGS = 1  # emphasis as HTML: `**"자유"**은` is none in CommonMark, its end does not flank to the right
    ESCAPED = 2  # every significant character escaped
    ESCAPED_TAGS = 3
    GUARDED = 4  # and a space that Markdown cannot take for its own at either edge


@dataclass(frozen=True)
class Spot:
    """Where a target stands: at a line's start, in a table, at a heading's end; whether brackets may refer."""

    line_start: bool = False
    in_table: bool = False
    heading_end: bool = False
    referring: bool = False


Opened = Mapping[int, Node]
"""A segment's nodes by placeholder number: a pair's opening, or the single one."""

_PUNCTUATION = re.compile(r"[\\`*_\[\]<>#+=\-.!|~&(){}:\"']")
_LIGHT = re.compile(
    r"""
    [`*]
  | \\(?=[!-/:-@\[-`{-~]|$)
  | (?<![^\W_])_|_(?![^\W_])
  | <(?=[A-Za-z/!?])
  | &(?=\#?[A-Za-z0-9]+;)
  | ~(?=~)|(?<=~)~
    """,
    re.VERBOSE,
)
_LINE_START = re.compile(
    r"(?P<number>[0-9]{1,9})(?=[.)](?:\s|$))|(?=[-+](?:\s|$)|\#{1,6}(?:\s|$)|>|=+\s*$|[-|:][-|:\s]*$)"
)
_CLOSING_HASHES = re.compile(r"(?:^|(?<=\s))(?=#+$)")
_LINE_ENDS = str.maketrans(dict.fromkeys("\r\n\t\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029", " ") | {"\0": None})


def tidy(target: str) -> str:
    """Return a target as it can stand in a line: without edge white space, line ends and other controls as spaces."""
    return without_surrogates(target).translate(_LINE_ENDS).strip()


def write(target: str, nodes: Opened, spot: Spot, care: Care) -> str:
    """Return a tidy `target` as Markdown."""
    depth = 0
    parts: list[str] = []
    end = 0
    for tag in placeholders.tags(target):
        parts.append(_escaped(target[end : tag.start], spot, care, in_label=depth > 0))
        node = nodes[tag.number]
        depth += node.label * {"open": 1, "close": -1, "single": 0}[tag.kind]
        parts.append(_markup(node.partner if tag.kind == "close" and node.partner else node, spot, care))
        end = tag.end
    parts.append(_escaped(target[end:], spot, care, in_label=False))
    return _at_edges("".join(parts), spot, care)


def markup(node: Node, care: Care) -> str:
    """Return an element as it is written: as HTML where care asks for that and the element has such a form."""
    tags = care in (Care.TAGS, Care.ESCAPED_TAGS, Care.GUARDED)
    return node.html if tags and node.html else node.written


def heard(target: str, nodes: Opened) -> list[Event]:
    """Return what a reader must get of `target`."""
    found: list[Event] = []
    end = 0
    for tag in placeholders.tags(target):
        found.append(target[end : tag.start])
        node = nodes[tag.number]
        found.extend(node.partner.events if tag.kind == "close" and node.partner else node.events)
        end = tag.end
    return [*found, target[end:]]


def _markup(node: Node, spot: Spot, care: Care) -> str:
    if node.text and care >= Care.ESCAPED:
        return _escaped(node.text, spot, care, in_label=False)
    return markup(node, care)


def _escaped(text: str, spot: Spot, care: Care, *, in_label: bool) -> str:
    if care >= Care.ESCAPED:
        return _PUNCTUATION.sub(lambda match: _harmless(match[0], spot, care), text)
    text = _LIGHT.sub(lambda match: _harmless(match[0], spot, care), text)
    if in_label or spot.referring or re.search(r"\][(\[:]", text):
        text = re.sub(r"[\[\]]", r"\\\g<0>", text)
    return text.replace("|", "\\|") if spot.in_table else text


def _harmless(character: str, spot: Spot, care: Care) -> str:
    if character == "\\" and spot.in_table:  # two backslashes before a bar would still escape the bar
        return "&#92;"
    if care >= Care.ESCAPED and character in "`<>":  # what is kept before may take a backslash for code or a tag's own
        return {"`": "&#96;", "<": "&lt;", ">": "&gt;"}[character]
    return "\\" + character


def _at_edges(text: str, spot: Spot, care: Care) -> str:
    if spot.line_start and (found := _LINE_START.match(text)):
        text = f"{found['number'] or ''}\\{text[found.end() :]}"
    if spot.heading_end:
        text = _CLOSING_HASHES.sub(r"\\", text, count=1)
    if care == Care.GUARDED:
        text = "&#32;" * spot.line_start + text + "&#32;" * spot.heading_end
    return text
