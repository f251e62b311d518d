"""How Korean sentences address their reader: 합니다 and 해요, or 한다."""

import re
from typing import Literal

from pipeline import sentences
from pipeline.checks.scripts import prose
from schemas.language import Span

Level = Literal["polite", "plain"]

_QUOTED = re.compile(r"“[^”\n]{0,400}”|‘[^’\n]{0,400}’|\"[^\"\n]{0,400}\"|「[^」\n]{0,400}」|『[^』\n]{0,400}』")
_BRACKETED = re.compile(r"\([^()\n]{0,400}\)")
_POLITE = re.compile(r"(?:니다|니까|시오|세요|어요|아요|에요|예요|해요|지요|네요|군요|까요|나요|가요|시다|소서|죠)$")
_PLAIN = re.compile(r"(?<!니)(?<!시)다$")


def levels(korean: str) -> list[tuple[Level, Span]]:
    """Return the level and range of every sentence of a text that shows one; quotations are somebody else's words."""
    text = _BRACKETED.sub(_blank, _QUOTED.sub(_blank, prose(korean)))
    found: list[tuple[Level, Span]] = []
    for start, end in _sentences(text):
        sentence = text[start:end].rstrip()
        if not sentence.endswith((".", "!", "?", "…", "。")):
            continue
        ending = sentence[-12:].rstrip(" .!?…。")
        if _POLITE.search(ending):
            found.append(("polite", (start, start + len(sentence))))
        elif _PLAIN.search(ending):
            found.append(("plain", (start, start + len(sentence))))
    return found


def _sentences(text: str) -> list[Span]:
    """The sentences, of which none goes on over the end of a line: items of a list stand by themselves."""
    found: list[Span] = []
    place = 0
    for line in text.splitlines(keepends=True):
        found += [(place + start, place + end) for start, end in sentences.spans(line, "ko")]
        place += len(line)
    return found


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
