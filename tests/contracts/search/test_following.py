"""What is found follows what is published: at once where it is taken back, else as soon as the worker comes to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update

from content_api.search import following, gathering
from content_api.search.following import Indexer
from content_api.search.gathering import Gathering
from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.storage.jobs import Stopping
from content_api.worker import IDLE, Worker, chain
from content_api.worker import indexer as indexer_of
from content_api.workflow import accounts, purging
from content_api.workflow.repeating import Seal
from pipeline.analysis import Analyser
from schemas.language import Locale
from tests.client import Api
from tests.contracts.search.conftest import Ask, Publish, titles
from tests.postgres import only_on
from tests.waiting import until

Client = TestClient[Any]
Index = Callable[[], None]


def test_what_is_withdrawn_is_not_shown_from_then_on(publish: Publish, index: Index, search: Ask, api: Api) -> None:
    """Before the index knows of it: no hit, no count, no page that ends too soon; and one language alone goes alone."""
    entries = [publish(ko=f"동맹 소식 {number}", en=f"Alliance news {number}") for number in range(5)]
    index()
    api.unpublish(entries[2]["id"], "ko", "en")
    api.unpublish(entries[3]["id"], "ko")
    page = search("동맹", locale="ko", limit=3)
    assert sorted(titles(page)) == ["동맹 소식 0", "동맹 소식 1", "동맹 소식 4"]
    assert page["total"] == 3
    assert search("동맹", locale="all", limit=100)["total"] == 3
    assert "Alliance news 3" in titles(search("alliance", locale="en"))
    assert all(hit["matched_locale"] == "en" for hit in search("alliance", locale="all")["items"])
    index()
    assert search("동맹", locale="ko", limit=3)["total"] == 3


def test_who_is_far_behind_does_not_pause(
    publish: Publish, settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker waits before it indexes, so that much goes in together; with more left than that it goes on."""
    indexer = indexer_of(settings, database)
    indexer.catch_up()
    for number in range(4):
        publish(ko=f"소식 {number}")
    monkeypatch.setattr(gathering, "BATCH", 5)
    monkeypatch.setattr(following, "BATCH", 5)
    worker = Worker(database, chain(settings), indexer)
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return len(waited) > 1 and waited[-2:] == [IDLE, IDLE]

    monkeypatch.setattr(worker._stop, "wait", wait)
    worker.index(indexer)
    pauses = [seconds > 0 for seconds in waited]
    assert pauses == [True, *[False] * pauses.count(False), *[True] * (pauses.count(True) - 1)]
    assert False in pauses
    assert not indexer.catch_up()


def test_a_replaced_text_is_not_shown_again(publish: Publish, index: Index, search: Ask, api: Api) -> None:
    """Until the index has the new text, its entry is found by the old words, and shown with none of them."""
    entry = publish(ko="동맹의 날", body="참전용사의 이름은 비밀입니다.")
    index()
    api.save(entry["id"], "ko", title="감사의 날", body="모두 오세요.")
    api.publish(entry["id"], "ko")
    (hit,) = search("비밀", locale="ko")["items"]
    assert hit["title"] == "감사의 날"
    assert hit["highlights"] == {"title": "감사의 날", "body": []}
    index()
    assert until(lambda: search("비밀", locale="ko")["items"], lambda found: not found) == []
    assert titles(search("감사", locale="ko")) == ["감사의 날"]


def test_every_change_of_what_is_public_is_followed(publish: Publish, index: Index, search: Ask, api: Api) -> None:
    """A tag, a date, another language, a withdrawal, a deletion."""
    entry = publish(ko="동맹의 날")
    index()
    api.ok("PATCH", f"entries/{entry['id']}", {"tags": ["보훈"], "date": "1953-07-27"}, etag="*")
    index()
    assert titles(search("보훈", locale="ko")) == titles(search("동맹", locale="ko", tag="보훈")) == ["동맹의 날"]
    assert titles(search("동맹", locale="ko", since="1953", until="1953")) == ["동맹의 날"]
    api.save(entry["id"], "en", title="Alliance Day", body="Text.")
    api.publish(entry["id"], "en")
    index()
    assert titles(search("alliance", locale="ko")) == ["동맹의 날"]
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    index()
    assert search("동맹", locale="all")["total"] == 0


def test_an_answer_is_never_remembered_stale(publish: Publish, index: Index, client: Client) -> None:
    """The same question, asked before and after the index came to know of a publication, gets both answers."""

    def total() -> int:
        return int(client.get("/v1/search?q=동맹&locale=ko").json()["total"])

    publish(ko="동맹 하나")
    index()
    assert until(total, lambda found: found == 1) == 1
    publish(ko="동맹 둘")
    assert total() == 1  # remembered under the publication's own version
    index()
    assert until(total, lambda found: found == 2) == 2


