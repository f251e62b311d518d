"""The disk of the index is full: the old index answers on, nothing is made in its place, and with room it follows."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content_api.search import following
from content_api.search.following import Indexer
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import indexer as indexer_of
from tests.client import Api
from tests.contracts.delivery.making import published
from tests.faults.disks import fill, small_disk

BACKENDS = ("sqlite",)
# What Whoosh cannot write it leaves open for the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
]
DISK = 8 * 1024 * 1024
# Words enough for a file that is larger than what is left of the disk.
BODY = " ".join(f"낱말{number}" for number in range(3_000))


@pytest.fixture
def disk(settings: Settings) -> Iterator[Path]:
    """The folder of the index, on a small disk of its own."""
    folder = Path(settings.data_dir) / "search"
    folder.mkdir()
    with small_disk(folder, DISK):
        yield folder


@pytest.fixture
def indexer(settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch) -> Indexer:
    monkeypatch.setattr(following, "LONG", 0.1)
    return indexer_of(settings, database)


def add(api: Api, title: str, body: str = BODY) -> None:
    published(api, "ko", texts={"ko": {"title": title, "body": body}})


def found(api: Api) -> list[str]:
    answer = api.http.get("/v1/search", params={"q": "동맹", "locale": "ko", "limit": 100})
    assert answer.status_code == 200, answer.text
    return sorted(hit["title"] for hit in answer.json()["items"])


def catch_up(indexer: Indexer) -> None:
    while indexer.catch_up():
        pass


@pytest.mark.parametrize("is_worn", [False, True])
def test_a_full_disk_leaves_the_index_as_it_was(
    api: Api,
    indexer: Indexer,
    disk: Path,
    settings: Settings,
    database: Database,
    is_worn: bool,
) -> None:
    """Whether it cannot be followed or cannot be made anew: it answers, in another process too, and heals with room."""
    add(api, "동맹 하나")
    catch_up(indexer)
    before = (disk / "current").read_bytes()
    filler = fill(disk)
    add(api, "동맹 둘")
    for _ in range(3):
        with pytest.raises(OSError, match="No space left"):
            indexer.renew() if is_worn else indexer.catch_up()
        assert (disk / "current").read_bytes() == before
        assert len([*disk.glob("index-*")]) == 1
    assert indexer_of(settings, database)._index.state() is not None
    assert found(api) == ["동맹 하나"]
    filler.unlink()
    catch_up(indexer)
    assert found(api) == ["동맹 둘", "동맹 하나"]


def test_a_full_disk_keeps_a_missing_index_waiting(
    api: Api, indexer: Indexer, disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is tried again after a while, leaves nothing half made, and is made as soon as there is room."""
    add(api, "동맹 하나")
    filler = fill(disk)
    assert indexer.catch_up() is False
    assert "tried again" in caplog.text
    assert [*disk.glob("index-*")] == []
    filler.unlink()
    catch_up(indexer)
    assert found(api) == ["동맹 하나"]
