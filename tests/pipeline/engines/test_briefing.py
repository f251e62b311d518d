"""What is around a text in its entry."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.engines.briefing import Briefing

SEGMENTS = [f"{number}번째 <1>문장</1>." for number in range(10)]
PLAIN = [f"{number}번째 문장." for number in range(10)]


def test_an_entry_that_fits_is_given_whole() -> None:
    """All segments, in order, without placeholders; blank ones are left out."""
    assert Briefing(context=[*SEGMENTS, "<1/>"]).around([], "html", 1000) == PLAIN


def test_a_long_entry_is_given_around_the_texts() -> None:
    """The texts themselves, and on both sides of them as much as fits."""
    asked = ["5번째 <x1>문장</x1>.", "6번째 <x1>문장</x1>."]
    assert Briefing(context=SEGMENTS).around(asked, "html", 40) == PLAIN[3:8]
    assert Briefing(context=SEGMENTS).around([SEGMENTS[9]], "plain", 30) == PLAIN[7:]
    assert Briefing(context=SEGMENTS).around(["of another entry"], "plain", 30) == PLAIN[:3]


@given(
    context=st.lists(st.text("가나 <1/>", max_size=8), max_size=12),
    asked=st.lists(st.integers(0, 11), max_size=3),
    limit=st.integers(0, 60),
)
def test_it_is_one_run_of_the_entry_within_the_limit(context: list[str], asked: list[int], limit: int) -> None:
    """Whatever is asked for, what comes is a run of the entry's lines and not longer than it may be."""
    texts = [context[at] for at in asked if at < len(context)]
    found = Briefing(context=context).around(texts, "plain", limit)
    whole = Briefing(context=context).around([], "plain", 10_000)
    assert any(whole[at : at + len(found)] == found for at in range(len(whole) + 1))
    assert sum(len(line) + 1 for line in found) <= limit
