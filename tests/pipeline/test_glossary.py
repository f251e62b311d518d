"""Terms are found in running text through particles, plurals and blanks, and replaced with the particle mended."""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.glossary import find, replace
from schemas.language import Locale, Term


def term(ko: str = "", en: str = "", forbidden_ko: tuple[str, ...] = (), forbidden_en: tuple[str, ...] = ()) -> Term:
    return Term(ko=ko, en=en, forbidden_ko=forbidden_ko, forbidden_en=forbidden_en)


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("한미동맹", "한미동맹은 굳건하다", "한미동맹"),
        ("한미동맹", "<1>한미동맹</1>의 역사", "한미동맹"),
        ("한미동맹", "그는 한미동맹에서는 물론", "한미동맹"),
        ("미국", "미국으로부터의 원조", "미국"),
        ("참전용사", "참전용사들에게서는", "참전용사"),
        ("국방부", "국방부측은", "국방부"),
        ("학교", "학교는", "학교"),
        ("회장", "그가 회장이었다.", "회장"),
        ("독도", "감독도 왔다", None),
        ("동맹", "한미동맹은", None),
        ("한국", "한국전쟁은", None),
        ("한국", "한국인", None),
        ("국회", "국회의원은", None),
        ("국립현충원", "국립 현충원에서", "국립 현충원"),
        ("국립 현충원", "국립현충원에서", "국립현충원"),
        ("NATO", "NATO는", "NATO"),
        ("NATO", "NATOS는", None),
    ],
)
def test_korean_form(form: str, text: str, expected: str | None) -> None:
    """A Korean form counts before particles and marks, and never inside a longer word."""
    assert [text[slice(*found.span)] for found in find(text, "ko", [term(ko=form)])] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("veteran", "Veterans came", "Veteran"),
        ("veteran", "the veteran’s story", "veteran"),
        ("Korean War", "the Korean war", "Korean war"),
        ("Korean War", "the Korean\nWar", "Korean\nWar"),
        ("US", "the US and us", "US"),
        ("US", "between us", None),
        ("ROK-US Alliance", "the ROK–US alliance", "ROK–US alliance"),
        ("alliance", "alliances'", "alliance"),
        ("war", "warlike", None),
        ("art", "start", None),
        ("U.S.", "the U.S. Army", "U.S."),
    ],
)
def test_english_form(form: str, text: str, expected: str | None) -> None:
    """An English form counts as a whole word, in any case unless an acronym, plural and possessive too."""
    assert [text[slice(*found.span)] for found in find(text, "en", [term(en=form)])] == ([expected] if expected else [])


def labelled(locale: str) -> Iterator[tuple[str, str, str]]:
    name = {"ko": "korean.txt", "en": "english.txt"}[locale]
    for line in (Path(__file__).parent / "labelled_terms" / name).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            form, text, expected = line.replace("\\n", "\n").split(" | ")
            yield form, text, expected


def found_in(form: str, text: str, locale: Locale) -> list[str]:
    bare = form.lstrip("*~")
    wanted = Term(
        ko=bare,
        en=bare,
        part_of_speech="verb" if form.startswith("*") else "noun",
        case="any" if form.startswith("~") else "auto",
    )
    return [text[slice(*found.span)] for found in find(text, locale, [wanted])]


@pytest.mark.parametrize(("form", "text", "expected"), [*labelled("ko")])
def test_labelled_korean(form: str, text: str, expected: str) -> None:
    """Each term of the labelled set is found where its line says, through particles, endings and spacing."""
    assert found_in(form, text, "ko") == ([] if expected == "-" else [expected])


@pytest.mark.parametrize(("form", "text", "expected"), [*labelled("en")])
def test_labelled_english(form: str, text: str, expected: str) -> None:
    """Each term of the labelled set is found where its line says, through plurals, possessives and case."""
    assert (found_in(form, text, "en") or ["-"])[0] == expected


