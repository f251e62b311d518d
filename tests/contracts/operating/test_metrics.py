"""`/metrics`: what Prometheus scrapes, whole and bounded, whichever process answers."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient
from prometheus_client.parser import text_string_to_metric_families

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.base import Unreachable
from pipeline.engines.chain import Chain
from schemas.problems import Unavailable
from tests.client import Api, get
from tests.conftest import Clock
from tests.pipeline.engines.scripted import Scripted
from tests.server import Server
from tests.waiting import until

Client = TestClient[Any]
Labels = frozenset[tuple[str, str]]


class Scrape(dict[tuple[str, Labels], float]):
    """One scrape: `scrape("hanmi_jobs", kind="draft")` sums the samples that have these labels."""

    def __init__(self, text: str) -> None:
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                self[sample.name, frozenset(sample.labels.items())] = sample.value

    def __call__(self, name: str, **labels: str) -> float:
        wanted = set(labels.items())
        return sum(value for (found, has), value in self.items() if found == name and wanted <= has)

    def labels(self, name: str, label: str) -> set[str]:
        """Return the values that one label takes."""
        return {value for found, has in self if found == name for key, value in has if key == label}


@pytest.fixture
def scrape(client: Client) -> Callable[[], Scrape]:
    def ask() -> Scrape:
        answer = client.get("/metrics")
        assert answer.status_code == 200
        return Scrape(answer.text)

    return ask


def test_it_is_prometheus_text_that_nobody_stores(client: Client) -> None:
    """The text format, version 0.0.4, `no-store`; a family has its help and its type once."""
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert answer.headers["cache-control"] == "no-store"
    types = [line for line in answer.text.splitlines() if line.startswith("# TYPE")]
    assert len(types) == len(set(types)) > 10


def test_requests_are_counted_by_route_status_and_cache(client: Client, api: Api, scrape: Callable[[], Scrape]) -> None:
    """Each answer is timed once, by the route's template, its status class, and what the memory of answers had."""
    entry = api.create()
    before = scrape()
    client.get("/v1/news?limit=3")
    client.get("/v1/news?limit=3")
    client.get("/v1/news?limit=0")
    api.entry(entry["id"])
    after = scrape()

    def counted(**labels: str) -> float:
        return after("hanmi_request_seconds_count", **labels) - before("hanmi_request_seconds_count", **labels)

    assert counted(route="/v1/{kind}") == 3
    assert counted(route="/v1/{kind}", status="2xx", cache="miss") == 1
    assert counted(route="/v1/{kind}", status="2xx", cache="hit") == 1
    assert counted(route="/v1/{kind}", status="4xx") == 1
    assert counted(route="/v1/editorial/entries/{entry_id}", status="2xx", cache="bypass") == 1
    assert counted() == 5  # with the first scrape itself


def test_labels_are_bounded(client: Client, scrape: Callable[[], Scrape]) -> None:
    """Addresses that are not there, methods nobody knows and slugs that somebody made up add no label."""
    client.get("/v1/news/one")
    client.get("/nothing")
    client.request("BREW", "/v1/news")
    scrape()  # which counts itself
    before = scrape()
    for number in range(20):
        client.get(f"/v1/news/made-up-{number}")
        client.get(f"/nothing/{number}")
        client.request(f"BREW{number}", "/v1/news")
    after = scrape()
    assert set(after) == set(before)
    assert "none" in after.labels("hanmi_request_seconds_count", "route")
    assert after.labels("hanmi_request_seconds_count", "status") <= {"2xx", "3xx", "4xx", "5xx"}
    assert after.labels("hanmi_request_seconds_count", "cache") <= {"hit", "miss", "bypass"}


def test_the_smallest_bucket_is_a_tenth_of_a_millisecond(scrape: Callable[[], Scrape]) -> None:
    """Answers from memory take less than a millisecond, and can be told apart."""
    scrape()
    bounds = {float(each) for each in scrape().labels("hanmi_request_seconds_bucket", "le")}
    assert min(bounds) == 0.0001
    assert {0.001, 0.01, 0.1, 1.0, 10.0} <= bounds


