"""`users` and `keys`: who may do what."""

import click

from content_api.commands.base import JSON, writing
from content_api.workflow import accounts
from schemas.accounts import ROLE_FOR, ROLES, NewKey, Role, Scope
from schemas.decoding import convert, encode
from schemas.problems import Problem


@click.group()
def users() -> None:
    """People."""


@users.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), required=True)
def add_user(email: str, role: Role) -> None:
    """Add a person."""
    with writing() as (tx, _):
        click.echo(accounts.add_user(tx, email, role))


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
