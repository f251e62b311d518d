"""`glossary` and `memory`: what the pipeline draws on."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from content_api import settings as environment
from content_api.commands.base import FILE, JSON, migrated
from content_api.commands.progress import shown
from content_api.storage.database import Database
from content_api.storage.progress import Progress
from content_api.workflow import accounts, learning, terms, transferring
from content_api.workflow.transferring import TERM_FORMATS, UNIT_FORMATS, FileIn
from pipeline.exchange import ENCODINGS
from schemas.decoding import encode
from schemas.exchange import Imported
from schemas.problems import Invalid

OUT = click.Path(dir_okay=False, path_type=Path)
ENCODING = click.option(
    "--encoding", type=click.Choice(tuple(ENCODINGS)), help="What a CSV file is in, if not in UTF-8."
)


@click.group()
def glossary() -> None:
    """The glossary."""


@glossary.command("import")
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--format", "kind", type=click.Choice(TERM_FORMATS), help="If the file's name does not tell.")
@ENCODING
@JSON
def import_glossary(path: Path, kind: str | None, encoding: str | None, *, as_json: bool) -> None:
    """Add or change terms from a TBX or CSV file: ko, en, and the columns that export writes."""
    _take(transferring.file_in(path, TERM_FORMATS, kind, encoding), transferring.import_terms, "terms", as_json=as_json)


@glossary.command("export")
@click.argument("path", type=OUT, metavar="[FILE]", required=False)
@click.option("--format", "kind", type=click.Choice(TERM_FORMATS), help="If no file's name tells; else csv.")
def export_glossary(path: Path | None, kind: str | None) -> None:
    """Write the glossary to a file, or to standard output, as import reads it."""
    with migrated(environment.load()) as database:
        _write(path, transferring.export_terms(database, _kind(path, kind, TERM_FORMATS)))


@click.group("memory")
def memory_group() -> None:
    """The translation memory."""


@memory_group.command("import")
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--format", "kind", type=click.Choice(UNIT_FORMATS), help="If the file's name does not tell.")
@ENCODING
@click.option("--keep-confirmed", is_flag=True, help="What an export of Hanmi says is confirmed, is.")
@JSON
def import_memory(path: Path, kind: str | None, encoding: str | None, *, keep_confirmed: bool, as_json: bool) -> None:
    """Add pairs from a TMX or CSV file (ko, en), to be confirmed. What is there already is not added again."""

    def take(database: Database, account_id: str, file: FileIn, *, told: Progress) -> Imported:
        return transferring.import_units(database, account_id, file, keep_confirmed=keep_confirmed, told=told)

    _take(transferring.file_in(path, UNIT_FORMATS, kind, encoding), take, "pairs", as_json=as_json)


@memory_group.command("export")
@click.argument("path", type=OUT, metavar="[FILE]", required=False)
@click.option("--format", "kind", type=click.Choice(UNIT_FORMATS), help="If no file's name tells; else csv.")
def export_memory(path: Path | None, kind: str | None) -> None:
    """Write the memory to a file, or to standard output, with all that is known of each pair."""
    with shown() as told, migrated(environment.load()) as database:
        _write(path, transferring.export_units(database, _kind(path, kind, UNIT_FORMATS), told))


def _take(file: FileIn, take: Callable[..., Imported], what: str, *, as_json: bool) -> None:
    with shown() as told, migrated(environment.load()) as database:
        with database.read() as connection:
            who = accounts.local(connection)
        try:
            taken = take(database, who.account_id, file, told=told)
        except Invalid as fault:
            raise Invalid(f"{file.path}: {fault.detail}") from None
    if as_json:
        click.echo(encode(taken))
        return
    left = f", {taken.skipped:,} texts left out" if taken.skipped else ""
    click.echo(f"{taken.added:,} {what} added, {taken.changed:,} changed, {taken.same:,} the same{left}")


def _kind(path: Path | None, kind: str | None, formats: tuple[Any, ...]) -> Any:
    if path is None or kind:
        return kind or "csv"
    return transferring.file_in(path, formats).kind


def _write(path: Path | None, content: Iterable[bytes]) -> None:
    """Write to standard output, or to a file, which is there only when it is whole."""
    if path is None:
        for piece in content:
            click.echo(piece, nl=False)
        return
    unfinished = path.with_name(f"{path.name}.part")
    with unfinished.open("wb") as file:
        file.writelines(content)
    unfinished.replace(path)


@memory_group.command("learn")
@click.argument("korean", type=FILE, metavar="FILE_KO")
@click.argument("english", type=FILE, metavar="FILE_EN")
@click.option(
    "--least-confidence",
    type=click.FloatRange(0, 1),
    default=learning.LEAST_CONFIDENCE,
    show_default=True,
    help="How sure (0 to 1) a pair must be to be added.",
)
@JSON
def learn(korean: Path, english: Path, least_confidence: float, *, as_json: bool) -> None:
    """Add what two texts that say the same say in the same places, unconfirmed.

    The files are Markdown or plain text, one in each language. Pairs that are there already are left out.
    """
    with shown() as told, migrated(environment.load()) as database:
        with database.read() as connection:
            who, known_terms = accounts.local(connection), terms.known(connection)
        pairs = learning.read(korean, english, known_terms, told)
        with database.write(who.account_id) as tx:
            learned = learning.store(tx, pairs, f"{korean.name} – {english.name}"[:200], least_confidence)
    if as_json:
        click.echo(encode(learned))
        return
    rest = f"{learned.known:,} known already, {learned.doubtful:,} too doubtful"
    click.echo(f"{learned.added:,} pairs added, to be confirmed; {rest}")


COMMANDS = [glossary, memory_group]
