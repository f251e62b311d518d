"""Whatever happens to the files of the index: it heals, nothing is lost, and nobody is shown what is not public."""

import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from content_api.search.following import Indexer
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import indexer as indexer_of
from tests.client import Api, http_to
from tests.contracts.delivery.making import published
from tests.server import Server
from tests.waiting import until

BACKENDS = ("sqlite",)
# What Whoosh cannot read it leaves open for the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def indexer(settings: Settings, database: Database) -> Indexer:
    return indexer_of(settings, database)


def titled(api: Api, *titles: str) -> None:
    for title in titles:
        published(api, "ko", texts={"ko": {"title": title, "body": ""}})


def catch_up(indexer: Indexer) -> None:
    while indexer.catch_up():
        pass


def found(api: Api, typed: str = "동맹") -> list[str]:
    answer = api.http.get("/v1/search", params={"q": typed, "locale": "ko", "limit": 100})
    return sorted(hit["title"] for hit in answer.json()["items"]) if answer.status_code == 200 else []


def remove(folder: Path) -> None:
    shutil.rmtree(folder)


def remove_pointer(folder: Path) -> None:
    (folder / "current").unlink()


def garble_pointer(folder: Path) -> None:
    (folder / "current").write_bytes(b"\x00{")


def remove_files(folder: Path) -> None:
    for path in folder.glob("index-*/*"):
        path.unlink()


def cut_files(folder: Path) -> None:
    for path in folder.glob("index-*/MAIN_[0-9]*"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def cut_postings(folder: Path) -> None:
    for path in folder.glob("index-*/*.pst"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])


def garble_contents(folder: Path) -> None:
    for path in folder.glob("index-*/*.toc"):
        path.write_bytes(b"no index")


@pytest.mark.parametrize(
    "harm",
    [remove, remove_pointer, garble_pointer, remove_files, cut_files, cut_postings, garble_contents],
)
def test_a_broken_index_heals(
    api: Api, indexer: Indexer, settings: Settings, database: Database, harm: Callable[[Path], None]
) -> None:
    """A process that finds the files missing or broken says so with a 503; the worker makes them anew from what is
    published, and what was published meanwhile is in it.
    """
    titled(api, "동맹 하나", "동맹 둘")
    catch_up(indexer)
    harm(Path(settings.data_dir) / "search")
    titled(api, "동맹 셋")
    assert api.http.get("/v1/search?q=동맹&locale=ko").status_code == 503
    until(lambda: try_to_catch_up(indexer) or found(api), lambda titles: len(titles or []) == 3)
    assert found(api) == ["동맹 둘", "동맹 셋", "동맹 하나"]
    # Nothing of the broken one is left lying about.
    assert len([*(Path(settings.data_dir) / "search").glob("index-*")]) == 1


def try_to_catch_up(indexer: Indexer) -> None:
    """Do as the worker does, whom a fault only keeps waiting."""
    try:
        catch_up(indexer)
    except Exception:
        time.sleep(0.01)


def test_the_old_index_answers_while_its_folder_is_gone(api: Api, indexer: Indexer, settings: Settings) -> None:
    """A process that has the index open goes on answering from it, without what was withdrawn since."""
    titled(api, "동맹 하나", "동맹 둘")
    catch_up(indexer)
    assert len(found(api)) == 2
    remove(Path(settings.data_dir) / "search")
    assert len(found(api, "동맹이")) == 2
    entry = next(each for each in api.ok("GET", "entries")["items"] if each["texts"]["ko"]["title"] == "동맹 둘")
    api.unpublish(entry["id"], "ko")
    assert found(api) == ["동맹 하나"]
    catch_up(indexer)
    assert found(api) == ["동맹 하나"]


