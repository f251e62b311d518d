"""Signing in, in a real browser: from the printed link to the desk, the account page, the glossary, a lost session."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from content_api.storage.database import Database
from content_api.workflow import accounts, sessions
from tests.people import account, give_password
from tests.server import Server

EMAIL, GOOD = "kim@example.org", "세 마리 고양이 저녁 산책"
OpenPage = Callable[..., Page]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_from_the_printed_link_to_the_desk_and_back(open_page: OpenPage, server: Server, script: bool) -> None:
    """The link that the server prints makes the first administrator, who signs out and in again; it works once."""
    (link,) = re.findall(rf"{server.url}/desk/welcome\?token=[\w-]+", server.log)
    page = open_page(script=script)
    page.goto(link)
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.insert_text(EMAIL)
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.insert_text(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk")
    expect(page.get_by_role("link", name=EMAIL)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/desk/sign-in")
    page.goto("/desk/account")
    page.wait_for_url("**/desk/sign-in?next=%2Fdesk%2Faccount")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("not right")
    expect(page.get_by_label("Password")).to_be_focused()
    page.keyboard.insert_text(GOOD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/account")
    expect(page.get_by_text("Chrome on Linux")).to_have_count(1)
    page.goto(link)
    expect(page.get_by_role("heading", name="This link is not good any more")).to_be_visible()


def test_the_link_is_printed_as_long_as_nobody_signs_in(server: Server, database: Database) -> None:
    """A server that starts when somebody can sign in prints no link."""
    give_password(database, account(database, "admin"), GOOD)
    server.stop()
    before = server.log.count("/desk/welcome")
    with server:
        assert server.log.count("/desk/welcome") == before == 1


def test_the_language_is_chosen_on_the_page(open_page: OpenPage) -> None:
    """One button leads from Korean to English and back, wherever one is."""
    page = open_page(language="ko", width=390)
    page.goto("/desk/sign-in?next=%2Fdesk%2Fglossary")
    expect(page.get_by_role("heading", name="로그인")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.url.endswith("/desk/sign-in?next=%2Fdesk%2Fglossary")


def test_sessions_are_ended_on_the_account_page(page_as: OpenPage, database: Database) -> None:
    """Somebody sees where they are signed in, and ends it there."""
    page = page_as("author")
    with database.write() as tx:
        there = accounts.account_named(tx.connection, "author@example.org")
        sessions.begin(tx, there, agent="Mozilla/5.0 (iPhone; …) Version/26.0 Safari/604.1", address="203.0.113.9")
    page.goto("/desk/account")
    expect(page.get_by_text("Safari on iPhone")).to_be_visible()
    page.get_by_role("button", name="End Safari on iPhone").click()
    expect(page.get_by_text("Safari on iPhone")).to_have_count(0)


def test_the_script_goes_on_after_signing_in_elsewhere(page_as: OpenPage, database: Database) -> None:
    """When the session ends while somebody types, signing in in another tab gives the script a good token again."""
    give_password(database, account(database, "reviewer"), GOOD)
    page = page_as("reviewer")
    page.goto("/desk/account")
    with database.write() as tx:
        sessions.end_all(tx, accounts.account_named(tx.connection, "reviewer@example.org"))
    known = "desk.ask('GET', '/desk/session').then(async (each) => [each.status, await each.json()])"
    assert page.evaluate(known)[0] == 401
    other = page.context.new_page()
    other.goto("/desk/sign-in")
    other.get_by_label("E-mail").fill("reviewer@example.org")
    other.get_by_label("Password").fill(GOOD)
    other.get_by_role("button", name="Sign in").click()
    other.wait_for_url("**/desk")
    status, found = page.evaluate(known)
    assert (status, found["email"]) == (200, "reviewer@example.org")
    add = "(csrf) => { desk.csrf = csrf; return desk.ask('POST', '/v1/editorial/glossary', {ko: '가', en: 'a'}) }"
    assert page.evaluate(f"({add})({found['csrf']!r}).then((each) => each.status)") == 201


@pytest.mark.parametrize("width", [390, 1440])
def test_the_glossary_is_kept_by_keyboard(page_as: OpenPage, width: int) -> None:
    """A term is added, found, changed and removed with nothing but the keyboard."""
    page = page_as("reviewer", width=width, script=False)
    page.goto("/desk/glossary")
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("참전용사")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("용사")
    page.keyboard.press("Tab")
    page.keyboard.insert_text("veteran")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("added")
    page.get_by_role("link", name="Change 참전용사").press("Enter")
    page.get_by_label("English", exact=True).fill("war veteran")
    page.keyboard.press("Enter")
    expect(page.get_by_text("war veteran")).to_be_visible()
    page.get_by_role("link", name="Change 참전용사").press("Enter")
    page.locator("summary").press("Enter")
    page.get_by_role("button", name="Remove the term").press("Enter")
    expect(page.get_by_text("There are no terms yet.")).to_be_visible()


PAGES = ["/desk/sign-in", "/desk/welcome?token=x", "/desk/account", "/desk/glossary", "/desk/nothing-here"]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_scrolls_sideways(page_as: OpenPage, database: Database, width: int, language: str) -> None:
    """Every page about people and terms is as wide as its window, whatever was typed."""
    page = page_as("admin", width=width, language=language)
    page.goto("/desk/account")
    term = "{ko: '가'.repeat(200), en: 'a'.repeat(200), note: '나'.repeat(999)}"
    page.evaluate(f"desk.ask('POST', '/v1/editorial/glossary', {term}).then(() => null)")
    for path in PAGES:
        page.goto(path)
        for fold in page.locator("summary").all():
            fold.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
