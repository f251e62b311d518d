"""The command line on people: added, let in by a link, given a role, kept out and let in again."""

import json
import re

import httpx
import pytest

from content_api.storage.database import Database
from content_api.workflow import links, people, sessions
from tests.content_api.command import Command, Ran
from tests.people import account, give_password

BACKENDS = ("sqlite",)
EMAIL = "kim@example.org"
GOOD = "a good password"


def choose(client: httpx.Client, ran: Ran, password: str = GOOD) -> httpx.Response:
    """Open the link a command printed last, and choose a password."""
    address = ran.out.splitlines()[-1]
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/desk/welcome\?token=[\w-]{43}", address)
    client.cookies.clear()
    form = {"password": password, "again": password}
    return client.post(address.removeprefix("http://127.0.0.1:8000"), data=form, follow_redirects=False)


def opens(client: httpx.Client, answer: httpx.Response, page: str = "/desk/account") -> bool:
    headers = {"Cookie": f"hanmi_session={answer.cookies.get('hanmi_session', '')}"}
    return client.get(page, headers=headers, follow_redirects=False).status_code == 200


def test_a_person_comes_in_by_the_link_that_adding_them_prints(hanmi: Command, client: httpx.Client) -> None:
    """`users add` prints the account's id, then a link; it is good once."""
    ran = hanmi("users", "add", EMAIL, "--role", "author")
    assert len(ran.out.splitlines()) == 2
    assert re.fullmatch(r"[0-9a-f-]{36}", ran.out.splitlines()[0])
    assert opens(client, choose(client, ran))
    assert choose(client, ran).status_code == 410


def test_people_are_listed(hanmi: Command, client: httpx.Client) -> None:
    """`users list` tells address, role and whether they sign in; never the built-in account, never a hash."""
    choose(client, hanmi("users", "add", "in@example.org", "--role", "reviewer"))
    hanmi("users", "add", "new@example.org", "--role", "author")
    hanmi("users", "add", "off@example.org", "--role", "partner")
    hanmi("users", "disable", "off@example.org")
    assert hanmi("users", "list").out.splitlines() == [
        "in@example.org\treviewer\tsigns in",
        "new@example.org\tauthor\tno password yet",
        "off@example.org\tpartner\tdisabled",
    ]
    found = json.loads(hanmi("users", "list", "--json").out)
    assert [person["signs_in"] for person in found] == [True, False, False]
    assert "argon2" not in str(found)


def test_a_new_password_ends_all_sessions(hanmi: Command, client: httpx.Client) -> None:
    """`users passwd` prints a link; what it opens is in force at once, and all sessions before it end."""
    before = choose(client, hanmi("users", "add", EMAIL, "--role", "author"))
    ran = hanmi("users", "passwd", EMAIL)
    assert opens(client, before)
    assert opens(client, choose(client, ran, "another good password"))
    assert not opens(client, before)


def test_who_is_disabled_is_out_until_enabled(hanmi: Command, client: httpx.Client) -> None:
    """`users disable` ends sessions and refuses links and keys; `users enable` lets sign in again."""
    session = choose(client, hanmi("users", "add", EMAIL, "--role", "author"))
    key = hanmi("keys", "create", "--name", "n", "--scopes", "entries:read", "--account", EMAIL).out.strip()
    bearer = {"Authorization": f"Bearer {key}", "Cookie": ""}
    link = hanmi("users", "passwd", EMAIL)
    assert hanmi("users", "disable", EMAIL).code == 0
    assert not opens(client, session)
    assert client.get("/v1/editorial/tags", headers=bearer).status_code == 401
    assert choose(client, link).status_code == 410
    hanmi("users", "enable", EMAIL)
    assert not opens(client, session)
    assert client.get("/v1/editorial/tags", headers=bearer).status_code == 200
    answer = client.post("/desk/sign-in", data={"email": EMAIL, "password": GOOD}, follow_redirects=False)
    assert answer.status_code == 303


def test_a_role_is_changed(hanmi: Command, client: httpx.Client) -> None:
    """`users role` holds from the next request of whoever is signed in."""
    session = choose(client, hanmi("users", "add", EMAIL, "--role", "author"))
    hanmi("users", "role", EMAIL, "partner")
    assert opens(client, session)
    assert not opens(client, session, "/desk")


@pytest.mark.parametrize("what", [["disable"], ["enable"], ["passwd"], ["role"]])
@pytest.mark.parametrize("who", ["nobody@example.org", "local"])
def test_who_is_not_there_is_one_line(hanmi: Command, what: list[str], who: str) -> None:
    """An address nobody has, and the built-in account, are refused."""
    ran = hanmi("users", *what, who, *(["author"] if what == ["role"] else []))
    assert (ran.code, ran.out, len(ran.lines)) == (1, "", 1)


def test_a_restored_backup_brings_no_session_back(hanmi: Command, database: Database) -> None:
    """What was ended after a backup stays ended: sessions and links of the backup are none any more."""
    account_id = account(database, "admin")
    give_password(database, account_id, GOOD)
    with database.write() as tx:
        sessions.begin(tx, account_id, agent="", address="")
        token = links.make(tx, account_id)
    database.close()
    assert hanmi("backup", "--to", "kept.backup").code == 0
    assert hanmi("restore", "kept.backup", "--force").code == 0
    with database.read() as connection:
        assert sessions.listed(connection, account_id, database.clock()) == []
        with pytest.raises(links.LinkSpent):
            links.read(connection, token, database.clock())
        assert people.anybody_signs_in(connection)
