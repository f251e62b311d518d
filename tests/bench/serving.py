"""Answers a second through the whole server, beside a bare Granian application that sends the same bytes.

The servers run on one core and the load on another. Every subject has its turn in every round, first through the one
server and then through the other, so that a slow moment of the machine falls on both; what counts is their ratio.
"""

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import msgspec

from content_api.storage.database import Database
from tests.bench import load
from tests.bench.load import Load
from tests.bench.pages import filled

SERVER_CORE = 0
SECONDS = 1.0
# What a reading of memory is filled with: more distinct answers than it holds.
MANY = 12_000


@dataclass(frozen=True)
class Subject:
    """One kind of request: its addresses, headers, and what is required of it."""

    name: str
    paths: Sequence[str]
    headers: Mapping[str, str]
    cold: bool = False


def report(sizes: list[int], rounds: int) -> None:
    """Print rates, ratios, latencies, memory and start time for every size."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            database = filled(folder, size)
            print(f"Serving, {size:,} entries per language, {load.CONNECTIONS} connections, {rounds} rounds")
            with _hanmi(folder) as (url, pid, ready):
                subjects = list(_subjects(url, size))
                with _bare(folder, url, subjects) as bare:
                    _report(subjects, url, bare, database, rounds, folder)
                _fill_memory(url, size)
                print(f"  ready after {ready:.2f} s (target 2)")
                print(f"  memory with a full cache {_memory(pid):.0f} MB (target 200)")
            database.close()


def _report(subjects: Sequence[Subject], url: str, bare: str, database: Database, rounds: int, folder: Path) -> None:
    found: dict[tuple[str, str], list[Load]] = {}
    for _ in range(rounds):
        for subject in subjects:
            if subject.cold:
                _forget(database)
            given = dict(subject.headers)
            found.setdefault((subject.name, "hanmi"), []).append(load.run(url, subject.paths, SECONDS, folder, given))
            if not subject.cold:
                mine = load.run(bare, subject.paths, SECONDS, folder, given)
                found.setdefault((subject.name, "bare"), []).append(mine)
    for subject in subjects:
        runs = found[subject.name, "hanmi"]
        rate, p50, p99 = (statistics.median(getattr(run, name) for run in runs) for name in ("rate", "p50", "p99"))
        line = f"  {subject.name:<12} {rate:8,.0f}/s  p50 {p50:6.2f} ms  p99 {p99:6.2f} ms"
        if not subject.cold:
            pairs = zip(runs, found[subject.name, "bare"], strict=True)
            ratios = sorted(100 * run.rate / other.rate for run, other in pairs)
            beside = found[subject.name, "bare"]
            bare_rate, bare_p99 = (statistics.median(getattr(run, name) for run in beside) for name in ("rate", "p99"))
            line += f"  bare {bare_rate:8,.0f}/s  p99 {bare_p99:5.2f} ms"
            line += f"  {statistics.median(ratios):3.0f} % ({ratios[0]:.0f} to {ratios[-1]:.0f})"
        bad = sum(run.bad for run in runs)
        print(line + (f"  {bad} BAD ANSWERS" if bad else ""))


def _subjects(url: str, size: int) -> Iterator[Subject]:
    item = "/v1/news/news-7?locale=en"
    same_item = "/v1/news/news-7?fallback=none&locale=en"  # an address of its own, for the bare application's sake
    first = "/v1/news?locale=en&limit=20"
    deep = _deep(url, first, pages=min(size // 40, 100))
    etag = httpx.get(url + item, headers={"Accept-Encoding": "identity"}, trust_env=False).headers["etag"]
    yield Subject("item", [item], {})
    yield Subject("first page", [first], {})
    yield Subject("deep page", [deep], {})
    yield Subject("tag", ["/v1/news?locale=en&limit=20&tag=rare"], {})
    yield Subject("304", [same_item], {"If-None-Match": etag})
    step = max(size // 10_000, 1)
    cold_items = [
        f"/v1/news/news-{number}?locale={locale}&fallback={fallback}"
        for number in range(0, size, step)
        for locale in ("ko", "en", "all")
        for fallback in ("none", "source")
    ]
    yield Subject("cold item", cold_items, {}, cold=True)
    days = [f"19{year}-{month:02}-{day:02}" for year in range(50, 90) for month in range(1, 13) for day in range(1, 28)]
    yield Subject("cold page", [f"/v1/news?locale=en&limit=20&to={day}" for day in days], {}, cold=True)


def _deep(url: str, first: str, pages: int) -> str:
    """Return the address of a page far down: a cursor followed many times."""
    cursor = None
    for _ in range(pages):
        cursor = httpx.get(url + first + (f"&cursor={cursor}" if cursor else ""), trust_env=False).json()["next"]
    return f"{first}&cursor={cursor}"


def _forget(database: Database) -> None:
    """Let something be published: every answer in memory is stale from now on."""
    with database.write() as tx:
        tx.emit("tag.renamed")


def _fill_memory(url: str, size: int) -> None:
    with httpx.Client(trust_env=False, headers={"Accept-Encoding": "br"}) as client:
        for number in range(MANY):
            client.get(f"{url}/v1/news?locale=en&limit={number % 100 + 1}&to={1950 + number // 100 % 70}")


def _memory(pid: int) -> float:
    """Return what the server's own process keeps in memory, in MB: it is the one child of the command."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    status = Path(f"/proc/{children[0] if children else pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


@contextmanager
def _hanmi(folder: Path) -> Iterator[tuple[str, int, float]]:
    port = _free_port()
    command = [sys.executable, "-m", "content_api.cli", "serve", "--no-worker", "--port", str(port)]
    environment = {"HANMI_DATA_DIR": str(folder), "HANMI_ENGINES": ""}
    began = time.monotonic()
    with _process(command, environment, folder / "server.log") as process:
        url = f"http://127.0.0.1:{port}"
        _wait(url + "/readyz", process)
        yield url, process.pid, time.monotonic() - began


@contextmanager
def _bare(folder: Path, url: str, subjects: Sequence[Subject]) -> Iterator[str]:
    """Serve by the bare application what the real one answers to the subjects that are not cold."""
    answers = {}
    with httpx.Client(trust_env=False) as client:
        for subject in subjects:
            for path in () if subject.cold else subject.paths:
                got = client.get(url + path, headers={"Accept-Encoding": "identity", **subject.headers})
                headers = [(name, value) for name, value in got.headers.raw if name.lower() not in (b"date", b"server")]
                answers[path] = (got.status_code, headers, got.content)
    kept = folder / "answers"
    kept.write_bytes(msgspec.msgpack.encode(answers))
    port = _free_port()
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--port", str(port), "--log-level", "error"]
    environment = {"BARE_ANSWERS": str(kept)}
    with _process([*command, "tests.bench.bare:app"], environment, folder / "bare.log") as process:
        _wait(f"http://127.0.0.1:{port}{next(iter(answers))}", process)
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _process(
    command: Sequence[str], environment: Mapping[str, str], log: Path, *, pinned: bool = True
) -> Iterator[subprocess.Popen[bytes]]:
    given = {name: value for name, value in os.environ.items() if not name.startswith("HANMI_")} | environment
    with log.open("ab") as said:
        process = subprocess.Popen(command, env=given, stdout=said, stderr=said, preexec_fn=_pin if pinned else None)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _pin() -> None:
    if len(os.sched_getaffinity(0)) > 1:
        os.sched_setaffinity(0, {SERVER_CORE})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(url, trust_env=False).status_code < 500:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"no server at {url}")
