"""Why something was found, shown in little time: which pieces of a text are marked."""

import pytest

from content_api.search.highlighting import PIECES, highlights
from content_api.search.texts import Read as ReadText
from content_api.search.texts import Words, in_lines

TITLE = ReadText("제목", in_lines({}))


def words_of(text: str) -> Words:
    """Read a text whose words are what stands between blanks."""
    places: dict[str, list[int]] = {}
    at = 0
    for word in text.split(" "):
        places.setdefault(word.strip(), []).append(at + len(word) - len(word.lstrip()))
        at += len(word) + 1
    return Words(TITLE, TITLE, ReadText(text, in_lines(places)))


def test_the_pieces_that_hold_most_are_shown() -> None:
    """In the order of the text, none over another, each in its line."""
    filler = "word " * 60
    body = f"alliance {filler}\nalliance peace {filler}\n{filler} peace {filler}alliance peace peace {filler}"
    first, second, third = highlights(words_of(body), {"alliance": 1, "peace": 1}).body
    assert first.startswith("<mark>alliance</mark> word")
    assert second.startswith("<mark>alliance</mark> <mark>peace</mark> word")
    assert "<mark>alliance</mark> <mark>peace</mark> <mark>peace</mark>" in third


@pytest.mark.timeout(60)
def test_a_text_of_nothing_else_is_shown_in_time() -> None:
    """A word on every line, or a line that never ends: what is looked at does not grow with the square of the text."""
    for mark in (" ", "\n "):
        body = mark.join(["alliance peace"] * 200_000)
        assert len(highlights(words_of(body), {"alliance": 1, "peace": 1}).body) == PIECES