def test_what_is_purged_leaves_no_words(
    publish: Publish, index: Index, search: Ask, database: Database, settings: Settings
) -> None:
    """Purging takes the words of an entry, its place in the index and in its files, and what was suggested of it."""
    entry = publish(ko="지워질 동맹 zyxwv")
    publish(ko="남는 동맹")
    index()
    assert bool(written(settings, "zyxwv")) == database.is_sqlite
    with database.write() as tx:
        purging.purge(tx, accounts.local(tx.connection), entry["id"], Seal(settings.key()))
    assert titles(search("동맹", locale="ko")) == ["남는 동맹"]
    index()
    until(lambda: (index(), written(settings, "zyxwv"))[1], lambda files: not files)
    with database.read() as connection:
        for table in (tables.search_tokens, tables.search_document, tables.suggestion_source):
            assert not connection.execute(select(table).where(table.c.entry_id == entry["id"])).all()
        assert "지워질 동맹 zyxwv" not in connection.execute(select(tables.suggestion.c.text)).scalars().all()


def written(settings: Settings, word: str) -> list[Path]:
    """Return the files of the index that hold the word."""
    files = (path for path in (Path(settings.data_dir) / "search").rglob("*") if path.is_file())
    return [path for path in files if word.encode() in path.read_bytes()]


@only_on("sqlite")
@pytest.mark.parametrize("when", ["before the worker ends", "while an index is made"])
def test_what_is_purged_goes_from_the_files_whatever_comes_between(
    publish: Publish,
    index: Index,
    indexer: Indexer,
    database: Database,
    settings: Settings,
    monkeypatch: Any,
    when: str,
) -> None:
    """The files tell themselves that they hold what was purged, until an index without it is in their place."""
    entry = publish(ko="지워질 동맹 zyxwv")
    publish(ko="남는 동맹")
    index()

    def purge() -> None:
        with database.write() as tx:
            purging.purge(tx, accounts.local(tx.connection), entry["id"], Seal(settings.key()))

    with monkeypatch.context() as patch:
        patch.setattr(Indexer, "_renew_in_background", lambda _: None)
        if when == "before the worker ends":
            purge()
            index()
        else:
            everything = Gathering.everything
            patch.setattr(Gathering, "everything", lambda self: [*everything(self), purge() or []])
            assert indexer.renew()
    assert written(settings, "zyxwv")
    other = indexer_of(settings, database)
    until(lambda: (other.catch_up(), written(settings, "zyxwv"))[1], lambda files: not files)
    until(lambda: (other.catch_up(), other._index.is_worn)[1], lambda is_worn: not is_worn)


def test_readers_are_told_however_a_worker_is_cut_off(
    publish: Publish,
    index: Index,
    indexer: Indexer,
    client: Client,
    settings: Settings,
    database: Database,
    monkeypatch: Any,
) -> None:
    """What the index was written is told by whoever comes next, so that nobody goes on remembering old answers."""

    def total() -> int:
        return int(client.get("/v1/search?q=동맹&locale=ko").json()["total"])

    publish(ko="동맹 하나")
    index()
    publish(ko="동맹 둘")
    assert until(total, lambda found: found == 1) == 1
    with monkeypatch.context() as patch:
        patch.setattr(Indexer, "_tell", interrupt)
        with pytest.raises(KeyboardInterrupt):
            indexer.catch_up()
    other = indexer_of(settings, database)
    until(other.catch_up, lambda worked: not worked)
    assert until(total, lambda found: found == 2) == 2
    assert other.catch_up() is False


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_words_of_what_is_replaced_or_withdrawn_go(
    publish: Publish, index: Index, api: Api, database: Database
) -> None:
    """What is kept of texts is kept of those that are public."""
    kept, gone = publish(ko="동맹 하나"), publish(ko="동맹 둘")
    index()
    api.save(kept["id"], "ko", title="동맹 셋", body="")
    api.publish(kept["id"], "ko")
    api.unpublish(gone["id"], "ko")
    index()
    with database.read() as connection:
        found = connection.execute(select(tables.search_tokens.c.revision_id)).scalars().all()
        public = connection.execute(select(tables.published.c.revision_ko).where(tables.published.c.audience == "all"))
        assert found == public.scalars().all()


def test_a_text_that_cannot_be_read_is_alone_not_found(
    publish: Publish, index: Index, indexer: Indexer, search: Ask, monkeypatch: Any
) -> None:
    """Nor does its tag, where that cannot be read, keep the others from being found: neither now nor in a new index."""
    tokens = Analyser.tokens

    def fail(self: Analyser, text: str, locale: Locale) -> Any:
        if "나쁜" in text:
            raise RuntimeError("no words")
        return tokens(self, text, locale)

    monkeypatch.setattr(Analyser, "tokens", fail)
    publish(ko="동맹 나쁜 글")
    publish(ko="동맹 좋은 글", tags=["나쁜-말"])
    index()
    assert titles(search("동맹", locale="ko")) == ["동맹 좋은 글"]
    assert indexer.renew()
    assert titles(search("동맹", locale="ko")) == ["동맹 좋은 글"]


