"""Texts are found by likeness: those that comparing each would find, and what differs in numbers alone."""

import random

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from pipeline import fuzzy
from pipeline.fuzzy import FuzzyIndex

WORDS = [
    "한미동맹",
    "협회",
    "행사",
    "참전용사",
    "기념식",
    "감사",
    "자유",
    "평화",
    "학교",
    "alliance",
    "peace",
    "together",
]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)


def index(*texts: str) -> FuzzyIndex:
    made = FuzzyIndex()
    made.put(texts)
    return made


@given(st.lists(SENTENCES, max_size=40), SENTENCES)
def test_few_texts_are_found_as_if_each_were_compared(texts: list[str], asked: str) -> None:
    """While there are no more than are compared exactly, nothing that shares a pair of letters is missed."""
    found = dict(index(*texts).alike(asked, len(texts) + 1, 60))
    assert found == {each: fuzz.ratio(asked, each) for each in texts if fuzz.ratio(asked, each) >= 60}


def test_the_best_of_many_is_found() -> None:
    """Among more texts than are compared exactly, the one that was changed by a word comes first."""
    chance = random.Random(7)
    texts = [" ".join(chance.choices(WORDS, k=9)) + f" {n:x}" for n in range(4 * fuzzy.COMPARED)]
    made = index(*texts)
    for text in texts[::200]:
        assert made.alike(text.replace(" ", " x", 1), 1, 50)[0][0] == text


def test_what_differs_in_numbers_alone_is_found_however_short() -> None:
    """A date is nearly all numbers: as letters it is not alike, as a sentence it is the same."""
    assert index("3월 1일", "같은 말").alike("12월 25일", 5, 90) == [("3월 1일", fuzz.ratio("3월 1일", "12월 25일"))]


def test_each_text_is_there_once_until_it_is_discarded() -> None:
    """To add again changes nothing; what is discarded is not found, and can be added again."""
    made = index("가나다", "가나다", "마", "")
    assert len(made) == 2
    made.discard("가나다")
    made.discard("nowhere")
    assert made.alike("가나다", 5, 60) == []
    made.put(["가나다"])
    assert made.alike("가나다", 5, 60) == [("가나다", 100.0)]
    assert made.alike("마", 5, 60) == [("마", 100.0)]


def test_the_oldest_are_left_out_of_what_grows_too_heavy() -> None:
    """An index weighs no more than it may, and keeps the newest."""
    made = FuzzyIndex(heaviest=100 * (fuzzy.OVERHEAD + 10))
    made.put(f"text {n:05}" for n in range(1_000))
    assert made.weight <= 100 * (fuzzy.OVERHEAD + 10)
    assert made.alike("text 00999", 1, 100) == [("text 00999", 100.0)]
    assert made.alike("text 00001", 1, 100)[0][0] != "text 00001"


def test_a_text_that_is_no_sentence_is_neither_kept_nor_looked_for() -> None:
    """Longer texts than a sentence ever is cost nothing."""
    long = "가" * (fuzzy.LONGEST + 1)
    assert len(index(long)) == 0
    assert index("가나").alike(long, 1, 0) == []
