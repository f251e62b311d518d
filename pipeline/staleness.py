"""What of a source went on since it was translated: the changed segments, each as it was and as it is now.

Only content counts (a segment's id is its hash): what stayed, or merely moved, is no change.
"""

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import zip_longest

from rapidfuzz import fuzz, process

from pipeline.texts import TextDocument
from pipeline.units import Segment

# Below this likeness (0 to 100) a sentence that went and one that came in its place are two changes, not one edit.
LEAST_ALIKE = 50
# With how many of those that went one that came is compared: where all was written anew, each with each takes minutes.
NEARBY = 50


@dataclass(frozen=True)
class Change:
    """One place of a text: what stood there (`before`) and what stands there `now`; `None` where nothing did.

    The ids are those of the segments; a block that stands in no segment (code, HTML) has none.
    """

    before: str | None
    now: str | None
    id_before: str | None = None
    id_now: str | None = None

    @property
    def said(self) -> list[str]:
        """What is said there now and what was, where there is such."""
        return [text for text in (self.now, self.before) if text is not None]


def changes(old: TextDocument, new: TextDocument) -> list[Change]:
    """Return what changed from `old` to `new`, in the order of `new`: none where every segment and block is the same.

    An edited segment is one change; a segment that merely moved is none.
    """
    fields = ((old.title, new.title), (old.summary, new.summary), (old.body, new.body))
    found = [change for was, now in fields for change in _segments(was.segments, now.segments)]
    return found + list(_blocks(Counter(old.opaque), Counter(new.opaque)))


def _segments(old: Sequence[Segment], new: Sequence[Segment]) -> list[Change]:
    """Pair what went with what came beside the same neighbour: the one before that stayed, or else the one after."""
    stayed = {each.id for each in old} & {each.id for each in new}
    now: dict[str, Segment] = {each.id: each for each in new if each.id not in stayed}
    gone = {each.id: each for each in old if each.id not in stayed}
    was: dict[str, Segment] = {}
    for step in (1, -1):
        went, came = _beside(old[::step], stayed), _beside(new[::step], stayed)
        for neighbour in came:
            left = [each for each in went.get(neighbour, ()) if each.id in gone]
            open_ = [each for each in came[neighbour] if each.id not in was]
            for before, each in _edits(left, open_):
                was[each.id] = gone.pop(before.id)
    edited = [
        Change(was[id_].source if id_ in was else None, each.source, was[id_].id if id_ in was else None, id_)
        for id_, each in now.items()
    ]
    return edited + [Change(each.source, None, each.id, None) for each in gone.values()]


def _beside(segments: Sequence[Segment], stayed: Set[str]) -> dict[str | None, list[Segment]]:
    """Return the runs of segments that did not stay, by the id of the last one before them that did."""
    runs: dict[str | None, list[Segment]] = {}
    neighbour: str | None = None
    for each in segments:
        if each.id in stayed:
            neighbour = each.id
        else:
            runs.setdefault(neighbour, []).append(each)
    return runs


def _edits(gone: list[Segment], come: Sequence[Segment]) -> Iterator[tuple[Segment, Segment]]:
    """Yield what came with what it was before: the most alike of those that are left, or the only one of either."""
    least = 0 if len(gone) == len(come) == 1 else LEAST_ALIKE
    for each in come:
        near = [was.source for was in gone[:NEARBY]]
        for _, _, place in process.extract(each.source, near, scorer=fuzz.ratio, limit=1, score_cutoff=least):
            yield gone.pop(place), each


def _blocks(old: Counter[str], new: Counter[str]) -> Iterator[Change]:
    """Yield changes of what no segment holds: a translation has the source's, so it is stale when they change."""
    for before, now in zip_longest((old - new).elements(), (new - old).elements()):
        yield Change(before, now)
