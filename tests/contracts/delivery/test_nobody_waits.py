"""Readers do not wait for each other: what takes its time keeps nobody else from an answer."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Event
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from content_api.app import CONNECTIONS, THREADS, create_app, outside
from content_api.http.search import AT_ONCE
from content_api.search.answering import Search
from content_api.settings import Settings
from content_api.storage.database import Database
from schemas.problems import Unavailable
from tests.client import Api
from tests.contracts.delivery.making import published
from tests.crowd import Crowd
from tests.postgres import only_on
from tests.waiting import until


@only_on("sqlite")
def test_a_reader_finds_a_connection_when_all_others_are_taken(settings: Settings, api: Api) -> None:
    """With every read connection held by somebody slow, a page that is not in memory is answered all the same."""
    published(api)
    database = Database(settings.url, threads=CONNECTIONS, write_deadline=0.2)
    with TestClient(outside(create_app(settings, database, with_worker=False))) as client, ExitStack() as slow:
        for _ in range(CONNECTIONS):
            slow.enter_context(database.read())
        answers: list[httpx.Response] = [client.get(f"/v1/news?limit={limit}") for limit in (1, 2, 3)]
    assert [answer.status_code for answer in answers] == [200, 200, 200]


@only_on("sqlite")
def test_searching_takes_a_few_threads_alone(
    client: TestClient[Any], api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many search at once, and however long it takes: who asks for anything else is answered meanwhile."""
    published(api)
    searching, go_on = Crowd(), Event()

    def answer(*_: object) -> None:
        with searching:
            go_on.wait(30)
        raise Unavailable("Not now.")

    monkeypatch.setattr(Search, "answer", answer)
    with ThreadPoolExecutor(2 * THREADS) as readers:
        searches = [readers.submit(client.get, f"/v1/search?q={number}") for number in range(2 * THREADS)]
        until(lambda: searching.inside, lambda now: now == AT_ONCE)
        assert client.get("/v1/tags").status_code == 200
        assert client.get("/v1/suggest?q=a").status_code == 200
        go_on.set()
        assert {search.result().status_code for search in searches} == {503}
    assert searching.most == AT_ONCE
