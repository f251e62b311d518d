"""What a new draft takes over of an older one: finished segments as they are, a person's other targets as suggestions.

The older one was superseded by a change of its source, or was approved and is what the text in the other language says.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace
from rapidfuzz import fuzz, process

from pipeline.placeholders import plain
from pipeline.texts import TextDocument
from schemas.language import DraftedSegment, Field, SegmentState, Suggestion

# A suggestion is compared with so many open segments on either side of where it was: with thousands of both, comparing
# each with each would take minutes.
NEARBY = 100


def carried_over(old: Sequence[DraftedSegment], fresh: Sequence[DraftedSegment]) -> list[DraftedSegment]:
    """Return the segments of a new source, `fresh` and open, with all that stays of a draft of the old one.

    A segment that is the same keeps target, state, issues and suggestions. What a person wrote for a segment that is
    gone, or was suggested there and not used, becomes a suggestion for the most alike open segment of the same field.
    """
    before = {each.id: each for each in old}
    taken = [_taken_over(before[each.id], each) if each.id in before else each for each in fresh]
    still_there = {each.id for each in fresh}
    leftovers = [each for each in old if each.id not in still_there]
    return _with_suggestions(taken, [(each, wish) for each in leftovers for wish in _left_by(each)])


def left_open(segment: DraftedSegment) -> bool:
    """Tell whether a person decided that this open segment stays open: its source will stand in the text."""
    return not segment.target and any(issue.dismissed for issue in segment.issues)


def still_said(segments: Sequence[DraftedSegment], text: TextDocument) -> list[DraftedSegment]:
    """Return those of a draft's `segments` whose targets stand in `text`, whoever edited it since."""
    said = _words(segment.source for segment in text.segments)
    return [each for each in segments if _words([each.target]) in said]


def _words(sources: Iterable[str]) -> str:
    """Return what placeholder forms say, without their markup and with single blanks."""
    return " ".join(" ".join(map(plain, sources)).split())


def _taken_over(old: DraftedSegment, fresh: DraftedSegment) -> DraftedSegment:
    if not (old.target or left_open(old)):
        return replace(fresh, suggestions=old.suggestions)
    state: SegmentState = "reviewed" if old.state == "final" else old.state
    return replace(old, field=fresh.field, position=fresh.position, state=state)


def _left_by(segment: DraftedSegment) -> Iterator[Suggestion]:
    """Yield what a person wrote or approved for a segment that is gone, or what was suggested to whoever would have."""
    if segment.target and (segment.origin == "human" or segment.state == "final"):
        yield Suggestion(source=segment.source, target=segment.target, score=0)
    else:
        yield from segment.suggestions


def _with_suggestions(
    segments: Sequence[DraftedSegment], leftovers: Sequence[tuple[DraftedSegment, Suggestion]]
) -> list[DraftedSegment]:
    given: dict[str, set[Suggestion]] = {each.id: set(each.suggestions) for each in segments}
    still_open: dict[Field, list[DraftedSegment]] = {"title": [], "summary": [], "body": []}
    for each in segments:
        if not (each.target or left_open(each)):
            still_open[each.field].append(each)
    for gone, wish in leftovers:
        near = _nearest(gone, still_open[gone.field])
        # The first of the best: of those equally alike, the nearest.
        found = process.extractOne(wish.source, [each.source for each in near], scorer=fuzz.ratio)
        if found:
            given[near[found[2]].id].add(replace(wish, score=round(found[1])))
    return [replace(each, suggestions=_best_first(given[each.id])) for each in segments]


def _nearest(gone: DraftedSegment, among: Sequence[DraftedSegment]) -> list[DraftedSegment]:
    spot = bisect_left(among, gone.position, key=lambda each: each.position)
    return sorted(among[max(spot - NEARBY, 0) : spot + NEARBY], key=lambda each: abs(each.position - gone.position))


def _best_first(suggestions: set[Suggestion]) -> tuple[Suggestion, ...]:
    return tuple(sorted(suggestions, key=lambda each: (-each.score, each.source, each.target)))
