"""What stands in the front matter of a Markdown file, and what an import answers."""

from msgspec import Struct, field

from schemas.entries import Position, Request, Tags
from schemas.language import Locale
from schemas.values import PartialDate, Slug, Summary, Title


class FrontMatter(Request, kw_only=True):
    """The head of a Markdown file. `source` marks the language an entry of two files was written in."""

    locale: Locale
    title: Title
    slug: Slug | None = None
    date: PartialDate | None = None
    tags: Tags = []
    summary: Summary = field(default_factory=Summary)
    position: Position | None = None
    source: bool = False


class ImportedEntry(Struct, kw_only=True):
    """An entry that was added, and the draft that waits for review, if there is one."""

    id: str
    slug: str
    draft: str | None


class UnmatchedText(Struct, kw_only=True):
    """Text that found no sure partner: it was kept with `segment`, or the segment itself is open."""

    file: str
    locale: Locale
    text: str
    segment: str | None


class ImportReport(Struct, kw_only=True):
    """What `hanmi import --json` prints."""

    entries: list[ImportedEntry]
    unmatched: list[UnmatchedText]
