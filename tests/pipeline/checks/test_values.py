"""Dates, times, money and quantities are compared by value; each fault is told once, by its most particular check."""

import time as clock
from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks import run
from pipeline.checks.figures import figures
from schemas.language import Issue

SAME = [
    ("1953년 7월 27일", "July 27, 1953"),
    ("1953년 7월 27일", "27 July 1953"),
    ("1953. 7. 27.", "1953-07-27"),
    ("7월 3~5일", "July 3-5"),
    ("7월 3일부터 5일까지", "July 3 to 5"),
    ("2024. 3. 4.(월)~3. 8.(금)", "Monday, March 4 to Friday, March 8, 2024"),
    ("11월", "November"),
    ("2012년 5월", "May 2012"),
    ("정오", "12 p.m."),
    ("낮 12시", "noon"),
    ("밤 12시", "midnight"),
    ("14시 30분", "2:30 p.m."),
    ("오전 9시 30분", "half past nine in the morning"),
    ("12억 달러", "$1.2 billion"),
    ("1억 2천만 원", "KRW 120 million"),
    ("₩15,000", "15,000 won"),
    ("만 원씩", "10,000 won each"),
    ("30만 유로", "€300,000"),
    ("800엔", "800 yen"),
    ("50위안", "RMB 50"),
    ("50센트", "$0.50"),
    ("33평", "109 square meters"),
    ("33평(109㎡)", "1,170 square feet (109 ㎡)"),
    ("100리", "40 kilometers"),
    ("시속 100km", "100 km/h"),
    ("5톤", "5 tons"),
    ("3%p", "3 percentage points"),
    ("90분", "an hour and a half"),
    ("두 시간 반", "two and a half hours"),
    ("45분", "three-quarters of an hour"),
    ("12개월", "one year"),
    ("만 4천 톤", "14,000 tons"),
]
DIFFERENT = [
    ("1953년 7월 27일", "June 27, 1953", "dates"),
    ("7월 17일", "July 7", "dates"),
    ("1963년에", "in 1953", "dates"),
    ("2024년 5월 27일 화요일", "Monday, May 27, 2024", "dates"),
    ("정오", "midnight", "times"),
    ("밤 9시", "9:00 a.m.", "times"),
    ("12억 달러", "$12 billion", "money"),
    ("800원", "800 yen", "money"),
    ("25유로", "25 dollars", "money"),
    ("500만 원", "5 million", "money"),
    ("3헥타르", "3 acres", "units"),
    ("20kg", "20 pounds", "units"),
    ("5km", "5 miles", "units"),
    ("5.0km", "5.1 km", "units"),
    ("3%p", "3 percent", "units"),
    ("3시간", "3 days", "units"),
    ("33평", "130 square meters", "units"),
    ("20kg", "20", "units"),
    ("87.5%", "85.7%", "numbers"),
]
VALUES = {"numbers", "dates", "times", "money", "units"}


def found(korean: str, english: str) -> tuple[list[Issue], list[Issue]]:
    """The issues of values of the pair read both ways."""
    forth = [issue for issue in run(korean + " 등", english, "ko", "en") if issue.check in VALUES]
    return forth, [issue for issue in run(english, korean + " 등", "en", "ko") if issue.check in VALUES]


@pytest.mark.parametrize(("korean", "english"), SAME)
def test_same_value(korean: str, english: str) -> None:
    """The same value in either language's notation is no issue, either way."""
    assert found(korean, english) == ([], [])


@pytest.mark.parametrize(("korean", "english", "check"), DIFFERENT)
def test_different_value(korean: str, english: str, check: str) -> None:
    """Another value is one error of the most particular check."""
    forth, _ = found(korean, english)
    assert [(issue.check, issue.severity) for issue in forth] == [(check, "error")]


