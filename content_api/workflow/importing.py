"""Brings in files: Markdown with front matter, and plain documents in which one language follows the other.

Everything is read and checked before the first row is written, and all files are stored in one transaction or none.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from content_api.storage.database import Transaction
from content_api.workflow import drafting, editing, files, memory, revisions, slugs
from content_api.workflow.accounts import Principal
from content_api.workflow.files import MarkdownFile
from content_api.workflow.revisions import Revision
from pipeline import bilingual, checks
from pipeline.align import align_segments
from pipeline.bilingual import Bilingual, NotBilingual
from pipeline.texts import open_segments
from schemas.decoding import convert
from schemas.entries import Kind, NewEntry, TextInput
from schemas.files import ImportedEntry, ImportReport, UnmatchedText
from schemas.language import OTHER, DraftedSegment, Locale, Term
from schemas.problems import Invalid, Problem

# A line of neither language alone that says something in both, as a signature does: it belongs to both texts.
SAYS_BOTH = re.compile(r"(?=.*[가-힣])(?=.*[A-Za-z])", re.DOTALL)


@dataclass(frozen=True)
class _Document:
    name: str
    content: Bilingual
    source: Locale
    wish: NewEntry


def import_files(
    tx: Transaction, who: Principal, paths: Sequence[Path], kind: Kind, source: Locale | None
) -> ImportReport:
    """Add an entry for every document and for every Markdown file, or pair of files with one slug.

    Raises `Invalid` naming the file; `SlugTaken` where a slug is not free.
    """
    texts = [(str(path), files.read_text(path)) for path in paths]
    markdown = [files.parse(name, text) for name, text in texts if files.has_front_matter(text)]
    wishes = [_wish(group, kind, source) for group in _paired(markdown)]
    documents = [_document(name, text, kind, source) for name, text in texts if not files.has_front_matter(text)]
    report = ImportReport(entries=[], unmatched=[])
    for wish in wishes:
        _add(tx, who, wish, report)
    glossary = memory.terms(tx.connection)
    for document in documents:
        _add_document(tx, who, document, glossary, report)
    return report


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


def _wish(group: Sequence[MarkdownFile], kind: Kind, source: Locale | None) -> NewEntry:
    return entry_of(group, kind, files.source_of(group, source))


def _document(name: str, text: str, kind: Kind, source: Locale | None) -> _Document:
    try:
        content = bilingual.read(text)
    except NotBilingual as fault:
        raise Invalid(f"{name}: {fault}") from None
    locale = source or content.first
    half = content.half(locale)
    if not half.title:
        raise Invalid(f"{name}: no title was found above the text in {locale}")
    body = "\n\n".join([half.body.rstrip("\n"), *_said_in_both(content)]) + "\n"
    try:
        given = {"title": half.title, "body": body}
        wish = NewEntry(kind=kind, source_locale=locale, texts=editing.texts_of({locale: convert(given, TextInput)}))
    except Problem as fault:
        raise Invalid(f"{name}: {fault.detail}") from None
    return _Document(name, content, locale, wish)


def _said_in_both(content: Bilingual) -> list[str]:
    return [leftover.text for leftover in content.leftovers if SAYS_BOTH.match(leftover.text)]


def _add(tx: Transaction, who: Principal, wish: NewEntry, report: ImportReport) -> str:
    entry_id = editing.create_entry(tx, who, wish)
    report.entries.append(ImportedEntry(id=entry_id, slug=slugs.current(tx.connection, entry_id), draft=None))
    return entry_id


def _add_document(
    tx: Transaction, who: Principal, document: _Document, glossary: Sequence[Term], report: ImportReport
) -> None:
    entry_id = _add(tx, who, document.wish, report)
    at = revisions.entry(tx.connection, entry_id)
    source = revisions.newest(tx.connection, entry_id, document.source)
    assert source is not None, "the entry was just made with it"  # noqa: S101
    segments = _aligned(document, source, glossary, report)
    target = OTHER[document.source]
    draft_id = drafting.add(tx, who.account_id, at, source, target, state="needs_review", segments=segments)
    report.entries[-1] = replace(report.entries[-1], draft=draft_id)


def _aligned(
    document: _Document, source: Revision, glossary: Sequence[Term], report: ImportReport
) -> list[DraftedSegment]:
    """Return the source's segments with their counterparts as targets, and report what found none."""
    target = OTHER[document.source]
    half = document.content.half(target)
    paragraphs = [*half.paragraphs, *_said_in_both(document.content)]
    aligned = align_segments(source.document.body, paragraphs, glossary)
    targets = dict(aligned.targets)
    targets |= {each.id: half.title for each in source.document.title.segments}  # one, or none in a mere address
    segments = [
        _judged(each, targets.get(each.id, ""), document.source, glossary) for each in open_segments(source.document)
    ]

    def unmatched(locale: Locale, text: str, segment: str | None) -> None:
        report.unmatched.append(UnmatchedText(file=document.name, locale=locale, text=text, segment=segment))

    for text in aligned.unmatched:
        unmatched(target, text.text, text.segment_id)
    for each in segments:
        if not each.target:
            unmatched(document.source, each.source, each.id)
    for leftover in document.content.leftovers:
        if not SAYS_BOTH.match(leftover.text):
            unmatched(document.source, leftover.text, None)
    return segments


def _judged(segment: DraftedSegment, target: str, source: Locale, glossary: Sequence[Term]) -> DraftedSegment:
    issues = checks.run(segment.source, target, source, OTHER[source], glossary=glossary)
    if not target.strip():
        return replace(segment, issues=tuple(issues))
    return replace(segment, target=target, state="translated", origin="human", issues=tuple(issues))
