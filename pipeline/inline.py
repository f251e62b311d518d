"""Inline content as nodes that know where they stand in the source: text, pairs, single elements, hard breaks.

`located` reads a container's nodes off the parser's tokens. It never guesses: where a piece cannot be found again in
the source byte for byte, it raises `UnlocatedError` and the container is left as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.token import Token

from pipeline import placeholders, protect
from pipeline.markdown import Event, events, html_event
from pipeline.places import Place, UnlocatedError

NodeKind = Literal["text", "open", "close", "single", "break"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_DEEPEST = 100  # how far back an HTML tag's opening is looked for: hostile text must not take long
_TAG_NAME = re.compile(r"</?([A-Za-z][A-Za-z0-9-]*)")
_VOID = _words("area base br col embed hr img input link meta param source track wbr")
_VERBATIM = _words("code kbd samp var pre script style textarea math svg tt")
_UNTRANSLATED = re.compile(r"""\stranslate\s*=\s*["']?no\b|\sclass\s*=\s*["'][^"']*\bnotranslate\b""", re.IGNORECASE)
_HTML_FOR = {"em": ("<em>", "</em>"), "strong": ("<strong>", "</strong>"), "s": ("<s>", "</s>")}


@dataclass(eq=False, slots=True)
class Node:
    """A piece of inline content and its half-open range in the source.

    `text` is what a text says, or what protected text says; `written` is how an element is written wherever it
    stands (of a text, only the line end that reads as a blank), `html` the same as HTML tag where the Markdown form may
    not work; `label` tells a link or image, in whose text brackets matter.
    """

    kind: NodeKind
    start: int
    end: int
    text: str = ""
    events: tuple[Event, ...] = ()
    written: str = ""
    html: str = ""
    label: bool = False
    partner: "Node | None" = None

    @property
    def divisible(self) -> bool:
        """Whether every character of `text` is one character of the source."""
        return self.kind == "text" and self.end - self.start == len(self.text)

    def cut(self, offset: int) -> "tuple[Node, Node]":
        """Divide a text in two."""
        middle = self.start + offset
        left, right = self.text[:offset], self.text[offset:]
        return Node("text", self.start, middle, left, (left,)), Node("text", middle, self.end, right, (right,))


def located(tokens: Sequence[Token], content: str, at: Place, source: str, keep: Sequence[str]) -> list[Node]:
    """Return the nodes of a container: its inline `tokens` read off `content`, which stands `at` in `source`.

    HTML tags are paired, protected text is single, `keep` names what else must not change. Raises `UnlocatedError`.
    """
    nodes = list(_Reader(content, at, source).read(tokens, 0))
    for node in nodes:
        if node.start > node.end:
            raise UnlocatedError
    return _protected(_with_html_pairs(nodes, source), source, keep)


@dataclass
class _Reader:
    content: str
    at: Place
    source: str
    position: int = 0

    def read(self, tokens: Sequence[Token], start: int) -> Iterator[Node]:
        self.position = start
        stack: list[tuple[Node, int]] = []
        rest = iter(tokens)
        for token in rest:
            if token.type == "text":
                yield from self._text(token.content)
            elif token.nesting > 0 and token.info == "auto":
                yield self._autolink(token, next(rest), next(rest))
            elif token.nesting > 0:
                stack.append((self._opening(token), self.position))
                yield stack[-1][0]
            elif token.nesting < 0:
                yield self._closing(token, *stack.pop())
            elif token.type == "image":
                yield from self._image(token)
            else:
                yield self._single(token)

    def _advance(self, end: int, expected: str | None = None) -> tuple[int, int]:
        start, self.position = self.position, end
        if expected is not None and self.content[start:end] != expected:
            raise UnlocatedError
        return self.at(start), self.at(end)

    def _text(self, text: str) -> Iterator[Node]:
        for part in re.split(r"(\|)", text) if "|" in text else [text]:
            if part:
                start, end = self._advance(self.position + len(part), part)
                yield Node("text", start, end, part, (part,))

    def _opening(self, token: Token) -> Node:
        markup = "[" if token.type == "link_open" else token.markup
        start, end = self._advance(self.position + len(markup), markup)
        html = _HTML_FOR.get(token.tag, ("", ""))[0]
        label = token.type == "link_open"
        return Node("open", start, end, "", tuple(events([token])), markup, html, label)

    def _closing(self, token: Token, opening: Node, inner: int) -> Node:
        if opening.label:
            label = self.content[inner : self.position]
            start, end = self._advance(token.meta["end"])
            written = self._after_label(start, end, label, opening)
        else:
            start, end = self._advance(self.position + len(token.markup), token.markup)
            written = token.markup
        html = _HTML_FOR.get(token.tag, ("", ""))[1]
        node = Node("close", start, end, "", tuple(events([token])), written, html, partner=opening)
        opening.partner = node
        return node

    def _after_label(self, start: int, end: int, label: str, opening: Node) -> str:
        """Return what closes a link or image; a reference by its own text must name it once the text changes."""
        written = self.source[start:end]
        if written not in ("]", "][]"):
            return written
        if "\n" not in label:  # as it stands in the source, where a table's bars are escaped
            label = self.source[opening.end : start]
        return f"][{' '.join(label.split())}]"

    def _autolink(self, opening: Token, text: Token, closing: Token) -> Node:
        start, end = self._advance(closing.meta["end"])
        found = tuple(events([opening, text, closing]))
        return Node("single", start, end, "", found, self.source[start:end])

    def _image(self, token: Token) -> Iterator[Node]:
        plain = all(child.type in ("text", "text_special", "softbreak") for child in token.children or [])
        if not plain or not token.content.strip():
            yield self._single(token)
            return
        picture, _, end_of_picture = events([token])
        start, end = self._advance(self.position + 2, "![")
        opening = Node("open", start, end, "", (picture,), "![", label=True)
        yield opening
        inner = self.position
        label_end = inner + len(token.content)
        if self.content[inner:label_end] != token.content:
            raise UnlocatedError
        yield from self._alt(token.children or [], inner)
        self.position = label_end
        start, end = self._advance(token.meta["end"])
        written = self._after_label(start, end, token.content, opening)
        closing = Node("close", start, end, "", (end_of_picture,), written, partner=opening)
        opening.partner = closing
        yield closing

    def _alt(self, children: Sequence[Token], inner: int) -> Iterator[Node]:
        """Read an image's text, whose tokens were counted from its beginning."""
        for child in children:
            if "end" in child.meta:
                child.meta["end"] += inner
        yield from self.read(children, inner)

    def _single(self, token: Token) -> Node:
        if token.type == "text_special":
            start, end = self._advance(self.position + len(token.markup), token.markup)
            blank = not token.content.strip(MD_TRIM_CHARS + "\0") or token.content < " "
            kind: NodeKind = "single" if blank else "text"
            return Node(kind, start, end, "" if blank else token.content, (token.content,), token.markup)
        start, end = self._advance(token.meta["end"])
        if token.type == "softbreak":
            return Node("text", start, end, " ", (" ",), written="\n")
        kind = "break" if token.type == "hardbreak" else "single"
        html = "<br />" if token.type == "hardbreak" else ""
        written = self.source[start:end]
        if token.type == "code_inline" and not written.isprintable():  # over several lines: then without their prefixes
            written = f"{token.markup} {token.content} {token.markup}" if token.content.strip() else written
        return Node(kind, start, end, "", tuple(events([token])), written, html)


