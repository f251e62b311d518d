"""A whole text (title, summary, Markdown body) taken apart into one run of segments, and put together again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.document import Document, Segment, assemble, split, split_plain, verify
from schemas.language import DraftedSegment, Field, Locale


@dataclass(frozen=True)
class PlainText:
    """A text in one language: title and summary are plain, the body is Markdown."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True)
class TextDocument:
    """A text taken apart, field by field. Segment ids are unique across the fields."""

    title: Document
    summary: Document
    body: Document

    @property
    def segments(self) -> tuple[Segment, ...]:
        """Every segment in the order of the text."""
        return tuple(segment for _, segment in self.by_field())

    @property
    def opaque(self) -> tuple[str, ...]:
        """The blocks of the body that stand in no segment and stay as they are."""
        return self.body.opaque

    def by_field(self) -> Iterator[tuple[Field, Segment]]:
        """Yield every segment with its field, in the order of the text."""
        for document in (self.title, self.summary, self.body):
            for segment in document.segments:
                yield document.field, segment

    def assemble(self, targets: Mapping[str, str]) -> PlainText:
        """Return the text with `targets` by segment id; raise `PlaceholderError` as `document.assemble` does."""
        return PlainText(*(assemble(document, targets) for document in (self.title, self.summary, self.body)))

    def verify(self, segment_id: str, target: str) -> None:
        """Raise `PlaceholderError` where `assemble` would because of this one target."""
        for document in (self.title, self.summary, self.body):
            if any(segment.id == segment_id for segment in document.segments):
                verify(document, segment_id, target)


def split_text(text: PlainText, locale: Locale) -> TextDocument:
    """Take a text in `locale` apart."""
    title = split_plain(text.title, locale, "title")
    return TextDocument(title, split_plain(text.summary, locale, "summary"), split(text.body, locale))


def open_segments(document: TextDocument) -> list[DraftedSegment]:
    """Return the segments of a draft that is still to be made: numbered, with no target yet."""
    return [
        DraftedSegment(id=segment.id, field=field, position=position, source=segment.source)
        for position, (field, segment) in enumerate(document.by_field())
    ]
