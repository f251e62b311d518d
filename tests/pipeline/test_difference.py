"""Differences of two texts: true to the letter, told in whole words, and bounded in time."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.difference import differences

WORDS = st.sampled_from(
    ["한미동맹", "한미동맹은", "감사의", "날", "**굵게**", "Thanks,", "a", "b", "1,234", "😀", "e\u0301"]
)
GAPS = st.sampled_from([" ", "  ", "\n", "\n\n", "\t", ""])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=60).map(lambda pairs: "".join(map("".join, pairs))) | st.text()


def told(old: str, new: str) -> list[tuple[str, str]]:
    return [(each.op, each.text) for each in differences(old, new)]


@settings(deadline=None)
@given(old=TEXTS, new=TEXTS)
def test_the_differences_give_either_text_exactly(old: str, new: str) -> None:
    """Joined without inserts they are the old text, without deletes the new one, whatever the texts are."""
    found = told(old, new)
    assert "".join(text for op, text in found if op != "insert") == old
    assert "".join(text for op, text in found if op != "delete") == new


@settings(deadline=None)
@given(old=TEXTS, new=TEXTS)
def test_no_run_is_empty_or_could_be_joined_to_its_neighbour(old: str, new: str) -> None:
    """Neighbours are of different kinds, and each run holds something."""
    found = told(old, new)
    assert all(text for _, text in found)
    assert all(one[0] != other[0] for one, other in pairwise(found))


@settings(deadline=None)
@given(old=TEXTS, new=TEXTS)
def test_no_word_is_cut(old: str, new: str) -> None:
    """Either text is made of whole words in every run: a boundary is never between two letters, Korean or Latin."""
    for side, gone in ((old, "insert"), (new, "delete")):
        place = 0
        for op, text in told(old, new):
            if op != gone:
                place += len(text)
                assert not re.fullmatch(r"\w\w", side[place - 1 : place + 1]), (op, text)


@settings(deadline=None)
@given(text=TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    """The same text is one equal run, or none where it is empty."""
    assert told(text, text) == ([("equal", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("", "새 글", [("insert", "새 글")]),
        ("옛 글", "", [("delete", "옛 글")]),
        (
            "감사의 날을 기념했다.",
            "감사의 주간을 기념했다.",
            [("equal", "감사의 "), ("delete", "날을"), ("insert", "주간을"), ("equal", " 기념했다.")],
        ),
        ("a b c d", "a x y d", [("equal", "a "), ("delete", "b c"), ("insert", "x y"), ("equal", " d")]),
        (
            "첫 문단.\n\n둘째 문단.\n",
            "첫 문단.\n\n새로 온 문단.\n\n둘째 문단.\n",
            [("equal", "첫 문단.\n\n"), ("insert", "새로 온 문단.\n\n"), ("equal", "둘째 문단.\n")],
        ),
    ],
    ids=["came", "went", "one word", "a chance match between changes is none", "a paragraph"],
)
def test_what_changed_is_told_as_a_person_would(old: str, new: str, wanted: list[tuple[str, str]]) -> None:
    """Whole words and whole paragraphs come and go; a space that two changes share by chance is part of the change."""
    assert told(old, new) == wanted


HOSTILE = {
    "nothing in common": (" ".join(map(str, range(30_000))), " ".join(map(str, range(30_000, 60_000)))),
    "the other way round": (" ".join(map(str, range(30_000))), " ".join(map(str, range(30_000, 0, -1)))),
    "one word over and over": ("x " + "a " * 99_000 + "y", "z " + "a " * 50_000 + "b " + "a " * 48_000 + "w"),
    "empty lines": ("\n" * 200_000, "a\n" * 100_000),
    "a long overlap": ("b c d " * 10 + "a!" * 99_000, "a!" * 99_000 + "e f g " * 10),
}


@pytest.mark.timeout(60)  # without a limit each of these takes minutes
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pair_costs_no_more_than_its_time(name: str) -> None:
    """When the time is up what was not compared is told as replaced: the answer is there, and true."""
    old, new = HOSTILE[name]
    found = told(old, new)
    assert "".join(text for op, text in found if op != "insert") == old
    assert "".join(text for op, text in found if op != "delete") == new
