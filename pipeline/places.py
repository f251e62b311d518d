"""Where a container's content, which the parser gives without prefixes and bars, stands in the source.

Nothing is guessed: what is not found again where it should stand raises `UnlocatedError`.
"""

import re
from bisect import bisect_left, bisect_right
from functools import lru_cache

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.token import Token


class UnlocatedError(Exception):
    """A piece of inline content was not found where it should stand in the source."""


class Origin:
    """Turns offsets in the parser's text (line ends `\\n`) into offsets in the source as it was given."""

    def __init__(self, source: str) -> None:
        self.text = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        lost = [match.start() for match in re.finditer("\r\n", source)]
        self._lost = [offset - count for count, offset in enumerate(lost)]

    def __call__(self, offset: int) -> int:
        return offset + bisect_left(self._lost, offset)


class Place:
    """Where the characters of one container's content stand in the source."""

    def __init__(self, runs: list[tuple[int, int]], origin: Origin) -> None:
        self._content = [content for content, _ in runs]
        self._text = [text for _, text in runs]
        self._origin = origin

    def __call__(self, offset: int) -> int:
        run = max(bisect_right(self._content, offset) - 1, 0)
        return self._origin(self._text[run] + offset - self._content[run])


def place(token: Token, opening: Token, column: int, origin: Origin) -> Place:
    """Return where the content of the container `token` stands; `column` counts a table row's cells."""
    lines: list[tuple[int, int]] = token.meta["lines"]
    if opening.type in ("td_open", "th_open"):
        return Place(_cell_runs(token.content, lines[0], column, origin.text), origin)
    level = len(opening.markup) if opening.markup.startswith("#") else 0
    return Place(_line_runs(token.content, lines, level, origin.text), origin)


def _line_runs(content: str, lines: list[tuple[int, int]], skip: int, text: str) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    offset = 0
    for number, line in enumerate(content.split("\n")):
        if number >= len(lines):
            raise UnlocatedError
        start, end = lines[number][0] + skip, lines[number][1]
        body = line if number == 0 else line.lstrip(" \t")
        start += len(text[start:end]) - len(text[start:end].lstrip(MD_TRIM_CHARS if number == 0 else " \t"))
        if text[start : start + len(body)] != body:
            raise UnlocatedError
        runs.append((offset + len(line) - len(body), start))
        offset += len(line) + 1
    return runs


def _cell_runs(content: str, line: tuple[int, int], column: int, text: str) -> list[tuple[int, int]]:
    row = text[line[0] : line[1]]
    start = line[0] + len(row) - len(row.lstrip(MD_TRIM_CHARS))
    bounds = _cell_bounds(row.strip(MD_TRIM_CHARS))
    if column >= len(bounds):
        raise UnlocatedError
    first, last = bounds[column]
    raw = text[start + first : start + last]
    first += len(raw) - len(raw.lstrip(MD_TRIM_CHARS))
    raw = raw.strip(MD_TRIM_CHARS)
    if raw.replace("\\|", "|") != content:
        raise UnlocatedError
    runs = [(0, start + first)]
    for count, match in enumerate(re.finditer(r"\\\|", raw)):
        runs.append((match.end() - count - 1, start + first + match.end()))
    return runs


@lru_cache(maxsize=4)
def _cell_bounds(row: str) -> list[tuple[int, int]]:
    """Divide a table row at the bars that no backslash precedes, the empty outermost cells left out."""
    bars = [match.start() for match in re.finditer(r"(?<!\\)\|", row)]
    bounds = list(zip([0, *(bar + 1 for bar in bars)], [*bars, len(row)], strict=True))
    if bounds and bounds[0][0] == bounds[0][1]:
        del bounds[0]
    if bounds and bounds[-1][0] == bounds[-1][1]:
        del bounds[-1]
    return bounds
