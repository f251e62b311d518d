"""Pairs up two existing texts, paragraphs first and then their sentences, and gives each segment its target.

What renders what is weighed in `pipeline.beads`; here it is decided what becomes of every sentence of the target.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pipeline import placeholders, protect, sentences
from pipeline.beads import Bead, fit, pairs
from pipeline.document import Document, Segment, split
from schemas.language import OTHER, Locale, Term

__all__ = ["Aligned", "Bead", "Unmatched", "align", "align_segments", "learn_pairs", "pairs"]

_SAME_BLOCK = re.compile(r"[ \t*_~]*(?:\r?\n[ \t]*)?[*_~]*")
_MARKER = re.compile(r"[ \t>]*(?:[-*+]|\d{1,3}[.)](?!\s*\d{1,2}\.))[ \t]+")
_CLAUSE = {
    "en": re.compile(r"(?<=[;:])\s+|(?<=,)\s+|\s+(?=(?:and|but|while|so|who|which)\s)"),
    "ko": re.compile(r"(?<=[,;:])\s+|(?<=고)\s+|(?<=며)\s+|(?<=만)\s+|(?<=서)\s+|(?<=는데)\s+"),
}
_DIVIDES = 4.0  # what both parts of a divided sentence may cost at most, by `fit`


@dataclass(frozen=True)
class Unmatched:
    """Target text without a sure partner, and the segment whose target it was put into; None where there was none."""

    text: str
    segment_id: str | None


@dataclass(frozen=True)
class Aligned:
    """Targets by segment id, in placeholder form; the ids of the segments left open; what found no sure partner.

    `confidence` says for each segment with a target how sure its pairing is, between 0 and 1.
    """

    targets: dict[str, str]
    open: tuple[str, ...]
    unmatched: tuple[Unmatched, ...]
    confidence: dict[str, float]


@dataclass
class _Step:
    """Segments and the sentences that render them, either perhaps missing; doubtful when joined for want of better."""

    segments: list[Segment]
    texts: list[str]
    confidence: float
    doubtful: bool = False


def align_segments(document: Document, paragraphs: Sequence[str], terms: Sequence[Term] = ()) -> Aligned:
    """Find for each segment of `document` its target in `paragraphs`, which say the same in the other language.

    Every word of `paragraphs` is in some target, in order, but for what the source's own bytes keep: the marker of a
    list item, and a line (an address, a rule) that stands in the source outside its segments. Two sentences that
    render one segment are both its target. One that renders two segments is divided at a clause boundary whose
    parts fit both; where none does, the first segment gets it whole and the second is left open. A sentence
    without partner takes the place of an open segment beside it, else it follows the segment before it (or
    precedes the first); either way it is in `unmatched`.

    A protected element of the source, such as an address, that is written out in the target becomes its placeholder
    there. Pairs, which plain text does not show, are left to the reviewer.
    """
    steps = _joined(list(_steps(document, _to_place(document, paragraphs), terms)))
    given: dict[str, list[str]] = {}
    confidence: dict[str, float] = {}
    unmatched: list[Unmatched] = []
    waiting: list[str] = []
    for step in steps:
        if not step.segments and given:
            last = next(reversed(given))
            given[last] += step.texts
            unmatched += [Unmatched(text, last) for text in step.texts]
        elif not step.segments:
            waiting += step.texts
        else:
            for segment, texts in _shares(step, OTHER[document.locale], terms):
                unmatched += [Unmatched(text, segment.id) for text in waiting + texts * step.doubtful]
                given[segment.id] = waiting + texts
                confidence[segment.id] = step.confidence
                waiting = []
    unmatched += [Unmatched(text, None) for text in waiting]
    by_id = {segment.id: segment for segment in document.segments}
    return Aligned(
        targets={id_: _with_placeholders(" ".join(texts), by_id[id_]) for id_, texts in given.items()},
        open=tuple(id_ for id_ in by_id if id_ not in given),
        unmatched=tuple(unmatched),
        confidence=confidence,
    )


def _to_place(document: Document, paragraphs: Sequence[str]) -> list[str]:
    """Return the paragraphs that segments must take in: all but those the source itself keeps."""
    bounds = [0, *(edge for each in document.segments for edge in (each.start, each.end)), len(document.source)]
    outside = "\ufffc".join(document.source[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True))
    kept = Counter(line.strip() for line in outside.splitlines())
    found = []
    for text in map(str.strip, paragraphs):
        if kept[text] > 0:
            kept[text] -= 1
        else:
            found.append(text)
    return [text for text in found if text]


def _steps(document: Document, paragraphs: Sequence[str], terms: Sequence[Term]) -> Iterator[_Step]:
    """Pair a document's segments with the sentences of `paragraphs`."""
    blocks = _blocks(document)
    texts = [_sentences(text, OTHER[document.locale]) for text in paragraphs]
    ours = [segment for block in blocks for segment in block]
    theirs = [sentence for text in texts for sentence in text]
    begins = set(accumulate(map(len, texts), initial=0))
    beads = align([[_said(segment) for segment in block] for block in blocks], texts, terms)
    for bead in beads:
        segments = ours[bead.source.start : bead.source.stop]
        listed = any(_listed(document, segment) for segment in segments)
        found = [_without_marker(theirs[at]) if listed and at in begins else theirs[at] for at in bead.target]
        yield _Step(segments, found, bead.confidence)