def test_longest_term_wins() -> None:
    """Where terms overlap the longer is found alone."""
    terms = [term(ko="한미", en="Korea-US"), term(ko="한미 동맹", en="ROK-US Alliance")]
    assert [found.form for found in find("한미 동맹과 한미 협력", "ko", terms)] == ["한미 동맹", "한미"]


def test_terms_that_share_a_form_are_both_found() -> None:
    """One form of two terms is found for both, at the same place."""
    terms = [term(ko="동맹", en="alliance"), term(ko="동맹", en="the Alliance")]
    assert [found.term for found in find("동맹이", "ko", terms)] == terms


def test_forbidden_form_is_told_apart() -> None:
    """A forbidden form is found as such."""
    (found,) = find("Takeshima is", "en", [term(en="Dokdo", forbidden_en=("Takeshima",))])
    assert (found.form, found.forbidden, found.span) == ("Takeshima", True, (0, 9))


def test_decomposed_text() -> None:
    """Text and terms in NFD are found as in NFC, with spans of the text as given."""
    text = unicodedata.normalize("NFD", "우리 한미동맹은")
    for form in ("한미동맹", unicodedata.normalize("NFD", "한미동맹")):
        (found,) = find(text, "ko", [term(ko=form)])
        assert unicodedata.normalize("NFC", text[slice(*found.span)]) == "한미동맹"


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("연맹은 굳건하다", "연맹", "협회", "협회는 굳건하다"),
        ("연맹이 열었다", "연맹", "협회", "협회가 열었다"),
        ("협회를 세웠다", "협회", "재단", "재단을 세웠다"),
        ("협회와 함께", "협회", "재단", "재단과 함께"),
        ("협회로 갔다", "협회", "재단", "재단으로 갔다"),
        ("재단으로부터의 편지", "재단", "협회", "협회로부터의 편지"),
        ("재단으로 갔다", "재단", "서울", "서울로 갔다"),
        ("재단이라는 이름", "재단", "협회", "협회라는 이름"),
        ("협회라고 한다", "협회", "재단", "재단이라고 한다"),
        ("협회였다", "협회", "재단", "재단이었다"),
        ("재단이었다", "재단", "협회", "협회였다"),
        ("협회에서는", "협회", "재단", "재단에서는"),
        ("협회들은", "협회", "재단", "재단들은"),
        ("협회의", "협회", "재단", "재단의"),
        ("협회나 학교", "협회", "재단", "재단이나 학교"),
        ("재단이다", "재단", "협회", "협회이다"),
        ("재단이며", "재단", "협회", "협회며"),
        ("재단이지만", "재단", "협회", "협회이지만"),
        ("재단과는", "재단", "협회", "협회와는"),
        ("협회 은혜", "협회", "재단", "재단 은혜"),
        ("협회는", "협회", "BTS", "BTS는"),
    ],
)
def test_particle_is_mended(text: str, old: str, new: str, expected: str) -> None:
    """Replacing a word puts the particle after it into the form that the new word asks for."""
    start = text.index(old)
    assert replace(text, (start, start + len(old)), new, "ko") == expected


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        ("The union’s aim", "union", "alliance", "The alliance’s aim"),
        ("Union is", "Union", "alliance", "Alliance is"),
        ("two unions", "union", "alliance", "two alliances"),
        ("two unions", "union", "Friends", "two Friends"),
        ("the Union is", "Union", "alliance", "the alliance is"),
    ],
)
def test_english_is_replaced(text: str, old: str, new: str, expected: str) -> None:
    """Replacing an English word keeps its ending, and a capital that begins a sentence."""
    start = text.index(old)
    assert replace(text, (start, start + len(old)), new, "en") == expected


@settings(deadline=None)
@given(st.text(), st.lists(st.text(max_size=8), max_size=5))
def test_any_text_and_terms(text: str, forms: list[str]) -> None:
    """Whatever terms and text are, find answers with spans that lie in the text, in order, never overlapping."""
    terms = [term(ko=form, en=form) for form in forms]
    for found in (find(text, "ko", terms), find(text, "en", terms)):
        spans = sorted({item.span for item in found})
        assert all(0 <= start < end <= len(text) for start, end in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
