"""SIGTERM drains: what was accepted is answered whole, nobody new is let in, the worker's job goes back, exit 0."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from content_api import serving
from content_api.settings import Settings, load
from content_api.storage import tables
from content_api.storage.database import Database
from tests.client import Api, http_to
from tests.content_api.worker.story import job_of
from tests.peers.libretranslate import LibreTranslatePeer
from tests.postgres import only_on
from tests.server import Server
from tests.waiting import until

CLIENTS = 12
BODY = "첫 문장입니다. 둘째 문장입니다.\n\n" * 40


class Client(threading.Thread):
    """Asks again and again, each time over a new connection or all over one, until it is let in no more."""

    def __init__(self, server: Server, key: str, number: int) -> None:
        super().__init__()
        self.server, self.number = server, number
        self.headers = {"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"}
        self.answered: list[str] = []
        self.unanswered: str | None = None
        self.wrong: list[str] = []

    def run(self) -> None:
        limits = httpx.Limits(max_keepalive_connections=0 if self.number % 2 else 10)
        with http_to(self.server.url, limits=limits) as http:
            while self.unanswered is None:
                request_id = f"{self.number}.{len(self.answered)}"
                try:
                    answer = self._ask(http, self.headers | {"X-Request-Id": request_id})
                except httpx.TransportError:
                    self.unanswered = request_id
                else:
                    self.answered.append(request_id)
                    if not answer.is_success or len(answer.content) != int(answer.headers["content-length"]):
                        self.wrong.append(f"{answer.status_code}: {len(answer.content)} bytes, {answer.headers}")

    def _ask(self, http: httpx.Client, headers: dict[str, str]) -> httpx.Response:
        if self.number % 3 == 0:
            texts = {"ko": {"title": f"제목 {self.number}", "body": BODY}}
            entry = {"kind": "news", "source_locale": "ko", "texts": texts}
            return http.post("/v1/editorial/entries", headers=headers, json=entry)
        return http.get("/v1/news" if self.number % 3 == 1 else "/docs", headers=headers)


@pytest.mark.parametrize("processes", [1, 2])
def test_what_was_begun_is_answered_and_nobody_new_is_let_in(
    settings: Settings, database: Database, make_key: Callable[..., str], processes: int
) -> None:
    """Readers and writers at full speed: what the server began it answers whole; what came too late it never began."""
    key = make_key("admin")
    with Server(settings, "--processes", str(processes)) as server:
        clients = [Client(server, key, number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        until(lambda: min(len(client.answered) for client in clients), lambda least: least >= 3)
        assert server.stop(signal.SIGTERM) == 0
        for client in clients:
            client.join(60)
        assert [client.wrong for client in clients] == [[]] * CLIENTS
        # Every answer was logged by the time the process ended, and nothing else was begun.
        lines = [json.loads(line) for line in server.log.splitlines() if '"event":"request"' in line]
        begun = {line["request_id"] for line in lines if "." in line["request_id"]}
        assert begun == {request_id for client in clients for request_id in client.answered}
        assert all(client.unanswered not in begun for client in clients)
        assert "Traceback" not in server.log
    with database.read() as connection:
        stored = connection.execute(select(func.count()).select_from(tables.entry)).scalar_one()
    assert stored == sum(len(client.answered) for client in clients if client.number % 3 == 0)


@only_on("sqlite")
def test_a_request_that_takes_its_time_is_waited_for(
    settings: Settings, database: Database, make_key: Callable[..., str]
) -> None:
    """A write that waits for its turn when the server is told to end gets its turn, and its answer."""
    key = make_key("admin")
    answers: list[httpx.Response] = []
    with (
        Server(settings, "--no-worker") as server,
        http_to(server.url) as http,
    ):
        writer = threading.Thread(target=lambda: answers.append(Api(http, key).call("POST", "tags", TAG)))
        with database.write():  # nobody else can write meanwhile
            writer.start()
            time.sleep(0.5)
            assert server.process is not None
            server.process.send_signal(signal.SIGTERM)
            until(lambda: _refuses(server), bool)
            assert answers == []
        assert server.stop(signal.SIGTERM) == 0
        writer.join(60)
    assert answers[0].status_code == 201


TAG = {"slug": "youth", "name": {"ko": "청년", "en": "Youth"}}


def _refuses(server: Server) -> bool:
    try:
        socket.create_connection(("127.0.0.1", server.port), 1).close()
    except OSError:
        return True
    return False


@only_on("sqlite")
@pytest.mark.parametrize(
    "sent", [b"", b"GET /v1/news HTTP/1.1\r\nHost: a\r\n", b"POST /v1/editorial/tags HTTP/1.1\r\n"]
)
def test_a_client_that_never_ends_its_request_does_not_hold_up_the_end(settings: Settings, sent: bytes) -> None:
    """The end is bounded, whatever half a request somebody holds open."""
    with Server(settings) as server, socket.create_connection(("127.0.0.1", server.port)) as half:
        half.sendall(sent)
        began = time.monotonic()
        assert server.stop(signal.SIGTERM) == 0
        assert time.monotonic() - began < serving.DRAIN + 5


@only_on("sqlite")
def test_processes_that_still_start_end_too(settings: Settings) -> None:
    """A server that is told to end before all its processes are ready ends at once."""
    server = Server(settings, "--processes", "4")
    command = [sys.executable, "-m", "content_api.cli", "serve", "--port", str(server.port), "--processes", "4"]
    process = subprocess.Popen(command, env=server.environment, stderr=subprocess.DEVNULL)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    until(lambda: children.read_text().split(), lambda found: len(found) == 4)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert time.monotonic() - began < serving.DRAIN


@pytest.fixture
def peer() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer() as peer:
        yield peer


def test_a_job_whose_engine_does_not_answer_goes_back(
    settings: Settings, peer: LibreTranslatePeer, database: Database, make_key: Callable[..., str], tmp_path: Path
) -> None:
    """The worker within the server does not wait for its engine's minute: the job goes back uncounted, for the next."""
    peer.behaviour = "slow"
    environment = {"HANMI_ENGINES": "libre", "HANMI_LIBRE_URL": peer.url, "HANMI_DATA_DIR": str(tmp_path)}
    if settings.database_url:
        environment |= {"HANMI_DATABASE_URL": settings.database_url, "HANMI_SECRET_KEY": settings.secret_key}
    slow = load(environment)
    key = make_key("admin")
    with Server(slow) as server, http_to(server.url) as http:
        api = Api(http, key)
        draft: Any = api.ask(api.create()["id"])
        until(lambda: peer.requests, bool)
        began = time.monotonic()
        assert server.stop(signal.SIGTERM) == 0
        assert time.monotonic() - began < 20
    job = job_of(database, draft["id"])
    assert (job.state, job.failures) == ("queued", 0)
