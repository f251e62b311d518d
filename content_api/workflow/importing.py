"""Brings in files: Markdown with front matter, and plain documents in which one language follows the other.

Everything is read and checked before the first row is written, and all files are stored in one transaction or none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from content_api.storage.database import Transaction
from content_api.workflow import drafting, editing, files, revisions, slugs
from content_api.workflow.accounts import Principal
from content_api.workflow.files import MarkdownFile
from pipeline import bilingual, checks
from pipeline.align import align_segments
from pipeline.bilingual import Bilingual, NotBilingual
from pipeline.checks import Context, Entry
from pipeline.texts import PlainText, TextDocument, open_segments, split_text
from schemas.decoding import convert
from schemas.entries import Kind, NewEntry, TextInput
from schemas.files import ImportedEntry, ImportReport, UnmatchedText
from schemas.language import OTHER, DraftedSegment, Locale, Term
from schemas.problems import Invalid, Problem, SlugTaken

# A line of neither language alone that says something in both, as a signature does: it belongs to both texts.
SAYS_BOTH = re.compile(r"(?=.*[가-힣])(?=.*[A-Za-z])", re.DOTALL)


@dataclass(frozen=True)
class MarkdownEntry:
    """An entry from one or two Markdown files, and the source's name for whoever has to mend it."""

    name: str
    wish: NewEntry


@dataclass(frozen=True)
class BilingualEntry:
    """An entry from a document in both languages: its source, and the draft its other half makes."""

    wish: NewEntry
    segments: Sequence[DraftedSegment]
    unmatched: Sequence[UnmatchedText]


@dataclass(frozen=True)
class Plan:
    """What an import will add, read and aligned: from Markdown files, and from bilingual documents."""

    entries: Sequence[MarkdownEntry]
    bilingual: Sequence[BilingualEntry]


def read(paths: Sequence[Path], kind: Kind, source: Locale | None, glossary: Sequence[Term]) -> Plan:
    """Return the plan for an entry per document and per Markdown file, or pair of files with one slug.

    All the reading and aligning is done here, before anyone waits for a write. Raises `Invalid` naming the file.
    """
    texts = [(str(path), files.read_text(path)) for path in paths]
    markdown = [files.parse(name, text) for name, text in texts if files.has_front_matter(text)]
    documents = [(name, text) for name, text in texts if not files.has_front_matter(text)]
    return Plan(
        [_markdown_entry(group, kind, files.source_of(group, source)) for group in _paired(markdown)],
        [_bilingual_entry(name, text, kind, source, glossary) for name, text in documents],
    )


def store(tx: Transaction, who: Principal, plan: Plan) -> ImportReport:
    """Add everything of the plan, or nothing; raise `SlugTaken`, naming the file, where a slug is not free."""
    report = ImportReport(entries=[], unmatched=[])
    for file in plan.entries:
        try:
            entry_id = editing.create_entry(tx, who, file.wish)
        except SlugTaken as fault:
            raise SlugTaken(f"{file.name}: {fault.detail}") from None
        report.entries.append(_imported(tx, entry_id, None))
    for each in plan.bilingual:
        entry_id = editing.create_entry(tx, who, each.wish)
        report.entries.append(_imported(tx, entry_id, _add_draft(tx, who, entry_id, each)))
        report.unmatched.extend(each.unmatched)
    return report


def _markdown_entry(group: Sequence[MarkdownFile], kind: Kind, source: MarkdownFile) -> MarkdownEntry:
    return MarkdownEntry(source.name, entry_of(group, kind, source))


def entry_of(group: Sequence[MarkdownFile], kind: Kind, source: MarkdownFile) -> NewEntry:
    """Return the entry that one or two files in different languages make; the source's head counts."""
    texts = {
        file.head.locale: TextInput(title=file.head.title, summary=file.head.summary, body=file.body) for file in group
    }
    head = source.head
    return NewEntry(
        kind=kind,
        source_locale=head.locale,
        texts=editing.texts_of(texts),
        slug=head.slug,
        date=head.date,
        position=head.position,
        tags=head.tags,
    )