def align(source: Sequence[Sequence[str]], target: Sequence[Sequence[str]], terms: Sequence[Term] = ()) -> list[Bead]:
    """Pair up the sentences of two texts, each given as paragraphs of sentences: paragraphs first, then sentences.

    The beads number sentences through the whole text, and together hold every one of both.
    """
    beads: list[Bead] = []
    for wide in _widened(pairs([" ".join(block) for block in source], [" ".join(block) for block in target], terms)):
        ours = [(at, said) for at in wide.source for said in source[at]]
        theirs = [(at, said) for at in wide.target for said in target[at]]
        first = (sum(map(len, source[: wide.source.start])), sum(map(len, target[: wide.target.start])))
        inner = pairs(
            [said for _, said in ours],
            [said for _, said in theirs],
            terms,
            source_blocks=[at for at, _ in ours],
            target_blocks=[at for at, _ in theirs],
        )
        beads += [_moved(bead, first, wide.confidence) for bead in inner]
    return beads


def _moved(bead: Bead, by: tuple[int, int], at_most: float) -> Bead:
    source, target = bead.source, bead.target
    return Bead(
        range(source.start + by[0], source.stop + by[0]),
        range(target.start + by[1], target.stop + by[1]),
        min(at_most, bead.confidence),
    )


def learn_pairs(korean: str, english: str, terms: Sequence[Term] = ()) -> list[tuple[str, str, float]]:
    """Return what two whole texts, Markdown or plain, say in the same places: Korean, English, confidence (0 to 1).

    Of plain sentences, without placeholders. What one side splits in two is joined with a blank; a sentence without
    partner is in no pair.
    """
    ours, theirs = _said_in(split(korean, "ko")), _said_in(split(english, "en"))
    said = [[sentence for block in blocks for sentence in block] for blocks in (ours, theirs)]
    return [
        (" ".join(said[0][at] for at in bead.source), " ".join(said[1][at] for at in bead.target), bead.confidence)
        for bead in align(ours, theirs, terms)
        if bead.source and bead.target
    ]


def _said_in(document: Document) -> list[list[str]]:
    return [[_said(segment) for segment in block] for block in _blocks(document)]


def _widened(beads: Sequence[Bead]) -> list[Bead]:
    """Join paragraphs without partner to the beads beside them: among their sentences a partner may yet be found."""
    widened: list[Bead] = []
    lone = False
    for bead in beads:
        follows = bool(widened) and widened[-1].target.stop == bead.target.start  # not so where two crossed
        if follows and (lone or not (bead.source and bead.target)):
            before = widened.pop()
            sure = max(before.confidence, bead.confidence)
            bead_source = range(before.source.start, bead.source.stop)
            widened.append(Bead(bead_source, range(before.target.start, bead.target.stop), sure))
        else:
            widened.append(bead)
        lone = not (bead.source and bead.target)
    return widened


