"""The worker on a renamed tag: what is published with it follows."""

from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import publishing
from pipeline.engines.chain import Chain
from tests.client import Api


@pytest.fixture
def tagged(api: Api) -> list[str]:
    """Three published entries and one that is not, with the tag `new`; its name has just been changed."""
    entries = [api.create(tags=["new"])["id"] for _ in range(4)]
    for entry_id in entries[:3]:
        api.publish(entry_id, "ko")
    api.ok("DELETE", f"entries/{entries[2]}", etag="*")
    api.ok("PATCH", "tags/new", {"name": {"ko": "새 소식", "en": "What is new"}}, etag="*")
    return entries


def names(api: Api) -> list[str]:
    return [card["tags"][0]["name"] for card in api.http.get("/v1/news?locale=ko").json()["items"]]


def test_a_renamed_tag_is_rewritten_where_it_is_published(api: Api, work: Worker, tagged: list[str]) -> None:
    """What is published gets the new name by a job, and an editor's ETag does not go stale by it."""
    etags = [api.entry(entry_id)["etag"] for entry_id in tagged[:2]]
    assert names(api) == ["new", "new"]
    assert work.work_once() is True
    assert names(api) == ["새 소식", "새 소식"]
    assert [api.entry(entry_id)["etag"] for entry_id in tagged[:2]] == etags
    assert work.work_once() is False


def test_a_renaming_that_was_stopped_goes_on(
    api: Api, work: Worker, tagged: list[str], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker asked to stop puts the renaming back; another finishes it."""
    rewrite = publishing.refresh_if_there

    def once(tx: Any, entry_id: str) -> None:
        rewrite(tx, entry_id)
        work.stop()

    with monkeypatch.context() as stopping:
        stopping.setattr(publishing, "refresh_if_there", once)
        work.work_once()
    assert sorted(names(api)) == ["new", "새 소식"]
    Worker(database, Chain([])).work_once()
    assert names(api) == ["새 소식", "새 소식"]
