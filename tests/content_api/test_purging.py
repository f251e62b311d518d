"""`hanmi purge`: the only thing that erases, and it erases all of what it is told to."""

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.worker import Worker
from tests.client import Api
from tests.conftest import Clock
from tests.content_api.command import Command

KOREAN = {"title": "비밀스러운 제목", "summary": "비밀 요약", "body": "비밀 문장입니다. 다른 비밀입니다."}
TYPED = {"title": "비밀", "body": "덜 쓴 비밀"}


@pytest.fixture
def rows(database: Database) -> Callable[[], dict[str, list[Any]]]:
    """Give a function that returns every row of every table."""

    def read() -> dict[str, list[Any]]:
        with database.read() as connection:
            return {
                table.name: [dict(row._mapping) for row in connection.execute(table.select())]
                for table in tables.metadata.sorted_tables
            }

    return read


@pytest.fixture
def life(api: Api, worker: Worker) -> Callable[..., Any]:
    """Give a function that leads an entry through all there is, and returns it published, and all its ids."""

    def lead(slug: str) -> tuple[Any, set[str]]:
        made = api.call(
            "POST",
            "entries",
            {"kind": "news", "source_locale": "ko", "texts": {"ko": KOREAN}, "slug": slug, "tags": ["youth"]},
            headers={"Idempotency-Key": slug},
        ).json()
        path = f"entries/{made['id']}"
        first = api.ask(made["id"])
        while worker.work_once():
            pass
        api.approve(api.draft(first["id"]))
        api.save(made["id"], "ko", **KOREAN | {"title": "다른 비밀"})
        second = api.ask(made["id"])
        api.save(made["id"], "ko", **KOREAN | {"title": "또 다른 비밀"})
        api.ok("PATCH", path, {"slug": f"{slug}-again"}, "*")
        api.publish(made["id"], "ko", "en")
        later = {"locales": ["ko"], "at": "2100-01-01T00:00:00Z"}
        (schedule,) = api.ok("POST", f"{path}/unpublish", later, "*")["schedules"]
        api.ok("PUT", f"{path}/texts/ko/working-copy", TYPED)
        entry = api.entry(made["id"])
        drafts = {each["id"] for each in entry["drafts"]}
        assert {first["id"], second["id"]} < drafts
        return entry, {made["id"], schedule["id"]} | drafts

    return lead


def naming(rows: dict[str, list[Any]], ids: set[str]) -> set[str]:
    """Return the tables in which any of `ids` stands."""
    return {name for name, found in rows.items() for row in found if ids & {str(value) for value in row.values()}}


def words(rows: dict[str, list[Any]]) -> str:
    return repr(rows) + b"".join(
        value for found in rows.values() for row in found for value in row.values() if isinstance(value, bytes)
    ).decode(errors="ignore")


def test_what_is_purged_is_nowhere_but_in_the_log(
    hanmi: Command, api: Api, life: Callable[..., Any], rows: Callable[[], Any]
) -> None:
    """Entry, texts, slugs, drafts, memory, schedules, jobs, working copies and kept answers go; the log names ids."""
    entry, ids = life("secret")
    assert naming(rows(), ids) >= {"entry", "revision", "slug", "draft", "segment", "working_copy", "schedule", "job"}
    assert "비밀" in words(rows())
    ran = hanmi("purge", entry["id"], "--yes")
    assert (ran.code, ran.err) == (0, "")
    assert entry["id"] in ran.out
    left = rows()
    assert naming(left, ids) == {"event"}
    assert "비밀" not in words(left)
    assert left["memory_unit"] == left["idempotency"] == left["job"] == []
    assert api.call("GET", f"entries/{entry['id']}").status_code == 404


def test_what_is_purged_is_withdrawn_first(
    hanmi: Command, api: Api, life: Callable[..., Any], rows: Callable[[], Any]
) -> None:
    """Readers and followers learn of it as of any withdrawal; then the log says that it was purged."""
    entry, _ = life("secret")
    before = len(rows()["event"])
    hanmi("purge", entry["id"], "--yes")
    told = sorted(rows()["event"], key=lambda row: row["seq"])[before:]
    types = [each["type"] for each in told]
    assert types[:2] == ["entry.withdrawn", "entry.withdrawn"]
    assert types[-2:] == ["entry.deleted", "entry.purged"]
    assert {each["entry_id"] for each in told} == {entry["id"]}
    for slug in ("secret", "secret-again"):
        assert api.http.get(f"/v1/news/{slug}?locale=ko", follow_redirects=False).status_code == 404
    assert api.create(slug="secret")["slug"] == "secret"


