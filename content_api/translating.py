"""`hanmi translate`: one file through the pipeline, with the database's memory and glossary or with files."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
import yaml
from msgspec import Struct

from content_api.settings import Settings, SettingsError
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.workflow import files, memory, terms, transferring
from pipeline import engines
from pipeline.draft import Finished, make_draft
from pipeline.engines.chain import Chain
from pipeline.memory import ListMemory, Memory
from pipeline.placeholders import PlaceholderError
from pipeline.texts import PlainText, TextDocument, open_segments, split_text
from schemas.decoding import convert
from schemas.language import OTHER, DraftedSegment, Locale, Term
from schemas.problems import Invalid, Problem


class _Head(Struct):
    """What of a file's front matter is translated, or says what language it is in; the rest is kept as it is."""

    title: str = ""
    summary: str = ""
    locale: Locale | None = None


def translate(
    settings: Settings,
    path: Path,
    source: Locale,
    engine_names: list[str],
    memory_file: Path | None,
    glossary_file: Path | None,
) -> None:
    """Print the draft on standard output, its issues on standard error; open segments keep their source."""
    front, text = _read(path, source)
    document = split_text(text, source)
    with _knowledge(settings, memory_file, glossary_file) as (known, glossary):
        chain = _chain(settings, engine_names)
        segments = open_segments(document)
        finished = make_draft(segments, source, memory=known, glossary=glossary, engines=chain)
        drafted = sorted(_shown_on_the_way(finished, len(segments)), key=lambda each: each.position)
    assembled = _assembled(document, {each.id: each.target for each in drafted})
    click.echo(_with_front(front, assembled, OTHER[source]), nl=False)
    for each in drafted:
        for issue in each.issues:
            click.echo(f"{each.position + 1}: {issue.severity}: {issue.check}: {issue.message}", err=True)


def _shown_on_the_way(finished: Iterable[Finished], total: int) -> list[DraftedSegment]:
    """Return the finished segments; a person at a terminal sees how far they are."""
    with click.progressbar(
        finished, length=total, label="Drafting", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        return [each.segment for each in shown]


def _read(path: Path, source: Locale) -> tuple[dict[str, Any], PlainText]:
    """Return a file's front matter (empty where it has none) and its text; raise `Invalid` naming the file."""
    text = files.read_text(path)
    if not files.has_front_matter(text):
        return {}, PlainText("", "", text)
    front, body = files.taken_apart(str(path), text)
    try:
        head = convert(front, _Head)
    except Problem as fault:
        raise Invalid(f"{path}: {fault.detail}") from None
    if head.locale not in (None, source):
        raise Invalid(f"{path}: its front matter says that it is in {head.locale}, not in {source}")
    return front, PlainText(head.title, head.summary, body)


def _with_front(front: Mapping[str, Any], text: PlainText, target: Locale) -> str:
    """Return a translated file: the head's other fields stay, but for `source`, which it no longer is."""
    if not front:
        return text.body
    head = {name: value for name, value in front.items() if name != "source"} | {"locale": target}
    head |= {name: getattr(text, name) for name in ("title", "summary") if name in front}
    return f"---\n{yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=1000)}---\n{text.body}"


def _assembled(document: TextDocument, targets: Mapping[str, str]) -> PlainText:
    """Assemble the text; a target that does not fit (of a memory, say) has its issue, and its source stays."""
    try:
        return document.assemble(targets)
    except PlaceholderError:
        return document.assemble({id_: target for id_, target in targets.items() if _fits(document, id_, target)})


def _fits(document: TextDocument, segment_id: str, target: str) -> bool:
    try:
        document.verify(segment_id, target)
    except PlaceholderError:
        return False
    return True


def _chain(settings: Settings, names: list[str]) -> Chain:
    try:
        return engines.chain(names or settings.engine_names, settings.options, settings.engine_timeout)
    except ValueError as fault:
        raise SettingsError(str(fault)) from None


@contextmanager
def _knowledge(
    settings: Settings, memory_file: Path | None, glossary_file: Path | None
) -> Iterator[tuple[Memory, Sequence[Term]]]:
    """Give memory and glossary: from the files given, else from the database, if there is one."""
    with ExitStack() as stack:
        database = None if memory_file and glossary_file else _database(settings, stack)
        known: Memory = memory.StoredMemory(database) if database else ListMemory()
        if memory_file:
            known = ListMemory(transferring.units_of(memory_file))
        glossary: Sequence[Term] = ()
        if glossary_file:
            glossary = transferring.terms_of(glossary_file)
        elif database:
            with database.read() as connection:
                glossary = terms.known(connection)
        yield known, glossary


def _database(settings: Settings, stack: ExitStack) -> Database | None:
    if settings.url.startswith("sqlite:///") and not Path(settings.url.removeprefix("sqlite:///")).exists():
        return None
    database = Database(settings.url)
    stack.callback(database.close)
    with database.read() as connection:
        if not schema.is_at_head(connection):
            raise SettingsError("the database is not migrated; run hanmi migrate, or give --memory and --glossary")
    return database
