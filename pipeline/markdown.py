"""The one Markdown parser: CommonMark with tables and strikethrough. Renderer and splitter both use it.

Its tokens are made to say where they stand: an inline container carries in `meta["lines"]` the half-open ranges of
its lines (container prefixes left out, in text whose line ends are `\\n`), and every inline token that text alone
cannot place carries in `meta["end"]` where it ends in the container's content.
"""

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import RuleFuncInlineType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

Event = str | tuple[str, ...]
"""What a reader gets of inline content, in order: text, or an element's beginning, end, or whole."""

BREAK: Event = ("br",)
_PLACED = ("newline", "escape", "backticks", "link", "image", "autolink", "html_inline")
_SURROGATES = re.compile("[\ud800-\udfff]")
_SAME_AS_MARKDOWN = {"em", "strong", "s"}


@dataclass(frozen=True)
class Parsed:
    """A parsed text: its tokens, the positions of inline tokens' pieces, and its link reference definitions."""

    tokens: list[Token]
    pieces: dict[int, list[Token]]
    references: dict[str, tuple[str, str]]


def render(markdown: str, *, places: bool = False) -> str:
    """Return `markdown` as HTML. Raw HTML passes through: whoever shows it sanitises it.

    With `places`, an element with text of its own says in `data-place` which it is, counted as `Block.place` is.
    """
    env: MutableMapping[str, Any] = {}
    tokens = _parser.parse(without_surrogates(markdown), env)
    if places:
        _number(tokens)
    html: str = _parser.renderer.render(tokens, _parser.options, env)
    return html


def _number(tokens: list[Token]) -> None:
    holding = [index for index, token in enumerate(tokens) if token.type == "inline"]
    for place, index in enumerate(holding):
        opening = tokens[index - 1]
        if opening.hidden:  # a paragraph of a tight list: its item stands for the first, and nothing for a later one
            opening = tokens[index - 2]
        if opening.nesting > 0:
            opening.attrSet("data-place", str(place))


def parse(markdown: str, *, pieces: bool = False) -> Parsed:
    """Parse `markdown`; `pieces`, if asked for, holds the tokens of each container by its index."""
    env: MutableMapping[str, Any] = {"pieces": {}} if pieces else {}
    tokens = _parser.parse(without_surrogates(markdown), env)
    references = {label: (ref["href"], ref["title"]) for label, ref in env.get("references", {}).items()}
    return Parsed(tokens, env.get("pieces", {}), references)


def addresses(tokens: list[Token]) -> int:
    """Return how many characters of addresses and titles of links and images the rendered `tokens` hold.

    One reference definition can be used many times over, so this may be far more than the source has.
    """
    inline = [child for token in tokens for child in token.children or ()]
    return sum(len(str(value)) for token in inline for value in token.attrs.values())


def without_surrogates(text: str) -> str:
    """Return `text` with each lone surrogate, which no encoder and not the parser takes, as U+FFFD: same length."""
    return _SURROGATES.sub("\ufffd", text)


def events(tokens: list[Token]) -> list[Event]:
    """Return what the reader gets of the inline `tokens`; an emphasis written as an HTML tag is the same event."""
    found: list[Event] = []
    for token in tokens:
        found.extend(_events_of(token))
    return found


def _events_of(token: Token) -> tuple[Event, ...]:
    match token.type:
        case "text" | "text_special":
            return (token.content,)
        case "softbreak":
            return (" ",)
        case "hardbreak":
            return (BREAK,)
        case "code_inline":
            return (("code", token.content),)
        case "html_inline":
            return (html_event(token.content),)
        case "image":
            return (_element("<img", token, "src"), _alt(token), (">img",))
        case "link_open":
            return (_element("<a", token, "href"),)
    return ((("<" if token.nesting > 0 else ">") + token.tag,),)


def _alt(token: Token) -> str:
    """Return what the renderer writes as an image's `alt`."""
    said: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "text_special", "code_inline", "html_inline"):
            said.append(child.content)
        elif child.type == "image":
            said.append(_alt(child))
        elif child.type in ("softbreak", "hardbreak"):
            said.append(" ")
    return "".join(said)


def html_event(tag: str) -> Event:
    """Return the event of an inline HTML tag, comment or the like."""
    bare = tag.lower().replace(" ", "")
    if bare in ("<br>", "<br/>"):
        return BREAK
    if bare.strip("</>") in _SAME_AS_MARKDOWN and bare.count("<") == 1:
        return (">" + bare[2:-1],) if bare.startswith("</") else ("<" + bare[1:-1],)
    return ("html", tag)


def _element(name: str, token: Token, address: str) -> Event:
    return (name, str(token.attrs.get(address, "")), str(token.attrs.get("title", "")))


class _PlacingState(StateBlock):
    """Block state that notes on every inline container where its lines stand."""

    _row: Token | None = None

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        if ttype == "tr_open":
            self._row = token
        elif ttype == "inline":
            opening = self.tokens[-2]
            lines = opening.map or (self._row.map if self._row else None) or [0, 0]
            token.meta["lines"] = [(self.bMarks[line] + self.tShift[line], self.eMarks[line]) for line in range(*lines)]
        return token


def _block(state: StateCore) -> None:
    placing = _PlacingState(state.src, state.md, state.env, state.tokens)
    state.md.block.tokenize(placing, placing.line, placing.lineMax)


def _keep_pieces(state: StateCore) -> None:
    if "pieces" in state.env:
        for index, token in enumerate(state.tokens):
            if token.type == "inline":
                state.env["pieces"][index] = [_copied(piece) for piece in token.children or []]


def _copied(token: Token) -> Token:
    """Return a copy that `text_join` will not touch."""
    children = token.children and [_copied(child) for child in token.children]
    return token.copy(children=children, meta=dict(token.meta))


def _placed(rule: RuleFuncInlineType) -> Callable[[StateInline, bool], bool]:
    def run(state: StateInline, silent: bool) -> bool:
        before = len(state.tokens)
        matched = rule(state, silent)
        if matched and not silent and len(state.tokens) > before:
            state.tokens[-1].meta["end"] = state.pos
        return matched

    return run


def _configured() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.core.ruler.at("block", _block)
    parser.core.ruler.before("text_join", "keep_pieces", _keep_pieces)
    rules = dict(zip(parser.inline.ruler.get_active_rules(), parser.inline.ruler.getRules(""), strict=True))
    for name in _PLACED:
        parser.inline.ruler.at(name, _placed(rules[name]))
    # Rules are put in order when they are first asked for, under the eyes of every thread: one that came second would
    # parse with some of them.
    for ruler in (parser.core.ruler, parser.block.ruler, parser.inline.ruler, parser.inline.ruler2):
        ruler.getRules("")
    return parser


_parser = _configured()
