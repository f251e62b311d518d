"""Signing in: the first link, e-mail and password, what is refused and how, and the links that come after."""

import datetime as dt
import threading
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, update

from content_api.app import SIGNING_IN
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import accounts, links, passwords, people, throttling
from schemas.problems import TooManyAttempts, Unauthenticated
from tests.conftest import Clock
from tests.contracts.desk.desk import Desk
from tests.crowd import Crowd
from tests.people import give_password

GOOD = "세 마리 고양이 저녁 산책"
EMAIL = "kim@example.org"
COOKIE = "hanmi_session"


@pytest.fixture
def person(database: Database) -> str:
    """The id of a reviewer who can sign in."""
    with database.write() as tx:
        account_id = accounts.add_user(tx, EMAIL, "reviewer")
    give_password(database, account_id, GOOD)
    return account_id


@pytest.fixture
def first_link(database: Database) -> str:
    """The token of a link for the first administrator."""
    with database.write() as tx:
        return links.make(tx, None)


def sign_in(client: httpx.Client, email: str = EMAIL, password: str = GOOD, **more: Any) -> httpx.Response:
    client.cookies.clear()
    address = more.pop("address", "/desk/sign-in")
    headers = {"Accept-Language": "en"} | more.pop("headers", {})
    fields = {"email": email, "password": password}
    return client.post(address, data=fields, headers=headers, follow_redirects=False, **more)


def choose(client: httpx.Client, token: str, **fields: str) -> httpx.Response:
    client.cookies.clear()
    form = {"email": EMAIL, "password": GOOD, "again": GOOD} | fields
    address = f"/desk/welcome?token={token}"
    return client.post(address, data=form, headers={"Accept-Language": "en"}, follow_redirects=False)


def signed_in(client: httpx.Client, answer: httpx.Response) -> bool:
    """Tell whether an answer's cookie opens the account page."""
    headers = {"Cookie": f"{COOKIE}={answer.cookies.get(COOKIE, '')}"}
    return client.get("/desk/account", headers=headers, follow_redirects=False).status_code == 200


