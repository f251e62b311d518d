"""Shows why something was found: the title and pieces of the body as HTML text, what was found marked."""

import html
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2s
from sys import getsizeof

from content_api.search.remembering import Remembered
from content_api.search.texts import WORD, Read, Words
from schemas.search import Highlights

PIECES = 3
# How many characters a piece holds about what was found.
PIECE = 160
# How many places are looked at to begin a piece: a reader sees three, of a text that may say it on every line.
PLACES = 500
MARK = "<mark>", "</mark>"
# What is remembered of it, in bytes; and what each takes beside its strings.
LARGEST = 8 * 1024 * 1024
OVERHEAD = 650

Known = Remembered[tuple[str, str, bytes], Highlights]
"""What was shown before, by revision, version of the analyser and `name` of the forms: the same words are looked for
again and again, and a publication makes the memory of whole answers forget all.
"""


def weight(shown: Highlights) -> int:
    """Return what highlights take in memory, in bytes: with the copy that a string keeps of how it was sent."""
    return OVERHEAD + sum(getsizeof(part) + len(part.encode()) for part in (shown.title, *shown.body))


def name(forms: Iterable[str]) -> bytes:
    """Return a short name of some forms, whatever their order: a long question has thousands of letters."""
    return blake2s("\n".join(sorted(forms)).encode(), digest_size=16).digest()


def highlights(words: Words, forms: Collection[str]) -> Highlights:
    """Return title and pieces of the body with every written word marked that stands for one of `forms`.

    The text is escaped, so that it can stand in a page as it is.
    """
    title = _marked(words.title.text, _spans(words.title, forms))
    spans = _spans(words.body, forms)
    return Highlights(
        title=title, body=[_piece(words.body.text, spans, piece) for piece in _pieces(words.body.text, spans)]
    )


def _spans(read: Read, forms: Collection[str]) -> list[tuple[int, int]]:
    """Return where the written words stand in which one of `forms` was read, in order."""
    places = sorted({place for form in forms for place in read.places(form)})
    found = (WORD.match(read.text, place) for place in places)
    return [match.span() for match in found if match]


def _pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the ranges of the pieces that hold most of what was found, in the order of the text."""
    starts = [start for start, _ in spans]
    windows = [_window(text, start) for start in starts[:PLACES]]
    held = sorted(windows, key=lambda window: bisect_left(starts, window[0]) - bisect_left(starts, window[1]))
    chosen: list[tuple[int, int]] = []
    for window in held:
        if all(window[1] <= start or end <= window[0] for start, end in chosen):
            chosen.append(window)
        if len(chosen) == PIECES:
            break
    return sorted(chosen)


def _window(text: str, around: int) -> tuple[int, int]:
    """Return the range of a piece that begins a little before `around`, in its line, with a whole word."""
    begins, ends = text.rfind("\n", max(0, around - PIECE), around) + 1, text.find("\n", around, around + PIECE)
    ends = len(text) if ends < 0 else ends
    start = max(begins, around - PIECE // 3)
    if start > begins:
        blank = text.find(" ", start, around)
        start = blank + 1 if blank >= 0 else start
    end = min(ends, start + PIECE)
    if end < ends:
        blank = text.rfind(" ", around + 1, end)
        end = blank if blank > 0 else end
    return start, end


def _piece(text: str, spans: Iterable[tuple[int, int]], piece: tuple[int, int]) -> str:
    start, end = piece
    inside = [
        (max(left, start) - start, min(right, end) - start) for left, right in spans if left < end and right > start
    ]
    before = "… " if start and text[start - 1] != "\n" else ""
    after = " …" if end < len(text) and text[end] != "\n" else ""
    return before + _marked(text[start:end], inside) + after


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces = []
    last = 0
    for start, end in spans:
        pieces += [html.escape(text[last:start]), MARK[0], html.escape(text[start:end]), MARK[1]]
        last = end
    return "".join(pieces) + html.escape(text[last:])
