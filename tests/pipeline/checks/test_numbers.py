"""Numbers are compared by value across Korean and English notation."""

from datetime import date, time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.checks import Context, run
from schemas.language import Issue

VALUES = {"numbers", "dates", "times", "money", "units"}
SAME = [
    ("1조 2000억", "1.2 trillion"),
    ("1억 2천만 원", "120 million won"),
    ("1억2000만 원", "120 million won"),
    ("35억 달러", "$3.5bn"),
    ("35억 달러", "$3.5 billion"),
    ("2만 8천5백 명", "28,500 people"),
    ("20여만 명", "200,000 people"),
    ("3,000여 명", "three thousand people"),
    ("30퍼센트", "30%"),
    ("제70주년", "70th anniversary"),
    ("제21차 회의", "the twenty-first meeting"),
    ("열 명", "Ten people"),
    ("10명", "Ten people"),
    ("스물네 시간", "24 hours"),
    ("3월 1일", "March 1"),
    ("1953년 7월 27일", "July 27, 1953"),
    ("1953. 7. 27.", "27 July 1953"),
    ("1953-07-27", "7/27/1953"),
    ("2012년 5월", "May 2012"),
    ("오후 3시", "3 p.m."),
    ("오후 3시", "15:00"),
    ("오후 3시 30분", "3:30 pm"),
    ("오전 12시 5분", "00:05"),
    ("세 시", "three o'clock"),
    ("1950년대", "the 1950s"),
    ("21세기", "the 21st century"),
    ("단기 4286년", "the year 4286 of the Dangun era"),
    ("2~3만 명", "20,000 to 30,000 people"),
    ("250만~300만 명", "2.5 to 3 million people"),
    ("1950~53년", "1950–1953"),
    ("3분의 2", "two-thirds"),
    ("20년", "two decades"),
    ("제3조", "Article 3"),
    ("3조 원", "three trillion won"),
    ("<1>1억 2천만</1> 원", "<1>120</1> million won"),
    ("１２０명", "120 people"),
]

DIFFERENT = [
    ("12억 원", "120 million won"),
    ("다섯 명", "Ten people"),
    ("4월 1일", "March 1"),
    ("3월 2일", "March 1"),
    ("1953년 6월 27일", "July 27, 1953"),
    ("오후 3시", "3 a.m."),
    ("오후 4시", "15:00"),
    ("1960년대", "the 1950s"),
    ("20세기", "the 21st century"),
    ("제60주년", "70th anniversary"),
    ("3개월", "March 2"),
]

NO_NUMBERS = [
    "한미동맹",
    "한국의 일",
    "이 일은 만일의 일이다",
    "다음 세대",
    "조국",
    "천안함",
    "두루",
    "네, 그렇습니다",
    "백두산",
    "구조대",
    "역시 그는",
    "수천만 원",
    "세배를 드리다",
    "혹시 오시면",
]


def found(korean: str, english: str, context: Context | None = None) -> tuple[list[Issue], list[Issue]]:
    """The issues of the pair read both ways."""
    forth = run(korean + " 등이다", english, "ko", "en", context=context)
    back = run(english, korean + " 등이다", "en", "ko", context=context)
    return [issue for issue in forth if issue.check in VALUES], [issue for issue in back if issue.check in VALUES]


@pytest.mark.parametrize(("korean", "english"), SAME)
def test_same_value(korean: str, english: str) -> None:
    """The same value in either language's notation is no issue, either way."""
    assert found(korean, english) == ([], [])


@pytest.mark.parametrize(("korean", "english"), DIFFERENT)
def test_different_value(korean: str, english: str) -> None:
    """Another value is an error, either way."""
    forth, back = found(korean, english)
    assert [issue.severity for issue in forth][:1] == ["error"]
    assert [issue.severity for issue in back][:1] == ["error"]


@pytest.mark.parametrize("korean", NO_NUMBERS)
def test_hangul_that_is_no_number(korean: str) -> None:
    """Syllables that happen to be numerals are not read as numbers in other words."""
    assert found(korean, "That is all there is") == ([], [])


@pytest.mark.parametrize(
    "english",
    ["You may come", "The march goes on", "I and one more", "millions of people", "Someone", "often", "a minute"],
)
def test_english_that_is_no_number(english: str) -> None:
    """English words that only look like numbers or months are never missed."""
    assert found("그렇습니다", english) == ([], [])


def test_message_names_the_number_and_its_value() -> None:
    """An editor reads what the source says, what it comes to, and where it stands."""
    (issue,) = run("성금 1억 2천만 원", "A donation", "ko", "en")
    assert issue.message == "The source says 1억 2천만 원 (120,000,000); the translation has no such number."
    assert issue.source_span == (3, 11)


def test_extra_number_is_a_warning() -> None:
    """A number that only the translation has is a warning, with its place."""
    (issue,) = run("회의가 열렸다.", "A meeting was held in 1998.", "ko", "en")
    assert (issue.severity, issue.target_span) == ("warning", (22, 26))


