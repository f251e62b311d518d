"""The memory's pages: read by all, kept by reviewers; what waits is confirmed by one click."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.workflow import memory
from schemas.language import Unit
from tests.client import Api
from tests.contracts.desk.desk import Desk
from tests.contracts.desk.reviewing import text_of

BACKENDS = ("sqlite",)
DeskAs = Callable[..., Desk]


@pytest.fixture
def unit(api: Api, database: Database) -> Any:
    with database.write() as tx:
        memory.remember(
            tx, [Unit(ko="어서 오세요", en="<b>Welcome</b>")], "2025.ko.md", origin="alignment", confidence=[0.8]
        )
    return api.ok("GET", "memory")["items"][0]


def test_a_pair_is_added_found_and_changed(desk: Desk, api: Api) -> None:
    """A form adds a pair, the list finds it in either language, its own page changes it."""
    answer = desk.post("/desk/memory", ko=" 함께\r\n갑시다 ", en="We go together")
    assert answer.status_code == 303
    page = text_of(desk.get(answer.headers["location"]).text)
    assert "It is added." in page
    assert "✓ confirmed Added by hand · approved by" in page
    (unit,) = api.ok("GET", "memory")["items"]
    assert unit["ko"] == "함께\n갑시다"
    assert "We go" in desk.get("/desk/memory?q=TOGETHER").text
    assert "Nothing matches." in desk.get("/desk/memory?q=nowhere").text
    assert "Nothing matches." in desk.get("/desk/memory?show=unconfirmed").text
    desk.post(f"/desk/memory/{unit['id']}", etag=unit["etag"], do="save", ko="함께 갑시다", en="Together")
    assert api.ok("GET", f"memory/{unit['id']}")["en"] == "Together"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"ko": "어서 오세요", "en": "<b>Welcome</b>"}, 409, "already"),
        ({"ko": "새말", "en": " "}, 422, "Both languages are needed"),
        ({"ko": "<1/>새말", "en": "new"}, 422, "the same placeholders"),
    ],
)
def test_a_refused_pair_stands_in_the_form(
    desk: Desk, unit: Any, fields: dict[str, str], status: int, said: str
) -> None:
    """What cannot be added is still there to be mended, with the reason."""
    answer = desk.post("/desk/memory", **fields)
    assert answer.status_code == status
    assert said in answer.text
    assert f"{fields['ko'].replace('<', '&lt;').replace('>', '&gt;')}</textarea>" in answer.text


def test_what_waits_tells_where_it_is_from_and_is_confirmed(desk: Desk, api: Api, unit: Any) -> None:
    """A click in the list confirms a unit; its text is shown as text."""
    html = desk.get("/desk/memory?show=unconfirmed").text
    assert "! unconfirmed Two texts aligned · 2025.ko.md · 80% sure · brought in by" in text_of(html)
    assert "&lt;b&gt;Welcome" in html
    answer = desk.post(f"/desk/memory/{unit['id']}", etag=unit["etag"], do="confirm")
    assert answer.headers["location"].startswith("/desk/memory?show=unconfirmed&")
    assert api.ok("GET", f"memory/{unit['id']}")["confirmed"] is True


def test_a_unit_is_mended_and_confirmed_at_once_or_removed(desk: Desk, api: Api, unit: Any) -> None:
    """Its own page saves and confirms in one step, and removes it."""
    path = f"/desk/memory/{unit['id']}"
    assert "Save and confirm" in desk.get(path).text
    assert desk.post(path, etag=unit["etag"], do="confirm", ko="어서 오세요", en="Welcome").status_code == 303
    now = api.ok("GET", f"memory/{unit['id']}")
    assert (now["en"], now["confirmed"]) == ("Welcome", True)
    assert desk.post(path, etag=now["etag"], do="remove").status_code == 303
    assert desk.get(path).status_code == 404


def test_two_reviewers_see_both_versions(desk: Desk, api: Api, unit: Any) -> None:
    """Whoever comes second sees what is saved beside what they typed, and nothing of theirs is stored yet."""
    api.ok("PATCH", f"memory/{unit['id']}", {"en": "Theirs"}, unit["etag"])
    path = f"/desk/memory/{unit['id']}"
    answer = desk.post(path, etag=unit["etag"], do="confirm", ko="어서 오세요", en="Mine")
    assert answer.status_code == 412
    assert "Theirs" in answer.text
    assert "Mine</textarea>" in answer.text
    assert desk.post(path, etag=unit["etag"], do="remove").status_code == 412
    now = api.ok("GET", f"memory/{unit['id']}")
    assert (now["en"], now["confirmed"]) == ("Theirs", False)


def test_an_author_reads_and_changes_nothing(desk_as: DeskAs, unit: Any) -> None:
    """The memory is kept by reviewers: an author sees no form, and is refused one."""
    author = desk_as("author")
    html = author.get("/desk/memory").text
    assert "어서 오세요" in html
    assert "Add a translation" not in html
    assert 'value="confirm"' not in html
    assert author.post(f"/desk/memory/{unit['id']}", etag=unit["etag"], do="confirm").status_code == 403
    assert author.get(f"/desk/memory/{unit['id']}").status_code == 403
