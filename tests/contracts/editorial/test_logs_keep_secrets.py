"""No secret and no text reaches the log, whatever is asked and whatever goes wrong."""

from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from content_api import reading
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import revisions, views
from pipeline import checks
from pipeline.engines.base import BadAnswer
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.contracts.editorial.bodies import replaced, strings
from tests.contracts.editorial.conftest import GOOD, World
from tests.contracts.editorial.routes import ROUTES, Route
from tests.logged import Log, logged
from tests.pipeline.engines.scripted import Scripted
from tests.postgres import only_on

SECRET = "secret4711"
MARK = f"비밀{SECRET}"
PUBLIC = ["/v1/news", "/v1/news/nothing", "/v1/tags", "/v1/changes", "/openapi.json", "/docs", "/readyz", "/metrics"]


class Faulty(Scripted):
    """An engine that fails with what it was sent in its words."""

    def translate(self, texts: Any, *_more: Any) -> list[str]:
        raise BadAnswer(MARK) if self.name == "bad" else ValueError(MARK, texts)


@pytest.fixture
def log(tmp_path: Path) -> Any:
    with logged(tmp_path / "log", "debug") as log:
        yield log


def marked(body: Any) -> list[Any]:
    """Return the body with each of its strings marked, in turn and all together."""
    places = list(strings(body))
    each = [replaced(body, place, MARK) for place in places]
    return [*each, replaced(body, places[0], MARK + "\x00")] if places else [body]


@only_on("sqlite")
@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_no_route_logs_what_it_is_sent(route: Route, world: World, log: Log) -> None:
    """Every editorial route, with marked keys, texts, query and headers, good and bad: the log has no mark in it."""
    path = world.path(route).replace("nobody", MARK)
    private = {"X-Api-Key": "secret4711", "Idempotency-Key": "secret4711", "Cookie": "session=secret4711"}
    address = f"/v1/editorial/{path}?token={MARK}"
    good_key, bad_key = ({"Authorization": key} for key in (world.api.headers["Authorization"], "Bearer secret4711"))
    for body in marked(GOOD.get(str(route), {"text": MARK})):
        headers = private | good_key | {"If-Match": "*"}
        world.api.http.request(route.method, address.partition("?")[0], headers=headers, json=body)
    for key in (good_key, bad_key):
        world.api.http.request(route.method, address, headers=private | key, json={})
    assert len(log.requests) >= 3
    assert SECRET not in log.text
    assert world.api.headers["Authorization"].removeprefix("Bearer ") not in log.text


@only_on("sqlite")
@pytest.mark.parametrize("address", PUBLIC)
def test_no_public_route_logs_what_it_is_sent(client: TestClient[Any], log: Log, address: str) -> None:
    """Readers' queries and headers are nobody's business either."""
    headers = {"Authorization": "Bearer secret4711", "X-Api-Key": "secret4711", "Referer": "https://secret4711.example"}
    client.get(address, params={"q": MARK, "token": MARK}, headers=headers)
    client.get(address, headers=headers)
    assert len(log.requests) == 2
    assert SECRET not in log.text


def test_faults_of_ours_are_logged_without_what_they_say(api: Api, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    """An unforeseen fault in a reader's, an editor's or a writing request quotes its input to nobody."""
    entry = api.create()

    def fail(*_arguments: Any, **_more: Any) -> None:
        raise RuntimeError(MARK)

    for module, name in ((reading, "page"), (views, "entry"), (revisions, "newest")):
        monkeypatch.setattr(module, name, fail)
    answers = [
        api.http.get("/v1/news"),
        api.call("GET", f"entries/{entry['id']}"),
        api.call("PUT", f"entries/{entry['id']}/texts/ko", {"title": MARK, "body": MARK}, etag="*"),
    ]
    assert [each.status_code for each in answers] == [500, 500, 500]
    assert log.text.count("builtins.RuntimeError") == 3
    assert SECRET not in log.text


def test_faults_of_the_database_are_logged_without_the_row(database: Database, api: Api, log: Log) -> None:
    """A constraint that is broken names its statement's values to nobody."""
    entry = api.create()
    with database.write() as tx:  # a column nobody reckons with: every new revision breaks it
        tx.connection.exec_driver_sql("ALTER TABLE revision RENAME COLUMN title TO title_before")
    answer = api.call("PUT", f"entries/{entry['id']}/texts/ko", {"title": MARK, "body": MARK}, etag="*")
    assert answer.status_code == 500
    assert "sqlalchemy.exc" in log.text
    assert SECRET not in log.text


@pytest.mark.parametrize("name", ["bad", "broken"])
def test_a_workers_faults_are_logged_without_the_text(
    name: str, api: Api, database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A draft that fails, by an engine or by a fault of ours, leaves its text and the engine's words out of the log."""
    if name == "broken":

        def fail(*_arguments: Any, **_more: Any) -> None:
            raise ValueError(MARK)

        monkeypatch.setattr(checks, "run", fail)
    api.ask(api.create(texts={"ko": {"title": MARK, "body": f"{MARK} 문장입니다."}})["id"])
    assert Worker(database, Chain([Faulty(name)])).work_once()
    assert SECRET not in log.text