def _with_html_pairs(nodes: list[Node], source: str) -> list[Node]:
    """Make opening and closing HTML tags of one name pairs, and what must not be translated between them single."""
    stack: list[tuple[str, Node]] = []
    for node in nodes:
        if node.kind == "open":
            stack.append(("", node))
        elif node.kind == "close":
            while stack.pop()[1] is not node.partner:
                pass
        elif (tag := _html_tag(node, source)) and not tag.startswith("/"):
            stack.append((tag, node))
        elif tag:
            _close(tag[1:], node, stack)
    return list(_without_verbatim(nodes, source))


def _html_tag(node: Node, source: str) -> str:
    """Return the name of an HTML tag, a closing one's after a slash, or nothing."""
    raw = source[node.start : node.end]
    is_html = node.kind == "single" and len(node.events) == 1 and node.events[0] == html_event(raw)
    match = _TAG_NAME.match(raw) if is_html else None
    if not match or match[1].lower() in _VOID or raw.endswith("/>"):
        return ""
    return ("/" if raw[1] == "/" else "") + match[1].lower()


def _close(name: str, node: Node, stack: list[tuple[str, Node]]) -> None:
    for depth in range(len(stack) - 1, max(-1, len(stack) - _DEEPEST), -1):
        opened, opening = stack[depth]
        if not opened:
            return
        if opened == name:
            opening.kind, node.kind = "open", "close"
            opening.partner, node.partner = node, opening
            del stack[depth:]
            return


