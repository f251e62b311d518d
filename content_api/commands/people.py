"""`users` and `keys`: who may do what."""

from dataclasses import asdict

import click

from content_api import settings as environment
from content_api.commands.base import JSON, migrated, welcome_address, writing
from content_api.workflow import accounts, links, people
from schemas.accounts import ROLE_FOR, ROLES, NewKey, Role, Scope
from schemas.decoding import convert, encode
from schemas.problems import Problem

ROLE = click.Choice(ROLES)


@click.group()
def users() -> None:
    """People."""


@users.command("list")
@JSON
def list_users(*, as_json: bool) -> None:
    """List the people: address, role, and whether they can sign in."""
    with migrated(environment.load()) as database, database.read() as connection:
        found = people.listed(connection)
    if as_json:
        click.echo(encode([asdict(person) for person in found]))
        return
    for person in found:
        state = "disabled" if person.disabled_at else "signs in" if person.signs_in else "no password yet"
        click.echo(f"{person.email}\t{person.role}\t{state}")


@users.command("add")
@click.argument("email")
@click.option("--role", type=ROLE, required=True)
def add_user(email: str, role: Role) -> None:
    """Add a person; print the account's id, and the link by which they choose a password (once, within 7 days)."""
    with writing() as (tx, _):
        account_id = accounts.add_user(tx, email, role)
        token = links.make(tx, account_id)
    click.echo(account_id)
    click.echo(welcome_address(environment.load().address(), token))


@users.command("passwd")
@click.argument("email")
def passwd(email: str) -> None:
    """Print a link by which a person chooses a new password (once, within 7 days); it ends all their sessions."""
    with writing() as (tx, _):
        token = links.make(tx, people.named(tx.connection, email))
    click.echo(welcome_address(environment.load().address(), token))


@users.command("role")
@click.argument("email")
@click.argument("role", type=ROLE)
def change_role(email: str, role: Role) -> None:
    """Give a person another role; it holds from their next request."""
    with writing() as (tx, _):
        people.set_role(tx, people.named(tx.connection, email), role)


@users.command("disable")
@click.argument("email")
def disable(email: str) -> None:
    """Keep a person out: their sessions end, their keys and links are refused."""
    with writing() as (tx, _):
        people.disable(tx, people.named(tx.connection, email))


@users.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Let a person in again, with the password and the keys they had."""
    with writing() as (tx, _):
        people.enable(tx, people.named(tx.connection, email))


@click.group()
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
    with writing() as (tx, _):
        key = accounts.create_key(tx, wish)
    click.echo(encode({"id": key.id, "key": key.key}) if as_json else key.key)


@keys.command("revoke")
@click.argument("key")
def revoke_key(key: str) -> None:
    """Revoke a key by its id or name; the next request with it is refused."""
    with writing() as (tx, _):
        accounts.revoke_key(tx, accounts.key_by_name(tx.connection, key))


COMMANDS = [users, keys]
