"""Texts and queries as search compares them: each case is something that readers type, or that texts say."""

import subprocess
import sys
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.analysis import MOST_FORMS, MOST_WORDS, SHORT, Analyser, Token, initials_of
from pipeline.morphology import Morphology, ParticleSplitter, is_older, kiwi_version, shared
from schemas.language import LOCALES, Locale, Term

TERMS = (
    Term(ko="한미동맹", en="Korea-US alliance", forbidden_ko=("미한동맹",)),
    Term(ko="한미연합군사령부", en="Combined Forces Command"),
)


@pytest.fixture(scope="module")
def analyser() -> Analyser:
    return Analyser(shared().loaded(), TERMS)


def said(tokens: Sequence[Token]) -> set[str]:
    return {token.text for token in tokens}


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("참전용사들에게는 감사했습니다", "참전용사 참전 용사 감사", "들 에게 는 참전용사들에게는"),
        ("도와주신 분들이 걸어서 갔다", "돕다 걷다 가다", "도와 걸어서"),
        ("아름다운 나라를 지켰다", "아름답다 나라 지키다", "를"),
        ("한미상호방위조약", "한미상호방위조약 한미 상호 방위 조약 한미상호 상호방위 방위조약", ""),
        ("한·미 상호방위조약", "한미 상호방위조약 상호 방위 조약", ""),
        ("인천상륙작전", "인천상륙작전 인천 상륙 작전", ""),
        ("한미 동맹", "한미 동맹 한미동맹", ""),
        ("미8군 사령관", "미8군 미 군 사령관", ""),
        ("BTS와 KATUSA(카투사)를", "bts katusa 카투사", "와 를"),
        ("ＫＯＲＥＡ １９５３", "korea 1953", ""),
        ("대한민국 국방부", "대한민국 국방부 국방 대한민국국방부", ""),
        ("미한동맹", "한미동맹", ""),
    ],
)
def test_korean(analyser: Analyser, text: str, wanted: str, unwanted: str) -> None:
    """Nouns stay, verbs are in their dictionary form, particles go; compounds whole and by parts."""
    found = said(analyser.tokens(text, "ko"))
    assert set(wanted.split()) <= found
    assert not set(unwanted.split()) & found


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("The veterans' families gathered", "veteran famili gather veteransfamili", "the veterans"),
        ("U.S. troops", "us troop", "u s"),
        ("the cease-fire", "ceasefir ceas fire", "the"),
        ("food bank", "food bank foodbank", ""),
        ("Combined Forces Command", "combinforccommand forc", ""),
        ("O’Brien’s café", "obrien cafe", "s"),
        ("COVID-19 and B-29", "covid19 covid b29", ""),
        ("K-pop", "kpop", ""),
    ],
)
def test_english(analyser: Analyser, text: str, wanted: str, unwanted: str) -> None:
    """Words are their stems; what is joined counts whole and by parts, what is everywhere does not count."""
    found = said(analyser.tokens(text, "en"))
    assert set(wanted.split()) <= found
    assert not set(unwanted.split()) & found


@pytest.mark.parametrize(
    ("locale", "alike"),
    [
        ("ko", ["1억 원", "100,000,000원", "1억원"]),
        ("ko", ["500명", "오백 명"]),
        ("ko", ["2천만 원", "20,000,000원"]),
        (
            "ko",
            [
                "1953년 7월 27일",
                "1953. 7. 27.",
                "1953.07.27",
                "1953-07-27",
                "1953/7/27",
                "July 27, 1953",
                "27 July 1953",
            ],
        ),
        ("en", ["July 27, 1953", "27th of July, 1953", "Jul. 27, 1953", "7/27/1953", "1953년 7월 27일"]),
        ("en", ["five hundred", "500"]),
        ("en", ["1.2 million", "1,200,000"]),
    ],
)
def test_numbers_and_dates_have_one_form(analyser: Analyser, locale: Locale, alike: list[str]) -> None:
    """However it is written, a number is its value, and a date is that day."""
    forms = [said(analyser.tokens(each, locale)) for each in alike]
    assert set.intersection(*forms) - {"1", "2"}, forms


