"""What Prometheus scrapes: requests as this server's processes counted them, and how the database's work stands.

With several processes prometheus_client keeps its counts in files that all of them read (its multiprocess mode, which
`serving` switches on before anything imports it), so that it does not matter which of them is asked.
"""

import os
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from content_api import inspecting
from content_api.http.services import Given
from content_api.storage.pulse import Pulse
from schemas.problems import Problem

# Where the processes of one server keep their counts; without it there is one process, and it has them in memory.
SHARED = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
OWN = CollectorRegistry()
SECONDS = Histogram(
    "hanmi_request_seconds",
    "Time from a request's arrival to the end of its answer; `cache` is what the memory of answers had for it.",
    ["route", "status", "cache"],
    buckets=BUCKETS,
    registry=OWN,
)


def count(route: str, status: int, cache_result: str, seconds: float) -> None:
    """Count a request that was answered; `route` is its template, of which there are only so many."""
    _like(route, status // 100, cache_result).observe(seconds)


@cache
def _like(route: str, hundreds: int, cache_result: str) -> Histogram:
    """Return where requests of one kind are counted: to find it by its labels costs as much as to count."""
    return SECONDS.labels(route, f"{hundreds}xx", cache_result)


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def metrics(request: Request[Any, Any, Any], services: Given) -> Response[bytes]:
    """Return every metric in Prometheus's text format; those of the database are missing while it does not answer."""
    families = [*_of_requests(), *_of_processes()]
    try:
        with services.database.read() as connection:
            families += _of_jobs(connection, services)
            families += _of_engines(connection)
            families += _of_the_log(connection, request.app.state.pulse)
            families += _of_search(services)
        answers = 1
    except (SQLAlchemyError, Problem):
        answers = 0
    families.append(GaugeMetricFamily("hanmi_database_up", "Whether the database answers.", answers))
    text = generate_latest(_Found(families))
    return Response(text, headers={"Cache-Control": "no-store", "Content-Type": CONTENT_TYPE_PLAIN_0_0_4})


class _Found(Collector):
    """Families that were collected already, as the writer of the text format wants them."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _of_requests() -> Iterable[Metric]:
    if SHARED in os.environ:
        return MultiProcessCollector(CollectorRegistry()).collect()  # type: ignore[no-untyped-call,no-any-return]
    return OWN.collect()


def _of_processes() -> Iterator[Metric]:
    """Yield memory, start time and the like of every process of this server, by its id."""
    merged: dict[str, Metric] = {}
    for pid in _pids():
        for family in ProcessCollector(pid=lambda pid=pid: pid, registry=None).collect():  # type: ignore[misc]
            of_all = merged.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                of_all.add_sample(sample.name, {"pid": pid}, sample.value)
    yield from merged.values()


def _pids() -> list[str]:
    """Return the processes that counted something; one that has ended has its counts still, but no memory."""
    if SHARED not in os.environ:
        return [str(os.getpid())]
    return sorted({path.stem.rpartition("_")[2] for path in Path(os.environ[SHARED]).glob("*.db")})


def _of_jobs(connection: Connection, services: Given) -> Iterator[Metric]:
    jobs = GaugeMetricFamily("hanmi_jobs", "Jobs that wait, run or failed.", labels=["kind", "state"])
    for (kind, state), number in inspecting.jobs_by_state(connection).items():
        jobs.add_metric([kind, state], number)
    yield jobs
    age = inspecting.longest_due(connection, services.database.clock())
    yield GaugeMetricFamily("hanmi_oldest_due_job_seconds", "How long a job is due that nobody took.", age)


def _of_engines(connection: Connection) -> Iterator[Metric]:
    told = {
        "requests": "Requests to translation engines.",
        "characters": "Characters sent to translation engines, markup included.",
        "errors": "Requests to translation engines that brought nothing.",
    }
    families = {
        name: CounterMetricFamily(f"hanmi_engine_{name}", text, labels=["engine"]) for name, text in told.items()
    }
    for each in inspecting.usage(connection):
        for name, family in families.items():
            family.add_metric([each.engine], getattr(each, name))
    yield from families.values()


def _of_search(services: Given) -> Iterator[Metric]:
    behind = services.search.behind()
    yield GaugeMetricFamily("hanmi_search_up", "Whether there is a search index.", int(behind is not None))
    if behind is not None:
        yield GaugeMetricFamily("hanmi_search_lag_events", "Events that the search index has not followed.", behind)


def _of_the_log(connection: Connection, pulse: Pulse) -> Iterator[Metric]:
    last = inspecting.last_seq(connection)
    yield GaugeMetricFamily("hanmi_log_seq", "The number of the newest event.", last)
    lag = GaugeMetricFamily("hanmi_log_lag_events", "Events that the process asked has not seen.", labels=["pid"])
    lag.add_metric([str(os.getpid())], max(last - pulse.seen, 0))
    yield lag