def test_jobs_are_counted_and_the_oldest_has_an_age(
    api: Api, worker: Worker, clock: Clock, scrape: Callable[[], Scrape]
) -> None:
    """Jobs that wait are counted by kind and state; how long the oldest is due grows until a worker takes it."""
    assert scrape()("hanmi_oldest_due_job_seconds") == 0
    api.ask(api.create()["id"])
    clock.advance(minutes=3)
    found = scrape()
    assert found("hanmi_jobs", kind="draft", state="queued") == 1
    assert 180 <= found("hanmi_oldest_due_job_seconds") < 240
    assert worker.work_once()
    found = scrape()
    assert found("hanmi_jobs") == 0
    assert found("hanmi_oldest_due_job_seconds") == 0


def test_engines_are_counted_whoever_asked_them(api: Api, database: Database, scrape: Callable[[], Scrape]) -> None:
    """Requests, characters and errors come from the database, so a worker's process needs no metrics of its own."""

    def fail(_texts: list[str]) -> list[str]:
        raise Unreachable("down")

    first, second = Scripted("first", fail), Scripted("second")
    api.ask(api.create()["id"])
    assert Worker(database, Chain([first, second])).work_once()
    found = scrape()
    for engine, errors in ((first, len(first.asked)), (second, 0)):
        assert found("hanmi_engine_requests_total", engine=engine.name) == len(engine.asked) > 0
        sent = sum(len(text) for texts in engine.asked for text in texts)
        assert found("hanmi_engine_characters_total", engine=engine.name) == sent
        assert found("hanmi_engine_errors_total", engine=engine.name) == errors


def test_the_log_and_how_far_behind_it_this_process_is(api: Api, scrape: Callable[[], Scrape]) -> None:
    """The log's newest number is shown, and how many events the process that answers has not seen."""
    before = scrape()("hanmi_log_seq")
    api.create()
    assert scrape()("hanmi_log_seq") > before
    until(lambda: scrape()("hanmi_log_lag_events"), lambda behind: behind == 0)


def test_the_process_is_shown(scrape: Callable[[], Scrape]) -> None:
    """Memory and start time of the process, by its id."""
    found = scrape()
    pid = str(os.getpid())
    assert found("process_resident_memory_bytes", pid=pid) > 10_000_000
    assert found("process_start_time_seconds", pid=pid) > 1_000_000_000


def test_metrics_are_there_while_the_database_is_not(
    database: Database, monkeypatch: pytest.MonkeyPatch, scrape: Callable[[], Scrape]
) -> None:
    """What the process knows itself is shown all the same, and that the database does not answer."""
    assert scrape()("hanmi_database_up") == 1

    def away() -> None:
        raise Unavailable("away")

    monkeypatch.setattr(database, "read", away)
    found = scrape()
    assert found("hanmi_database_up") == 0
    assert found("hanmi_request_seconds_count", route="/metrics") > 0


def test_every_process_of_a_server_is_counted(settings: Settings) -> None:
    """With two processes each scrape, whoever answers it, tells the requests and the memory of both."""
    with Server(settings, "--processes", "2", "--no-worker") as server:
        url = f"{server.url}/v1/news"

        def scraped() -> Scrape:
            return Scrape(get(f"{server.url}/metrics").text)

        asked = 0
        for _ in range(60):  # a connection each, so that both processes get some
            assert get(url).status_code == 200
            asked += 1
        for _ in range(6):
            found = scraped()
            assert found("hanmi_request_seconds_count", route="/v1/{kind}", status="2xx") == asked
            assert len(found.labels("process_resident_memory_bytes", "pid")) == 2
        assert len({frozenset(scraped().labels("hanmi_log_lag_events", "pid")) for _ in range(30)}) == 2
