"""The memory through the API: listed, found in either language, added, changed, confirmed, removed."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.workflow import memory
from schemas.language import Unit
from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

PAIR = {"ko": "함께 <1>갑시다</1>!", "en": "We go <1>together</1>!"}


@pytest.fixture
def imported(database: Database, api: Api) -> Any:
    """A unit that a file brought in, and nobody confirmed."""
    with database.write() as tx:
        unit = Unit(ko="어서 오세요 100%", en="Welcome_All")
        memory.remember(tx, [unit], "sermon.ko.md", origin="alignment", confidence=[0.75])
    return api.ok("GET", "memory?state=unconfirmed")["items"][0]


def found(api: Api, **query: str) -> list[str]:
    answer = api.http.get("/v1/editorial/memory", params=query, headers=api.headers)
    return [unit["en"] for unit in answer.json()["items"]]


def test_a_unit_is_added_and_read(api: Api, happened: Callable[[], list[str]]) -> None:
    """A unit that a person adds is confirmed by that person; its event is in the log."""
    answer = api.call("POST", "memory", PAIR)
    unit = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/editorial/memory/{unit['id']}"
    whence = {"origin": "person", "file": None, "confidence": None, "entry_id": None, "draft_id": None}
    times = {"added_at": unit["added_at"], "approved_at": unit["added_at"]}
    told = {"id": unit["id"], "etag": '"1"', "confirmed": True, "by": "admin@example.org"}
    assert unit == PAIR | whence | times | told
    assert api.ok("GET", f"memory/{unit['id']}") == unit
    assert happened()[-1] == "unit.added"


def test_sides_have_the_same_placeholders_and_a_pair_is_there_once(api: Api) -> None:
    """What could never be used is refused, and so is what is there already, however it was changed to be it."""
    first = api.ok("POST", "memory", PAIR)
    assert_problem(api.call("POST", "memory", PAIR), 409, "exists")
    problem = assert_problem(api.call("POST", "memory", PAIR | {"en": "We go together!"}), 422)
    assert problem["errors"][0]["pointer"] == "/en"
    other = api.ok("POST", "memory", PAIR | {"ko": "<1>같이</1> 가요!"})
    assert_problem(api.call("PATCH", f"memory/{other['id']}", {"ko": PAIR["ko"]}, other["etag"]), 409, "exists")
    assert_problem(api.call("PATCH", f"memory/{first['id']}", {"ko": "갑시다"}, first["etag"]), 422)


def test_units_are_found_in_either_language_and_by_state(api: Api, imported: Any) -> None:
    """`q` finds Latin letters in any case, and `%` and `_` are letters; `state` tells what waits for a person."""
    api.ok("POST", "memory", PAIR)
    assert found(api) == [PAIR["en"], "Welcome_All"]
    assert found(api, state="unconfirmed") == found(api, q="어서") == found(api, q="WELCOME") == ["Welcome_All"]
    assert found(api, q="0%") == found(api, q="e_a") == ["Welcome_All"]
    assert found(api, state="confirmed") == found(api, q="TOGETHER") == [PAIR["en"]]
    assert found(api, q="nothing") == found(api, q="어서", state="confirmed") == []
    assert_problem(api.call("GET", "memory?state=perhaps"), 400)


def test_the_list_goes_on_where_it_ended(api: Api) -> None:
    """The newest first; pages together are the whole list, and a cursor belongs to its question."""
    added = [api.ok("POST", "memory", {"ko": f"{n}번", "en": f"No. {n}"})["id"] for n in range(5)]
    seen, cursor = [], ""
    while cursor is not None:
        page = api.ok("GET", f"memory?limit=2{f'&cursor={cursor}' if cursor else ''}")
        seen += [unit["id"] for unit in page["items"]]
        last, cursor = cursor or page["next"], page["next"]
    assert seen == added[::-1]
    assert_problem(api.call("GET", f"memory?limit=2&state=confirmed&cursor={last}"), 400)


def test_a_person_confirms_what_was_learned(api: Api, imported: Any, happened: Callable[[], list[str]]) -> None:
    """A unit tells its file, and how sure its alignment was; confirmed, also by whom and when."""
    assert (imported["origin"], imported["file"], imported["confidence"]) == ("alignment", "sermon.ko.md", 0.75)
    assert (imported["confirmed"], imported["by"], imported["approved_at"]) == (False, None, None)
    path = f"memory/{imported['id']}"
    changed = api.ok("PATCH", path, {"en": "Welcome, all"}, imported["etag"])
    assert (changed["en"], changed["confirmed"]) == ("Welcome, all", False)
    assert_problem(api.call("POST", f"{path}/confirm", etag=imported["etag"]), 412, "stale")
    now = api.ok("POST", f"{path}/confirm", None, changed["etag"])
    assert (now["confirmed"], now["by"], now["etag"]) == (True, "admin@example.org", '"3"')
    assert now["approved_at"]
    assert happened()[-2:] == ["unit.changed", "unit.confirmed"]


def test_a_removed_unit_is_gone(api: Api, imported: Any, happened: Callable[[], list[str]]) -> None:
    """What is removed is not listed any more."""
    path = f"memory/{imported['id']}"
    assert_problem(api.call("DELETE", path, etag='"9"'), 412, "stale")
    assert api.call("DELETE", path, etag=imported["etag"]).status_code == 204
    assert_problem(api.call("GET", path), 404, "not-found")
    assert found(api) == []
    assert happened()[-1] == "unit.removed"


def test_only_what_a_person_confirmed_stands_as_exact_in_a_draft(api: Api, imported: Any, worker: Any) -> None:
    """The next draft counts a unit as exact from its confirmation on, and tells it from what waits."""
    entry = api.create(texts={"ko": {"title": "어서 오세요 100%", "body": ""}})

    def drafted() -> tuple[str, str, int]:
        draft = api.ask(entry["id"])
        worker.work_once()
        (segment,) = api.draft(draft["id"])["segments"]
        api.ok("POST", f"drafts/{draft['id']}/cancel", None, "*")
        return segment["target"], segment["origin"], segment["score"]

    assert drafted() == ("Welcome_All", "fuzzy", 95)
    api.ok("POST", f"memory/{imported['id']}/confirm", None, imported["etag"])
    assert drafted() == ("Welcome_All", "memory", 100)
