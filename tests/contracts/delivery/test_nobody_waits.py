"""Readers do not wait for each other: what takes its time keeps nobody else from an answer."""

from contextlib import ExitStack

import httpx
from litestar.testing import TestClient

from content_api.app import CONNECTIONS, create_app, outside
from content_api.settings import Settings
from content_api.storage.database import Database
from tests.client import Api
from tests.contracts.delivery.making import published
from tests.postgres import only_on


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
