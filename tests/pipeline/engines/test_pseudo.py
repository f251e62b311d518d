"""The engine for demonstrations."""

import re

import pytest

from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.engines.pseudo import Pseudo


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("한국 <1>동맹</1> 1953년!", "⟦pseudo⟧ hankuk <1>tongmaeng</1> 1953nyeon!"),
        ("", "⟦pseudo⟧ "),
    ],
)
def test_hangul_is_written_in_latin_letters(source: str, expected: str) -> None:
    """The mark first, then the text in the other script; tags, digits and marks stay."""
    [answer] = Pseudo().translate([source], "ko", "en", 1, Briefing())
    assert answer.replace("g", "k").replace("d", "t") == expected.replace("g", "k").replace("d", "t")


def test_latin_letters_are_written_in_hangul() -> None:
    """No Latin letter is left outside tags and entities."""
    [answer] = Pseudo().translate(['The <b id="x">Alliance</b> of &amp; 1953.'], "en", "ko", 1, Briefing())
    assert re.fullmatch(r'⟦모의⟧ [가-힣]+ <b id="x">[가-힣]+</b> [가-힣]+ &amp; 1953\.', answer)


def test_it_is_always_the_same() -> None:
    """The same text gives the same answer, and different words differ."""
    texts = ["peace today", "piece today"]
    assert Pseudo().translate(texts, "en", "ko", 1, Briefing()) == Pseudo().translate(texts, "en", "ko", 1, Briefing())
    assert len(set(Pseudo().translate(texts, "en", "ko", 1, Briefing()))) == 2


def test_long_text_passes_the_chain() -> None:
    """A long text is not mistaken for one cut off."""
    for source, target, text in (("ko", "en", "오늘 함께 갑시다. "), ("en", "ko", "We go together today. ")):
        [outcome] = Chain([Pseudo()]).translate([text * 40], source, target)  # type: ignore[arg-type]
        assert outcome.reason is None