def test_others_are_left_alone(hanmi: Command, api: Api, life: Callable[..., Any], rows: Callable[[], Any]) -> None:
    """What belongs to another entry, and what entries share, stays to the letter."""
    kept, _ = life("kept")
    purged, ids = life("purged")
    before = rows()
    hanmi("purge", purged["id"], "--yes")
    after = rows()
    for name in before.keys() - {"event", "log", "idempotency", "api_key"}:
        assert after[name] == [row for row in before[name] if not ids & {str(value) for value in row.values()}], name
    assert api.entry(kept["id"])["texts"] == kept["texts"]
    assert [row["key"] for row in after["idempotency"]] == ["kept"]


def test_a_deleted_entry_can_be_purged(hanmi: Command, api: Api, rows: Callable[[], Any]) -> None:
    """What editors deleted is hidden, and purging erases it as well."""
    entry = api.create()
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    assert hanmi("purge", entry["id"], "--yes").code == 0
    assert rows()["entry"] == rows()["revision"] == []


def test_all_that_are_named_or_none(hanmi: Command, api: Api, rows: Callable[[], Any]) -> None:
    """Where one is not there, one line says so and nothing is erased; one named twice is purged once."""
    first, second = api.create(), api.create()
    before = rows()
    ran = hanmi("purge", first["id"], "nobody", "--yes")
    assert (ran.code, ran.out, ran.lines) == (1, "", ["hanmi: There is no entry nobody."])
    assert rows() == before
    ran = hanmi("purge", first["id"], second["id"], first["id"], "--yes", "--json")
    assert json.loads(ran.out) == {"entries": [first["id"], second["id"]], "events": 0}
    assert rows()["entry"] == []


def test_a_worker_that_holds_its_draft_finds_nothing_to_do(
    hanmi: Command, api: Api, database: Database, worker: Worker, rows: Callable[[], Any]
) -> None:
    """A draft that is queued when its entry is purged is never run, and its job is gone."""
    entry = api.create()
    api.ask(entry["id"])
    assert hanmi("purge", entry["id"], "--yes").code == 0
    assert not worker.work_once()
    assert rows()["job"] == []


def test_the_log_is_shortened(hanmi: Command, api: Api, clock: Clock, rows: Callable[[], Any]) -> None:
    """`--log-before` erases what the log says of the days before, and tells how much; later events stay."""
    entry = api.create()
    clock.advance(days=10)
    api.publish(entry["id"], "ko")
    day = clock().date().isoformat()
    old = [each["seq"] for each in rows()["event"] if each["at"].date().isoformat() < day]
    ran = hanmi("purge", "--log-before", day, "--yes")
    assert (ran.code, ran.out) == (0, f"{len(old)} events erased\n")
    assert not {each["seq"] for each in rows()["event"]} & set(old)
    assert api.entry(entry["id"])["texts"]["ko"]["published_revision"] == 1
    assert json.loads(hanmi("purge", "--log-before", day, "--yes", "--json").out) == {"entries": [], "events": 0}


@pytest.mark.parametrize("arguments", [[], ["--yes"], ["--log-before", "yesterday"], ["--log-before", "1953-02-30"]])
def test_what_cannot_be_meant_is_wrong_usage(hanmi: Command, arguments: list[str]) -> None:
    """Nothing named, or no day: one line, exit 2."""
    ran = hanmi("purge", *arguments)
    assert (ran.code, ran.out, len(ran.lines)) == (2, "", 1)


def test_without_a_terminal_it_must_be_told_that_it_is_meant(hanmi: Command, api: Api, rows: Callable[[], Any]) -> None:
    """A script that does not say `--yes` erases nothing: exit 2."""
    entry = api.create()
    before = rows()
    ran = hanmi("purge", entry["id"])
    assert (ran.code, len(ran.lines)) == (2, 1)
    assert "--yes" in ran.err
    assert rows() == before


@pytest.mark.parametrize(("said", "erased"), [("y\n", True), ("n\n", False), ("\n", False)])
def test_on_a_terminal_it_asks(
    hanmi: Command,
    api: Api,
    rows: Callable[[], Any],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    erased: bool,
) -> None:
    """A person sees what will be erased and is asked; anything but yes erases nothing."""
    entry = api.create(slug="secret")
    monkeypatch.setattr(sys, "stdin", Terminal(said))
    ran = hanmi("purge", entry["id"])
    assert "news/secret with its 1 revisions" in ran.err
    assert (ran.code == 0) == erased
    assert (rows()["entry"] == []) == erased


class Terminal:
    """Somebody at the keyboard, who says one thing."""

    def __init__(self, said: str) -> None:
        self._said = said

    def isatty(self) -> bool:
        return True

    def readline(self, *_size: int) -> str:
        said, self._said = self._said, ""
        return said
