"""The open half of the labelled documents; `make bench` prints both halves with every miss."""

from pipeline.sounds import sounds
from pipeline.vocabulary import concepts
from tests.bench.alignment import LABELLED, score


def test_pairs_are_found() -> None:
    """Of the open half at least 95 of 100 pairs are found just as they were labelled."""
    found = score(LABELLED / "open.yaml")
    assert found.wanted > 250
    assert found.share >= 0.95, "\n".join(found.misses)


def test_names_sound_alike_in_both_scripts() -> None:
    """A name in Hangul, particles after it, and in Latin letters share a sound; other names do not."""
    names = {"메러디스는": "Meredith", "워싱턴에서": "Washington", "케네디가": "Kennedy", "정미란": "Jung Mi-ran"}
    for korean, english in names.items():
        assert sounds(korean) & sounds(english)
    assert not sounds("워싱턴에서") & sounds("Kennedy")


def test_common_words_are_the_same_concept() -> None:
    """A common word is found with its particles and endings in either language, and not within another short word."""
    assert concepts("학교에서 가르쳤다") & concepts("She taught at two schools") == {
        "학교/school",
        "가르치,가르쳤/teach,taught",
    }
    assert not concepts("아들") & concepts("a song")
