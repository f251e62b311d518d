"""The checks of language: what each finds, what it leaves alone, and that its fix is one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks import Context, Entry, run
from schemas.language import OTHER, Issue, Locale, Term

TERMS = (Term(ko="협회", en="association", forbidden_ko=("연맹",), forbidden_en=("federation",)),)
LOCALE = st.sampled_from(("ko", "en"))
WORDS = """
    협회는 연맹은 학교 를 한국를 서울으로 UN는 100%이 을(를) 함께 the federation, Friends,let 감사합니다.다시
    한다. 합니다. <1> </1> <2/> ( ) " “ ” 「 」 ！ . ? ! not 않았다 번역: � Park Jung-ho 박정호 목사가
"""
TEXT = st.lists(st.sampled_from([*WORDS.split(), " ", "  ", "\n", ""])).map(" ".join) | st.text()

FOUND: list[tuple[str, Locale, str, str, str]] = [
    ("artefacts", "en", "The choir sang.", "I'm sorry, but I cannot do that.", ""),
    ("artefacts", "en", "The choir sang.", "죄송합니다. 번역할 수 없습니다.", ""),
    ("artefacts", "en", "The choir sang.", "다음은 한국어 번역입니다: 합창단이 노래했다.", ""),
    ("artefacts", "ko", "교회가 있다.", "There is a church.<|endoftext|>", ""),
    ("artefacts", "ko", "교회의 종", "The churchâ€™s bell", ""),
    ("artefacts", "en", "The choir sang well.", "합창단이 노래했다. 합창단이 노래했다.", "합창단이 노래했다."),
    ("particles", "en", "IBM gave.", "IBM는 주었다.", "IBM은 주었다."),
    ("particles", "en", "To Seoul.", "서울으로 갔다.", "서울로 갔다."),
    ("particles", "en", "Friends.", "<1>친구</1>을(를) 만났다.", "<1>친구</1>를 만났다."),
    ("particles", "en", "The museum.", "박물관는 크다.", "박물관은 크다."),
    ("particles", "en", "100% of them.", "100%이 왔다.", "100%가 왔다."),
    ("repeated_word", "ko", "총회를 엽니다.", "We hold the the meeting.", "We hold the meeting."),
    ("repeated_word", "en", "Together.", "함께 함께 갑니다.", "함께 갑니다."),
    ("spacing", "en", "The school.", "학교 를 보았다.", "학교를 보았다."),
    ("spacing", "en", "Thanks. Bye.", "감사합니다.다시 만나요.", "감사합니다. 다시 만나요."),
    ("spacing", "ko", "새 사무실입니다.", "A new  office .", "A new office ."),
    ("punctuation", "en", "Hello, everyone!", "여러분, 안녕하세요！", "여러분, 안녕하세요!"),
    ("punctuation", "ko", "왜 떠났을까요?", "Why did they leave.", "Why did they leave?"),
    ("punctuation", "ko", '"평화"라는 노래', "A song called 「Peace」", "A song called “Peace”"),
    ("punctuation", "en", "The office (third floor)", "사무실(3층", ""),
    ("negation", "ko", "그는 돌아오지 못했다.", "He came back to his town.", ""),
    ("negation", "en", "The road is safe.", "길은 안전하지 않다.", ""),
    (
        "length",
        "en",
        "Welcome, everyone.",
        "나이와 국적과 신앙이 어떠하든 누구든지 언제라도 기쁘게 맞이하겠습니다.",
        "",
    ),
    (
        "sentence_count",
        "en",
        "He was a doctor. He was a poet. He loved Korea.",
        "그는 의사였다. 그는 한국을 사랑했다.",
        "",
    ),
    ("speech_level", "en", "It began. Many fled.", "전쟁이 시작되었다. 많은 이가 떠났습니다.", ""),
]


def issues(check: str, locale: Locale, source: str, target: str, context: Context | None = None) -> list[Issue]:
    """The issues of one check, `locale` being the source's."""
    found = run(source, target, locale, OTHER[locale], glossary=TERMS, context=context)
    return [issue for issue in found if issue.check == check]


@pytest.mark.parametrize(("check", "locale", "source", "target", "fix"), FOUND)
def test_what_a_check_finds(check: str, locale: Locale, source: str, target: str, fix: str) -> None:
    """The fault is found at its place, with the fix where one is sure."""
    found = issues(check, locale, source, target)
    assert found
    assert (found[0].fix or "") == fix
    assert found[0].target_span or found[0].source_span
    if fix:
        assert len(issues(check, locale, source, fix)) < len(found)


