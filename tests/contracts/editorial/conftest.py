"""What these tests share: one of each thing there is, good bodies, a picture of the tables."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from content_api.http import draining
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.contracts.editorial.routes import Route

GOOD: dict[str, Any] = {
    "POST entries": {
        "kind": "news",
        "source_locale": "ko",
        "texts": {"ko": {"title": "새 소식", "summary": "요약입니다.", "body": "본문입니다."}},
        "slug": "new-entry",
        "date": "2026-11-22",
        "position": 3,
        "tags": ["youth"],
    },
    "PATCH entries/{entry_id}": {"slug": "another-slug", "date": "1953-07", "position": 1, "tags": ["youth"]},
    "PUT entries/{entry_id}/texts/{locale}": {"title": "새 제목", "summary": "새 요약", "body": "새 본문입니다."},
    "PUT entries/{entry_id}/texts/{locale}/working-copy": {
        "title": "새 제",
        "summary": "새 요약",
        "body": "새 본문입",
        "base_revision": 1,
    },
    "POST entries/{entry_id}/publish": {"locales": ["ko"]},
    "POST entries/{entry_id}/unpublish": {"locales": ["ko"]},
    "POST entries/{entry_id}/preview-links": {"locale": "ko"},
    "POST entries/{entry_id}/drafts": {"target_locale": "en", "engines": ["pseudo"]},
    "PATCH drafts/{draft_id}/segments/{segment_id}": {"target": "Thanksgiving", "state": "reviewed", "dismiss": []},
    "POST drafts/{draft_id}/reject": {"reason": "The tone is wrong."},
    "POST tags": {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}},
    "PATCH tags/{slug}": {"name": {"ko": "청년", "en": "Young people"}},
    "POST glossary": {
        "ko": "참전용사",
        "en": "veteran",
        "forbidden_ko": ["용사"],
        "forbidden_en": [],
        "note": "Not soldier",
    },
    "PATCH glossary/{term_id}": {
        "en": "war veteran",
        "forbidden_ko": ["용사"],
        "forbidden_en": ["ex-soldier"],
        "note": "",
    },
    "POST memory": {"ko": "함께 <1>갑시다</1>!", "en": "We go <1>together</1>!"},
    "PATCH memory/{unit_id}": {"ko": "같이 갑시다!", "en": "We go together!"},
    "POST keys": {"name": "desk", "scopes": ["entries:read"], "account": "local", "expires_at": "2036-01-01T00:00:00Z"},
}
"""A body each route takes."""


KOREAN = {"title": "감사의 날", "summary": "요약입니다.", "body": "첫 문장입니다. 둘째 문장입니다."}
"""The text of an entry that `Api.create` makes."""
CHANGED = KOREAN | {"body": "첫 문장입니다. 다른 문장입니다."}
ENGLISH = {"title": "Day of Thanks", "summary": "A summary.", "body": "First sentence. Second sentence."}


class Broken(Chain):
    """A chain whose fault no one foresaw: the job fails at once."""

    def outcomes(self, *_given: Any) -> Any:
        raise RuntimeError("an unforeseen fault of the test's own")


@dataclass
class World:
    """One of each thing a path can name; the draft awaits review, the English text is outdated."""

    api: Api
    entry: Any
    draft: Any
    tag: Any
    key_id: str
    term: Any
    unit: Any

    def path(self, route: Route, missing: bool = False) -> str:
        """Return the route's path with ids that exist (or, `missing`, that do not)."""
        ids = {
            "entry_id": self.entry["id"],
            "draft_id": self.draft["id"],
            "segment_id": self.draft["segments"][0]["id"],
            "schedule_id": next((each["id"] for each in self.entry["schedules"]), "nobody"),
            "slug": self.tag["slug"],
            "key_id": self.key_id,
            "term_id": self.term["id"],
            "unit_id": self.unit["id"],
        }
        given = {name: "nobody" if missing else value for name, value in ids.items()}
        return route.path.format(**given, locale="en" if route.path.endswith("confirm") else "ko", number=1)

    def etag(self, route: Route) -> str | None:
        """Return the present ETag of what the route changes; a key has none, nor has what happens."""
        if route.path.startswith(("keys", "events")):
            return None
        if "{segment_id}" in route.path:
            return str(self.draft["segments"][0]["etag"])
        things = {"entries": self.entry, "drafts": self.draft, "tags": self.tag, "glossary": self.term}
        things |= {"memory": self.unit}
        return str(things[route.path.split("/")[0]]["etag"])


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no answer go on for ever: whoever may listen is told to ask again later."""
    monkeypatch.setattr(draining, "is_told", lambda: True)


@pytest.fixture
def drafted(api: Api, worker: Worker) -> Callable[..., Any]:
    """Make an entry with a draft that awaits review; give the draft."""

    def make(**fields: Any) -> Any:
        draft = api.ask(api.create(**fields)["id"])
        assert worker.work_once()
        return api.draft(draft["id"])

    return make


@pytest.fixture
def world(api: Api, worker: Worker) -> World:
    entry = api.create(tags=["youth"], texts={"ko": KOREAN, "en": ENGLISH})
    api.save(entry["id"], "ko", **CHANGED)
    draft_id = api.ask(entry["id"])["id"]
    assert worker.work_once()
    draft = api.draft(draft_id)
    api.schedule(draft["entry_id"], "unpublish", "2036-01-01T00:00:00Z", "ko")
    key = api.ok("POST", "keys", {"name": "spare", "scopes": ["delivery"]})
    term = api.ok("POST", "glossary", {"ko": "동맹", "en": "alliance"})
    unit = api.ok("POST", "memory", {"ko": "같이 가요", "en": "Let us go"})
    return World(api, api.entry(draft["entry_id"]), draft, api.ok("GET", "tags/youth"), key["id"], term, unit)


@pytest.fixture
def picture(database: Database) -> Callable[[], dict[str, list[str]]]:
    """Give a function that returns every row of every table, but for when keys were last used."""

    def take() -> dict[str, list[str]]:
        with database.read() as connection:
            return {
                table.name: sorted(
                    repr({name: value for name, value in row._mapping.items() if name != "last_used_at"})
                    for row in connection.execute(table.select())
                )
                for table in tables.metadata.sorted_tables
            }

    return take


@pytest.fixture
def happened(database: Database) -> Callable[[], list[str]]:
    """Give a function that returns the type of every event in the log, in order."""

    def read() -> list[str]:
        with database.read() as connection:
            return list(connection.execute(select(tables.event.c.type).order_by(tables.event.c.seq)).scalars())

    return read


@pytest.fixture
def draft_in(api: Api, database: Database, worker: Worker, drafted: Callable[..., Any]) -> Callable[[str], Any]:
    """Give a function that brings a draft into a state and returns it as it is then."""

    def bring(state: str) -> Any:
        if state in ("queued", "failed"):
            draft = api.ask(api.create()["id"])
            if state == "failed":
                assert Worker(database, Broken(())).work_once()
            return api.draft(draft["id"])
        if state == "running":
            draft = api.ask(api.create()["id"])
            with database.write() as tx:
                tx.connection.exec_driver_sql("UPDATE draft SET state = 'running'")
                tx.connection.exec_driver_sql("UPDATE job SET state = 'running', attempt = 1")
            return api.draft(draft["id"])
        draft = drafted()
        path, etag = f"drafts/{draft['id']}", draft["etag"]
        if state == "superseded":
            api.save(draft["entry_id"], "ko", **CHANGED)
        if state == "approved":
            api.ok("POST", f"{path}/approve", etag=etag)
        if state == "rejected":
            api.ok("POST", f"{path}/reject", {"reason": "wrong tone"}, etag)
        if state == "cancelled":
            api.ok("POST", f"{path}/cancel", etag=etag)
        return api.draft(draft["id"])

    return bring


def assert_problem(answer: Any, status: int, slug: str | None = None) -> Any:
    """Assert that `answer` is a whole problem document of RFC 9457; return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    problem = answer.json()
    assert {"type", "title", "status", "detail", "instance"} <= set(problem)
    assert problem["status"] == status
    assert problem["type"].startswith("/problems/")
    assert problem["instance"] == answer.request.url.path
    assert "Traceback" not in answer.text
    if slug:
        assert problem["type"] == f"/problems/{slug}"
    return problem
