"""What changed between two texts, word by word: runs of text that stayed, went or came. Words are never cut."""

import re
import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from diff_match_patch import diff_match_patch  # type: ignore[import-untyped]

from schemas.language import Difference, DifferenceOp

LINE = re.compile(r"[^\n]*\n|[^\n]+")
WORD = re.compile(r"\w+|\s+|[^\w\s]+")
# How long a comparison may take, in seconds: what is not compared by then is told as replaced, which is true too.
TIME_LIMIT = 0.5
OPS: dict[int, DifferenceOp] = {
    diff_match_patch.DIFF_EQUAL: "equal",
    diff_match_patch.DIFF_INSERT: "insert",
    diff_match_patch.DIFF_DELETE: "delete",
}
Run = tuple[DifferenceOp, str]


class Comparison(diff_match_patch):  # type: ignore[misc]
    """Myers' comparison of two texts by parts, each part standing as one code point (as the library does for lines)."""

    def __init__(self) -> None:
        super().__init__()
        self.Diff_Timeout = 0.0  # and so without its search for a common half, which no deadline ends
        self.deadline = time.time() + TIME_LIMIT

    def diff_cleanupSemanticLossless(self, diffs: Any) -> None:  # noqa: N802  # the library's name
        """Shift no edit: it goes by letters, which ours are not, and takes quadratic time over repetitions."""

    def by(self, part: re.Pattern[str], old: str, new: str) -> list[Run]:
        """Compare what `part` finds in both texts; it must leave nothing out."""
        parts: dict[str, str] = {}
        codes = ["".join(parts.setdefault(each, chr(len(parts))) for each in part.findall(text)) for text in (old, new)]
        found = self.diff_main(*codes, False, self.deadline)
        if time.time() < self.deadline:
            self.diff_cleanupSemantic(found)
        texts = list(parts)
        return [(OPS[op], "".join(texts[ord(code)] for code in run)) for op, run in found]


def differences(old: str, new: str) -> list[Difference]:
    """Return how `new` came of `old`, in order: joined without what was deleted it is `new`, without inserts `old`.

    Lines first, then the words of those that changed: a long text is compared quickly where little of it changed.
    """
    comparison = Comparison()
    return [Difference(op=op, text=text) for op, text in _joined(_word_by_word(comparison, old, new))]


def _word_by_word(comparison: Comparison, old: str, new: str) -> Iterator[Run]:
    for stayed, runs in groupby(comparison.by(LINE, old, new), key=lambda run: run[0] == "equal"):
        if stayed:
            yield from runs
        else:
            sides: dict[DifferenceOp, str] = {"delete": "", "insert": ""}
            for op, text in runs:
                sides[op] += text
            yield from comparison.by(WORD, sides["delete"], sides["insert"])


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield runs with neighbours of one kind as one, and without empty ones."""
    for op, alike in groupby((run for run in runs if run[1]), key=lambda run: run[0]):
        yield op, "".join(text for _, text in alike)