def test_who_knows_less_follows_and_never_takes_an_index_back(
    publish: Publish, index: Index, settings: Settings, database: Database, search: Ask, monkeypatch: Any
) -> None:
    """A worker without Kiwi beside one with it, or of the version before, writes what is published, and no more."""
    monkeypatch.setattr("pipeline.analysis.RULES", "1000")
    publish(ko="동맹 하나")
    index()
    monkeypatch.undo()
    other = indexer_of(settings, database)
    publish(ko="동맹 둘")
    for _ in range(3):
        other.catch_up()
    assert other._renewing is None
    state = other._index.state()
    assert state is not None
    assert state.version.startswith("1000")
    assert search("동맹", locale="ko")["total"] == 2


def test_an_index_is_followed_while_another_is_made(
    publish: Publish,
    index: Index,
    indexer: Indexer,
    settings: Settings,
    database: Database,
    search: Ask,
    monkeypatch: Any,
) -> None:
    """While it reads whoever follows gets a turn; and what was written then stays."""
    monkeypatch.setattr(gathering, "CHUNK", 1)
    for number in range(4):
        publish(ko=f"동맹 {number}")
    index()
    other = indexer_of(settings, database)
    followed: list[bool] = []
    everything = Gathering.everything

    def publish_meanwhile(self: Gathering) -> Any:
        for number, some in enumerate(everything(self)):
            if number < 3:
                publish(ko=f"동맹 새로 {number}")
                followed.append(other.catch_up())
            yield some

    monkeypatch.setattr(Gathering, "everything", publish_meanwhile)
    assert indexer.renew()
    assert followed == [True] * 3
    assert until(lambda: search("동맹", locale="ko")["total"], lambda total: total == 7)


def test_the_end_of_the_service_does_not_wait_for_a_new_index(
    publish: Publish, index: Index, indexer: Indexer, settings: Settings, database: Database, monkeypatch: Any
) -> None:
    """Neither while it is filled, nor while it waits for its turn."""
    monkeypatch.setattr(gathering, "CHUNK", 1)
    for number in range(3):
        publish(ko=f"동맹 {number}")
    index()
    read: list[Any] = []
    documents = Gathering._documents
    monkeypatch.setattr(Gathering, "_documents", lambda self, ids: (read.append(ids), documents(self, ids))[1])
    with indexer._index.turn():  # so that it never gets its own
        other = indexer_of(settings, database)
        with ThreadPoolExecutor(1) as pool:
            ended = pool.submit(other.renew)
            until(lambda: len(read), lambda number: number > 0)
            other.stop()
            with pytest.raises(Stopping):
                ended.result(timeout=60)
    read.clear()
    with pytest.raises(Stopping):
        other.renew()
    assert len(read) <= 1


@pytest.mark.parametrize("change", ["log", "version"])
def test_an_index_of_another_log_or_version_is_made_anew(
    publish: Publish, index: Index, search: Ask, database: Database, indexer: Indexer, change: str, monkeypatch: Any
) -> None:
    """After a restore, or with another analyser, everything is read again; nothing of the old state counts."""
    publish(ko="동맹의 날")
    index()
    if change == "log":
        with database.write() as tx:
            tx.execute(update(tables.log).values(id="0199-another-log"))
    else:
        monkeypatch.setattr("pipeline.analysis.RULES", "1000")
    publish(ko="동맹의 밤")
    until(lambda: (index(), indexer._index.state())[1], lambda state: state is not None and made_anew(state, change))
    assert until(lambda: sorted(titles(search("동맹", locale="ko"))), lambda found: len(found) == 2)
    with database.read() as connection:
        versions = set(connection.execute(select(tables.search_tokens.c.version)).scalars())
    assert len(versions) == 1


def made_anew(state: Any, change: str) -> bool:
    """Tell whether the index is the new one."""
    return bool(state.log == "0199-another-log" if change == "log" else state.version.startswith("1000"))


def test_two_writers_take_turns(publish: Publish, index: Index, indexer: Indexer) -> None:
    """Whoever has not the turn writes nothing."""
    publish(ko="동맹의 날")
    with indexer._index.renewal() as is_ours, indexer._index.renewal() as is_theirs:
        assert (is_ours, is_theirs) == (True, False)
    index()
    publish(ko="동맹의 밤")
    with indexer._index.turn() as is_ours:
        assert is_ours
        assert indexer.catch_up() is False
    assert indexer.catch_up() is True
