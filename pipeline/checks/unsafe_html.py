"""HTML that does something: scripts, frames, handlers of events, addresses that run code."""

import html
import re
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.code import without_code
from schemas.language import Span

# Elements that run, load or send something, or change the page around them (OWASP, XSS Prevention Cheat Sheet).
_ACTIVE = re.compile(
    r"<\s?/?\s?(?:script|iframe|frame|frameset|object|embed|applet|form|input|button|textarea|select|meta|link|base|style|svg|math"
    r"|template|audio|video|source|portal|noscript|xml|xss|marquee|dialog)(?![A-Za-z0-9-])",
    re.IGNORECASE,
)
_HANDLER = re.compile(r"<[A-Za-z][^<>]{0,2000}?[\s/\"'](on[a-z]{3,30}|srcdoc|formaction)\s{0,5}=", re.IGNORECASE)
_RUNS = re.compile(
    r"(?:\]\(|\]:|=|<|[\"'])[\s\x00-\x20<\"']{0,20}(?:j\s{0,3}a\s{0,3}v\s{0,3}a\s{0,3}s\s{0,3}c\s{0,3}r\s{0,3}i\s{0,3}p\s{0,3}t"
    r"|vbscript|livescript|data\s{0,3}:\s{0,3}(?:text/html|image/svg|application))\s{0,3}[:;,]",
    re.IGNORECASE,
)
_PATTERNS = (_ACTIVE, _HANDLER, _RUNS)


@check("unsafe_html", "error", always=True)
def unsafe_html(pair: Pair) -> Iterator[Finding]:
    """The translation brings in no HTML that acts.

    An element that runs, loads or sends something, a handler of events, or an address that runs code, which the source
    does not have; none of it counts within code.
    """
    if "<" not in pair.target and "](" not in pair.target and "]:" not in pair.target:
        return
    known = {_shape(match[0]) for match, _ in _acting(pair.source)}
    for match, span in _acting(pair.target):
        if _shape(match[0]) not in known:
            yield Finding("The translation holds HTML that acts, and the source does not.", target_span=span)


def _acting(text: str) -> Iterator[tuple[re.Match[str], Span]]:
    """Yield what acts, and its range; one that only shows once character references are read has the whole text's."""
    blanked = without_code(text)
    for pattern in _PATTERNS:
        for match in pattern.finditer(blanked):
            yield match, match.span()
    read = html.unescape(blanked)
    if read != blanked and not _ACTIVE.search(blanked):
        for match in _RUNS.finditer(read):
            yield match, (0, len(text))


def _shape(text: str) -> str:
    return re.sub(r"[\s\"'<>]+", "", text).casefold()
