"""`seed`, `import`, `translate`: what brings content in, and drafts a file."""

from pathlib import Path

import click

from content_api import settings as environment
from content_api.commands.base import FILE, JSON, migrated, writing
from content_api.workflow import accounts, importing, memory, seeding
from schemas.decoding import encode
from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale


@click.command()
@click.option("--if-empty", is_flag=True, help="Only where there has never been an entry.")
def seed(*, if_empty: bool) -> None:
    """Add the starter content that is missing.

    An editor's change is never overwritten.
    """
    with writing() as (tx, who):
        if if_empty and not seeding.is_empty(tx):
            return
        click.echo(f"{seeding.seed(tx, who)} entries added")


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--source", type=click.Choice(LOCALES), help="The language it was written in; else the first.")
@JSON
def import_(paths: tuple[Path, ...], kind: Kind, source: Locale | None, *, as_json: bool) -> None:
    """Add entries from files: all of them or none.

    A file is Markdown with front matter, or a plain document in which the text in one language is followed by its
    counterpart in the other; that becomes a draft to be reviewed.
    """
    with migrated(environment.load()) as database:
        with database.read() as connection:
            who, terms = accounts.local(connection), memory.terms(connection)
        plan = importing.read(paths, kind, source, terms)
        with database.write(who.account_id) as tx:
            report = importing.store(tx, who, plan)
    if as_json:
        click.echo(encode(report))
        return
    for entry in report.entries:
        draft = f"  draft {entry.draft} awaits review" if entry.draft else ""
        click.echo(f"{entry.id}  {entry.slug}{draft}")
    for text in report.unmatched:
        where = f"segment {text.segment}" if text.segment else "kept in the file only"
        click.echo(f"unmatched ({text.locale}, {where}): {text.text}", err=True)


@click.command()
@click.argument("path", type=FILE, metavar="FILE")
@click.option("--from", "source", type=click.Choice(LOCALES), required=True)
@click.option("--to", "target", type=click.Choice(LOCALES), required=True)
@click.option("--engine", "engine", multiple=True, help="Instead of HANMI_ENGINES; may be given several times.")
@click.option("--memory", "memory_file", type=FILE, help="A CSV of pairs, instead of the database's memory.")
@click.option("--glossary", "glossary_file", type=FILE, help="A CSV of terms, instead of the database's glossary.")
def translate(
    path: Path,
    source: Locale,
    target: Locale,
    engine: tuple[str, ...],
    memory_file: Path | None,
    glossary_file: Path | None,
) -> None:
    """Print the draft of a Markdown file.

    The draft goes to standard output, its issues to standard error.
    """
    from content_api import translating

    if source == target:
        raise click.UsageError("--from and --to are the same language")
    translating.translate(environment.load(), path, source, list(engine), memory_file, glossary_file)


COMMANDS = [seed, import_, translate]
