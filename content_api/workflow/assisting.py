"""What helps a reviewer: what was written for the same or a similar source, the glossary's terms, the text so far."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from sqlalchemy import Connection, func, select

from content_api.storage import tables
from content_api.workflow import drafting, memory
from content_api.workflow.reviewing import STRUCTURAL
from pipeline import glossary
from pipeline.difference import differences
from pipeline.glossary import Found
from pipeline.memory import UNCONFIRMED_SCORE, contexts, key
from pipeline.placeholders import PlaceholderError
from pipeline.texts import PlainText, TextDocument
from schemas.drafts import Segment
from schemas.language import Difference, Locale

m = tables.memory_unit.c
MOST_MATCHES = 3
# A source that is less alike (0 to 100) has another sense: to read its translation takes longer than to write one.
LEAST_ALIKE = 60
# How many units of about the same length are compared, the latest first: some 20 ms.
COMPARED = 10_000


@dataclass(frozen=True)
class Match:
    """A remembered pair. `changes` tell how this segment's source came of the match's; none where they are equal."""

    source: str
    target: str
    score: int
    confirmed: bool
    in_context: bool = False
    changes: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Aid:
    """What is known of one segment: matches, the best first, and the preferred terms that stand in its source."""

    matches: tuple[Match, ...]
    terms: tuple[Found, ...]


def aid(connection: Connection, draft_id: str, segment_id: str) -> Aid:
    """Return what helps with a segment; raise `NotFound`."""
    draft = drafting.get(connection, draft_id)
    row = drafting.segment_row(connection, draft_id, segment_id)
    sources = [each.source for each in drafting.segments_of(connection, draft_id)]
    known = _similar(connection, row.source, draft.source_locale, contexts(sources)[row.position])
    terms = memory.terms(connection)
    found = [each for each in glossary.find(row.source, draft.source_locale, terms) if not each.forbidden]
    return Aid(tuple(known), tuple(found))


def _similar(connection: Connection, source: str, locale: Locale, context: str) -> list[Match]:
    """Return the matches of a source: equal ones first (in context, confirmed, the latest), then by likeness."""
    mine, hashed, around = (m.ko, m.hash_ko, m.context_ko) if locale == "ko" else (m.en, m.hash_en, m.context_en)
    other = m.en if locale == "ko" else m.ko
    columns = (mine.label("source"), other.label("target"), around.label("context"), m.confirmed)
    equal = connection.execute(select(*columns).where(hashed == key(source)).order_by(m.id.desc())).all()
    length = func.length(mine)
    alike = select(*columns).where(length.between(len(source) * 0.5, len(source) * 2), hashed != key(source))
    others = connection.execute(alike.order_by(m.id.desc()).limit(COMPARED)).all()
    scored = process.extract(
        source,
        [each.source for each in others],
        scorer=fuzz.ratio,
        score_cutoff=LEAST_ALIKE,
        limit=5 * MOST_MATCHES,
    )
    found = [
        Match(each.source, each.target, 100 if each.confirmed else UNCONFIRMED_SCORE, each.confirmed, here)
        for each in equal
        for here in (each.context == context and each.confirmed,)
    ]
    found.sort(key=lambda match: (match.in_context, match.confirmed), reverse=True)
    found += [
        Match(others[n].source, others[n].target, min(int(score), 99), others[n].confirmed) for _, score, n in scored
    ]
    return [_compared(each, source) for each in _each_target_once(found)]


def _each_target_once(matches: Iterable[Match]) -> list[Match]:
    kept: dict[str, Match] = {}
    for each in matches:
        kept.setdefault(each.target, each)
    return list(kept.values())[:MOST_MATCHES]


def _compared(match: Match, source: str) -> Match:
    if match.source == source:
        return match
    changes = tuple(differences(match.source, source))
    return Match(match.source, match.target, match.score, match.confirmed, match.in_context, changes)


def so_far(document: TextDocument, segments: Iterable[Segment]) -> PlainText:
    """Return the text with the targets there are; what is open, or cannot be written as it is, stays in the source."""
    targets = {each.id: each.target for each in segments if not _is_broken(each)}
    try:
        return document.assemble(targets)
    except PlaceholderError:  # a rare one that only shows in assembling: then each has to be tried
        return document.assemble({name: target for name, target in targets.items() if _fits(document, name, target)})


def _is_broken(segment: Segment) -> bool:
    return any(issue.check in STRUCTURAL and not issue.dismissed for issue in segment.issues)


def _fits(document: TextDocument, segment_id: str, target: str) -> bool:
    try:
        document.verify(segment_id, target)
    except PlaceholderError:
        return False
    return True
