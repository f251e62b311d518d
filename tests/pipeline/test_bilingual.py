"""What `hanmi import` makes of plain documents in two languages, before anything is paired."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bilingual import Bilingual, Leftover, NotBilingual, read
from schemas.language import LOCALES

SAMPLES = Path(__file__).parent / "bilingual"
READABLE = sorted(path.name for path in SAMPLES.glob("*.txt") if path.name != "korean_only.txt")


def sample(name: str) -> str:
    return (SAMPLES / name).read_text(encoding="utf-8")


def words_of(document: Bilingual) -> Counter[str]:
    texts = [each.text for each in document.leftovers]
    for locale in LOCALES:
        texts += [document.half(locale).title, *document.half(locale).paragraphs]
    return Counter(" ".join(texts).split())


@pytest.mark.parametrize("name", READABLE)
def test_keeps_every_word_of_a_sample(name: str) -> None:
    """Every word of a document is in a title, a paragraph or a leftover, a repeated title and its mark aside."""
    document = read(sample(name))
    lost = Counter(sample(name).split()) - words_of(document)
    titles = f"{document.ko.title} {document.en.title} /" if name in {"anniversary.txt", "alternating.txt"} else ""
    assert not words_of(document) - Counter(sample(name).split())
    assert not lost - Counter(titles.split())


@pytest.mark.parametrize(
    ("name", "first", "korean", "english", "counts"),
    [
        ("alternating.txt", "ko", "협의회 소개", "About the Association", (6, 6)),
        ("anniversary.txt", "ko", "한미상호방위조약 체결 기념식 개최", "Ceremony Marks the Signing", (4, 4)),
        ("greeting.txt", "en", "신년사", "New Year's Message from the President", (8, 7)),
        ("scholarship.txt", "en", "2024년 참전용사 후손 장학생 모집", "2024 Veterans' Descendants", (11, 11)),
        ("statement.txt", "ko", "한미 정상회담에 대한 협의회 성명", "Statement of the Association", (6, 7)),
        ("timeline.txt", "ko", "한미동맹이 걸어온 길", "The Road of the Alliance", (7, 7)),
        ("veterans.txt", "ko", "장진호의 기억을 잇는 사람들", "Keeping the Memory of the Chosin", (5, 7)),
        ("wrapped.txt", "ko", "주한미군 장병과 함께한 한가위", "Chuseok with the Soldiers of USFK", (2, 2)),
    ],
)
def test_finds_titles_and_paragraphs(name: str, first: str, korean: str, english: str, counts: tuple[int, int]) -> None:
    """Titles on top or above each text, halves or alternating paragraphs, blank lines or none: all are told apart."""
    document = read(sample(name))
    assert (document.first, document.ko.title) == (first, korean)
    assert document.en.title.startswith(english)
    assert (len(document.ko.paragraphs), len(document.en.paragraphs)) == counts


@pytest.mark.parametrize("name", READABLE)
def test_reads_windows_files_alike(name: str) -> None:
    """A byte order mark and CRLF line ends change nothing."""
    assert read("\ufeff" + sample(name).replace("\n", "\r\n")) == read(sample(name))


def test_leaves_a_signature_in_both_languages_to_neither() -> None:
    """A line with both languages at the edge is a leftover with its number, whole."""
    document = read(sample("anniversary.txt"))
    assert document.leftovers == (Leftover(27, "한미동맹협의회 회장 / US & Korea Alliance Association"),)


def test_gives_a_signature_to_its_language() -> None:
    """A Korean signature below the English text, or the other way round, ends the text of its own language."""
    assert read(sample("greeting.txt")).ko.paragraphs[-1] == "한미동맹협의회 회장 김정훈"
    swapped = read(
        "동맹의 날\n\n오늘은 동맹의 날입니다.\n\nAlliance Day\n\nToday is Alliance Day.\n\n협의회 회장 김정훈"
    )
    assert swapped.ko.paragraphs == ("오늘은 동맹의 날입니다.", "협의회 회장 김정훈")


def test_keeps_a_quotation_in_the_text_around_it() -> None:
    """A paragraph of the other language inside a half belongs to that half."""
    document = read(sample("statement.txt"))
    assert "We go together!" in document.ko.paragraphs
    assert "We go together!" in document.en.paragraphs


def test_joins_lines_wrapped_by_hand() -> None:
    """Lines that were broken because they were full are one paragraph again."""
    assert read(sample("wrapped.txt")).en.paragraphs[1] == (
        "Some 30 families from Pyeongtaek joined the feast. The children handed the soldiers letters of thanks "
        "that they had written themselves. The association plans to hold the event every year."
    )


def test_takes_labels_and_rules_for_nobodys_text() -> None:
    """`[English]` and a rule between the halves are leftovers, not titles."""
    leftovers = read(sample("timeline.txt")).leftovers
    assert [(each.line, each.text) for each in leftovers] == [(1, "[한국어]"), (13, "---"), (15, "[English]")]


def test_divides_a_first_line_with_both_titles() -> None:
    """`협의회 소개 / About the Association` on top gives each language its title."""
    document = read("동맹의 날 / Alliance Day\n\n오늘은 동맹의 날이다.\n\nToday is Alliance Day.\n")
    assert (document.ko.title, document.en.title) == ("동맹의 날", "Alliance Day")


def test_has_no_title_where_the_text_begins_at_once() -> None:
    """Running text is not taken for a title: the title stays empty."""
    document = read("우리는 동맹의 날을 맞아 한자리에 모였습니다.\n\nToday we have come together for Alliance Day.\n")
    assert (document.ko.title, document.en.title) == ("", "")


def test_body_is_markdown_that_says_the_same() -> None:
    """List items stay a list; dates, number signs and tags that Markdown would misread are escaped."""
    text = (
        "제목\n\n- 하나입니다\n- 둘입니다\n\n2023. 4. 28.\n\n# 표시는 그대로 둡니다.\n\n<Alliance> 지에서\n\n"
        "Title\n\nThis is a short text in English."
    )
    assert read(text).ko.body == (
        "- 하나입니다\n- 둘입니다\n\n2023\\. 4. 28.\n\n\\# 표시는 그대로 둡니다.\n\n\\<Alliance> 지에서\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("\ufeff \n\u3000\n", "empty"),
        ("[English]\n", "empty"),
        (sample("korean_only.txt"), "no English text, only Korean"),
        ("Only English.\nAnd nothing else.\n", "no Korean text, only English"),
        ("1953\n7. 27.\nhttps://example.org\n", "no text in Korean or in English"),
        ("제목\n\n본문은 한국어로만 쓰여 있습니다.\n\nA Title\n", "English title in line 5"),
    ],
)
def test_refuses_what_is_not_bilingual(text: str, message: str) -> None:
    """A document that is empty or lacks a language is refused in one sentence that says what is missing."""
    with pytest.raises(NotBilingual, match=message):
        read(text)


LINES = st.sampled_from(
    [
        *(
            "한미동맹의 날",
            "우리는 오늘 한자리에 모여 동맹의 역사를 되새겼습니다.",
            "- 첫째 항목",
            "2023년 10월 1일",
            "감사합니다.",
        ),
        *(
            "Alliance Day",
            "Today we came together to remember the history of the alliance.",
            "- first item",
            "Thank you.",
        ),
        *(
            "October 1, 2023",
            "2023. 10. 1.",
            "https://example.org/a",
            "---",
            "회장 / President of the Association",
            "",
            "",
            "  ",
        ),
        *(
            "Camp Humphreys에서 열린 행사",
            "The word 함께 means together.",
            "[English]",
            "\u3000들여쓴 문단입니다.",
            "①",
            "†",
        ),
    ]
)


@given(st.lists(LINES, max_size=30), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_drops_nothing_of_any_document(lines: list[str], end: str) -> None:
    """Whatever the order of lines, each word is kept, a repeated title or the mark between two titles excepted."""
    text = end.join(lines)
    try:
        document = read(text)
    except NotBilingual:
        return
    given_words, kept = Counter(text.split()), words_of(document)
    assert not kept - given_words
    folded = Counter(f"{document.ko.title} {document.en.title} /".split())
    assert set(given_words - kept) <= set(folded)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the reader fail in another way than `NotBilingual`."""
    try:
        read(text)
    except NotBilingual:
        return
