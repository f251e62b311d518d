"""What the review page shows of a draft: its segments in their blocks, what is left to do, the text so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from content_api.desk.marking import Mark, Piece, pieces
from content_api.workflow import assisting, drafting, views
from content_api.workflow.assisting import Aid
from content_api.workflow.memory import ReadMemory
from content_api.workflow.queue import Tally
from content_api.workflow.rendering import body_html
from pipeline.blocks import Block, blocks
from pipeline.difference import differences
from pipeline.texts import TextDocument
from schemas.drafts import Draft, Segment
from schemas.language import Difference, Issue, Locale, Span
from schemas.problems import NotFound, Problem


@dataclass(frozen=True)
class Trouble:
    """Why something could not be done, and what a person had typed for it. `segment_id` is `None` for the draft."""

    problem: Problem
    segment_id: str | None = None
    typed: str = ""


@dataclass(frozen=True)
class Line:
    """One segment on the page: in which block, whether it begins it, and what its placeholders stand for."""

    segment: Segment
    block: Block
    begins: bool
    originals: Mapping[int, tuple[str, ...]]
    aid: Aid | None = None
    trouble: Trouble | None = None

    @property
    def source(self) -> list[Piece]:
        """The source, with terms and what issues are about marked."""
        terms = [
            Mark(found.span, "term", found.term.ko if found.form == found.term.en else found.term.en)
            for found in (self.aid.terms if self.aid else ())
        ]
        return pieces(self.segment.source, [*terms, *self._marks("source_span")])

    @property
    def target(self) -> list[Piece]:
        """The target, with what issues are about marked."""
        return pieces(self.segment.target, self._marks("target_span"))

    @property
    def written(self) -> str:
        """What the field holds: what was typed, where it could not be saved."""
        return self.trouble.typed if self.trouble else self.segment.target

    @property
    def theirs(self) -> list[Difference]:
        """How what was typed differs from what somebody else saved meanwhile."""
        return differences(self.segment.target, self.trouble.typed) if self.trouble else []

    @property
    def left(self) -> list[Issue]:
        """The issues nobody has set aside."""
        return [issue for issue in self.segment.issues if not issue.dismissed]

    @property
    def worst(self) -> str:
        """How severe the issues are that nobody has set aside."""
        return "error" if any(issue.severity == "error" for issue in self.left) else "warning"

    @property
    def version(self) -> str:
        """The segment's version, as forms send it back."""
        return self.segment.etag.strip('"')

    def _marks(self, where: str) -> list[Mark]:
        spans: list[tuple[Span | None, Issue]] = [(getattr(issue, where), issue) for issue in self.left]
        return [Mark(span, issue.severity, issue.message) for span, issue in spans if span]


@dataclass(frozen=True)
class Article:
    """A text as readers see it; `html` is sanitised."""

    locale: Locale
    title: str
    summary: str
    html: str


@dataclass(frozen=True)
class Review:
    """A draft under review."""

    draft: Draft
    title: str
    lines: Sequence[Line]
    tally: Tally
    trouble: Trouble | None = None
    blocking: Sequence[tuple[Line, Issue]] = field(default=())

    @property
    def version(self) -> str:
        """The draft's version, as forms send it back."""
        return self.draft.etag.strip('"')

    @property
    def is_open(self) -> bool:
        """Whether a segment lacks its translation."""
        return any(not line.segment.target for line in self.lines)

    def line(self, segment_id: str) -> Line:
        """Return one segment's line; raise `NotFound`."""
        for line in self.lines:
            if line.segment.id == segment_id:
                return line
        raise NotFound("There is no such segment in this draft.")

    def after(self, segment_id: str) -> str:
        """Return the next segment that nobody has accepted yet, or this one where there is none."""
        here = self.line(segment_id).segment.position
        later = [line.segment for line in self.lines if line.segment.position > here]
        return next((each.id for each in later if each.state in ("initial", "translated")), segment_id)


def review(known: ReadMemory, draft_id: str, *, active: str | None = None, trouble: Trouble | None = None) -> Review:
    """Return a draft as the page shows it, with what helps for the segment `active`; raise `NotFound`."""
    connection = known.connection
    draft = views.draft(connection, draft_id)
    source = drafting.source_of(connection, drafting.get(connection, draft_id))
    help_for = {active: assisting.aid(known, draft_id, active)} if active else {}
    lines = _lines(draft.segments, source.document, help_for, trouble)
    return Review(
        draft=draft,
        title=source.title,
        lines=lines,
        tally=Tally.of((each.state, each.issues) for each in draft.segments),
        trouble=trouble if trouble and trouble.segment_id is None else None,
        blocking=[(line, issue) for line in lines for issue in line.left if issue.severity == "error"],
    )


def article(connection: Connection, draft_id: str) -> Article:
    """Return the target text as far as it is, as readers see it; raise `NotFound`."""
    draft = drafting.get(connection, draft_id)
    segments = [views.segment(row) for row in drafting.segments_of(connection, draft_id)]
    text = assisting.so_far(drafting.source_of(connection, draft).document, segments)
    return Article(draft.target_locale, text.title, text.summary, body_html(text.body, places=True))


def _lines(
    segments: Sequence[Segment], document: TextDocument, help_for: Mapping[str, Aid], trouble: Trouble | None
) -> list[Line]:
    place = {name: (block, name == block.segments[0]) for block in blocks(document) for name in block.segments}
    originals = {each.id: each.originals for each in document.segments}
    return [
        Line(
            segment=each,
            block=place[each.id][0],
            begins=place[each.id][1],
            originals=originals[each.id],
            aid=help_for.get(each.id),
            trouble=trouble if trouble and trouble.segment_id == each.id else None,
        )
        for each in segments
    ]
