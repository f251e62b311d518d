"""`seed`, `import`, `translate`: what brings content in, and drafts a file."""

from pathlib import Path

import click

from content_api import settings as environment
from content_api.commands.base import FILE, JSON, migrated, writing
from content_api.commands.progress import shown
from content_api.workflow import accounts, importing, readmitting, rereading, seeding, terms
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
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...|DIR")
@click.option("--kind", type=click.Choice(KINDS), help="What the files are; required with files.")
@click.option("--source", type=click.Choice(LOCALES), help="The language it was written in; else the first.")
@JSON
def import_(paths: tuple[Path, ...], kind: Kind | None, source: Locale | None, *, as_json: bool) -> None:
    """Add entries from files, or all that hanmi export wrote into a folder: all of it or nothing.

    A file is Markdown with front matter, or a plain document in which the text in one language is followed by its
    counterpart in the other; that becomes a draft to be reviewed.
    """
    if kind is not None:
        _import_files(paths, kind, source, as_json=as_json)
    elif len(paths) == 1 and paths[0].is_dir() and source is None:
        _import_folder(paths[0], as_json=as_json)
    else:
        raise click.UsageError("Missing option '--kind'; only the folder of an export goes without.")


def _import_folder(folder: Path, *, as_json: bool) -> None:
    with shown() as told, migrated(environment.load()) as database:
        found = rereading.read(folder)
        with database.read() as connection:
            who = accounts.local(connection)
        with database.write(who.account_id) as tx:
            readmitting.store(tx, found, told)
    if found.edited:
        click.echo("The folder was edited since it was exported.", err=True)
    counts = {"entries": len(found.entries), "units": len(found.units), "terms": len(found.terms)}
    click.echo(encode(counts) if as_json else ", ".join(f"{count:,} {what}" for what, count in counts.items()))


def _import_files(paths: tuple[Path, ...], kind: Kind, source: Locale | None, *, as_json: bool) -> None:
    with migrated(environment.load()) as database:
        with database.read() as connection:
            who, glossary = accounts.local(connection), terms.known(connection)
        plan = importing.read(paths, kind, source, glossary)
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