def test_numbers_in_placeholders_and_addresses_do_not_count() -> None:
    """The digits of a placeholder or an address are not numbers of the text."""
    assert found("<12/> 사진 https://a.kr/2012", "Photo <12/> https://a.kr/2012") == ([], [])
    assert found("<12/> 사진", "Photo <13/>") == ([], [])


def test_number_moved_to_the_next_segment() -> None:
    """A number that stands in the neighbour's translation, though not in its source, has only moved."""
    context = Context(neighbours=(("그들은 살았다.", "All 98,000 of them lived."),))
    assert found("피란민 9만 8천 명이 왔다.", "The refugees came.", context)[0] == []
    assert found("피란민 9만 8천 명이 왔다.", "The refugees came.")[0] != []


def korean_number(value: int, spaced: bool) -> str:
    """Write `value` as Korean news does: 만, 억, 조 with digits between."""
    parts = []
    for unit, word in ((10**12, "조"), (10**8, "억"), (10**4, "만")):
        if value >= unit:
            parts.append(f"{value // unit:,}{word}")
            value %= unit
    if value:
        parts.append(f"{value // 1000}천" if value % 1000 == 0 else f"{value:,}")
    return (" " if spaced else "").join(parts)


def english_number(value: int, worded: bool) -> str:
    """Write `value` with the largest scale word that fits it, or in digits."""
    for unit, word in ((10**12, "trillion"), (10**9, "billion"), (10**6, "million")):
        if worded and value >= unit and value * 100 % unit == 0:
            return f"{value / unit:.2f}".rstrip("0").rstrip(".") + f" {word}"
    return f"{value:,}"


ROUND = st.builds(lambda digits, power: digits * 10**power, st.integers(2, 9999), st.integers(0, 11))
VALUE = st.integers(2, 10**15) | ROUND


@settings(deadline=None)
@given(VALUE, st.booleans(), st.booleans())
def test_generated_same_value_never_alarms(value: int, spaced: bool, worded: bool) -> None:
    """However a value is written in the two languages, it is the same value."""
    assert found(korean_number(value, spaced) + " 원", english_number(value, worded) + " won") == ([], [])


@settings(deadline=None)
@given(VALUE, VALUE, st.booleans(), st.booleans())
def test_generated_different_values_always_alarm(one: int, other: int, spaced: bool, worded: bool) -> None:
    """However two different values are written in the two languages, they are told apart."""
    assume(one != other)
    forth, back = found(korean_number(one, spaced) + " 원", english_number(other, worded) + " won")
    assert forth
    assert back


DATE = st.dates(date(1000, 1, 1), date(2999, 12, 31))


@settings(deadline=None)
@given(DATE, DATE)
def test_generated_dates(one: date, other: date) -> None:
    """A date is the same in both languages, and another date is another."""
    english = f"{other:%B} {other.day}, {other.year}"
    forth, back = found(f"{one.year}년 {one.month}월 {one.day}일", english)
    alike = (one.year, one.month) == (other.year, other.month) and one.day == other.day
    if alike or len({one.year, one.day, other.year, other.day}) == 4:
        assert bool(forth) is bool(back) is not alike


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)))
def test_generated_same_date(day: date) -> None:
    """The same date never alarms."""
    assert found(f"{day.year}년 {day.month}월 {day.day}일", f"{day.day} {day:%B} {day.year}") == ([], [])


@settings(deadline=None)
@given(st.times(), st.times())
def test_generated_times(one: time, other: time) -> None:
    """A time of day is the same by the 12- and the 24-hour clock, and another time is another."""
    korean = f"{'오전' if one.hour < 12 else '오후'} {one.hour % 12 or 12}시" + (
        f" {one.minute}분" if one.minute else ""
    )
    alike = (one.hour, one.minute) == (other.hour, other.minute)
    forth, back = found(korean, f"{other.hour:02}:{other.minute:02}")
    assert bool(forth) is bool(back) is not alike
    assert found(korean, f"{one.hour % 12 or 12}:{one.minute:02} {'a.m.' if one.hour < 12 else 'p.m.'}") == ([], [])


NATIVE_ONES = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉"]
NATIVE_TENS = ["", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔"]
ENGLISH_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()  # noqa: SIM905, E501
ENGLISH_TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


@settings(deadline=None)
@given(st.integers(2, 99), st.integers(2, 99))
def test_generated_words(one: int, other: int) -> None:
    """Native Korean numerals before a counter and English number words agree by value."""
    native = (NATIVE_TENS[one // 10] + NATIVE_ONES[one % 10]).replace("스물", "스무" if one == 20 else "스물")
    tens = ENGLISH_TENS[other // 10] + (f"-{ENGLISH_ONES[other % 10]}" if other % 10 else "")
    forth, back = found(f"{native} 명", (ENGLISH_ONES[other] if other < 20 else tens) + " people")
    assert bool(forth) is bool(back) is (one != other)