@pytest.mark.parametrize(
    ("source", "target", "fixed"),
    [
        ("1억 2천만 원을 모았다.", "They raised 12 million won.", "They raised 120 million won."),
        ("They raised 120 million won.", "12억 원을 모았다.", "1억2천만 원을 모았다."),
        ("1953년 6월 27일에", "On July 27, 1953, they", "On June 27, 1953, they"),
        ("On Dec. 3", "11월 3일에는", "12월 3일에는"),
        ("On 1950-09-15", "1950. 9. 16. 새벽", "1950. 9. 15. 새벽"),
        ("오후 3시 30분", "at 3:30 a.m. there", "at 3:30 p.m. there"),
        ("at 6:30 p.m.", "오전 6시 30분에", "오후 6시 30분에"),
        ("1,300명", "1,200 people", "1,300 people"),
        ("전화 02-1234-5678", "Phone 02-1234-5687", "Phone 02-1234-5678"),
        ("A@b.org", "c@b.org로", "A@b.org로"),
        ("[가](https://a.kr/1)", "[a](https://a.kr/2)", "[a](https://a.kr/1)"),
        ("`lang: ko`를", "`lang: en` there", "`lang: ko` there"),
        ("파일은 `a.md`로", "Name it a.md.", "Name it `a.md`."),
        ("On Monday, 3 March 2025", "2025년 3월 3일 화요일에", "2025년 3월 3일 월요일에"),
    ],
)
def test_fix_puts_the_source_s_value_into_the_target_s_notation(source: str, target: str, fixed: str) -> None:
    """Where it is plain how, a fix writes the source's value as the target writes such, and nothing is wrong then."""
    korean = any("가" <= letter <= "힣" for letter in source)
    locales = ("ko", "en") if korean and not target.endswith("로") else ("en", "ko")
    (issue,) = [issue for issue in run(source, target, *locales) if issue.fix]  # type: ignore[arg-type]
    assert issue.fix == fixed
    assert not [issue for issue in run(source, fixed, *locales) if issue.severity == "error"]  # type: ignore[arg-type]


def test_weekday_that_is_not_the_calendar_s() -> None:
    """A weekday that contradicts its date is an error with a fix; where the source has it so, a warning."""
    (issue,) = run("2024년 5월 11일 기념식", "Ceremony, Friday, May 11, 2024", "ko", "en")
    assert (issue.check, issue.severity, issue.fix) == ("dates", "error", "Ceremony, Saturday, May 11, 2024")
    (own,) = run("2024년 5월 11일(금) 기념식", "Ceremony, Friday, May 11, 2024", "ko", "en")
    assert own.severity == "warning"


@pytest.mark.parametrize(
    ("source", "target", "contacts"),
    [
        ("02-123-4567", "+82-2-123-4567", []),
        ("02.345.6789", "02-345-6789", []),
        ("(213) 555-0188", "+1-213-555-0188", []),
        ("010-9876-5432", "+82 10 9876 5432", []),
        ("1588-1234", "1588-1234", []),
        ("Info@A.org", "info@a.org", []),
        ("+82-2-987-6543", "+1-2-987-6543", ["contacts"]),
        ("010-2345-6789", "+82-10-2345-678", ["contacts"]),
        ("02-1234-5678", "the office", ["contacts"]),
        ("a@b.org", "us", ["contacts"]),
    ],
)
def test_contacts(source: str, target: str, contacts: list[str]) -> None:
    """Telephone numbers are the same with and without country code, e-mail addresses whatever their capitals."""
    assert [issue.check for issue in run(f"문의 {source}", f"Ask {target}", "ko", "en")] == contacts


@pytest.mark.parametrize(
    ("source", "target", "checks"),
    [
        ("# 제목", "Title", ["structure"]),
        ("1. 목적\n2. 회원", "1. Aim\n2. Members", []),
        ("**가** 나", "**a b", ["structure"]),
        ("1953. 7. 27. 정전", "July 27, 1953: the armistice", []),
        ("가<br>나", "a b", ["structure"]),
        ("a_b_c 형식", "the form a_b_c", []),
        ("| 가 | 나 |", "| a |", ["structure"]),
        ("<1>가</1>", "<1>a</1>", []),
        ("가", "a <script>x()</script>", ["unsafe_html"]),
        ("가", "a <img src=x onerror=x()>", ["structure", "unsafe_html"]),
        ("[가](/a)", "[a](&#106;avascript:x())", ["links", "unsafe_html"]),
        ("`<script>` 태그", "the `<script>` tag", []),
        ("글이 `x`다", "it is `y`", ["code"]),
    ],
)
def test_structure(source: str, target: str, checks: list[str]) -> None:
    """Markdown and HTML typed into the text are kept, code too, and none that acts comes in."""
    assert sorted({issue.check for issue in run(source, target, "ko", "en")}) == checks


