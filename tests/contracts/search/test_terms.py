"""A term of the glossary finds what says it in the other language, whenever it came and whichever worker saw it."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.search import gathering
from content_api.search.following import Indexer
from content_api.search.index import Step
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import indexer as indexer_of
from tests.client import Api
from tests.contracts.search.conftest import Ask, Publish, titles
from tests.waiting import until

TITLE, TERM, TYPED = "너나들이는 서로 돕는 모임", {"ko": "너나들이", "en": "Buddy Program"}, "buddy program"
Worker = Callable[[], Indexer]


@pytest.fixture
def worker(settings: Settings, database: Database) -> Worker:
    """Another worker, which knows what stands in the database and nothing else."""
    return lambda: indexer_of(settings, database)


def follow(indexer: Indexer) -> None:
    while indexer.catch_up():
        pass


def is_found(search: Ask) -> bool:
    return until(lambda: titles(search(TYPED, locale="ko")), bool) == [TITLE]


def test_a_term_that_nobody_said_yet_outlives_its_worker(
    publish: Publish, worker: Worker, search: Ask, api: Api
) -> None:
    """It is followed, the worker ends, the text that says it comes after: found."""
    publish(ko="시작")
    follow(worker())
    api.ok("POST", "glossary", TERM)
    follow(worker())
    publish(ko=TITLE)
    follow(worker())
    assert is_found(search)


def test_what_one_worker_saw_another_does_not_take_back(
    publish: Publish, worker: Worker, search: Ask, api: Api
) -> None:
    """One follows the term, the other, which ran all the while, what says it."""
    first, second = worker(), worker()
    publish(ko="시작")
    follow(first)
    publish(ko="둘")
    follow(second)
    api.ok("POST", "glossary", TERM)
    follow(second)
    publish(ko=TITLE)
    follow(first)
    assert is_found(search)


def test_a_term_that_came_while_no_worker_ran_is_in_a_new_index(
    publish: Publish, worker: Worker, search: Ask, api: Api
) -> None:
    """Words that were read by the glossary of before are read again where they say the term."""
    publish(ko=TITLE)
    follow(worker())
    api.ok("POST", "glossary", TERM)
    assert worker().renew()
    assert is_found(search)


def test_what_was_not_public_when_a_term_came_is_found_when_it_is(
    publish: Publish, worker: Worker, search: Ask, api: Api
) -> None:
    """Withdrawn, the term added, published again."""
    entry = publish(ko=TITLE)
    follow(worker())
    api.unpublish(entry["id"], "ko")
    follow(worker())
    api.ok("POST", "glossary", TERM)
    follow(worker())
    api.publish(entry["id"], "ko")
    follow(worker())
    assert is_found(search)


def test_a_term_that_many_say_keeps_nobody_waiting(
    publish: Publish, worker: Worker, search: Ask, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its entries are written some at a time; whoever is cut off among them begins with them again."""
    monkeypatch.setattr(gathering, "CHUNK", 3)
    for number in range(8):
        publish(ko=f"너나들이 {number}")
    indexer = worker()
    follow(indexer)
    api.ok("POST", "glossary", TERM)
    written: list[Step] = []
    write: Callable[[Step], None] = indexer._index.write

    def cut_off(step: Step) -> None:
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(step)
        write(step)

    monkeypatch.setattr(indexer._index, "write", cut_off)
    with pytest.raises(KeyboardInterrupt):
        indexer.catch_up()
    assert [len(step.documents) for step in written] == [3, 3]
    follow(worker())
    assert until(lambda: search(TYPED, locale="ko")["total"], lambda total: total == 8)


def test_only_what_says_a_term_is_read_again(
    publish: Publish, worker: Worker, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The words of all others are good as they are, in a new index too."""
    said, other = publish(ko=TITLE), publish(ko="다른 소식")
    follow(worker())
    api.ok("POST", "glossary", TERM)
    read: list[str] = []
    reading: Any = gathering.Gathering._read
    monkeypatch.setattr(
        gathering.Gathering,
        "_read",
        lambda self, analyser, row: (read.append(row.entry_id), reading(self, analyser, row))[1],
    )
    assert worker().renew()
    assert read == [said["id"]] != [other["id"]]


def test_what_was_shown_before_a_term_came_is_marked_by_it_too(
    publish: Publish, worker: Worker, search: Ask, api: Api
) -> None:
    """A process that remembers the words of a text forgets them with the terms they were read by."""
    publish(ko=TITLE)
    follow(worker())
    assert search("너나들이", locale="ko")["items"][0]["highlights"]["title"].startswith("<mark>너나들이는</mark>")
    api.ok("POST", "glossary", {"ko": "서로 돕는 모임", "en": "Buddy Program"})
    follow(worker())
    assert is_found(search)
    marks = search(TYPED, locale="ko")["items"][0]["highlights"]["title"]
    assert marks == "너나들이는 <mark>서로</mark> <mark>돕는</mark> <mark>모임</mark>"
