"""Targets that tests put in place of sources: every stretch of text replaced, the placeholders where they were."""

from collections.abc import Callable

from pipeline import placeholders
from pipeline.document import Document

HOSTILE = "# *a* [b](c) <b>&amp; | `x` 1. -"
REWRITES: dict[str, Callable[[str], str]] = {
    "bracketed": lambda text: f"[{text}]",
    "accented": lambda text: text.translate(str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")) + " ~~",
    "hostile": lambda _: HOSTILE,
    "quoted with a particle": lambda _: '"동맹"은',
    "padded": lambda text: f" {text} ",
    "list item": lambda _: "1. x",
    "rule": lambda _: "---",
    "underline": lambda _: "===",
    "fence": lambda _: "```",
    "definition": lambda _: "[x]: /y",
    "backslash": lambda _: "x\\",
    "closing hashes": lambda _: "##",
    "quote": lambda _: "> q",
    "delimiter row": lambda _: "|-|-|",
    "block of HTML": lambda _: "<div>",
    "two paragraphs": lambda _: "a\n\nb",
}


def rewritten(source: str, rewrite: Callable[[str], str]) -> str:
    """Return `source` with each stretch of text between its placeholders rewritten."""
    written: list[str] = []
    end = 0
    for tag in [*placeholders.tags(source), None]:
        text = source[end : tag.start if tag else len(source)]
        written.append(rewrite(text) if text.strip() else text)
        if tag:
            written.append(source[tag.start : tag.end])
            end = tag.end
    return "".join(written)


def targets(document: Document, rewrite: Callable[[str], str]) -> dict[str, str]:
    """Return a target for every segment."""
    return {segment.id: rewritten(segment.source, rewrite) for segment in document.segments}
