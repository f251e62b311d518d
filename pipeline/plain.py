"""Markdown as plain text: what a reader reads of it, a line for each block. Search reads it, and shows pieces of it."""

from pipeline.markdown import Event, events, parse

_CODE = ("fence", "code_block")


def plain(markdown: str) -> str:
    """Return the text of `markdown` without its markup: of links what they say, of images what stands for them."""
    lines = []
    for token in parse(markdown).tokens:
        if token.type == "inline":
            lines.append("".join(_said(event) for event in events(token.children or [])))
        elif token.type in _CODE:
            lines.append(token.content)
    return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)


def _said(event: Event) -> str:
    match event:
        case str():
            return event
        case "code", code:
            return code
        case ("br",):
            return " "
    return ""