def _paired(read: Sequence[MarkdownFile]) -> list[list[MarkdownFile]]:
    groups: dict[str, list[MarkdownFile]] = {}
    for number, file in enumerate(read):
        groups.setdefault(file.head.slug or f"\0{number}", []).append(file)
    for group in groups.values():
        locales = [file.head.locale for file in group]
        if len(set(locales)) != len(locales):
            raise Invalid(f"{group[-1].name}: two files have the slug {group[0].head.slug} and the same language")
    return list(groups.values())


def _bilingual_entry(
    name: str, text: str, kind: Kind, wanted: Locale | None, glossary: Sequence[Term]
) -> BilingualEntry:
    try:
        content = bilingual.read(text)
    except NotBilingual as fault:
        raise Invalid(f"{name}: {fault}") from None
    source = wanted or content.first
    half = content.half(source)
    if not half.title:
        raise Invalid(f"{name}: no title was found above the text in {source}")
    body = "\n\n".join([half.body.rstrip("\n"), *_said_in_both(content)]) + "\n"
    try:
        given = convert({"title": half.title, "body": body}, TextInput)
    except Problem as fault:
        raise Invalid(f"{name}: {fault.detail}") from None
    wish = NewEntry(kind=kind, source_locale=source, texts=editing.texts_of({source: given}))
    document = split_text(PlainText(given.title, given.summary, given.body), source)
    segments, unmatched = _aligned(name, content, document, source, glossary)
    return BilingualEntry(wish, segments, unmatched)


def _said_in_both(content: Bilingual) -> list[str]:
    return [leftover.text for leftover in content.leftovers if SAYS_BOTH.match(leftover.text)]


def _imported(tx: Transaction, entry_id: str, draft_id: str | None) -> ImportedEntry:
    return ImportedEntry(id=entry_id, slug=slugs.current(tx.connection, entry_id), draft=draft_id)


def _add_draft(tx: Transaction, who: Principal, entry_id: str, each: BilingualEntry) -> str:
    at = revisions.entry(tx.connection, entry_id)
    source = revisions.newest(tx.connection, entry_id, at.source_locale)
    assert source is not None, "the entry was just made with it"  # noqa: S101
    target = OTHER[at.source_locale]
    return drafting.add(tx, who.account_id, at, source, target, state="needs_review", segments=each.segments)


def _aligned(
    name: str, content: Bilingual, document: TextDocument, source: Locale, glossary: Sequence[Term]
) -> tuple[list[DraftedSegment], list[UnmatchedText]]:
    """Return the source's segments with their counterparts as targets, and what found none."""
    target = OTHER[source]
    half = content.half(target)
    aligned = align_segments(document.body, [*half.paragraphs, *_said_in_both(content)], glossary)
    targets = dict(aligned.targets)
    targets |= {each.id: half.title for each in document.title.segments}  # one, or none in a mere address
    entry = Entry(source)
    segments = [_judged(each, targets.get(each.id, ""), source, glossary, entry) for each in open_segments(document)]
    found = [(target, each.text, each.segment_id) for each in aligned.unmatched]
    found += [(source, each.source, each.id) for each in segments if not each.target]
    found += [(source, each.text, None) for each in content.leftovers if not SAYS_BOTH.match(each.text)]
    unmatched = [UnmatchedText(file=name, locale=locale, text=text, segment=where) for locale, text, where in found]
    return segments, unmatched


def _judged(
    segment: DraftedSegment, target: str, source: Locale, glossary: Sequence[Term], entry: Entry
) -> DraftedSegment:
    """Check a pair beside those of the entry before it, and add it to them."""
    context = Context(entry.beside(segment.position), entry)
    issues = checks.run(segment.source, target, source, OTHER[source], glossary=glossary, context=context)
    entry.add(segment.source, target, segment.position)
    if not target.strip():
        return replace(segment, issues=tuple(issues))
    return replace(segment, target=target, state="translated", origin="human", issues=tuple(issues))
