"""Particles that go with the word before them, and composed text with a way back."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.korean import FIXED, PAIRS, agree, composed, fits, fitting, has_final, swapped, with_particle

CASES = [
    line.rsplit(" ", 2)
    for line in (Path(__file__).parent / "labelled_terms" / "particles.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
SYLLABLES = [chr(code) for code in range(ord("가"), ord("힣") + 1)]


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("동맹", "는", "동맹은"),
        ("협회", "은", "협회는"),
        ("협회", "이", "협회가"),
        ("재단", "를", "재단을"),
        ("협회", "과", "협회와"),
        ("동맹", "와", "동맹과"),
        ("서울", "으로", "서울로"),
        ("부산", "로", "부산으로"),
        ("미국", "로부터", "미국으로부터"),
        ("회장", "라는", "회장이라는"),
        ("친구", "이나", "친구나"),
        ("회원", "나", "회원이나"),
        ("동맹", "야", "동맹아"),
        ("친구", "아", "친구야"),
        ("100%", "이", "100%가"),
        ("BTS", "을", "BTS를"),
        ("ROK", "은", "ROK는"),
        ("KATUSA", "은", "KATUSA는"),
        ("FBI", "과", "FBI와"),
        ("URL", "로", "URL로"),
        ("ATM", "를", "ATM을"),
        ("2010", "는", "2010은"),
        ("1953", "로", "1953으로"),
        ("7", "으로", "7로"),
        ("2", "은", "2는"),
        ("1,000", "가", "1,000이"),
        ("5kg", "를", "5kg을"),
        ("국제연합(UN)", "는", "국제연합(UN)은"),
        ("‘동맹’", "를", "‘동맹’을"),
        ("Google", "으로", "Google로"),
        ("Facebook", "를", "Facebook을"),
        ("Twitter", "은", "Twitter는"),
        ("협회", "에서는", "협회에서는"),
        ("林", "은", "林은(는)"),
        ("林", "로", "林(으)로"),
        ("", "이", "이(가)"),
    ],
)
def test_particle_follows_the_last_sound(word: str, particle: str, expected: str) -> None:
    """The particle takes the form that the last sound of the word asks for, as the word is read in Korean."""
    assert with_particle(word, particle) == expected


@pytest.mark.parametrize(("word", "particle", "expected"), CASES)
def test_labelled_particles(word: str, particle: str, expected: str) -> None:
    """Each word of the labelled set takes the particle it is labelled with, or none where none can be told."""
    assert fitting(word, particle) == (None if expected == "?" else expected)


@pytest.mark.parametrize(("closed", "opened"), PAIRS)
def test_every_syllable_and_every_pair(closed: str, opened: str) -> None:
    """After a final consonant the one form fits and after a vowel the other; after ㄹ 으로 is 로."""
    for syllable in SYLLABLES:
        jongseong = (ord(syllable) - ord("가")) % 28
        wanted = opened if jongseong == 0 or (jongseong == 8 and closed.startswith("으")) else closed
        unwanted = closed if wanted == opened else opened
        assert fitting(syllable, closed) == wanted
        assert fitting(syllable, opened) == wanted or (closed, opened) == ("이야", "야")
        assert fits(syllable, wanted) is True or (closed, opened) == ("이야", "야")
        assert fits(syllable, unwanted) is False


@pytest.mark.parametrize("particle", FIXED)
def test_what_never_changes(particle: str) -> None:
    """A particle of one form fits every word."""
    assert all(fitting(word, particle) == particle for word in ("동맹", "협회", "서울", "林"))


def test_quoted_speech_takes_its_particle_as_it_is() -> None:
    """라고 after quoted speech fits whatever was said; after a word of its own it is 이라고."""
    assert fits("“동맹”", "라고") is True
    assert fits("동맹", "라고") is False
    assert fits("林", "은") is None


@pytest.mark.parametrize(
    ("word", "after", "expected"),
    [("협회", "으로부터의 편지", "로부터의 편지"), ("재단", "가 열었다", "이 열었다"), ("협회", "이다", "이다")],
)
def test_particle_is_swapped(word: str, after: str, expected: str) -> None:
    """What followed another word follows this one with its particle mended."""
    assert swapped(word, after) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("강", True), ("가", False), ("3", True), ("2", False), ("★", None), ("", None)]
)
def test_final_consonant(text: str, expected: bool | None) -> None:
    """A final consonant is there, is not, or cannot be told."""
    assert has_final(text) is expected


def test_decomposed_word_reads_the_same() -> None:
    """A word in NFD takes the same particle."""
    assert has_final(unicodedata.normalize("NFD", "동맹")) is True


@settings(deadline=None)
@given(st.text(), st.text(max_size=5))
def test_any_word_takes_a_particle(word: str, particle: str) -> None:
    """No word and no particle is refused, and doing it twice changes nothing."""
    once = agree(word, particle)
    assert with_particle(word, particle) == word + once
    if has_final(word) is not None:
        assert agree(word, once) == once


@settings(deadline=None)
@given(st.text())
def test_composed_text_leads_back(text: str) -> None:
    """Each composed character is the NFC of the range it came from."""
    clean, offsets = composed(text)
    if offsets is None:
        assert clean == text
    else:
        assert len(offsets) == len(clean) + 1
        assert offsets == sorted(offsets)
        assert offsets[-1] == len(text)