@pytest.mark.parametrize(
    ("check", "locale", "source", "target"),
    [
        ("artefacts", "ko", "번역: 홍길동", "Translation: Hong Gil-dong"),
        ("artefacts", "en", "I'm sorry, but I cannot come.", "죄송하지만 번역 일로 갈 수 없습니다."),
        ("artefacts", "en", "Holy, holy, holy", "거룩, 거룩, 거룩"),
        ("particles", "en", "They eat.", "그들은 밥을 먹는 마을을 지을 줄 안다."),
        ("particles", "en", "NATO, ZIP", "NATO는 ZIP으로, 사과와 효과 마을은 3을 7로"),
        ("particles", "en", "A file", "<2/>을 보고 <1>서울</1>로"),
        ("repeated_word", "ko", "그는 힘들었다.", "He had had hard years."),
        ("repeated_word", "en", "One by one", "하나 하나 살폈다."),
        ("spacing", "ko", "파일은 .pdf 형식입니다.", "The file is in .pdf format, see https://a.kr/b,c."),
        ("punctuation", "en", "Could you send it?", "보내 주시기 바랍니다."),
        ("punctuation", "ko", "1) 신청서", "1) Application form"),
        ("negation", "en", "Do not hesitate to write.", "언제든지 편지해 주십시오."),
        ("negation", "ko", "그 결정은 불가피했다.", "The decision could not be avoided."),
        ("length", "ko", "목차", "Table of Contents"),
        ("sentence_count", "en", "The rain stopped; the parade began.", "비가 그쳤다. 행진이 시작되었다."),
        ("speech_level", "en", 'She said, "Thanks." She left.', '그는 "감사합니다."라고 말했다. 그는 떠났다.'),
    ],
)
def test_what_a_check_leaves_alone(check: str, locale: Locale, source: str, target: str) -> None:
    """What only looks like a fault is none."""
    assert issues(check, locale, source, target) == []


def test_a_name_is_written_as_elsewhere_in_the_entry() -> None:
    """Another spelling than elsewhere is found, with the fix; the same one, or one name for two people, is not."""
    elsewhere = Context(entry=Entry("en", [("MacArthur spoke.", "맥아더는 말했다.")]))
    (issue,) = issues("names", "en", "MacArthur walked.", "맥아서는 걸었다.", elsewhere)
    assert (issue.target_span, issue.fix) == ((0, 3), "맥아더는 걸었다.")
    assert issues("names", "en", "MacArthur walked.", "맥아더는 걸었다.", elsewhere) == []
    korean = Context(entry=Entry("ko", [("박정호 목사는 왔다.", "Pastor Park Jung-ho came.")]))
    (issue,) = issues("names", "ko", "박정호 목사가 갔다.", "Pastor Pak Chong-ho went.", korean)
    assert issue.fix == "Pastor Park Jung-ho went."


def test_a_name_is_written_as_the_glossary_has_it() -> None:
    """The glossary's spelling is wanted, whatever the entry has elsewhere."""
    terms = [Term(ko="아펜젤러", en="Appenzeller")]
    found = run("Appenzeller came.", "애펀젤러는 왔다.", "en", "ko", glossary=terms)
    assert [(issue.check, issue.fix) for issue in found if issue.check == "names"] == [("names", "아펜젤러는 왔다.")]


def test_the_memory_is_followed() -> None:
    """Another translation than people confirmed is found; one of several confirmed is enough."""
    context = Context(confirmed=("Going Together", "We Go Together"))
    (issue,) = issues("memory", "ko", "함께 가는 길", "The Road", context)
    assert (issue.severity, issue.fix) == ("warning", "Going Together")
    assert issues("memory", "ko", "함께 가는 길", "We  Go Together", context) == []


def test_the_speech_level_is_the_entrys() -> None:
    """A sentence stands out among those of the rest of the entry; a few of them decide nothing."""
    rest = [(f"One {n}.", f"{n}번입니다.") for n in range(5)]
    assert issues("speech_level", "en", "It was.", "그것은 있었다.", Context(entry=Entry("en", rest)))
    assert not issues("speech_level", "en", "It was.", "그것은 있었다.", Context(entry=Entry("en", rest[:2])))


@settings(deadline=None)
@given(TEXT, TEXT, LOCALE)
def test_a_fix_leaves_less_to_find(source: str, target: str, locale: Locale) -> None:
    """Whatever the texts are: with the fix of a doubled word or a forbidden form there is less of the same to find."""
    for check in ("repeated_word", "forbidden", "particles", "spacing", "punctuation", "artefacts"):
        found = issues(check, locale, source, target)
        for issue in found:
            assert issue.fix is None or len(issues(check, locale, source, issue.fix)) < len(found)


@settings(deadline=None)
@given(TEXT, TEXT)
def test_a_confirmed_translation_is_no_issue_of_the_memory(source: str, target: str) -> None:
    """What people confirmed agrees with the memory."""
    assert issues("memory", "ko", source, target, Context(confirmed=(source, target))) == []


@pytest.mark.parametrize(
    "piece",
    [
        "가나 ",
        "Kim ",
        "“",
        '"a ',
        "않 ",
        "A.",
        "박정호 목사 ",
        "을(를)",
        "합니다. ",
        "I'm sorry, but I ",
        "친구을(를) ",
        "친구을(를) 학교 를 ",
        "감사합니다.다시 ",
    ],
)
def test_long_monotonous_text_is_judged(piece: str) -> None:
    """A text of 60,000 characters of anything is checked beside an entry that is like it."""
    text = piece * (60_000 // len(piece))
    context = Context(entry=Entry("ko", [(text, text)]), confirmed=(text,))
    run(text, text + "x", "ko", "en", context=context)
    run(text + "x", text, "en", "ko", context=context)


def test_faults_without_number_are_told_up_to_a_number() -> None:
    """Of thousands of faults the first fifty are told, and none with a fix that is as long as a hostile text."""
    found = issues("particles", "en", "Friends.", "친구을(를) " * 10_000)
    assert len(found) == 50
    assert {issue.fix for issue in found} == {None}
