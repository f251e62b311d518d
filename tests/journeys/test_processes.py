"""What an operator runs: the server and the worker as processes, and how they end."""

import signal
from collections.abc import Callable, Iterator

import msgspec
import pytest

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.worker import Worker, chain
from tests.client import Api, get, http_to
from tests.conftest import Clock
from tests.peers.libretranslate import LibreTranslatePeer
from tests.server import Server, WorkerProcess
from tests.waiting import until

# More than the engine takes in one request.
SENTENCES = [f"{number}번째 문장을 여기에 적습니다." for number in range(1, 41)]


@pytest.fixture
def peer() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer() as peer:
        yield peer


@pytest.fixture
def settings(settings: Settings, peer: LibreTranslatePeer) -> Settings:
    return msgspec.structs.replace(settings, engines="libre", options={"LIBRE_URL": peer.url})


@pytest.fixture
def api(settings: Settings, make_key: Callable[..., str]) -> Iterator[Api]:
    """The editorial API of a server that runs no worker."""
    with (
        Server(settings, "--no-worker") as server,
        http_to(server.url) as http,
    ):
        yield Api(http, make_key("admin"))


def test_ctrl_c_ends_the_server_cleanly(server: Server) -> None:
    """Ctrl-C ends the server with exit code 0 and without a traceback."""
    assert get(f"{server.url}/v1/news").status_code == 200
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
    # Two requests are under way at a time: one is answered, and what came back with it is stored.
    peer.then("ok", "slow", "slow")
    entry = api.create(texts={"ko": {"title": SENTENCES[0], "body": "\n\n".join(SENTENCES[1:])}})
    draft = api.ask(entry["id"])
    with WorkerProcess(settings) as first:
        until(lambda: len(peer.requests), lambda requests: requests == 3)
        until(lambda: api.draft(draft["id"])["segments"], lambda segments: any(each["target"] for each in segments))
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
