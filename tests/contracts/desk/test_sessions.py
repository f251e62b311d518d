"""Sessions: who is signed in, where, and how it ends."""

from collections.abc import Callable

import httpx
import pytest

from content_api.desk.account import program
from content_api.storage.database import Database
from content_api.workflow import accounts, people
from tests.conftest import Clock
from tests.contracts.desk.desk import Desk
from tests.people import account, give_password

BACKENDS = ("sqlite",)
GOOD, BETTER = "a good password", "a better password"
DeskAs = Callable[..., Desk]


def is_in(desk: Desk) -> bool:
    return desk.get("/desk/account").status_code == 200


def test_sessions_are_listed_and_ended_one_by_one(desk_as: DeskAs) -> None:
    """The account page marks this session and ends another; nobody else's is there, or can be ended."""
    here, there, other = desk_as("author"), desk_as("author"), desk_as("reviewer")
    page = here.get("/desk/account").text
    assert page.count("This one") == 1
    assert page.count("/end") == 2  # the one there, and all others
    (end,) = {part for part in page.split('"') if part.endswith("/end") and part != "/desk/account/sessions/end"}
    assert other.post(end).status_code == 303
    assert is_in(there)
    assert here.post(end).status_code == 303
    assert (is_in(here), is_in(there), is_in(other)) == (True, False, True)
    assert here.post(end).status_code == 303  # it has ended: that is what was wanted


def test_all_others_are_ended_at_once(desk_as: DeskAs) -> None:
    """One button ends every session but this one."""
    here, *others = (desk_as("author") for _ in range(3))
    answer = here.post("/desk/account/sessions/end")
    assert "signed out everywhere else" in here.get(answer.headers["location"]).text
    assert [is_in(each) for each in (here, *others)] == [True, False, False]


def test_signing_out_ends_the_session_on_the_server(desk: Desk) -> None:
    """The token is worth nothing afterwards, and the browser is told to forget it."""
    answer = desk.post("/desk/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")
    assert "Max-Age=0" in answer.headers["set-cookie"]
    assert not is_in(desk)
    assert desk.call("GET", "/v1/editorial/tags").status_code == 401


def test_a_session_ends_when_it_is_idle_and_in_the_end_anyway(desk_as: DeskAs, clock: Clock) -> None:
    """Two weeks without use end it, and ninety days whatever happens."""
    used, idle = desk_as("author"), desk_as("author")
    for _ in range(8):
        clock.advance(days=10)
        assert is_in(used)
    assert not is_in(idle)
    clock.advance(days=11)
    assert not is_in(used)


@pytest.mark.parametrize("change", ["disable", "role"])
def test_what_an_administrator_changes_holds_at_once(desk_as: DeskAs, database: Database, change: str) -> None:
    """Who is disabled is out with the next request; who is made a partner may no longer see the desk."""
    desk = desk_as("author")
    with database.write() as tx:
        account_id = accounts.account_named(tx.connection, "author@example.org")
        if change == "disable":
            people.disable(tx, account_id)
        else:
            people.set_role(tx, account_id, "partner")
    assert desk.get("/desk").status_code == (303 if change == "disable" else 403)


@pytest.fixture
def with_password(desk_as: DeskAs, database: Database) -> Desk:
    """A person who is signed in and has a password."""
    give_password(database, account(database, "author"), GOOD)
    return desk_as("author")


def change(desk: Desk, present: str = GOOD, wanted: str = BETTER, again: str | None = None) -> httpx.Response:
    fields = {"present": present, "password": wanted, "again": wanted if again is None else again}
    return desk.post("/desk/account", **fields)


def test_a_password_change_ends_all_other_sessions(with_password: Desk, desk_as: DeskAs) -> None:
    """Whoever knew the old password is out everywhere; who changed it stays in."""
    other = desk_as("author")
    answer = change(with_password)
    assert answer.status_code == 303
    assert "The password is changed" in with_password.get(answer.headers["location"]).text
    assert (is_in(with_password), is_in(other)) == (True, False)
    assert change(with_password).status_code == 422
    assert change(with_password, present=BETTER, wanted=GOOD).status_code == 303


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "not this one"}, "present password is not right"),
        ({"wanted": "short"}, "too short"),
        ({"wanted": "author@example.org"}, "must not be the e-mail"),
        ({"again": "another one"}, "not the same"),
    ],
)
def test_what_is_wrong_with_a_password_change_is_said(
    with_password: Desk, desk_as: DeskAs, fields: dict[str, str], said: str
) -> None:
    """A refused change says why, and changes and ends nothing."""
    other = desk_as("author")
    answer = change(with_password, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert is_in(other)


def test_the_present_password_cannot_be_guessed_at_a_desk_left_open(with_password: Desk) -> None:
    """Guessing it on the account page waits as signing in does."""
    codes = [change(with_password, present="not this one").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]


@pytest.mark.parametrize(
    ("agent", "named"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 "
            "Safari/537.36 Edg/142.0.0.0",
            ("Edge", "Windows"),
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 "
            "Whale/4.33.325.17 Safari/537.36",
            ("Whale", "Windows"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 15; SM-S938N) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
            "Chrome/130.0.0.0 Mobile Safari/537.36",
            ("Samsung Internet", "Android"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/26.0 Mobile/15E148 Safari/604.1",
            ("Safari", "iPhone"),
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
            ("Firefox", "Mac"),
        ),
        ("curl/8.14", (None, None)),
        ("", (None, None)),
    ],
)
def test_programs_are_called_as_people_call_them(agent: str, named: tuple[str | None, str | None]) -> None:
    """A session is listed as a browser on a system; one that poses as others is not taken for them."""
    assert program(agent) == named
