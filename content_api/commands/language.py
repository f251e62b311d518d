"""`glossary` and `memory`: what the pipeline draws on."""

from pathlib import Path

import click

from content_api import settings as environment
from content_api.commands.base import FILE, JSON, migrated, reading, writing
from content_api.commands.progress import shown
from content_api.workflow import accounts, exporting, files, learning, memory, terms
from pipeline import exchange
from schemas.decoding import encode


@click.group()
def glossary() -> None:
    """The glossary."""


@glossary.command("import")
@click.argument("path", type=FILE, metavar="FILE")
def import_glossary(path: Path) -> None:
    """Add or change terms from a CSV file: ko, en, and the columns that export writes."""
    given = exchange.read_terms(files.read_text(path))
    with writing() as (tx, _):
        click.echo(f"{terms.take_in(tx, given, overwrite=True)} terms added or changed")


@glossary.command("export")
def export_glossary() -> None:
    """Write the glossary to standard output as the CSV file that import reads."""
    with reading() as connection:
        click.echo(exchange.write_terms(exporting.known_terms(connection)), nl=False)


@click.group("memory")
def memory_group() -> None:
    """The translation memory."""


@memory_group.command("import")
@click.argument("path", type=FILE, metavar="FILE")
def import_memory(path: Path) -> None:
    """Add unconfirmed pairs from a CSV file (ko, en)."""
    units = exchange.read_units(files.read_text(path))
    with writing() as (tx, _):
        click.echo(f"{memory.remember(tx, units, path.name[:200])} pairs added")


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
