"""The checks as a whole: total on any text, silent on good pairs, with the issues a person would name on bad ones."""

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline import placeholders
from pipeline.checks import CHECKS, Context, Entry, run
from schemas.language import OTHER, Locale, Term

LABELLED = [json.loads(line) for line in (Path(__file__).parent / "labelled.jsonl").read_text("utf-8").splitlines()]
TERMS = (
    Term(ko="한미동맹", en="ROK-US Alliance", forbidden_ko=("미한동맹",), forbidden_en=("US-ROK Alliance",)),
    Term(ko="독도", en="Dokdo", forbidden_en=("Takeshima",)),
)
LOCALE = st.sampled_from(("ko", "en"))
WORDS = """
    <1> </1> <2> </2> <3/> <4/> 1억 2천만 원 한미동맹은 July 27, 1953 오후 3시 ( ) [ http://a.kr a@b.kr . ,
    9999999 한 가 hundred and one May 1월 7/27
"""
PIECES = st.lists(st.sampled_from([*WORDS.split(), " ", "\n", "\0", "०१", "²", "１２", "ᄒ", "ᅡᆫ", "\ud800"])).map(
    "".join
)


@pytest.mark.parametrize("pair", LABELLED, ids=lambda pair: f"{pair['source'][:24]}|{pair['target'][:24]}")
def test_labelled_pair(pair: dict[str, str]) -> None:
    """Each pair of the labelled set gets the checks a person expects, and no others."""
    source_locale: Locale = "ko" if pair["source_locale"] == "ko" else "en"
    issues = run(pair["source"], pair["target"], source_locale, OTHER[source_locale])
    assert sorted({issue.check for issue in issues}) == sorted(pair["expect"]), issues


def test_the_labelled_set_is_large_enough_to_mean_something() -> None:
    """At least sixty pairs, both good and bad, both ways, with every check that knows values and structure."""
    assert len(LABELLED) >= 60
    expected = {name for pair in LABELLED for name in pair["expect"]}
    assert expected >= {"untranslated", "markup", "placeholders", "links", "numbers", "wrong_script"}
    assert {pair["source_locale"] for pair in LABELLED} == {"ko", "en"}


def test_every_check_can_be_published() -> None:
    """A check has a name of its own, a severity, a one-sentence title and an explanation for the published list."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    for check in CHECKS:
        assert check.severity in {"error", "warning"}
        assert check.title.endswith(".")
        assert check.explanation.endswith(".")


@settings(deadline=None)
@given(st.text() | PIECES, st.text() | PIECES, LOCALE, LOCALE)
@example("", "", "ko", "en")
@example("1/0 0분의 3 " + "9" * 5000, "０:99 " + "9" * 5000 + " million", "ko", "en")
def test_any_text_is_checked(source: str, target: str, source_locale: Locale, target_locale: Locale) -> None:
    """Whatever the texts are, run answers, and its spans lie within them."""
    context = Context(((target, source),), Entry(source_locale, [(target, source)]), (target + "x", source))
    for issue in run(source, target, source_locale, target_locale, glossary=TERMS, context=context):
        for span, text in ((issue.source_span, source), (issue.target_span, target)):
            assert span is None or 0 <= span[0] <= span[1] <= len(text)
        assert issue.message.endswith(".")


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            "가",
            "1",
            "1,",
            "1 ",
            " ",
            "<1>",
            "<1></1>",
            "<2/>",
            "(",
            "가(",
            "한",
            "a.",
            "a@",
            "http://",
            "one ",
            "hundred and ",
            "1억 ",
        ),
        *(
            "천",
            "1~",
            "May ",
            "1월 ",
            "é\u0301",
            "ᄒ",
            "독도",
            "Dokdo ",
            "1시 ",
            "'",
            "a-",
            "1.",
            "の",
            "の ",
            "X",
            "두 ",
            "1 to ",
        ),
    ],
)
def test_long_monotonous_text_is_checked(piece: str) -> None:
    """A text of 20,000 characters of anything is checked; a pattern that backtracks without end would not return."""
    text = piece * (20_000 // len(piece))
    run(text, text + "x", "ko", "en", glossary=TERMS)
    run(text + "x", text, "en", "ko", glossary=TERMS)


@settings(deadline=None)
@given(PIECES, PIECES)
def test_placeholder_issues_agree_with_verify(source: str, target: str) -> None:
    """Markup and placeholders together report something exactly where placeholders.verify raises."""
    try:
        placeholders.verify(source, target)
        sound = True
    except placeholders.PlaceholderError:
        sound = False
    names = {issue.check for issue in run(source, target, "ko", "en")}
    assert sound is not bool(names & {"markup", "placeholders"})


@settings(deadline=None)
@given(st.permutations(["<1>동맹</1>", "<2>협회</2>", "<3/>", "<4>말 <5/> 글</4>", "그리고"]))
def test_order_of_placeholders_is_free(order: list[str]) -> None:
    """Placeholders that are all there, well nested, never alarm, in whatever order."""
    source = "<1>alliance</1> <2>association</2> <3/> <4>word <5/> writing</4> and"
    names = {issue.check for issue in run(source, " ".join(order), "en", "ko")}
    assert not names & {"markup", "placeholders", "links"}


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(LABELLED))
def test_decomposed_text_gets_the_same_issues(pair: dict[str, str]) -> None:
    """Text in NFD is judged as in NFC, with spans that point at the same words of the text as given."""
    source_locale: Locale = "ko" if pair["source_locale"] == "ko" else "en"
    plain = run(pair["source"], pair["target"], source_locale, OTHER[source_locale])
    source, target = (unicodedata.normalize("NFD", pair[side]) for side in ("source", "target"))
    decomposed = run(source, target, source_locale, OTHER[source_locale])
    assert [issue.check for issue in plain] == [issue.check for issue in decomposed]
    for one, other in zip(plain, decomposed, strict=True):
        for span, nfd_span, nfc, nfd in (
            (one.source_span, other.source_span, pair["source"], source),
            (one.target_span, other.target_span, pair["target"], target),
        ):
            if span is not None and nfd_span is not None:
                assert nfc[slice(*span)] == unicodedata.normalize("NFC", nfd[slice(*nfd_span)])


def test_an_untranslated_segment_says_only_that() -> None:
    """What follows from a missing translation (numbers, terms, script) is not said besides."""
    assert [issue.check for issue in run("한미동맹은 1953년에", " ", "ko", "en", glossary=TERMS)] == ["untranslated"]
    assert [issue.check for issue in run("한미동맹은 1953년에", "한미동맹은 1953년에", "ko", "en", glossary=TERMS)] == [
        "untranslated"
    ]
