"""The worker on a renamed tag: what is published with it follows, in batches."""

from collections.abc import Callable

import pytest

from content_api.storage import jobs
from content_api.storage.database import Database, Transaction
from content_api.storage.jobs import Job, LeaseLost
from content_api.worker import Worker
from content_api.workflow import publishing, tagging
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.conftest import Clock
from tests.content_api.worker.story import Crash


@pytest.fixture
def tagged(api: Api) -> list[str]:
    """Three published entries and one that is not, with the tag `new`; its name has just been changed."""
    entries = [api.create(tags=["new"])["id"] for _ in range(4)]
    for entry_id in entries[:3]:
        api.publish(entry_id, "ko")
    api.ok("DELETE", f"entries/{entries[2]}", etag="*")
    api.ok("PATCH", "tags/new", {"name": {"ko": "새 소식", "en": "What is new"}}, etag="*")
    return entries


@pytest.fixture
def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one entry."""
    monkeypatch.setattr(tagging, "BATCH", 1)


def names(api: Api) -> list[str]:
    return [card["tags"][0]["name"] for card in api.http.get("/v1/news?locale=ko").json()["items"]]


def after_an_entry(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Do `act` when an entry was rewritten, before its transaction ends."""
    rewrite = publishing.refresh_if_there

    def and_then(tx: Transaction, entry_id: str) -> None:
        rewrite(tx, entry_id)
        act()

    monkeypatch.setattr(publishing, "refresh_if_there", and_then)


def test_a_renamed_tag_is_rewritten_where_it_is_published(api: Api, work: Worker, tagged: list[str]) -> None:
    """What is published gets the new name by a job, and an editor's ETag does not go stale by it."""
    etags = [api.entry(entry_id)["etag"] for entry_id in tagged[:2]]
    assert names(api) == ["new", "new"]
    assert work.work_once() is True
    assert names(api) == ["새 소식", "새 소식"]
    assert [api.entry(entry_id)["etag"] for entry_id in tagged[:2]] == etags
    assert work.work_once() is False


@pytest.mark.parametrize(("batch", "longest", "commits"), [(50, 60.0, 1), (3, 60.0, 2), (1, 60.0, 4), (50, -1.0, 4)])
def test_entries_are_rewritten_in_batches(
    work: Worker, tagged: list[str], monkeypatch: pytest.MonkeyPatch, batch: int, longest: float, commits: int
) -> None:
    """So many entries share a transaction as a batch holds, fewer where they take long, and each proves the lease."""
    held: list[Job] = []
    hold = jobs.hold
    monkeypatch.setattr(jobs, "hold", lambda tx, job: (hold(tx, job), held.append(job)))
    monkeypatch.setattr(tagging, "BATCH", batch)
    monkeypatch.setattr(tagging, "LONGEST", longest)
    assert work.work_once() is True
    assert len(tagged) == 4
    assert len(held) == commits


@pytest.mark.usefixtures("tagged", "one_by_one")
def test_a_renaming_that_was_stopped_goes_on(
    api: Api, work: Worker, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker asked to stop ends after the present batch and puts the renaming back; another finishes it."""
    with monkeypatch.context() as stopping:
        after_an_entry(stopping, work.stop)
        work.work_once()
    assert sorted(names(api)) == ["new", "새 소식"]
    Worker(database, Chain([])).work_once()
    assert names(api) == ["새 소식", "새 소식"]


@pytest.mark.usefixtures("tagged", "one_by_one")
def test_a_renaming_whose_worker_died_goes_on(
    api: Api, work: Worker, database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a worker dies in the second batch the first stays, and another finishes once the lease ran out."""
    calls: list[None] = []

    def die_in_the_second() -> None:
        calls.append(None)
        if len(calls) == 2:
            raise Crash

    with monkeypatch.context() as dying:
        after_an_entry(dying, die_in_the_second)
        with pytest.raises(Crash):
            work.work_once()
    assert sorted(names(api)) == ["new", "새 소식"]
    successor = Worker(database, Chain([]))
    assert successor.work_once() is False
    clock.advance(seconds=61)
    assert successor.work_once() is True
    assert names(api) == ["새 소식", "새 소식"]


@pytest.mark.usefixtures("tagged")
def test_a_late_worker_rewrites_nothing(database: Database, clock: Clock) -> None:
    """A worker whose lease ran out and was taken over learns it within its next batch, of which nothing is stored."""
    with database.write() as tx:
        late = jobs.claim(tx)
    assert late

    def taken_over() -> bool:
        clock.advance(seconds=61)
        assert Worker(database, Chain([])).work_once() is True
        return False

    with pytest.raises(LeaseLost):
        tagging.rewrite(database, late, taken_over)