def test_a_crash_between_two_writes_loses_nothing(api: Api, indexer: Indexer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The index is written, and its state is not: what follows is written once more, and is there once."""
    titled(api, "동맹 하나")
    catch_up(indexer)
    titled(api, "동맹 둘")
    with monkeypatch.context() as patch:
        patch.setattr(type(indexer._index), "_point_at", interrupt)
        with pytest.raises(KeyboardInterrupt):
            indexer.catch_up()
    catch_up(indexer)
    assert found(api) == ["동맹 둘", "동맹 하나"]
    assert api.http.get("/v1/search?q=동맹&locale=ko").json()["total"] == 2


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_many_publications_leave_few_segments(api: Api, indexer: Indexer, settings: Settings) -> None:
    """Small pieces become one, replaced documents go; an index that is worn is made anew beside the old one."""
    (first,) = [published(api, "ko", texts={"ko": {"title": "동맹 0", "body": ""}})]
    catch_up(indexer)
    for number in range(1, 12):
        api.save(first["id"], "ko", title=f"동맹 {number}", body="")
        api.publish(first["id"], "ko")
        catch_up(indexer)
    assert found(api) == ["동맹 11"]
    index: Any = indexer._index
    assert len(index._newest().segments) < 10
    index._point_at(msgspec.structs.replace(index._current(), is_worn=True))
    catch_up(indexer)
    until(lambda: index._newest().segments, lambda segments: [each.segment.size for each in segments] == [1])
    assert found(api) == ["동맹 11"]


def test_the_folder_is_deleted_under_load(settings: Settings, make_key: Callable[..., str]) -> None:
    """Readers search while an editor publishes and withdraws, and the folder is deleted again and again: every answer
    is right or a 503, nobody sees what was withdrawn before they asked, and in the end everything is found.
    """
    key = make_key("admin")
    with (
        Server(settings, "--processes", "2") as server,
        http_to(server.url) as http,
    ):
        api = Api(http, key)
        titled(api, "동맹 0")
        until(lambda: found(api), lambda titles: titles == ["동맹 0"])
        gone = [published(api, "ko", texts={"ko": {"title": f"동맹 옛 {number}", "body": ""}}) for number in range(4)]
        until(lambda: found(api), lambda titles: len(titles) == 5)
        statuses: set[int] = set()
        withdrawn: set[str] = set()
        shown: list[str] = []
        ended = threading.Event()
        asked = [server.url, statuses, withdrawn, shown, ended]
        readers = [threading.Thread(target=read, args=asked) for _ in range(4)]
        for reader in readers:
            reader.start()
        for number in range(1, 9):
            titled(api, f"동맹 {number}")
            if number % 2 == 0:
                entry = gone.pop()
                api.unpublish(entry["id"], "ko")
                withdrawn.add(f"동맹 옛 {len(gone)}")
            if number % 2:
                shutil.rmtree(Path(settings.data_dir) / "search", ignore_errors=True)
            time.sleep(0.2)
        wanted = sorted(f"동맹 {number}" for number in range(9))
        until(lambda: found(api), lambda titles: titles == wanted)
        ended.set()
        for reader in readers:
            reader.join()
        assert statuses <= {200, 503}
        assert (len(withdrawn), shown) == (4, [])
        # Both processes have it.
        for _ in range(10):
            assert found(api) == wanted
            http.close()
            http.__init__(base_url=server.url, trust_env=False)  # type: ignore[misc]


def read(url: str, statuses: set[int], withdrawn: set[str], shown: list[str], ended: threading.Event) -> None:
    with http_to(url) as http:
        number = 0
        while not ended.is_set():
            number += 1
            before = set(withdrawn)
            answer = http.get("/v1/search", params={"q": f"동맹 {number % 9}", "locale": "ko", "limit": 100})
            statuses.add(answer.status_code)
            if answer.status_code == 200:
                shown += [hit["title"] for hit in answer.json()["items"] if hit["title"] in before]


def test_a_question_that_fails_leaves_the_index_alone(
    api: Api, indexer: Indexer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours in ranking is no fault of the files: no reader's question can take the index away."""
    titled(api, "동맹 하나")
    catch_up(indexer)
    with monkeypatch.context() as patch:
        patch.setattr("content_api.search.ranking._ordered", lambda *_: 1 / 0)
        assert api.http.get("/v1/search?q=동맹&locale=ko").status_code == 500
    assert (Path(settings.data_dir) / "search" / "current").exists()
    assert found(api) == ["동맹 하나"]


def test_the_locks_outlive_the_folder(indexer: Indexer, settings: Settings, database: Database) -> None:
    """Whoever has the turn has it until the end, though the folder is deleted and made again."""
    other = indexer_of(settings, database)
    with indexer._index.turn() as is_ours, indexer._index.renewal() as is_ours_too:
        shutil.rmtree(Path(settings.data_dir) / "search", ignore_errors=True)
        with other._index.turn() as is_theirs, other._index.renewal() as is_theirs_too:
            assert (is_ours, is_ours_too, is_theirs, is_theirs_too) == (True, True, False, False)


def test_what_was_just_made_anew_is_not_made_once_more(api: Api, indexer: Indexer) -> None:
    """Who waited for the turn to make it anew looks again whether that is needed."""
    titled(api, "동맹 하나")
    catch_up(indexer)
    index: Any = indexer._index
    before = index._current()
    indexer._renew_quietly()
    assert index._current() == before
