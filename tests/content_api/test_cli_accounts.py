"""The command line on keys and people: what is printed once, what a key opens, and when it ends."""

import json

import pytest
from litestar.testing import TestClient
from sqlalchemy import select

from content_api.storage import tables
from content_api.storage.database import Database
from tests.client import Api
from tests.content_api.command import Command


def test_a_key_is_printed_once_and_works(
    hanmi: Command,
    client: TestClient,  # type: ignore[type-arg]
    database: Database,
) -> None:
    """`keys create --json` prints id and key; the key opens what its scopes allow, and nothing stores it readably."""
    ran = hanmi("keys", "create", "--name", "site", "--scopes", "entries:read, delivery", "--json")
    made = json.loads(ran.out)
    assert (ran.code, ran.err, set(made)) == (0, "", {"id", "key"})
    api = Api(client, made["key"])
    assert api.call("GET", "entries").status_code == 200
    assert api.call("POST", "tags", {"slug": "a", "name": {"ko": "가", "en": "A"}}).status_code == 403
    with database.read() as connection:
        for table in tables.metadata.sorted_tables:
            assert made["key"] not in str(connection.execute(select(table)).all()), table.name


def test_a_key_alone_is_printed_for_people(hanmi: Command, client: TestClient) -> None:  # type: ignore[type-arg]
    """Without `--json` the key is all that is printed."""
    key = hanmi("keys", "create", "--name", "site", "--scopes", "admin").out.strip()
    assert Api(client, key).call("GET", "keys").status_code == 200


@pytest.mark.parametrize("by", ["id", "name"])
def test_a_revoked_key_is_refused_at_once(hanmi: Command, client: TestClient, by: str) -> None:  # type: ignore[type-arg]
    """`keys revoke` takes a key's id or name; the second time there is no such key."""
    made = json.loads(hanmi("keys", "create", "--name", "site", "--scopes", "admin", "--json").out)
    api = Api(client, made["key"])
    assert api.call("GET", "entries").status_code == 200
    named = made["id"] if by == "id" else "site"
    assert hanmi("keys", "revoke", named).code == 0
    assert api.call("GET", "entries").status_code == 401
    again = hanmi("keys", "revoke", named)
    assert (again.code, len(again.lines)) == (1, 1)


def test_a_name_that_two_keys_have_revokes_neither(hanmi: Command, client: TestClient) -> None:  # type: ignore[type-arg]
    """An ambiguous name is refused."""
    keys = [hanmi("keys", "create", "--name", "site", "--scopes", "admin").out.strip() for _ in range(2)]
    ran = hanmi("keys", "revoke", "site")
    assert (ran.code, len(ran.lines)) == (1, 1)
    assert [Api(client, key).call("GET", "entries").status_code for key in keys] == [200, 200]


def test_a_key_acts_for_a_person_within_their_role(hanmi: Command, client: TestClient) -> None:  # type: ignore[type-arg]
    """`--account` binds a key to a person: their role limits it, and an unknown person is one line."""
    assert hanmi("users", "add", "Author@Example.org", "--role", "author").code == 0
    key = hanmi("keys", "create", "--name", "n", "--scopes", "admin", "--account", "author@example.org").out.strip()
    assert Api(client, key).call("GET", "keys").status_code == 403
    ran = hanmi("keys", "create", "--name", "n", "--scopes", "admin", "--account", "nobody@example.org")
    assert (ran.code, len(ran.lines)) == (1, 1)
    assert "nobody@example.org" in ran.err


def test_a_key_ends_when_it_was_said_to(hanmi: Command, client: TestClient) -> None:  # type: ignore[type-arg]
    """`--expires` in the past makes a key that opens nothing; a time without zone is refused."""
    made = ["keys", "create", "--name", "n", "--scopes", "admin", "--expires"]
    assert Api(client, hanmi(*made, "2020-01-01T00:00:00Z").out.strip()).call("GET", "entries").status_code == 401
    assert Api(client, hanmi(*made, "2999-01-01T00:00:00Z").out.strip()).call("GET", "entries").status_code == 200
    ran = hanmi(*made, "2999-01-01T00:00:00")
    assert ran.code != 0
    assert "zone" in ran.err


@pytest.mark.parametrize("email", ["a@example.org", "not-an-address", "a b@example.org", "@example.org"])
def test_a_person_is_added_once_and_by_address(hanmi: Command, email: str) -> None:
    """An address that is taken, in whatever case, or is none, is one line."""
    assert hanmi("users", "add", "A@example.org", "--role", "reviewer").code == 0
    ran = hanmi("users", "add", email, "--role", "author")
    assert (ran.code, ran.out, len(ran.lines)) == (1, "", 1)
    assert email in ran.err