DAY = st.dates(date(1583, 1, 1), date(2999, 12, 31))
DATES = [
    ("ko", lambda day: f"{day.year}년 {day.month}월 {day.day}일"),
    ("ko", lambda day: f"{day.year}. {day.month}. {day.day}."),
    ("ko", lambda day: f"{day.year}년 {day.month}월 {day.day}일({'월화수목금토일'[day.weekday()]})"),
    ("ko", lambda day: f"{day.isoformat()}"),
    ("en", lambda day: f"{day:%B} {day.day}, {day.year}"),
    ("en", lambda day: f"{day:%A}, {day:%b}. {day.day}, {day.year}"),
    ("en", lambda day: f"{day.day} {day:%B} {day.year}"),
    ("en", lambda day: f"{day.isoformat()}"),
]
TIMES = [
    ("ko", lambda at: f"{'오전' if at.hour < 12 else '오후'} {at.hour % 12 or 12}시 {at.minute}분"),
    ("ko", lambda at: f"{at.hour:02}:{at.minute:02}"),
    ("en", lambda at: f"{at.hour % 12 or 12}:{at.minute:02} {'a.m.' if at.hour < 12 else 'p.m.'}"),
    ("en", lambda at: f"{at.hour:02}:{at.minute:02}"),
]
MONEY = [
    ("ko", lambda amount: f"{amount * 1000:,}원"),
    ("ko", lambda amount: f"₩{amount * 1000}"),
    (
        "ko",
        lambda amount: f"{amount // 10}만 {amount % 10}천 원" if amount > 9 and amount % 10 else f"{amount * 1000}원",
    ),
    ("en", lambda amount: f"{amount * 1000:,} won"),
    ("en", lambda amount: f"KRW {amount * 1000}"),
    ("en", lambda amount: f"₩{amount * 1000:,}"),
]


@settings(deadline=None)
@given(DAY, st.sampled_from(DATES), st.sampled_from(DATES))
def test_a_date_is_itself_in_every_notation(day: date, one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    """Written in any two notations the check reads, a date is the same."""
    assert not run(one[1](day) + " .", other[1](day), one[0], other[0])


@settings(deadline=None)
@given(st.times(), st.sampled_from(TIMES), st.sampled_from(TIMES))
def test_a_time_is_itself_in_every_notation(at: time, one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    """Written in any two notations the check reads, a time of day is the same."""
    assert not [each for each in run(one[1](at) + " .", other[1](at), one[0], other[0]) if each.check in VALUES]


@settings(deadline=None)
@given(st.integers(2, 9_999_999), st.sampled_from(MONEY), st.sampled_from(MONEY))
def test_money_is_itself_in_every_notation(amount: int, one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    """Written in any two notations the check reads, an amount of money is the same."""
    assert not [each for each in run(one[1](amount) + " .", other[1](amount), one[0], other[0]) if each.check in VALUES]


@pytest.mark.parametrize(
    "piece",
    ["1 ", "5km ", "$5 ", "7월 3일 ", "`", "`a` ", "](", "[a](b) ", "+1 ", "02-", "**", "<b ", "> ", "|", "on="],
)
def test_time_grows_with_the_text_alone(piece: str) -> None:
    """Four times the text takes nowhere near sixteen times as long."""

    def took(length: int) -> float:
        text = piece * (length // len(piece))
        figures.cache_clear()
        began = clock.process_time()
        run(text, text + " 7", "en", "ko")
        return clock.process_time() - began

    took(2_000)
    assert took(40_000) < 12 * max(took(10_000), 0.02)
