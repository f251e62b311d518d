"""The fuzzy index of a process follows the stored memory, whoever changes it."""

import datetime as dt
from collections.abc import Iterator, Sequence

import pytest
from sqlalchemy import delete

from content_api.storage import events, tables
from content_api.storage.database import Database
from content_api.workflow import likeness, memory
from content_api.workflow.memory import StoredMemory
from pipeline.folding import key
from pipeline.fuzzy import FuzzyIndex
from schemas.language import Unit

ASKED = ["함께 갑시다 여러분"]
m = tables.memory_unit.c


@pytest.fixture
def another(database: Database) -> Iterator[Database]:
    """The same database, as another process has it."""
    opened = Database(database.url, clock=database.clock)
    yield opened
    opened.close()


def add(database: Database, *korean: str) -> None:
    with database.write() as tx:
        memory.remember(tx, [Unit(ko=ko, en="Let us go.", confirmed=True) for ko in korean], "test")


def found(database: Database) -> list[list[str]]:
    return StoredMemory(database).alike(ASKED, "ko", 5, 60)


def hashes(*texts: str) -> list[list[str]]:
    return [[key(text) for text in texts]]


def test_what_any_process_adds_is_found(database: Database, another: Database) -> None:
    """An index that was made before finds what came later, from its own process and from others."""
    assert found(database) == found(another) == [[]]
    add(database, "함께 갑시다 모두")
    assert found(database) == found(another) == hashes("함께 갑시다 모두")
    add(another, "함께 갑시다 여러분!")
    assert found(database) == found(another) == hashes("함께 갑시다 여러분!", "함께 갑시다 모두")


def test_what_was_removed_is_found_no_more(database: Database, another: Database) -> None:
    """A text that no unit has any more is left out, and does not take the place of another."""
    add(database, "함께 갑시다 모두", "함께 갑시다 여러분!")
    assert len(found(another)[0]) == 2
    with database.write() as tx:
        tx.execute(delete(tables.memory_unit).where(m.ko == "함께 갑시다 여러분!"))
    assert StoredMemory(another).alike(ASKED, "ko", 1, 60) == hashes("함께 갑시다 모두")


def test_nothing_is_read_again_while_nothing_changes(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole memory is read once; later questions put in only what the log tells of."""
    put: list[list[str]] = []
    real = FuzzyIndex.put

    def watched(self: FuzzyIndex, texts: Sequence[str]) -> None:
        put.append(list(texts))
        real(self, put[-1])

    monkeypatch.setattr(FuzzyIndex, "put", watched)
    add(database, "하나 둘 셋", "함께 갑시다 모두")
    found(database)
    found(database)
    add(database, "함께 갑시다 여러분!")
    found(database)
    assert put == [["하나 둘 셋", "함께 갑시다 모두"], ["함께 갑시다 여러분!"]]


def test_an_index_begins_anew_where_the_log_does_not_tell(database: Database) -> None:
    """A log that was shortened, or another one after a restore, tells nothing of before: all is read again."""
    add(database, "함께 갑시다 모두")
    found(database)
    with database.write() as tx:
        tx.execute(tables.memory_unit.update().values(ko="함께 갑시다 친구", hash_ko=key("함께 갑시다 친구")))
        tx.emit("account.added", detail={})
        tx.emit("account.added", detail={})
    with database.write() as tx:
        events.compact(tx, database.clock() + dt.timedelta(days=1))
    assert found(database) == hashes("함께 갑시다 친구")
    with database.write() as tx:
        tx.execute(tables.memory_unit.update().values(ko="함께 갑시다 모두", hash_ko=key("함께 갑시다 모두")))
        tx.execute(tables.log.update().values(id="another"))
    assert found(database) == hashes("함께 갑시다 모두")


def test_nothing_is_loaded_until_it_is_asked(database: Database) -> None:
    """Exact matches load no index, nor does the other language's."""
    add(database, "함께 갑시다 모두")
    StoredMemory(database).among([key("함께 갑시다 모두")], "ko")
    assert database not in likeness._KNOWN
    found(database)
    assert set(likeness._KNOWN[database]) == {"ko"}
