"""Code that still stands in the text as Markdown, between backticks."""

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from schemas.language import Span

_BACKTICKS = re.compile("`+")


@check("code", "error")
def code(pair: Pair) -> Iterator[Finding]:
    """Code between backticks is kept as it is.

    Each piece of the source is in the translation, with its backticks and letter by letter, and no other.
    """
    if "`" not in pair.source and "`" not in pair.target:
        return
    before, after = list(spans(pair.source)), list(spans(pair.target))
    lost = list(_beyond(pair.source, before, pair.target, after))
    new = list(_beyond(pair.target, after, pair.source, before))
    if len(lost) == len(new) == 1:
        (was,), (now,) = lost, new
        written, instead = pair.source[slice(*was)], pair.target[slice(*now)]
        message = f"The source has the code {_short(written)}; the translation has {_short(instead)} instead."
        yield Finding(message, was, now, fix=pair.target[: now[0]] + written + pair.target[now[1] :])
        return
    for span in lost:
        written = pair.source[slice(*span)]
        message = f"The source has the code {_short(written)}; the translation has not."
        yield Finding(message, source_span=span, fix=_put_back(written, pair.target))
    for span in new:
        message = f"The translation has the code {_short(pair.target[slice(*span)])}; the source has not."
        yield Finding(message, target_span=span)


def spans(text: str) -> Iterator[Span]:
    """Yield the ranges of code in `text`, backticks included (CommonMark 0.31.2, 6.1)."""
    runs = [(match.start(), match.end()) for match in _BACKTICKS.finditer(text)]
    later: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[index][1] - runs[index][0], []).append(index)
    index = 0
    while index < len(runs):
        alike = later[runs[index][1] - runs[index][0]]
        while alike and alike[-1] <= index:
            alike.pop()
        if alike:
            yield runs[index][0], runs[alike[-1]][1]
            index = alike[-1]
        index += 1


def without_code(text: str) -> str:
    """Return `text` with its code blanked, everything else at its own place."""
    if "`" not in text:
        return text
    kept: list[str] = []
    end = 0
    for start, until in spans(text):
        kept += [text[end:start], " " * (until - start)]
        end = until
    return "".join([*kept, text[end:]])


def _beyond(text: str, spans: list[Span], other: str, others: list[Span]) -> Iterator[Span]:
    left = Counter(_content(other, span) for span in others)
    for span in spans:
        content = _content(text, span)
        if left[content]:
            left[content] -= 1
        else:
            yield span


def _content(text: str, span: Span) -> str:
    return text[slice(*span)].strip("`").strip()


def _put_back(written: str, target: str) -> str | None:
    """The target with its one mention of the code between backticks again."""
    content = written.strip("`")
    return target.replace(content, written) if content.strip() and target.count(content) == 1 else None


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