def test_the_first_link_makes_an_administrator_who_is_signed_in(
    client: httpx.Client, database: Database, first_link: str
) -> None:
    """Whoever has the link names an address and a password, and is at the desk."""
    page = client.get(f"/desk/welcome?token={first_link}", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "Make the first administrator" in page.text
    answer = choose(client, first_link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert signed_in(client, answer)
    with database.read() as connection:
        (found,) = people.listed(connection)
    assert (found.email, found.role, found.signs_in) == (EMAIL, "admin", True)
    assert signed_in(client, sign_in(client))


@pytest.mark.parametrize("why", ["used", "expired", "unknown", "no longer needed"])
def test_a_link_that_is_not_good_says_what_to_do(
    client: httpx.Client, database: Database, clock: Clock, first_link: str, why: str
) -> None:
    """A used, expired or foreign link, or one when somebody signs in already, is a page that shows the way on."""
    token = "x" if why == "unknown" else first_link
    if why == "used":
        choose(client, first_link)
    if why == "expired":
        clock.advance(hours=25)
    if why == "no longer needed":
        with database.write() as tx:
            other = links.make(tx, None)
        choose(client, other)
    for answer in (client.get(f"/desk/welcome?token={token}"), choose(client, token, email="other@example.org")):
        assert answer.status_code == 410
        assert "/desk/sign-in" in answer.text
        assert COOKIE not in answer.cookies


def test_two_who_use_it_at_once_make_one_administrator(client: httpx.Client, database: Database) -> None:
    """However many first links are used in the same moment, there is one administrator then."""
    with database.write() as tx:
        tokens = [links.make(tx, None) for _ in range(2)]
    answers: list[int] = []

    def use(number: int) -> None:
        form = {"email": f"{number}@example.org", "password": GOOD, "again": GOOD}
        answer = client.post(f"/desk/welcome?token={tokens[number % 2]}", data=form, follow_redirects=False)
        answers.append(answer.status_code)

    threads = [threading.Thread(target=use, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303, 410, 410, 410]
    with database.read() as connection:
        assert len(people.listed(connection)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "열한 글자 비밀번호", "again": "열한 글자 비밀번호"}, "too short"),
        ({"password": "a" * 201, "again": "a" * 201}, "too long"),
        ({"password": EMAIL, "again": EMAIL}, "must not be the e-mail address"),
        ({"again": GOOD + "!"}, "not the same"),
        ({"email": "nobody"}, "not an e-mail address"),
        ({"email": "a b@example.org"}, "not an e-mail address"),
        ({"email": "admin@example.org"}, "such an account already"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: httpx.Client, database: Database, first_link: str, fields: dict[str, str], said: str
) -> None:
    """A bad password or address is named on the page, the address stays there, and the link stays good."""
    with database.write() as tx:
        accounts.add_user(tx, "admin@example.org", "admin")
    answer = choose(client, first_link, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{fields.get("email", EMAIL)}"' in answer.text
    assert choose(client, first_link).status_code == 303


def test_the_answer_betrays_nothing(
    client: httpx.Client, database: Database, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown address, a wrong password, an account disabled or without one: the same page, the same work."""
    with database.write() as tx:
        accounts.add_user(tx, "new@example.org", "author")
        off = accounts.add_user(tx, "off@example.org", "author")
        people.set_password(tx, off, passwords.hashed(GOOD, ""))
        people.disable(tx, off)
    compared: list[str] = []
    real = passwords._HASHER
    counting = SimpleNamespace(
        hash=real.hash, verify=lambda kept, given: compared.append(kept) or real.verify(kept, given)
    )
    monkeypatch.setattr(passwords, "_HASHER", counting)
    pages = set()
    for email, password in ((EMAIL, GOOD + "?"), *((f"{name}@example.org", GOOD) for name in ("none", "new", "off"))):
        answer = sign_in(client, email, password)
        assert answer.status_code == 401
        assert COOKIE not in answer.cookies
        pages.add(answer.text.replace(email, "…"))
    assert len(pages) == 1
    assert len(compared) == 4


def test_a_korean_password_is_the_same_in_pieces(client: httpx.Client, person: str) -> None:
    """Composed and decomposed Hangul are one password (RFC 8265), and an address is the same in capitals."""
    assert signed_in(client, sign_in(client, " KIM@example.org ", unicodedata.normalize("NFD", GOOD)))


def test_a_password_is_kept_as_argon2id(database: Database, person: str, client: httpx.Client) -> None:
    """What is stored is a hash; one with former parameters is made anew when its password is next given."""
    a = tables.account.c
    former = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(GOOD)
    with database.write() as tx:
        tx.execute(update(tables.account).where(a.id == person).values(password_hash=former))
    assert signed_in(client, sign_in(client))
    with database.read() as connection:
        kept = connection.execute(select(a.password_hash).where(a.id == person)).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert signed_in(client, sign_in(client))


def test_guessing_one_account_is_slowed_down(client: httpx.Client, clock: Clock, person: str) -> None:
    """After five failures each try has to wait, twice as long each time; a right one clears the account's count."""
    waits = []
    for _ in range(5):
        assert sign_in(client, password="wrong password").status_code == 401
    for _ in range(4):
        refused = sign_in(client)
        assert refused.status_code == 429
        assert "Try again in" in refused.text
        assert f'value="{EMAIL}"' in refused.text
        waits.append(int(refused.headers["retry-after"]))
        clock.advance(seconds=waits[-1])
        assert sign_in(client, password="wrong password").status_code == 401
    assert waits == [5, 10, 20, 40]
    clock.advance(minutes=20)
    assert signed_in(client, sign_in(client))
    assert sign_in(client, password="wrong password").status_code == 401
    assert signed_in(client, sign_in(client))


def test_guessing_from_one_address_is_slowed_down(
    client: httpx.Client, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many accounts tried from one place wait too; the unknown ones as much as the others."""
    monkeypatch.setattr(passwords, "is_right", lambda kept, password: False)
    codes = [sign_in(client, f"{number}@example.org").status_code for number in range(throttling.OF_ADDRESS.free + 1)]
    assert codes == [401] * throttling.OF_ADDRESS.free + [429]


def test_tries_at_once_are_all_counted(client: httpx.Client, person: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guesses sent in the same moment get no further than guesses one after the other."""
    monkeypatch.setattr(passwords, "is_right", lambda kept, password: False)
    codes: list[int] = []

    def guess() -> None:
        form = {"email": EMAIL, "password": "wrong password"}
        codes.append(client.post("/desk/sign-in", data=form, follow_redirects=False).status_code)

    threads = [threading.Thread(target=guess) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [401] * 5 + [429] * 4


def test_failures_are_forgotten_in_a_day(client: httpx.Client, database: Database, clock: Clock, person: str) -> None:
    """What was counted yesterday costs nothing today, and leaves nothing stored."""
    for _ in range(5):
        sign_in(client, "other@example.org", "wrong password")
    clock.advance(hours=25)
    assert signed_in(client, sign_in(client))
    with database.read() as connection:
        left = connection.execute(select(func.sum(tables.sign_in_failure.c.failures))).scalar()
    assert not left


def test_a_link_lets_a_person_choose_a_password_and_ends_their_sessions(
    client: httpx.Client, database: Database, clock: Clock, person: str
) -> None:
    """A link for an account asks a password only; all its sessions and other links end with it."""
    before = sign_in(client)
    with database.write() as tx:
        token, other = links.make(tx, person), links.make(tx, person)
    clock.advance(days=6)
    page = client.get(f"/desk/welcome?token={token}", headers={"Accept-Language": "en", "Cookie": ""})
    assert EMAIL in page.text
    assert 'name="email"' not in page.text
    answer = choose(client, token, password="another good password", again="another good password")
    assert signed_in(client, answer)
    assert not signed_in(client, before)
    assert choose(client, other).status_code == 410
    assert sign_in(client).status_code == 401
    assert signed_in(client, sign_in(client, password="another good password"))


def test_a_disabled_persons_link_is_not_good(client: httpx.Client, database: Database, person: str) -> None:
    """Nobody who is kept out comes in by a link."""
    with database.write() as tx:
        token = links.make(tx, person)
        people.disable(tx, person)
        late = links.make(tx, person)
    assert [choose(client, each).status_code for each in (token, late)] == [410, 410]


def test_after_signing_in_one_is_where_one_wanted_to_be(client: httpx.Client, person: str) -> None:
    """A page that asks for a session leads to signing in, and from there back to it."""
    client.cookies.clear()
    away = client.get("/desk/account?x=1", follow_redirects=False)
    assert away.status_code == 303
    assert sign_in(client, address=away.headers["location"]).headers["location"] == "/desk/account?x=1"


def test_the_language_of_the_page_can_be_chosen_before_signing_in(client: httpx.Client, first_link: str) -> None:
    """Who changes the language on a link's page stays on it."""
    page = client.get(f"/desk/welcome?token={first_link}", headers={"Accept-Language": "ko"})
    assert "첫 관리자 만들기" in page.text
    assert f'name="next" value="/desk/welcome?token={first_link}"' in page.text


def test_a_lost_session_is_told_to_the_script(desk: Desk, database: Database, person: str) -> None:
    """`GET /desk/session` gives the CSRF token and the address; without a session it is a 401 in JSON."""
    assert desk.call("GET", "/desk/session").json() == {"csrf": desk.csrf, "email": "admin@example.org"}
    with database.write() as tx:
        tx.execute(update(tables.session).values(ended_at=dt.datetime.now(dt.UTC)))
    answer = desk.call("GET", "/desk/session")
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")


def test_a_sign_in_that_a_password_change_overtakes_is_refused(
    client: httpx.Client, database: Database, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that is changed while it is compared opens nothing any more."""
    real: Callable[..., bool] = passwords.is_right
    chosen = passwords.hashed("another good password", EMAIL)

    def overtaken(kept: str | None, password: str) -> bool:
        with database.write() as tx:
            people.set_password(tx, person, chosen)
        return real(kept, password)

    monkeypatch.setattr(passwords, "is_right", overtaken)
    answer = sign_in(client)
    assert answer.status_code == 401
    assert COOKIE not in answer.cookies


def test_the_owner_elsewhere_does_not_wait_with_who_guesses(
    database: Database, clock: Clock, client: httpx.Client, person: str
) -> None:
    """Whoever keeps trying from one place waits there; from another the right password is taken at once."""
    guesser = throttling.Tried.by(EMAIL, "203.0.113.9")
    for _ in range(40):
        clock.advance(minutes=16)
        with database.write() as tx:
            throttling.count(tx, guesser)
    with pytest.raises(TooManyAttempts), database.write() as tx:
        throttling.count(tx, guesser)
    assert sign_in(client).status_code == 303


def test_passwords_are_compared_a_few_at_a_time(
    client: httpx.Client, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many sign in at once, most threads are left to others."""
    comparing = Crowd()

    def slow(*_arguments: object) -> str:
        with comparing:
            time.sleep(0.05)
        raise Unauthenticated("no")

    monkeypatch.setattr("content_api.workflow.sign_in.sign_in", slow)
    with ThreadPoolExecutor(12) as many:
        list(many.map(lambda _: client.post("/desk/sign-in", data={"email": EMAIL, "password": "x"}), range(12)))
    assert comparing.most <= SIGNING_IN


def test_one_may_be_led_to_a_page_with_a_korean_name(client: httpx.Client, person: str) -> None:
    """What a header cannot hold is escaped in it."""
    answer = sign_in(client, address="/desk/sign-in?next=%2Fdesk%2Fglossary%3Fq%3D%ED%95%9C")
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/glossary?q=%ED%95%9C")


def test_an_address_with_a_nul_is_nobodys(client: httpx.Client) -> None:
    """It is refused like any other."""
    assert sign_in(client, email="\0a@example.org").status_code == 401


def test_who_may_do_nothing_may_still_sign_out(desk_as: Callable[..., Desk]) -> None:
    """A partner sees and ends their own sessions, and nothing else."""
    partner = desk_as("partner")
    assert partner.get("/desk").status_code == 403
    assert partner.get("/desk/account").status_code == 200
    assert partner.post("/desk/sign-out").headers["location"] == "/desk/sign-in"
    assert partner.get("/desk/account").status_code == 303
