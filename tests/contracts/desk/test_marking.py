"""A segment's text cut into pieces to be marked."""

from hypothesis import given
from hypothesis import strategies as st

from content_api.desk.marking import Mark, Piece, pieces

SPANS = st.tuples(st.integers(-2, 12), st.integers(-2, 12))


def test_placeholders_and_marks_lie_over_each_other() -> None:
    """A placeholder stays whole; where two marks meet, the piece has both."""
    marks = [Mark((0, 4), "term", "two"), Mark((3, 7), "error", "no")]
    assert pieces("one <1>x</1>", marks) == [
        Piece("one", ("term",), ("two",)),
        Piece(" ", ("term", "error"), ("two", "no")),
        Piece("<1>", ("error",), ("no",), is_tag=True),
        Piece("x"),
        Piece("</1>", is_tag=True),
    ]


@given(st.text("a<1>/ 가", max_size=10), st.lists(SPANS, max_size=4))
def test_joined_the_pieces_are_the_text(text: str, spans: list[tuple[int, int]]) -> None:
    """Whatever the marks are, also where they do not fit the text, nothing of it is lost or said twice."""
    assert "".join(piece.text for piece in pieces(text, [Mark(span, "error") for span in spans])) == text
