"""What is found follows what is published: at once where it is taken back, else as soon as the worker comes to it."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import select, update

from content_api.search.following import Indexer
from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import accounts, purging
from content_api.workflow.repeating import Seal
from tests.client import Api
from tests.contracts.search.conftest import Ask, Publish, titles
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
    """Purging takes the words of an entry, its place in the index, and what was suggested of it."""
    entry = publish(ko="지워질 동맹")
    publish(ko="남는 동맹")
    index()
    with database.write() as tx:
        purging.purge(tx, accounts.local(tx.connection), entry["id"], Seal(settings.key()))
    assert titles(search("동맹", locale="ko")) == ["남는 동맹"]
    index()
    with database.read() as connection:
        for table in (tables.search_tokens, tables.search_document, tables.suggestion_source):
            assert not connection.execute(select(table).where(table.c.entry_id == entry["id"])).all()
        assert "지워질 동맹" not in connection.execute(select(tables.suggestion.c.text)).scalars().all()


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
        monkeypatch.setattr("pipeline.analysis.RULES", "next")
    publish(ko="동맹의 밤")
    until(lambda: (index(), indexer._index.state())[1], lambda state: state is not None and made_anew(state, change))
    assert until(lambda: sorted(titles(search("동맹", locale="ko"))), lambda found: len(found) == 2)
    with database.read() as connection:
        versions = set(connection.execute(select(tables.search_tokens.c.version)).scalars())
    assert len(versions) == 1


def made_anew(state: Any, change: str) -> bool:
    """Tell whether the index is the new one."""
    return bool(state.log == "0199-another-log" if change == "log" else state.version.startswith("next"))


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