def _joined(steps: Sequence[_Step]) -> list[_Step]:
    """Join a segment and a sentence that stand side by side without partner: most often a free rendering."""
    joined: list[_Step] = []
    for step in steps:
        before = joined[-1] if joined else None
        if before and {_lacks(before), _lacks(step)} == {"texts", "segments"}:
            joined[-1] = _Step(before.segments + step.segments, before.texts + step.texts, 0.0, doubtful=True)
        else:
            joined.append(step)
    return joined


def _lacks(step: _Step) -> str:
    return "segments" if not step.segments else "" if step.texts else "texts"


def _shares(step: _Step, locale: Locale, terms: Sequence[Term]) -> list[tuple[Segment, list[str]]]:
    """Return which texts of a step go to which of its segments; a segment that gets none is not in the list."""
    segments, texts = step.segments, step.texts
    if len(segments) == 2 and len(texts) == 1:
        texts = _divided(texts[0], _said(segments[0]), _said(segments[1]), locale, terms)
    if not texts:
        return []
    if len(segments) == 1:
        return [(segments[0], texts)]
    return [(segment, [text]) for segment, text in zip(segments, texts, strict=False)]


def _divided(text: str, first: str, second: str, locale: Locale, terms: Sequence[Term]) -> list[str]:
    """Divide `text` at the clause boundary that fits the two sources best, if both parts fit; else return it whole."""
    best, cost = [text], 2 * _DIVIDES
    for match in _CLAUSE[locale].finditer(text):
        parts = [text[: match.start()].rstrip(), text[match.end() :].lstrip()]
        if not all(parts):
            continue
        fits = [fit(source, part, terms) for source, part in zip((first, second), parts, strict=True)]
        if max(fits) <= _DIVIDES and sum(fits) < cost:
            best, cost = parts, sum(fits)
    return best


def _blocks(document: Document) -> list[list[Segment]]:
    """Group a document's segments by paragraph, heading, item or cell: by what stands between them in the source."""
    blocks = [[segment] for segment in document.segments[:1]]
    for before, segment in pairwise(document.segments):
        if _SAME_BLOCK.fullmatch(document.source, before.end, segment.start):
            blocks[-1].append(segment)
        else:
            blocks.append([segment])
    return blocks


def _listed(document: Document, segment: Segment) -> bool:
    """Tell whether a list marker of the source precedes `segment` in its line."""
    line = max(document.source.rfind("\n", 0, segment.start), document.source.rfind("\r", 0, segment.start)) + 1
    return _MARKER.match(document.source, line, segment.start) is not None


def _without_marker(text: str) -> str:
    marker = _MARKER.match(text)
    return text[marker.end() :] or text if marker else text


def _sentences(text: str, locale: Locale) -> list[str]:
    return [text[start:end].strip() for start, end in sentences.spans(text, locale)]


def _said(segment: Segment) -> str:
    """Return a segment's source as a reader sees it: protected elements written out, pairs left out."""
    return placeholders.TAG.sub(lambda tag: _literal(segment, tag["single"]) if tag["single"] else "", segment.source)


def _literal(segment: Segment, number: str | int) -> str:
    return segment.originals[int(number)][0].strip("<>`")


def _with_placeholders(target: str, segment: Segment) -> str:
    """Put the segment's single placeholders where what they stand for is written out in `target`, each once."""
    wanted = [
        (tag.number, _literal(segment, tag.number)) for tag in placeholders.tags(segment.source) if tag.kind == "single"
    ]
    spans = protect.spans(target, [literal for _, literal in wanted])
    written, end = [], 0
    for start, stop in spans:
        number = next((number for number, literal in wanted if literal == target[start:stop]), None)
        if number is not None:
            written += [target[end:start], f"<{number}/>"]
            end = stop
            wanted = [each for each in wanted if each[0] != number]
    return "".join([*written, target[end:]])
