"""What an engine returns is hostile input: no answer gets past `accept` that is not plain, bounded text."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import placeholders
from pipeline.engines.answers import accept
from pipeline.engines.base import BadAnswer, Markup
from schemas.language import Locale

SOURCE = "오늘 <1>평화</1>를 <2/> 기억합니다."
LONG = "우리는 오늘 이곳에 모여 나라를 지킨 분들을 기억합니다. " * 8
LONG_EN = "We are gathered here today to remember the men and women who served. " * 5


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (None, "no text"),
        (7, "no text"),
        (["text"], "no text"),
        ("", "no translation"),
        (" \n", "no translation"),
        ("peace", "missing"),
        ("<1></1><2/>", "no translation"),
        ("Today <1>peace</1> <2/> <2/>", "more than once"),
        ("Today </1>peace<1> <2/>", "crosses"),
        ("Today <1>peace</1> <2/> <3/>", "not in the source"),
        ("Today <1>peace</1> <2/> " + "x" * 500, "absurdly long"),
        ("Today <1>peace</1> <2/> " + "x" * 10**6, "absurdly long"),
        ("Today <1>pe\ud800ace</1> <2/>", "broken"),
        ("Today <1>pea\ufffdce</1> <2/>", "broken"),
        ("MYMEMORY WARNING: YOU USED ALL AVAILABLE FREE TRANSLATIONS FOR TODAY.", "warning"),
        ("<!DOCTYPE html><html><body>Sign in</body></html>", "page"),
    ],
)
@pytest.mark.parametrize("markup", ["plain", "html"])
def test_what_is_no_translation_is_refused(answer: object, why: str, markup: Markup) -> None:
    """The reason names the engine and the fault, and repeats nothing of the texts."""
    with pytest.raises(BadAnswer, match=why) as caught:
        accept("libre", answer, SOURCE, "en", markup)
    assert str(caught.value).startswith("libre")
    assert "Today" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "answer", "target"),
    [
        ("평화", " Peace\n", "Peace"),
        ("  평화\n", "Peace", "  Peace\n"),
        ("평화", "Pe\x00ac\x1be\u202e\u200b", "Peace"),
        ("평화", "First\r\nsecond\u2028third", "First second third"),
        ("평화\n전쟁", "Peace\r\nwar", "Peace\nwar"),
        ("평화", "<b>Peace</b>", "<b>Peace</b>"),
        ("Peace", unicodedata.normalize("NFD", "평화"), "평화"),
        ("MYMEMORY WARNING은 경고문입니다", "MYMEMORY WARNING is a notice", "MYMEMORY WARNING is a notice"),
    ],
)
def test_what_can_be_mended_is(source: str, answer: str, target: str) -> None:
    """White space, line breaks, control and invisible characters and the normal form; tags stay literal text."""
    assert accept("libre", answer, source, "en" if "평" in source else "ko", "plain") == target


@pytest.mark.parametrize(
    ("source", "answer", "locale"),
    [
        (LONG, "We gather today and remember.", "en"),
        (LONG, LONG_EN.strip()[:-30], "en"),
        (LONG_EN, "우리는 오늘 이곳에 모여", "ko"),
        (LONG_EN, LONG.strip()[:-12], "ko"),
        (LONG_EN.replace(".", ","), LONG[:40], "ko"),
    ],
)
def test_a_text_cut_off_is_refused(source: str, answer: str, locale: Locale) -> None:
    """A long text must come back at a plausible length and with its sentence's end."""
    with pytest.raises(BadAnswer, match=r"part of the text|absurdly short"):
        accept("libre", answer, source, locale, "plain")


@pytest.mark.parametrize(("source", "answer", "locale"), [(LONG, LONG_EN, "en"), (LONG_EN, LONG, "ko")])
def test_a_whole_text_is_accepted(source: str, answer: str, locale: Locale) -> None:
    """Usual lengths of the two languages pass, also with a quotation mark after the last full stop."""
    assert accept("libre", answer, source, locale, "plain").strip() == answer.strip()
    assert accept("libre", f"“{answer.strip()}”", f"“{source.strip()}”", locale, "plain").startswith("“")


pieces = st.sampled_from(
    ["<1>", "</1>", "<2/>", "<3/>", "<x1>", "</x1>", "&lt;1&gt;", "<", ">", "\x00", "\r", "\u202e"]
)


@settings(deadline=None)
@given(st.lists(pieces | st.text(max_size=8), max_size=12).map("".join), st.sampled_from(["plain", "html"]))
def test_whatever_is_accepted_is_safe(answer: str, markup: Markup) -> None:
    """Any answer at all is either refused or a target with the source's placeholders and no control character."""
    try:
        target = accept("libre", answer, SOURCE, "en", markup)
    except BadAnswer:
        return
    placeholders.verify(SOURCE, target)
    assert not any(unicodedata.category(mark) in ("Cc", "Cs") for mark in target.replace("\t", ""))
    assert unicodedata.is_normalized("NFC", target)


@pytest.mark.parametrize("answer", ["<" + " " * 3000, " " * 3000 + "<1>", "<1>" * 1000, "&lt;" * 700])
@pytest.mark.parametrize("markup", ["plain", "html"])
def test_runs_made_to_be_slow_are_refused_quickly(answer: str, markup: Markup) -> None:
    """Runs of blanks or brackets cost no more than other text."""
    with pytest.raises(BadAnswer):
        accept("libre", answer, SOURCE * 10, "en", markup)
