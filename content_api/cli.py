"""The `hanmi` command. Errors are one clear line on standard error; exit 0 done, 1 failed, 2 wrong usage."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic.util import CommandError
from click.exceptions import NoArgsIsHelpError
from sqlalchemy.exc import SQLAlchemyError

from content_api import settings as environment
from content_api.settings import Settings, SettingsError
from content_api.storage import schema
from content_api.storage.database import Database, Transaction
from content_api.workflow import accounts, files, importing, memory, seeding
from content_api.workflow.accounts import Principal
from pipeline import exchange
from pipeline.exchange import FileFault
from schemas.accounts import ROLE_FOR, ROLES, NewKey, Role, Scope
from schemas.decoding import convert, encode
from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale
from schemas.problems import Problem

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hanmi")
def hanmi() -> None:
    """A headless bilingual content API: Korean and English."""


def main() -> None:
    """Run the command; every foreseen fault becomes one line."""
    try:
        sys.exit(hanmi(standalone_mode=False))
    except NoArgsIsHelpError as bare:
        bare.show()
        sys.exit(bare.exit_code)
    except click.ClickException as fault:
        about = fault.ctx.command_path if isinstance(fault, click.UsageError) and fault.ctx else ""
        _refuse(fault.format_message() + (f" ({about} --help says more)" if about else ""), fault.exit_code)
    except click.Abort:
        _refuse("interrupted")
    except (Problem, SettingsError, FileFault) as fault:
        _refuse(str(fault))
    except OSError as fault:
        _refuse(f"{fault.filename}: {fault.strerror}" if fault.filename else str(fault))
    except SQLAlchemyError as fault:
        _refuse(f"the database does not answer: {str(fault).splitlines()[0]}")


def _refuse(message: str, code: int = 1) -> None:
    click.echo(f"hanmi: {' '.join(message.split())}", err=True)
    sys.exit(code)


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    """Give the database, if it is migrated; else say to run `hanmi migrate`."""
    database = Database(settings.url)
    try:
        if settings.url.startswith("sqlite:///") and not Path(settings.url.removeprefix("sqlite:///")).exists():
            _refuse("there is no database yet; run hanmi migrate")
        with database.read() as connection:
            if not schema.is_at_head(connection):
                _refuse("the database is not migrated; run hanmi migrate")
        yield database
    finally:
        database.close()


@contextmanager
def _writing() -> Iterator[tuple[Transaction, Principal]]:
    """Give a write transaction for the built-in local account."""
    with _database(environment.load()) as database:
        with database.read() as connection:
            who = accounts.local(connection)
        with database.write(who.account_id) as tx:
            yield tx, who


@hanmi.command()
@click.option("--host", help="Instead of HANMI_HOST.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of HANMI_PORT.")
@click.option("--processes", type=click.IntRange(1, 64), default=1, show_default=True, help="Server processes.")
@click.option("--no-worker", is_flag=True, help="Serve only; run hanmi worker beside it.")
def serve(host: str | None, port: int | None, processes: int, *, no_worker: bool) -> None:
    """Serve the API, with one worker in each process."""
    from content_api import serving

    settings = environment.load()
    with _database(settings):
        pass
    serving.serve(settings, host or settings.host, port or settings.port, processes, with_worker=not no_worker)


@hanmi.command()
def worker() -> None:
    """Work off drafts and other jobs until stopped."""
    from content_api import serving

    settings = environment.load()
    with _database(settings) as database:
        serving.work(settings, database)


@hanmi.command()
def migrate() -> None:
    """Bring the database to the present schema."""
    settings = environment.load()
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    try:
        schema.migrate(settings.url)
    except CommandError as fault:
        _refuse(f"the database cannot be migrated: {fault}; was it made by a newer version?")


@hanmi.command()
@click.option("--if-empty", is_flag=True, help="Only where there has never been an entry.")
def seed(*, if_empty: bool) -> None:
    """Add the starter content that is missing.

    An editor's change is never overwritten.
    """
    with _writing() as (tx, who):
        if if_empty and not seeding.is_empty(tx):
            return
        click.echo(f"{seeding.seed(tx, who)} entries added")


@hanmi.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--source", type=click.Choice(LOCALES), help="The language it was written in; else the first.")
@JSON
def import_(paths: tuple[Path, ...], kind: Kind, source: Locale | None, *, as_json: bool) -> None:
    """Add entries from files: all of them or none.

    A file is Markdown with front matter, or a plain document in which the text in one language is followed by its
    counterpart in the other; that becomes a draft to be reviewed.
    """
    with _database(environment.load()) as database:
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


@hanmi.command()
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


@hanmi.group()
def glossary() -> None:
    """The glossary."""


@glossary.command("import")
@click.argument("path", type=FILE, metavar="FILE")
def import_glossary(path: Path) -> None:
    """Add or change terms from a CSV file (ko, en, forbidden_ko, forbidden_en, note)."""
    terms = exchange.read_terms(files.read_text(path))
    with _writing() as (tx, _):
        click.echo(f"{memory.add_terms(tx, terms, overwrite=True)} terms added or changed")


@hanmi.group("memory")
def memory_group() -> None:
    """The translation memory."""


@memory_group.command("import")
@click.argument("path", type=FILE, metavar="FILE")
def import_memory(path: Path) -> None:
    """Add unconfirmed pairs from a CSV file (ko, en)."""
    units = exchange.read_units(files.read_text(path))
    with _writing() as (tx, _):
        click.echo(f"{memory.remember(tx, units, path.name[:200])} pairs added")


@hanmi.group()
def users() -> None:
    """People."""


@users.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
def add_user(email: str, role: Role) -> None:
    """Add a person."""
    with _writing() as (tx, _):
        click.echo(accounts.add_user(tx, email, role))


@hanmi.group()
def keys() -> None:
    """Keys for programs."""


def _scopes(_context: click.Context, _parameter: click.Parameter, given: str) -> list[Scope]:
    """Read scopes separated by commas; a bad one is wrong usage."""
    names = [name.strip() for name in given.split(",") if name.strip()]
    unknown = [name for name in names if name not in ROLE_FOR]
    if unknown or not names:
        wrong = f"there is no scope {unknown[0]!r}" if unknown else "at least one is needed"
        raise click.BadParameter(f"{wrong}; there are {', '.join(ROLE_FOR)}")
    return [scope for scope in ROLE_FOR if scope in names]


@keys.command("create")
@click.option("--name", required=True, help="What it is for.")
@click.option("--scopes", required=True, callback=_scopes, help=f"By comma: {', '.join(ROLE_FOR)}.")
@click.option("--account", help="The e-mail address of whom it acts for; else the built-in local account.")
@click.option("--expires", "expires_at", help="When it ends, for example 2027-01-01T00:00:00Z.")
@JSON
def create_key(name: str, scopes: list[Scope], account: str | None, expires_at: str | None, *, as_json: bool) -> None:
    """Make a key and print it, once."""
    given = {"name": name, "scopes": scopes, "account": account, "expires_at": expires_at}
    try:
        wish = convert(given, NewKey)
    except Problem as fault:
        raise click.UsageError(fault.detail) from None
    with _writing() as (tx, _):
        key = accounts.create_key(tx, wish)
    click.echo(encode({"id": key.id, "key": key.key}) if as_json else key.key)


@keys.command("revoke")
@click.argument("key")
def revoke_key(key: str) -> None:
    """Revoke a key by its id or name; the next request with it is refused."""
    with _writing() as (tx, _):
        accounts.revoke_key(tx, accounts.key_by_name(tx.connection, key))


@hanmi.command("openapi")
def openapi_document() -> None:
    """Print the OpenAPI document."""
    from content_api import app
    from content_api.http import openapi

    click.echo(openapi.document(app.create_app(Settings(secret_key="only-to-describe-the-routes-0000"))))  # noqa: S106


if __name__ == "__main__":
    main()
