"""Markdown and HTML that still stand in the text as they were typed: what makes blocks, emphasis and elements."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline import markdown
from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.code import without_code
from pipeline.placeholders import plain

_CLUE = re.compile(r"[*_~|]|</?[A-Za-z]|^[ \t]{0,12}(?:>|#|[-+]\s|[0-9]{1,2}[.)]\s)", re.MULTILINE)
_QUOTED = re.compile(r"[ \t]{0,12}>")
# A number is a list's only when no other follows: 7. 27. is a date.
_MARKED = re.compile(
    r"[ \t]{0,12}(?:(?P<heading>#{1,6})\s|(?P<bullet>[-*+])\s+\S|(?P<number>[0-9]{1,2}[.)])\s(?!\s*[0-9]))"
)
_CELL = re.compile(r"(?<!\\)\|")
_ELEMENT = re.compile(
    r"<(?P<end>/?)(?P<name>a|abbr|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark"
    r"|ol|p|pre|q|rp|rt|ruby|s|samp|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul|var|wbr)"
    r"(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_EMPHASIS = {"strong_open": "**", "em_open": "*", "s_open": "~~"}


@check("structure", "error")
def structure(pair: Pair) -> Iterator[Finding]:
    """Markdown and HTML are kept: headings, lists, quotes, table cells, emphasis, elements.

    What still stands in the text as it was typed counts as a reader would see it: a `**` that emphasises nothing is
    lost emphasis. Its place in the sentence is free.
    """
    if not _CLUE.search(pair.source) and not _CLUE.search(pair.target):
        return
    was, now = _marks(pair.source), _marks(pair.target)
    for mark in sorted(was.keys() | now.keys()):
        if was[mark] != now[mark]:
            yield Finding(f"Of {mark} the source has {was[mark]}, the translation {now[mark]}.")


def _marks(text: str) -> Counter[str]:
    """Count what is marked up in `text`, by its mark."""
    bare = without_code(plain(text))
    found = Counter(mark for line in bare.splitlines() for mark in _of_line(line))
    for element in _ELEMENT.finditer(bare):
        found[f"<{element['end']}{element['name'].lower()}>"] += 1
    if any(sign in bare for sign in "*_~"):
        tokens = markdown.parse(bare).tokens
        children = (child.type for token in tokens for child in token.children or ())
        found.update(_EMPHASIS[kind] for kind in children if kind in _EMPHASIS)
    return found


def _of_line(line: str) -> Iterator[str]:
    quoted = _QUOTED.match(line)
    while quoted:
        yield ">"
        line = line[quoted.end() :].removeprefix(" ")
        quoted = _QUOTED.match(line)
    marked = _MARKED.match(line)
    if marked:
        yield marked["heading"] or ("-" if marked["bullet"] else "1.")
    if line.lstrip().startswith("|"):
        yield from "|" * len(_CELL.findall(line))