def test_a_date_is_found_by_what_it_is_part_of(analyser: Analyser) -> None:
    """A day is of its month and its year, and of any year."""
    assert {"1953-07-27", "1953-07", "1953", "--07-27", "--07"} <= said(analyser.tokens("1953년 7월 27일", "ko"))
    assert said(analyser.tokens("May I help the march in May", "en")).isdisjoint({"--05", "--03"})


def test_a_token_stands_where_its_word_does(analyser: Analyser) -> None:
    """Ranges count in the text as given, decomposed or with dots in it."""
    text = "그래서 한·미동맹의 날"
    (whole,) = {token for token in analyser.tokens(text, "ko") if token.text == "한미동맹"}
    assert text[whole.start : whole.end] == "한·미동맹"
    apart = unicodedata.normalize("NFD", text)
    (whole, *_) = [token for token in analyser.tokens(apart, "ko") if token.text == "한미동맹"]
    assert unicodedata.normalize("NFC", apart[whole.start : whole.end]) == "한·미동맹"


def test_a_query_weighs_its_words_alike(analyser: Analyser) -> None:
    """Of a compound the whole weighs most; another language's term and a joined pair only add to it."""
    query = analyser.query("한미연합군사령부의 장학금")
    command, scholarship = query.words
    assert command.forms["한미연합군사령부"] == max(command.forms.values())
    assert command.forms["combinforccommand"] < command.forms["한미연합군사령부"]
    own = [weight for form, weight in command.forms.items() if form != "combinforccommand"]
    assert sum(own) == pytest.approx(1)
    assert sum(scholarship.forms.values()) == pytest.approx(1)
    assert analyser.query("food bank").links == ["foodbank"]
    assert analyser.query("").words == []


SYLLABLES = "가나다라마바사아자차카타파하"
MANY = {
    "English": " ".join("".join(each) for each in product("bdfgkl", "aeiou", "mnprst")),
    "Korean": " ".join("".join(each) for each in product(SYLLABLES, repeat=2)),
    "joined": "-".join("".join(each) for each in product("bdfgkl", "aeiou", "mnprst")),
    "one word": "".join("".join(each) for each in product(SYLLABLES, repeat=2)),
    "numbers": " ".join(str(number) for number in range(300)),
    "in words": "twenty-one thirty-two forty-three fifty-four sixty-five six hundred seven " * 9,
    "dates": " ".join(f"1953-07-{day:02}" for day in range(1, 32)),
}


@pytest.mark.parametrize("kind", MANY)
def test_a_query_is_its_first_words(analyser: Analyser, kind: str) -> None:
    """However many words are typed, or parts of one word, so many are looked for."""
    query = analyser.query(MANY[kind][:1_000])
    assert 0 < len(query.words) <= MOST_WORDS
    assert len(query.links) <= MOST_WORDS
    assert len(query.forms) <= MOST_FORMS + MOST_WORDS
    assert query.words[0] == analyser.query(MANY[kind][:20]).words[0] or kind in ("joined", "one word", "in words")


def test_a_word_counts_once(analyser: Analyser) -> None:
    """Who types a word again does not look for more of it."""
    assert analyser.query("alliance day alliance alliance").words == analyser.query("alliance day").words


def test_what_many_ask_for_is_remembered(analyser: Analyser) -> None:
    """A query that is short is read once; a long one is nobody else's, and would take the memory of many."""
    short, long = "a" * SHORT, "a" * (SHORT + 1)
    assert analyser.query(short) is analyser.query(short)
    assert analyser.query(long) == analyser.query(long)
    assert analyser.query(long) is not analyser.query(long)


