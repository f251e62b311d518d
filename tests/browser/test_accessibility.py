"""Every page of the desk as axe judges it, in both languages, light and dark, at any width; and none scrolls aside."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from content_api.storage.database import Database
from tests.browser.making import Made, written
from tests.npm import package

LOOKS = [
    {"width": 390, "scheme": "light", "language": "ko"},
    {"width": 768, "scheme": "dark", "language": "en"},
    {"width": 1440, "scheme": "dark", "language": "ko"},
    {"width": 1440, "scheme": "light", "language": "en"},
]


@pytest.fixture(scope="session")
def axe() -> str:
    return (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def made(database: Database) -> Made:
    """Entries in every state a page can show."""
    return written(database)


@pytest.mark.parametrize("looks", LOOKS, ids=lambda looks: "-".join(map(str, looks.values())))
def test_every_page_is_sound(page_as: Callable[..., Page], made: Made, axe: str, looks: dict[str, Any]) -> None:
    """Nothing serious is found on any page, whatever it shows."""
    page = page_as("admin", **looks)
    # A page loads itself anew when something happens to a draft, and would do so under axe.
    page.route("**/v1/editorial/events*", lambda route: route.abort())
    found = {}
    for address in made.addresses:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in (200, 404), address
        page.evaluate(axe)
        result = page.evaluate("axe.run({resultTypes: ['violations']})")
        serious = [each for each in result["violations"] if each["impact"] in ("serious", "critical")]
        found[address] = [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in serious]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[address].append("scrolls aside")
    assert {address: told for address, told in found.items() if told} == {}
