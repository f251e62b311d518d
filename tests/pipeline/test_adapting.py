"""A remembered target is made to fit where that is sure, and left as it is, and said not to fit, where it is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.adapting import Adapted, adapted, fits


@pytest.mark.parametrize(
    ("remembered", "target", "source", "expected"),
    [
        ("2025년 행사", "The 2025 event", "2026년 행사", "The 2026 event"),
        ("2025년 3월 27일 행사", "Event of 2025-3-27", "2026년 3월 28일 행사", "Event of 2026-3-28"),
        ("7월 27일", "July 27", "7월 28일", "July 28"),
        ("7월 27일", "July 27", "8월 27일", None),
        ("10월 12일", "October 12", "10월 10일", "October 10"),
        ("제3회 대회", "The 3rd contest", "제4회 대회", "The 4th contest"),
        ("제3회 대회", "The 3rd contest", "제11회 대회", "The 11th contest"),
        ("회원 20명", "20 members", "회원 1명", None),
        ("3만 명", "30,000 people", "4만 명", None),
        ("3명과 3명", "3 and 3", "4명과 4명", "4 and 4"),
        ("3명과 3명", "3 and 3", "3명과 4명", None),
        ("3명이 5개", "3 people, 5 things, 3 times", "4명이 5개", None),
        ("가격 1,200원", "1,200 won", "가격 2,400원", "2,400 won"),
        ("3 그리고 5", "5 and 3", "5 그리고 3", "3 and 5"),
        ("F16 전투기 3대", "3 F16 fighters", "F15 전투기 3대", "3 F15 fighters"),
        ("행사 5개", "5 events", "행사 몇 개", None),
    ],
)
def test_numbers(remembered: str, target: str, source: str, expected: str | None) -> None:
    """A number is put in where the old one can be told; months written out, myriads and plurals cannot."""
    made = adapted(remembered, target, source, "en")
    wanted = Adapted(expected, ("numbers",)) if expected else Adapted(target, (), ("numbers",))
    assert made == wanted


def test_a_number_takes_its_particle_along() -> None:
    """What follows a number in Korean goes with how it is read."""
    assert adapted("Version 3 is out", "버전 3은 나왔다", "Version 2 is out", "ko").target == "버전 2는 나왔다"


@pytest.mark.parametrize(
    ("remembered", "target", "source", "expected"),
    [
        ("<1>가</1> 나", "na <1>ga</1>", "<2>가</2> 나", "na <2>ga</2>"),
        ("<1>가</1> <2/>", "<2/> <1>ga</1>", "<4>가</4> <3/>", "<3/> <4>ga</4>"),
        ("<1>가</1> 나", "na <1>ga</1>", "가 나", "na ga"),
        ("가 나", "ga na", "<1>가 나</1>", "<1>ga na</1>"),
        ("가 나.", "ga na.", "가 나.<1/>", "ga na.<1/>"),
        ("가 나", "ga na", "<1>가</1> 나", None),
        ("가 <1/>", "ga <1/>", "가 나", None),
        ("가 <1/>", "ga", "가 <2/>", None),
        ("<1/>가", "<1/>ga", "<1>가</1>", None),
    ],
)
def test_placeholders(remembered: str, target: str, source: str, expected: str | None) -> None:
    """They are numbered anew, left out as pairs, put at an edge; where one would be lost or guessed at, nothing is."""
    made = adapted(remembered, target, source, "en")
    wanted = Adapted(expected, ("placeholders",)) if expected else Adapted(target, (), ("placeholders",))
    assert made == wanted


PIECES = st.lists(st.sampled_from(["<1>", "</1>", "<2/>", "<2>", "</2>", "가", "7", "12", " ", "a1"]), max_size=9)


@given(PIECES, PIECES, PIECES, st.sampled_from(["ko", "en"]))
def test_what_is_said_to_fit_does(remembered: list[str], target: list[str], source: list[str], into: str) -> None:
    """Whatever is handed in, a target without misfits holds just the source's placeholders."""
    made = adapted("".join(remembered), "".join(target), "".join(source), into)  # type: ignore[arg-type]
    assert "placeholders" in made.misfits or fits("".join(source), made.target)
