"""What a draft's successor takes over: the laws that hold for any old and new source."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from rapidfuzz import fuzz

from pipeline.succession import carried_over, left_open
from schemas.language import DraftedSegment, Field, Issue, Suggestion

FIELDS: tuple[Field, ...] = ("title", "body")
DISMISSED = Issue(check="untranslated", severity="error", message="It is open.", dismissed=True)
SOURCES = st.lists(st.text("가나다라", min_size=1, max_size=6), max_size=6, unique=True)
WISHES = st.builds(
    Suggestion, source=st.text("가나", max_size=3), target=st.text("ab", min_size=1, max_size=2), score=st.just(7)
)


def segment(source: str, position: int, **values: object) -> DraftedSegment:
    """Return a segment whose id is its content; a source that begins with 가 stands in the title."""
    field = FIELDS[not source.startswith("가")]
    return DraftedSegment(id=source, field=field, position=position, source=source, **values)  # type: ignore[arg-type]


@st.composite
def drafted(draw: st.DrawFn) -> list[DraftedSegment]:
    """Any draft: segments open, left open, translated by a machine or a person, each perhaps with suggestions."""
    kinds = {
        "open": {},
        "left open": {"issues": (DISMISSED,)},
        "machine": {"target": "machine", "origin": "machine", "state": "translated", "engine": "pseudo"},
        "human": {"target": "human", "origin": "human", "state": "reviewed"},
    }
    return [
        segment(
            source,
            position,
            **kinds[draw(st.sampled_from(sorted(kinds)))],
            suggestions=tuple(draw(st.lists(WISHES, max_size=2))),
        )
        for position, source in enumerate(draw(SOURCES))
    ]


FRESH = SOURCES.map(lambda sources: [segment(source, position) for position, source in enumerate(sources)])


def is_open(each: DraftedSegment) -> bool:
    return not (each.target or left_open(each))


def handed_on(old: list[DraftedSegment], fresh: list[DraftedSegment]) -> list[tuple[Field, str, str]]:
    """Return field, source and target of what a person wrote, or was told, for segments that are gone."""
    ids = {each.id for each in fresh}
    found = []
    for each in old:
        if each.id not in ids:
            wrote = each.origin == "human"
            pairs = [(each.source, each.target)] if wrote else [(wish.source, wish.target) for wish in each.suggestions]
            found += [(each.field, *pair) for pair in pairs]
    return found


@given(drafted(), FRESH)
def test_what_is_the_same_stays_as_it_is(old: list[DraftedSegment], fresh: list[DraftedSegment]) -> None:
    """The successor has the new source's segments in its order, and every finished one of the old as it was."""
    new = carried_over(old, fresh)
    assert [(each.id, each.field, each.position, each.source) for each in new] == [
        (each.id, each.field, each.position, each.source) for each in fresh
    ]
    before = {each.id: each for each in old}
    for each in new:
        finished = each.id in before and not is_open(before[each.id])
        wanted = replace(before[each.id], position=each.position) if finished else each
        assert replace(each, suggestions=()) == replace(wanted, suggestions=())
        assert finished or is_open(each)


@given(drafted(), FRESH)
def test_nothing_a_person_wrote_is_lost(old: list[DraftedSegment], fresh: list[DraftedSegment]) -> None:
    """Each target of a person whose segment is gone is suggested, while its field has an open segment."""
    new = carried_over(old, fresh)
    suggested = Counter((each.field, wish.source, wish.target) for each in new for wish in each.suggestions)
    for field, source, target in handed_on(old, fresh):
        can = any(is_open(each) and each.field == field for each in new)
        assert suggested[field, source, target] >= can
    still = {each.id: each for each in old}
    for each in new:
        if each.id in still:
            assert {(wish.source, wish.target) for wish in still[each.id].suggestions} <= {
                (wish.source, wish.target) for wish in each.suggestions
            }


@given(drafted(), FRESH)
def test_a_suggestion_stands_at_the_most_alike_open_segment(
    old: list[DraftedSegment], fresh: list[DraftedSegment]
) -> None:
    """A suggestion that had to move is at an open segment of its field to which no other is more alike, best first."""
    old = [replace(each, suggestions=()) for each in old]
    new = carried_over(old, fresh)
    for each in new:
        assert list(each.suggestions) == sorted(each.suggestions, key=lambda wish: -wish.score)
        for wish in each.suggestions:
            assert is_open(each)
            others = [
                fuzz.ratio(wish.source, other.source) for other in new if is_open(other) and other.field == each.field
            ]
            assert fuzz.ratio(wish.source, each.source) == max(others)
            assert wish.score == round(max(others))


def test_of_equally_alike_segments_the_nearest_gets_it() -> None:
    """Ties go to the segment that stands nearest to where the old one was."""
    old = [segment("나", 0), segment("다라", 1, target="two", origin="human"), segment("라", 2)]
    fresh = [segment("나가", 0), segment("나나", 1), segment("나라", 2), segment("나다", 3)]
    new = carried_over(old, fresh)
    assert [len(each.suggestions) for each in new] == [0, 0, 1, 0]


def test_the_same_suggestion_twice_is_one() -> None:
    """Two old segments with the same pair leave one suggestion."""
    wish = Suggestion(source="나가", target="one", score=1)
    old = [segment("나다", 0, suggestions=(wish,)), segment("나라", 1, suggestions=(wish,))]
    (only,) = carried_over(old, [segment("나가나", 0)])
    assert only.suggestions == (Suggestion(source="나가", target="one", score=80),)


def test_thousands_of_segments_are_matched_among_their_neighbours() -> None:
    """With very many segments each suggestion goes to one near where it was: the time grows with their number only."""
    many = 3000
    old = [segment(f"다{n}", n, target=f"t{n}", origin="human") for n in range(many)]
    new = carried_over(old, [segment(f"라{n}", n) for n in range(many)])
    places = {wish.target: each.position for each in new for wish in each.suggestions}
    assert len(places) == many
    assert all(abs(position - int(target[1:])) <= 200 for target, position in places.items())
