"""Pairs up two sequences of texts, one the rendering of the other, by length and by what both must show.

Gale and Church, "A Program for Aligning Sentences in Bilingual Corpora" (Computational Linguistics 19, 1993), with
lengths in Latin letters' worth, and with anchors; which texts these are is `pipeline.align`'s to say.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from pipeline.anchors import Anchors, anchors
from pipeline.script import length
from schemas.language import Term

BEADS = {
    (1, 1): 0.1,
    (1, 0): 0.0,
    (0, 1): 0.0,
    (1, 2): 2.4,
    (2, 1): 2.4,
    (2, 2): 9.0,
}  # about -log of each share; of the last only where nothing tells which is which
VARIANCE = 4.5  # of the length of a rendering, per letter of its source: measured on Korean and English speeches
_SHORT = 60.0  # added to the variance: titles and names vary more than their length says
_LONE_SENTENCE, _LONE_LINE = 2.5, 1.5  # what a text costs that has no partner, beyond its length
_FARTHEST = 14.0  # what a length at odds costs at most, lest one long free rendering push all the others out of step
_SHARED, _HINTED = 2.5, 2.4  # what a key brings that both sides show
_UNSHARED, _MOST_UNSHARED = 0.2, 4.0  # what a common word costs that one side lacks, and all such at most
_MISSING, _UNLIKE = 1.2, 2.0  # what a number costs that one side lacks, and a whole sentence against none
_ACROSS = 3.0  # what a bead costs besides when its two texts stand in different blocks
_CROSSED = 2.5  # what two neighbours cost besides that changed places
_WHOLE = 40_000  # pairs up to which every one is weighed; beyond, only those near the diagonal
_BAND = 40


@dataclass(frozen=True)
class Bead:
    """Texts that render each other: half-open ranges of both sequences, one of them perhaps empty.

    `confidence`, between 0 and 1, falls with lengths at odds and rises with anchors in common; it is 0 without partner.
    """

    source: range
    target: range
    confidence: float


@dataclass(frozen=True)
class _Side:
    """One sequence, measured: the running total of its lengths, the anchors of each text, and where a block begins."""

    total: list[float]
    anchors: list[Anchors]
    begins: list[bool]

    def __len__(self) -> int:
        return len(self.anchors)


# The total up to here, the last bead's own cost, how many texts it takes, and whether it is two that cross.
_Cell = tuple[float, float, int, int, bool]


def pairs(
    source: Sequence[str],
    target: Sequence[str],
    terms: Sequence[Term] = (),
    *,
    source_blocks: Sequence[int] = (),
    target_blocks: Sequence[int] = (),
) -> list[Bead]:
    """Return the likeliest beads of 1-1, 1-0, 0-1, 1-2, 2-1 and 2-2 texts, by source and covering both sequences.

    Two neighbours may have changed places; otherwise the beads keep the order of both.

    Time grows with the product of the two counts up to some hundreds, and beyond with their sum: a text is then
    sought only near where its place in the sequence says. `source_blocks` and `target_blocks` number the block of
    each text, where that is known: two texts of different blocks are less likely one bead.
    """
    weighing = _Weighing(_measured(source, terms, source_blocks), _measured(target, terms, target_blocks))
    rows: list[dict[int, _Cell]] = []
    for i in range(len(source) + 1):
        row: dict[int, _Cell] = {}
        rows.append(row)
        for j in _span(i, len(source), len(target)):
            best: _Cell | None = (0.0, 0.0, 0, 0, False) if i == j == 0 else None
            for di, dj in BEADS:
                before = rows[i - di].get(j - dj) if i >= di else None
                if before is not None:
                    most = best[0] - before[0] if best else math.inf
                    own = weighing.cost(i, j, di, dj, most)
                    if own < most:
                        best = (before[0] + own, own, di, dj, False)
            before = rows[i - 2].get(j - 2) if i >= 2 else None
            if before is not None and best is not None:
                own = weighing.crossed(i, j, best[0] - before[0])
                if before[0] + own < best[0]:
                    best = (before[0] + own, own, 2, 2, True)
            if best is not None:
                row[j] = best
    return _path(rows, len(target))


def fit(source: str, target: str, terms: Sequence[Term] = ()) -> float:
    """Return what pairing `source` with `target` costs: about 0 if one may well render the other, 5 if hardly."""
    return _Weighing(_measured([source], terms), _measured([target], terms)).cost(1, 1, 1, 1, math.inf)


def _measured(texts: Sequence[str], terms: Sequence[Term], blocks: Sequence[int] = ()) -> _Side:
    total = [0.0]
    for text in texts:
        total.append(total[-1] + length(text))
    begins = [bool(blocks) and at > 0 and blocks[at - 1] != blocks[at] for at in range(len(texts))]
    return _Side(total, [anchors(text, terms) for text in texts], begins)


class _Weighing:
    """Says what beads of two sequences cost. A bead is named by its ends `i` and `j` and by how many texts it takes."""

    def __init__(self, source: _Side, target: _Side) -> None:
        self._source, self._target = source, target
        counts = [Counter(key for each in side.anchors for key in each.keys) for side in (source, target)]
        both = counts[0].keys() & counts[1].keys()
        hints = {hint for each in source.anchors for hint in each.hints}
        self._worth = {  # the more texts show a key, the less it says
            key: (_HINTED if key in hints else _SHARED) / math.sqrt(max(counts[0][key], counts[1][key])) for key in both
        }
        self._most = [  # what each source can share at most
            sum(self._worth.get(key, 0.0) for key in each.keys) for each in source.anchors
        ]

    def cost(self, i: int, j: int, di: int, dj: int, most: float) -> float:
        """Return what the bead costs, or any number from `most` on where it costs no less."""
        if not (di and dj):
            return self._skip(self._source, i) if di else self._skip(self._target, j)
        cost = BEADS[di, dj]
        cost += _ACROSS * ((di == 2 and self._source.begins[i - 1]) + (dj == 2 and self._target.begins[j - 1]))
        shared = self._most[i - 1] if di == 1 else self._most[i - 2] + self._most[i - 1]
        if cost - shared >= most:
            return math.inf
        cost += self._length_cost(i, j, di, dj)
        if cost - shared >= most:
            return math.inf
        ours, theirs = _joined(self._source.anchors[i - di : i]), _joined(self._target.anchors[j - dj : j])
        cost -= sum(self._worth[key] for key in ours.keys & theirs.keys)
        alone = len(ours.hints ^ theirs.hints)
        cost += min(_MOST_UNSHARED, _UNSHARED * alone)
        lacking = len(ours.numbers - theirs.keys) + len(theirs.numbers - ours.keys)
        return cost + _MISSING * min(5, lacking) + _UNLIKE * (ours.closed != theirs.closed)

    def crossed(self, i: int, j: int, most: float) -> float:
        """Return what two beads of one text each cost that cross, or any number from `most` on."""
        if most + self._most[i - 2] + self._most[i - 1] <= _CROSSED:
            return math.inf
        return _CROSSED + self.cost(i - 1, j, 1, 1, math.inf) + self.cost(i, j - 1, 1, 1, math.inf)

    def _length_cost(self, i: int, j: int, di: int, dj: int) -> float:
        said = self._source.total[i] - self._source.total[i - di]
        rendered = self._target.total[j] - self._target.total[j - dj]
        deviation = abs(rendered - said) / math.sqrt(VARIANCE * (said + rendered) / 2 + _SHORT)
        return min(_FARTHEST, -math.log(max(math.erfc(deviation / math.sqrt(2)), 1e-30)))

    @staticmethod
    def _skip(side: _Side, at: int) -> float:
        """Return what a text without partner costs: less for a line such as a signature, more the longer it is."""
        base = _LONE_SENTENCE if side.anchors[at - 1].closed else _LONE_LINE
        return base + min(3.0, (side.total[at] - side.total[at - 1]) / 100)


def _joined(each: Sequence[Anchors]) -> Anchors:
    return each[0] if len(each) == 1 else reduce(_join, each)


def _join(one: Anchors, other: Anchors) -> Anchors:
    return Anchors(one.keys | other.keys, one.numbers | other.numbers, one.hints | other.hints, other.closed)


def _span(i: int, rows: int, columns: int) -> range:
    """Return the columns weighed in row `i`: all in a short text, else those near the diagonal; rows overlap."""
    if rows * columns <= _WHOLE:
        return range(columns + 1)
    band = _BAND + min(abs(rows - columns), _BAND)
    first = max(0, i * columns // max(rows, 1) - band)
    last = min(columns, (i + 1) * columns // max(rows, 1) + band)
    return range(first, last + 1)


def _path(rows: list[dict[int, _Cell]], columns: int) -> list[Bead]:
    beads: list[Bead] = []
    i, j = len(rows) - 1, columns
    while i or j:
        _, own, di, dj, crossed = rows[i][j]
        if crossed:
            sure = _confidence(own / 2)
            beads += [
                Bead(range(i - 1, i), range(j - 2, j - 1), sure),
                Bead(range(i - 2, i - 1), range(j - 1, j), sure),
            ]
        else:
            beads.append(Bead(range(i - di, i), range(j - dj, j), _confidence(own) if di and dj else 0.0))
        i, j = i - di, j - dj
    return beads[::-1]


def _confidence(cost: float) -> float:
    return 1 / (1 + math.exp(min(50.0, cost - 3)))
