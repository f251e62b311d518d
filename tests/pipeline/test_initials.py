"""Hangul letter by letter, as readers type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.initials import are_initials, by_other_keyboard, initials, letters, squeezed
from pipeline.plain import plain

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1)


@given(word=HANGUL, more=HANGUL)
def test_what_is_typed_is_a_prefix(word: str, more: str) -> None:
    """Of a text's letters and initials, those of its beginning are a prefix, also in the middle of a syllable."""
    assert letters(word + more).startswith(letters(word))
    assert initials(word + more).startswith(initials(word))
    assert len(initials(word)) == len(word)


@pytest.mark.parametrize(
    ("typed", "of"),
    [
        ("한ㅁ", "한미"),
        ("하", "한미"),
        ("한미ㄷ", "한미동맹"),
        ("으", "의"),
        ("갑", "값"),
        ("KOR", "Korea"),
        ("한 미", "한미"),
    ],
)
def test_half_a_syllable_is_a_prefix(typed: str, of: str) -> None:
    """A final that may become the next initial, half a vowel, half a final; case and blanks do not matter."""
    assert letters(of).startswith(letters(typed))


@pytest.mark.parametrize(
    ("typed", "are"), [("ㅎㅁㄷㅁ", True), ("ㅎㅁ ㄷㅁ", True), ("ㅎ", False), ("한ㅁ", False), ("ㅏㅏ", False)]
)
def test_initials_alone(typed: str, are: bool) -> None:
    """Two consonants or more, and nothing else, are initials."""
    assert are_initials(typed) is are


@pytest.mark.parametrize(
    ("typed", "meant"), [("gksalehdaod", "한미동맹"), ("RhcQkx", "꽃빹"), ("ㅁㅣㅣㅑㅁㅜㅊㄷ", "alliance")]
)
def test_the_other_keyboard(typed: str, meant: str) -> None:
    """What was typed with the keyboard set to the other language has the letters of what was meant."""
    assert by_other_keyboard(typed) == letters(meant)


def test_squeezed() -> None:
    """Blanks, signs and case do not count."""
    assert squeezed("한·미 동맹, U.S._A") == "한미동맹usa"


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# 제목\n\n**굵은** [말](https://a.b) ![그림](c.png) `code`", "제목\n굵은 말 그림 code"),
        ("- 하나\n- 둘\n\n> 인용\n\n| a | b |\n|---|---|\n| 셀 | 둘 |", "하나\n둘\n인용\na\nb\n셀\n둘"),
        ("한 줄\n다음 줄  \n셋째 <b>굵게</b> <!-- 안 보임 -->", "한 줄 다음 줄 셋째 굵게"),
        ("```\ncode block\n```\n\n<div>안 보임</div>\n", "code block"),
        ("a < b > c", "a < b > c"),
        ("", ""),
    ],
)
def test_markdown_as_plain_text(markdown: str, text: str) -> None:
    """What a reader reads of it: a line for each block, without markup, addresses and HTML."""
    assert plain(markdown) == text
