"""`glossary` and `memory`: what the pipeline draws on."""

from pathlib import Path

import click

from content_api.commands.base import FILE, writing
from content_api.workflow import files, memory
from pipeline import exchange


@click.group()
def glossary() -> None:
    """The glossary."""


@glossary.command("import")
@click.argument("path", type=FILE, metavar="FILE")
def import_glossary(path: Path) -> None:
    """Add or change terms from a CSV file (ko, en, forbidden_ko, forbidden_en, note)."""
    terms = exchange.read_terms(files.read_text(path))
    with writing() as (tx, _):
        click.echo(f"{memory.add_terms(tx, terms, overwrite=True)} terms added or changed")


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


COMMANDS = [glossary, memory_group]
