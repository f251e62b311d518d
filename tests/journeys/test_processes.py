"""What an operator runs: the server and the worker as processes, and how they end."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest

from content_api.app import chain
from content_api.settings import Settings, load
from content_api.storage.database import Database
from content_api.worker import Worker
from tests.client import Api
from tests.conftest import Clock
from tests.peers.libretranslate import LibreTranslatePeer
from tests.server import Server, clean_environment, hanmi
from tests.waiting import until

# More than the engine takes in one request.
SENTENCES = [f"{number}번째 문장을 여기에 적습니다." for number in range(1, 41)]


@pytest.fixture
def peer() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer() as peer:
        yield peer


@pytest.fixture
def settings(settings: Settings, peer: LibreTranslatePeer, tmp_path: Path) -> Settings:
    return load({"HANMI_DATA_DIR": str(tmp_path), "HANMI_ENGINES": "libre", "HANMI_LIBRE_URL": peer.url})


@pytest.fixture
def api(settings: Settings) -> Iterator[Api]:
    """The editorial API of a server that runs no worker."""
    made = hanmi(settings, "keys", "create", "--name", "desk", "--scopes", "admin", "--json")
    with Server(settings, "--no-worker") as server, httpx.Client(base_url=server.url, trust_env=False) as http:
        yield Api(http, msgspec.json.decode(made.stdout)["key"])


class WorkerProcess:
    """A `hanmi worker` process."""

    def __init__(self, settings: Settings) -> None:
        command = [sys.executable, "-m", "content_api.cli", "worker"]
        self.process = subprocess.Popen(command, env=clean_environment(settings), stderr=subprocess.PIPE)

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def end(self, number: int) -> int:
        """Send a signal, wait, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode


def test_ctrl_c_ends_the_server_cleanly(server: Server) -> None:
    """Ctrl-C ends the server with exit code 0 and without a traceback."""
    assert httpx.get(f"{server.url}/v1/news", trust_env=False).status_code == 200
    assert server.stop(signal.SIGINT) == 0
    assert "Traceback" not in server.log


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_of_its_own_drafts_what_the_server_queues(settings: Settings, api: Api, number: int) -> None:
    """`serve --no-worker` leaves a draft queued; `hanmi worker` drafts it, and ends cleanly when told to."""
    draft = api.ask(api.create()["id"])
    assert api.draft(draft["id"])["state"] == "queued"
    with WorkerProcess(settings) as worker:
        until(lambda: api.draft(draft["id"]), lambda found: found["state"] == "needs_review")
        assert worker.end(number) == 0


def test_a_killed_workers_draft_is_finished_by_the_next(
    settings: Settings, api: Api, peer: LibreTranslatePeer, clock: Clock
) -> None:
    """A worker killed in the middle of a draft loses nothing it had finished; the next one sends out only the rest."""
    peer.then("ok", "slow")
    entry = api.create(texts={"ko": {"title": SENTENCES[0], "body": "\n\n".join(SENTENCES[1:])}})
    draft = api.ask(entry["id"])
    with WorkerProcess(settings) as first:
        until(lambda: peer.requests, lambda requests: len(requests) == 2)
        first.end(signal.SIGKILL)
    left = api.draft(draft["id"])
    finished = {each["source"] for each in left["segments"] if each["target"]}
    assert left["state"] == "running"
    assert 0 < len(finished) < len(SENTENCES)

    # The lease runs out, and another worker takes the job.
    asked_before = len(peer.texts)
    clock.advance(minutes=5)
    database = Database(settings.url, clock=clock)
    assert Worker(database, chain(settings)).work_once()
    database.close()
    done = api.draft(draft["id"])
    assert done["state"] == "needs_review"
    assert all(each["target"] for each in done["segments"])
    assert not finished & set(peer.texts[asked_before:])
