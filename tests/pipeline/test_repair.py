"""What an engine wrote against the glossary is put right, with the words around it, and nothing else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import placeholders
from pipeline.repair import repair
from schemas.language import OTHER, Locale, Term

TERMS = [
    Term(ko="협회", en="association", forbidden_ko=("연맹", "협의회"), forbidden_en=("union", "society")),
    Term(ko="한미동맹", en="Korea-US alliance", forbidden_en=("Korean-American alliance",)),
    Term(ko="유가족", en="bereaved family", forbidden_en=("surviving family",), forbidden_ko=("남은 가족",)),
    Term(ko="참전용사", en="veteran", forbidden_ko=("노병",), forbidden_en=("ex-serviceman",)),
    Term(ko="나토", en="NATO", forbidden_en=("Atlantic pact",), forbidden_ko=("북대서양동맹",)),
    Term(ko="조합", en="union"),
]


@pytest.mark.parametrize(
    ("source", "target", "into", "expected"),
    [
        ("The association met.", "연맹은 모였다.", "ko", "협회는 모였다."),
        ("It went to the association.", "<1>연맹</1>으로 갔다.", "ko", "<1>협회</1>로 갔다."),
        ("the association's veterans", "협의회의 노병들과 함께", "ko", "협회의 참전용사들과 함께"),
        ("NATO and the association", "북대서양동맹이 연맹과", "ko", "나토가 협회와"),
        ("협회가 모였다.", "A union met.", "en", "An association met."),
        ("협회가 모였다.", "Unions met.", "en", "Associations met."),
        ("협회의 일", "the union’s work", "en", "the association’s work"),
        ("협회들의 일", "the unions’ work", "en", "the associations’ work"),
        ("협회들의 일", "societies", "en", "associations"),
        ("유가족들", "the surviving families’ grief", "en", "the bereaved families’ grief"),
        ("참전용사", "an ex-serviceman", "en", "a veteran"),
        ("참전용사들", "Ex-servicemen came.", "en", "Veterans came."),
        ("나토", "an <1>Atlantic pact</1> member", "en", "a <1>NATO</1> member"),
        ("한미동맹은", "The Korean-American alliance", "en", "The Korea-US alliance"),
    ],
)
def test_repaired(source: str, target: str, into: Locale, expected: str) -> None:
    """The preferred form stands in its place with particle, article, plural, possessive and capital mended."""
    mended, replaced = repair(source, target, OTHER[into], into, TERMS)
    assert mended == expected
    assert all(target[slice(*each.span)] == each.old for each in replaced)
    assert replaced


@pytest.mark.parametrize(
    ("source", "target", "into"),
    [
        ("The league met.", "연맹은 모였다.", "ko"),
        ("The association met.", "협회는 모였다.", "ko"),
        ("협회와 조합", "the association and the union", "en"),
        ("협회", "reunion", "en"),
        ("한미동맹", "the Korea-US alliance", "en"),
    ],
)
def test_left_alone(source: str, target: str, into: Locale) -> None:
    """What the source does not name, what is right for another term, and what is within a word stay."""
    assert repair(source, target, OTHER[into], into, TERMS) == (target, ())


KOREAN = ("연맹", "협의회", "협회", "은", "으로 ", " ", "<1>", "</1>", "<2/>", "노병", "들", "나토", "가", "조합")
ENGLISH = ("union", "Unions", "a ", "an ", "society", "’s", "s", ". ", "NATO", "Atlantic pact", "ies", "-", "·", "1")
WORDS = st.sampled_from([*KOREAN, *ENGLISH])
ANY = st.lists(st.one_of(WORDS, st.text(max_size=3)), max_size=12).map("".join)
FORM = st.text(alphabet="가나다동맹 ab<1>/·-", min_size=1, max_size=5)
TERM = st.builds(
    Term,
    ko=FORM,
    en=FORM,
    forbidden_ko=st.lists(FORM, max_size=2).map(tuple),
    forbidden_en=st.lists(FORM, max_size=2).map(tuple),
)


@settings(deadline=None)
@given(ANY, ANY, st.sampled_from(["ko", "en"]), st.lists(TERM, max_size=4))
def test_laws(source: str, target: str, into: Locale, more: list[Term]) -> None:
    """Doing it twice changes nothing, placeholders stay, and a text in which nothing was replaced is as it was."""
    terms = TERMS + more
    mended, replaced = repair(source, target, OTHER[into], into, terms)
    assert repair(source, mended, OTHER[into], into, terms) == (mended, ())
    assert [tag.number for tag in placeholders.tags(mended)] == [tag.number for tag in placeholders.tags(target)]
    assert replaced or mended == target


@settings(deadline=None)
@given(ANY, st.sampled_from(["연맹", "협의회"]), st.sampled_from(["은", "이", "을", "과", "으로", "에서는", ""]))
def test_only_the_form_and_its_particle_change(around: str, wrong: str, particle: str) -> None:
    """What stands before the form and behind its particle is the same to the letter."""
    target = f"{around} {wrong}{particle}. "
    mended, replaced = repair("association", target, "en", "ko", TERMS)
    if len(replaced) == 1:
        start, end = replaced[0].span
        assert mended.startswith(target[:start] + "협회")
        assert mended[start + 2 :].lstrip("은는이가을를과와으로") == target[end:].lstrip("은는이가을를과와으로")
