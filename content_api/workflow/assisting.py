"""What helps a reviewer: what was written for the same or a similar source, the glossary's terms, the text so far."""

from collections.abc import Iterable
from dataclasses import dataclass

from content_api.workflow import drafting, terms
from content_api.workflow.memory import ReadMemory
from content_api.workflow.reviewing import STRUCTURAL
from pipeline import glossary
from pipeline.glossary import Found
from pipeline.memory import Match, contexts, matches
from pipeline.placeholders import PlaceholderError
from pipeline.texts import PlainText, TextDocument
from schemas.drafts import Segment

MOST_MATCHES = 3


@dataclass(frozen=True)
class Aid:
    """What is known of one segment: matches, the best first, and the preferred terms that stand in its source."""

    matches: tuple[Match, ...]
    terms: tuple[Found, ...]


def aid(known: ReadMemory, draft_id: str, segment_id: str) -> Aid:
    """Return what helps with a segment; raise `NotFound`."""
    connection = known.connection
    draft = drafting.get(connection, draft_id)
    row = drafting.segment_row(connection, draft_id, segment_id)
    where = contexts([each.source for each in drafting.segments_of(connection, draft_id)])[row.position]
    found = matches(row.source, where, draft.source_locale, known, MOST_MATCHES)
    standing = glossary.find(row.source, draft.source_locale, terms.known(connection))
    return Aid(tuple(found), tuple(each for each in standing if not each.forbidden))


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
