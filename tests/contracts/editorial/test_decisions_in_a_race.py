"""A decision on a draft and a save of its source at the same moment: one comes first, and the other sees it."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow import drafting, editing, reviewing
from content_api.workflow.accounts import local
from schemas.entries import TextChange
from schemas.problems import Problem, SourceChanged
from schemas.values import Body, Title
from tests.client import Api
from tests.postgres import only_on

CHANGED = TextChange(title=Title("다른 제목"), body=Body("아주 다른 문장입니다."))
DECISIONS: dict[str, Callable[[Any, str], None]] = {
    "reject": lambda tx, draft_id: reviewing.reject(tx, draft_id, "아니요", None),
    "cancel": lambda tx, draft_id: drafting.cancel(tx, draft_id, None),
}


@pytest.fixture
def other(settings: Settings) -> Iterator[Database]:
    database = Database(settings.url)
    yield database
    database.close()


def save(database: Database, entry_id: str) -> None:
    with database.read() as connection:
        who = local(connection)
    with database.write(who.account_id) as tx:
        editing.save_text(tx, who, entry_id, "ko", CHANGED, None)


@only_on("postgresql")
@pytest.mark.parametrize("decision", sorted(DECISIONS))
def test_a_decision_is_not_overwritten_by_a_save(
    api: Api, worker: Any, database: Database, other: Database, decision: str
) -> None:
    """A save that finds a decision under way waits for it, and leaves a decided draft as it was decided."""
    entry = api.create()
    draft = api.ask(entry["id"])
    worker.work_once()
    with database.write() as tx:
        DECISIONS[decision](tx, draft["id"])
        saving = threading.Thread(target=save, args=(other, entry["id"]))
        saving.start()
        saving.join(timeout=0.5)
        assert saving.is_alive()
    saving.join(timeout=30)
    after = api.draft(draft["id"])
    assert after["state"] == {"reject": "rejected", "cancel": "cancelled"}[decision]
    assert after["superseded_by"] is None
    assert [each["state"] for each in api.entry(entry["id"])["drafts"]] == [after["state"]]


@only_on("postgresql")
def test_a_retry_never_queues_a_source_of_the_past(api: Api, database: Database, other: Database) -> None:
    """A retry that finds a save under way waits for it, and is refused because the source went on."""
    entry = api.create()
    draft = api.ask(entry["id"])
    api.ok("POST", f"drafts/{draft['id']}/cancel", etag="*")
    refused: list[Problem] = []

    def retry() -> None:
        try:
            with other.write() as tx:
                drafting.retry(tx, draft["id"], None)
        except Problem as problem:
            refused.append(problem)

    with database.read() as connection:
        who = local(connection)
    with database.write(who.account_id) as tx:
        editing.save_text(tx, who, entry["id"], "ko", CHANGED, None)
        retrying = threading.Thread(target=retry)
        retrying.start()
        retrying.join(timeout=0.5)
        assert retrying.is_alive()
    retrying.join(timeout=30)
    assert [type(problem) for problem in refused] == [SourceChanged]
    assert api.draft(draft["id"])["state"] == "cancelled"