def _without_verbatim(nodes: list[Node], source: str) -> Iterator[Node]:
    rest = iter(nodes)
    for node in rest:
        raw = source[node.start : node.end]
        tag = _TAG_NAME.match(raw) if node.kind == "open" and not node.label else None
        if not tag or not (tag[1].lower() in _VERBATIM or _UNTRANSLATED.search(raw)):
            yield node
            continue
        inner = [node]
        while inner[-1] is not node.partner:
            inner.append(next(rest))
        found = tuple(event for one in inner for event in one.events)
        end = inner[-1].end
        yield Node("single", node.start, end, "", found, source[node.start : end])


def _protected(nodes: list[Node], source: str, keep: Sequence[str]) -> list[Node]:
    """Make single what must not change in running text, and what would read as a placeholder."""
    result: list[Node] = []
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and node.kind == "text":
            run.append(node)
            continue
        result += _protected_run(run, source, keep)
        run = []
        if node is not None:
            result.append(node)
    return result


def _protected_run(run: list[Node], source: str, keep: Sequence[str]) -> list[Node]:
    text = "".join(node.text for node in run)
    found = [match.span() for match in placeholders.TAG.finditer(text)] + protect.spans(text, keep)
    spans = list(protect.without_overlaps(found)) if found else []
    if not spans:
        return run
    result: list[Node] = []
    cuts = [offset for span in spans for offset in span]
    for number, part in enumerate(cut(run, cuts)):
        if number % 2 and part:
            said = "".join(node.text for node in part)
            start, end = part[0].start, part[-1].end
            result.append(Node("single", start, end, said, (said,), source[start:end]))
        else:
            result += part
    return result


def cut(run: list[Node], offsets: list[int]) -> list[list[Node]]:
    """Divide text nodes at each of the ascending `offsets` into their text, or just after where one cannot be cut."""
    parts: list[list[Node]] = [[]]
    ends = list(accumulate(len(node.text) for node in run))
    rest = iter(offsets)
    offset = next(rest, None)
    for node, end in zip(run, ends, strict=True):
        begin = end - len(node.text)
        while offset is not None and offset < end:
            if offset > begin and node.divisible:
                left, node = node.cut(offset - begin)
                parts[-1].append(left)
                begin = offset
            elif offset > begin:
                break
            parts.append([])
            offset = next(rest, None)
        parts[-1].append(node)
    while offset is not None:
        parts.append([])
        offset = next(rest, None)
    return parts


def plain_nodes(text: str, keep: Sequence[str]) -> list[Node]:
    """Return the nodes of plain text: text, and what must not change in it."""
    return _protected_run([Node("text", 0, len(text), text, (text,))], text, keep) if text else []