@pytest.mark.timeout(60)
def test_a_long_row_of_numbers_is_read_in_time() -> None:
    """Numbers in a row are one piece, as long as the text, and yet each is read by itself: no text takes minutes."""
    text = "seven " * 40_000
    assert len(Analyser(ParticleSplitter()).tokens(text, "en")) > 40_000


def test_a_lone_word_is_also_looked_for_as_it_is_typed(analyser: Analyser) -> None:
    """Without a sentence around it a noun may be taken for something else: 부고, which can be a verb."""
    assert "부고" in analyser.query("부고").forms


def test_initials(analyser: Analyser) -> None:
    """A Korean word is also found by the initials of its syllables."""
    assert "ㅎㅁㄷㅁ" in said(list(initials_of(analyser.tokens("한미동맹의 날", "ko"))))
    assert said(list(initials_of(analyser.tokens("Korea 1953", "ko")))) == set()


def test_particles_alone() -> None:
    """Without Kiwi words are found without their particles, and as they stand."""
    plain = Analyser(ParticleSplitter(), TERMS)
    assert {"참전용사", "감사"} <= said(plain.tokens("참전용사들에게 감사합니다", "ko"))
    assert {"독도", "제도"} <= said(plain.tokens("독도 제도", "ko"))
    assert "한미동맹" in said(plain.tokens("한미동맹의", "ko"))
    assert plain.version != Analyser(shared().loaded()).version


def test_where_kiwi_cannot_be_loaded_particles_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that does not load is told of once, and nobody waits for it."""
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    morphology = Morphology()
    assert morphology.now().name == "particles"
    assert morphology.loaded().name == morphology.name == "particles"
    assert morphology.is_ready
    assert Morphology(with_kiwi=False).is_ready


def test_what_could_not_be_loaded_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A lack of memory passes: after a while Kiwi is loaded, without a new process."""
    morphology = Morphology()
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "kiwipiepy", None)
        assert morphology.loaded().name == "particles"
    assert morphology.loaded().name == "particles"  # not at once
    morphology._again = 0
    assert morphology.loaded().name == morphology.name == kiwi_version()


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("1-particles", "1-kiwi-0.21.0-0.21.0"),
        ("1-kiwi-0.9.2-0.9.0", "1-kiwi-0.10.0-0.9.0"),
        ("9-kiwi-1", "10-particles"),
    ],
)
def test_versions_of_reading_texts_come_one_after_another(older: str, newer: str) -> None:
    """Particles alone come before Kiwi, and numbers are compared as numbers."""
    assert is_older(older, newer)
    assert not is_older(newer, older)
    assert not is_older(newer, newer)


def test_nobody_loads_kiwi_who_does_not_read_korean() -> None:
    """Neither the application nor the worker imports it, nor what the index needs, before somebody searches."""
    asked = "import sys, content_api.app, content_api.worker, content_api.search.following; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout.split()
    assert not {"kiwipiepy", "whoosh", "numpy", "Stemmer"} & set(loaded)


def test_many_threads_read_alike(analyser: Analyser) -> None:
    """One splitter serves all threads."""
    texts = ["한미동맹의 날 참전용사들에게", "Veterans' families gathered on July 27, 1953"] * 20
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: said(analyser.tokens(text, "ko")), texts))
    assert found[0::2] == [found[0]] * 20
    assert found[1::2] == [found[1]] * 20


@settings(max_examples=150, deadline=None)
@given(
    text=st.text(st.characters(codec=None) | st.sampled_from("가나한미동맹의은는을·. 0123456789,'\"\\-a"), max_size=60)
)
def test_any_text_can_be_read(analyser: Analyser, text: str) -> None:
    """Whatever a text or a query holds, its words are in it, short, without blanks at their ends, and encodable."""
    for locale in LOCALES:
        for token in analyser.tokens(text, locale):
            assert 0 <= token.start < token.end <= len(text)
            assert 0 < len(token.text) <= 60
            assert token.text.strip() == token.text
            assert "\0" not in token.text
            token.text.encode()
    for word in analyser.query(text).words:
        assert word.forms
