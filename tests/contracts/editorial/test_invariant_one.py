"""Invariant 1: no machine text is public before a person approved it. Attacked through every handler and by SQL."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from content_api.storage.database import Database, new_id
from content_api.worker import Worker
from schemas.problems import Exists
from tests.client import Api
from tests.contracts.editorial.conftest import CHANGED, GOOD, World
from tests.contracts.editorial.routes import ROUTES
from tests.each import for_each
from tests.postgres import only_on

MACHINE = "⟦pseudo⟧"
UNAPPROVED = ["queued", "running", "needs_review", "rejected", "failed", "cancelled", "superseded"]


def rows(database: Database, table: str) -> str:
    """Return everything a table holds, as text."""
    with database.read() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {table}")
        return "".join(
            value.decode() if isinstance(value, bytes) else str(value) for row in found for value in row if value
        )


def read_by_anyone(api: Api, slug: str) -> str:
    """Return all that a reader can get of an entry, in every way there is."""
    pages = [
        f"/v1/news{item}?locale={locale}&fallback={fallback}"
        for item in ("", f"/{slug}")
        for locale in ("ko", "en", "all")
        for fallback in ("none", "source")
    ]
    return "".join(api.http.get(page).text for page in pages) + api.http.get("/v1/tags").text


@pytest.mark.parametrize("state", UNAPPROVED)
def test_no_handler_makes_unapproved_text_public(
    api: Api, database: Database, worker: Worker, draft_in: Callable[[str], Any], state: str
) -> None:
    """From every state but `approved`, every request but the approval itself, taken in turn, leaks nothing."""
    draft = draft_in(state)
    entry = api.entry(draft["entry_id"])
    tag = api.ok("POST", "tags", {"slug": "youth", "name": {"ko": "청년", "en": "Youth"}})
    term = api.ok("POST", "glossary", {"ko": "동맹", "en": "alliance"})
    unit = api.ok("POST", "memory", {"ko": "같이 가요", "en": "Let us go"})
    world = World(api, entry, draft, tag, "nobody", term, unit)
    publications = [{"locales": locales} for locales in (["en"], ["ko", "en"], ["ko"])]
    bodies = GOOD | {"PATCH drafts/{draft_id}/segments/{segment_id}": {"state": "reviewed"}}
    # A person who types a text answers for it; here only the source is saved.
    requests = [
        (route.method, world.path(route), body)
        for route in ROUTES
        for body in (publications if route.path.endswith("/publish") else [bodies.get(str(route))])
        if str(route) not in ("POST drafts/{draft_id}/approve", "DELETE entries/{entry_id}")
    ]
    for _ in range(2):
        for method, path, body in requests:
            if state != "running":
                worker.work_once()
            api.call(method, path, body, "*")
            slug = api.entry(entry["id"])["slug"]
            assert MACHINE not in read_by_anyone(api, slug), (method, path)
    assert MACHINE not in rows(database, "revision")
    assert MACHINE not in rows(database, "published")


@pytest.mark.parametrize("state", UNAPPROVED)
def test_approval_is_refused_for_every_draft_that_is_not_under_review(
    api: Api, database: Database, draft_in: Callable[[str], Any], state: str
) -> None:
    """The one request that makes a revision of machine text does so from `needs_review` alone."""
    draft = draft_in(state)
    answer = api.call("POST", f"drafts/{draft['id']}/approve", etag="*")
    assert answer.status_code == (200 if state == "needs_review" else 409)
    assert (MACHINE in rows(database, "revision")) == (state == "needs_review")
    assert MACHINE not in rows(database, "published")


def test_a_new_draft_changes_nothing_of_the_approved_text(
    api: Api, worker: Worker, drafted: Callable[..., Any]
) -> None:
    """A second draft under review does not slip into what `publish` makes public."""
    draft = drafted(slug="day")
    api.approve(draft)
    api.publish(draft["entry_id"], "ko", "en")
    before = api.http.get("/v1/news/day?locale=en").json()
    api.save(draft["entry_id"], "ko", **CHANGED)
    second = api.ask(draft["entry_id"])
    worker.work_once()
    assert api.draft(second["id"])["state"] == "needs_review"
    api.publish(draft["entry_id"], "ko", "en")
    after = api.http.get("/v1/news/day?locale=en").json()
    assert (after["body"], after["translation"]["outdated"]) == (before["body"], True)
    assert "dareun" not in read_by_anyone(api, "day")


REVISION = {
    "id": "new",
    "locale": "en",
    "number": 9,
    "title": "Machine",
    "summary": "",
    "body": "",
    "origin": "machine_reviewed",
    "created_at": "2026-11-22 00:00:00",
}


@pytest.fixture
def ids(api: Api, database: Database, drafted: Callable[..., Any]) -> dict[str, str]:
    """One entry whose draft is approved, saved and published; another whose draft is under review."""
    approved, waiting = drafted(slug="approved"), drafted(slug="waiting")
    api.approve(approved)
    api.publish(approved["entry_id"], "ko", "en")
    api.publish(waiting["entry_id"], "ko")
    with database.read() as connection:
        asked = text("SELECT approver_id FROM draft WHERE id = :id")
        approver = connection.execute(asked, {"id": approved["id"]}).scalar_one()
        local = connection.execute(text("SELECT id FROM account WHERE email = 'local'")).scalar_one()
        english = connection.execute(text("SELECT id FROM revision WHERE locale = 'en'")).scalar_one()
    return {
        "approved": approved["id"],
        "approved_entry": approved["entry_id"],
        "waiting": waiting["id"],
        "waiting_entry": waiting["entry_id"],
        "approver": approver,
        "somebody": local,
        "english": english,
    }


def assert_refused(database: Database, statement: str, values: dict[str, Any]) -> None:
    """Assert that the database itself does not take a statement."""
    with pytest.raises((DBAPIError, Exists)) as caught, database.write() as tx:
        tx.connection.execute(text(statement), values)
    assert re.search("constraint|never|trigger", str(caught.value), re.IGNORECASE) or isinstance(caught.value, Exists)


@for_each(
    "false",
    [
        {"draft_id": None, "approver_id": None},
        {"approver_id": None},
        {"draft_id": None},
        {"draft_id": "nobody"},
        {"draft_id": "waiting"},
        {"draft_id": "waiting", "entry_id": "waiting_entry"},
        {"entry_id": "waiting_entry"},
        {"locale": "ko"},
        {"approver_id": "somebody"},
        {"approver_id": "nobody"},
        {"entry_id": "nobody"},
        {"origin": "machine"},
        {"locale": "fr"},
        {"number": 1},
    ],
)
def test_machine_text_is_no_revision_without_its_true_approval(
    database: Database, ids: dict[str, str], false: dict[str, Any]
) -> None:
    """A `machine_reviewed` row needs an approved draft of this very entry and language, and its very approver."""
    true = {"draft_id": "approved", "approver_id": "approver", "entry_id": "approved_entry", "author_id": "approver"}
    row = REVISION | {name: ids.get(str(value), value) for name, value in (true | false).items()}
    for name, value in false.items():
        row[name] = ids.get(str(value), value)
    statement = f"INSERT INTO revision ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})"
    assert_refused(database, statement, row)
    if false == {"number": 1}:  # the same row, true in everything, is taken: it was refused for what was false
        with database.write() as tx:
            tx.connection.execute(text(statement), row | {"id": new_id(), "number": 2})


@for_each(
    "statement",
    [
        "UPDATE revision SET body = 'machine text' WHERE id = :english",
        "UPDATE revision SET origin = 'human' WHERE id = :english",
        "UPDATE revision SET origin = 'machine_reviewed'",
        "UPDATE revision SET entry_id = :waiting_entry WHERE id = :english",
        "UPDATE draft SET state = 'approved' WHERE id = :waiting",
        "UPDATE draft SET approver_id = :approver WHERE id = :waiting",
        "UPDATE draft SET state = 'approved', approver_id = 'nobody' WHERE id = :waiting",
        "UPDATE draft SET state = 'rejected' WHERE id = :approved",
        "UPDATE draft SET state = 'rejected', approver_id = NULL WHERE id = :approved",
        "UPDATE draft SET approver_id = :somebody WHERE id = :approved",
        "UPDATE draft SET entry_id = :waiting_entry WHERE id = :approved",
        "UPDATE draft SET source_locale = 'en', target_locale = 'ko' WHERE id = :approved",
        "UPDATE draft SET state = 'published' WHERE id = :waiting",
        "DELETE FROM draft WHERE id = :approved",
        "DELETE FROM account WHERE id = :approver",
        "DELETE FROM revision WHERE id = :english",
        "UPDATE published SET revision_en = :english WHERE entry_id = :waiting_entry",
        "UPDATE published SET revision_ko = :english WHERE entry_id = :waiting_entry",
        "UPDATE published SET revision_en = 'nobody' WHERE entry_id = :approved_entry",
        "UPDATE published SET revision_en = :waiting WHERE entry_id = :waiting_entry",
        "UPDATE published SET revision_ko = NULL, revision_en = NULL",
        "UPDATE published SET entry_id = :waiting_entry WHERE entry_id = :approved_entry",
    ],
)
def test_what_was_approved_cannot_be_made_another_by_sql(
    database: Database, ids: dict[str, str], statement: str
) -> None:
    """Revisions do not change, approvals are not taken back or forged, and `published` points at its own revisions."""
    assert_refused(database, statement, ids)


@only_on("sqlite")
@for_each(
    "statement",
    [
        "UPDATE OR REPLACE revision SET number = 1, locale = 'ko' WHERE id = :english",
        "INSERT OR REPLACE INTO revision SELECT id, entry_id, locale, number, title, summary, 'machine text', "
        "author_id, origin, fits_source, draft_id, approver_id, created_at FROM revision WHERE id = :english",
    ],
)
def test_what_was_approved_cannot_be_replaced(database: Database, ids: dict[str, str], statement: str) -> None:
    """SQLite's own ways to put one row in another's place, which ask no trigger of deletion, are refused as well."""
    assert_refused(database, statement, ids)
