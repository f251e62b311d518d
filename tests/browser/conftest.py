"""What tests in a browser share: chromium, a real server over a database of the test's own, pages signed in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from content_api.http.access import SESSION_COOKIE
from content_api.settings import Settings, load
from content_api.storage.database import Database
from schemas.accounts import Role
from tests.people import signed_in
from tests.server import Server

# The browser without a window of its own is the same engine, and takes half as long.
CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
TAGS = {"ko": "ko-KR", "en": "en-US"}


# One for each module: while it is there, its event loop runs, and no other test of this process could run its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, as the system's packages give it."""
    if CHROMIUM is None:
        pytest.skip("no chromium on PATH")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def settings(tmp_path: Path, template: Path) -> Settings:
    """Settings of a fresh installation on SQLite: a page does not know on which database it stands."""
    shutil.copy(template, tmp_path / "hanmi.db")
    return load({"HANMI_DATA_DIR": str(tmp_path), "HANMI_ENGINES": "pseudo", "HANMI_MORPHOLOGY": "none"})


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[Callable[..., Page]]:
    """Open a window on the server: `open_page(width=390, scheme="dark", language="ko", script=False)`.

    Addresses are relative: `page.goto("/desk")`. The test fails if a script failed or the policy stopped anything.
    """
    said: list[str] = []

    def listen(page: Page) -> None:
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)

    def window(
        *, width: int = 1440, height: int = 900, scheme: str = "light", language: str = "en", script: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=server.url,
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            locale=TAGS[language],
            java_script_enabled=script,
        )
        context.set_default_timeout(30_000)
        context.on("page", listen)
        return context.new_page()

    yield window
    for context in browser.contexts:
        context.close()
    assert said == []


@pytest.fixture
def page_as(open_page: Callable[..., Page], server: Server, database: Database) -> Callable[..., Page]:
    """Open a window in which somebody is signed in: `page_as("reviewer", width=768)`, else as for `open_page`."""

    def window(role: Role = "admin", **looks: object) -> Page:
        page = open_page(**looks)
        token = signed_in(database, role)
        page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.url}])
        return page

    return window
