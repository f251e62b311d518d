"""`GET events`: what happens to drafts and publications, as it happens, to whoever may read."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from content_api.http import listening
from content_api.http.access import SESSION_COOKIE
from content_api.http.editorial import events
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow import sessions
from schemas.problems import Forbidden
from tests.client import Api, http_to
from tests.contracts.editorial.conftest import assert_problem
from tests.people import account, signed_in
from tests.server import Server
from tests.waiting import until

MakeKey = Callable[..., str]
EVENTS = "/v1/editorial/events"


class Listener(threading.Thread):
    """Listens in the background. `heard` holds (id, name, data) of every event so far; `status` the answer's.

    `place` is the last id that came, as a browser remembers it.
    """

    def __init__(self, url: str, headers: dict[str, str], since: str = "") -> None:
        super().__init__(daemon=True)
        self.url, self.headers = url, headers
        self.params = {"since": since} if since else {}
        self.place = ""
        self.heard: list[tuple[str | None, str, Any]] = []
        self.status = 0
        self.start()
        until(lambda: self.status, bool)

    def run(self) -> None:
        with (
            http_to() as http,
            http.stream("GET", self.url + EVENTS, headers=self.headers, params=self.params) as answer,
        ):
            event: dict[str, str] = {}
            self.status = answer.status_code
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                self.place = value if name == "id" else self.place
                if line == "" and "event" in event:
                    self.heard.append((event.get("id"), event["event"], msgspec.json.decode(event["data"])))
                event = event | {name: value} if line else {}

    def states(self, draft: Any) -> list[str]:
        """Return the states of a draft that were heard of."""
        return [data["state"] for _, name, data in self.heard if name == "draft" and data["draft"] == draft["id"]]


@pytest.fixture
def served(server: Server, make_key: MakeKey) -> Iterator[Api]:
    with http_to() as http:
        yield Api(http, make_key("admin"), server.url)


def test_a_draft_is_followed_from_asking_to_publishing(served: Api, server: Server, make_key: MakeKey) -> None:
    """Every state, and each publication, arrives once, in order, with ids and no texts."""
    listener = Listener(server.url, {"Authorization": f"Bearer {make_key('entries:read', role='author')}"})
    draft = served.ask(served.create()["id"])
    until(lambda: listener.states(draft), lambda states: states == ["queued", "running", "needs_review"])
    served.approve(served.draft(draft["id"]))
    served.publish(draft["entry_id"], "ko", "en")
    until(lambda: [name for _, name, _ in listener.heard if name == "publication"], lambda found: len(found) == 2)
    assert listener.states(draft) == ["queued", "running", "needs_review", "approved"]
    numbers = [int(place.partition(":")[2]) for place, _, _ in listener.heard if place]
    assert numbers == sorted(set(numbers))
    for _, name, data in listener.heard:
        assert set(data) <= {"draft", "state", "entry", "locale", "what", "done", "total"}, name


def test_whoever_comes_back_misses_nothing(served: Api, server: Server, make_key: MakeKey) -> None:
    """With `Last-Event-ID` a listener goes on after that event; of one that never was it is told to look anew."""
    key = {"Authorization": f"Bearer {make_key('entries:read', role='author')}"}
    listener = Listener(server.url, key)
    draft = served.ask(served.create()["id"])
    until(lambda: listener.states(draft), lambda states: "needs_review" in states)
    first = next(number for number, name, _ in listener.heard if name == "draft")
    again = Listener(server.url, key | {"Last-Event-ID": str(first)})
    until(lambda: again.states(draft), lambda states: states == ["running", "needs_review"])
    for last in ("999999", str(first).partition(":")[2], f"another-log:{str(first).partition(':')[2]}"):
        strange = Listener(server.url, key | {"Last-Event-ID": last})
        until(lambda strange=strange: strange.heard, lambda heard: [name for _, name, _ in heard] == ["reload"])


def test_nothing_is_missed_before_the_first_event(
    server: Server, served: Api, database: Database, make_key: MakeKey
) -> None:
    """A listener has a place from the start, and `since` names one that a page was made at; the header wins."""
    key = {"Authorization": f"Bearer {make_key('entries:read', role='author')}"}
    with database.read() as connection:
        place = listening.place(connection)
    first = Listener(server.url, key)
    until(lambda: first.place, lambda found: found == place)
    assert first.heard == []
    draft = served.ask(served.create()["id"])
    until(lambda: first.states(draft), lambda states: "needs_review" in states)
    since = Listener(server.url, key, since=place)
    until(lambda: since.states(draft), lambda states: states == ["queued", "running", "needs_review"])
    both = Listener(server.url, key | {"Last-Event-ID": first.place}, since=place)
    until(lambda: both.place, lambda found: found == first.place)
    assert both.heard == []


def test_what_the_pulse_has_not_seen_yet_is_neither_lost_nor_told_twice() -> None:
    """While the pulse lags behind what was told already, nothing is told, least of all to look anew."""

    async def nothing(_question: object) -> list[object]:
        return []

    async def look() -> tuple[int, int]:
        pulse = SimpleNamespace(seen=0, now=lambda: None)
        listeners = listening.Listeners(SimpleNamespace(ask=nothing), pulse)  # type: ignore[arg-type]
        inbox: listening.Inbox = asyncio.Queue()
        listeners._inboxes, listeners._last = {inbox}, 7
        await listeners._look_once()
        return listeners._last, inbox.qsize()

    assert asyncio.run(look()) == (7, 0)


def test_progress_of_what_is_running_is_told(
    server: Server, served: Api, database: Database, make_key: MakeKey
) -> None:
    """How many segments are done is told as it changes, and to whoever comes later."""
    key = {"Authorization": f"Bearer {make_key('entries:read', role='author')}"}
    listener = Listener(server.url, key)
    draft = served.ask(served.create()["id"])
    until(lambda: served.draft(draft["id"])["state"], lambda state: state == "needs_review")
    with database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE draft SET state = 'running'")
        tx.connection.exec_driver_sql("UPDATE segment SET tried = (position < 2)")
    wanted = {"draft": draft["id"], "done": 2, "total": len(served.draft(draft["id"])["segments"])}
    until(lambda: listener.heard, lambda heard: (None, "progress", wanted) in heard)
    later = Listener(server.url, key)
    until(lambda: later.heard, lambda heard: heard == [(None, "progress", wanted)])


def test_the_end_of_the_server_ends_those_who_listen(settings: Settings, database: Database) -> None:
    """Listeners do not hold up the end: they are let go at once, and the server ends cleanly."""
    token = signed_in(database, "author")
    with Server(settings, "--no-worker") as server:
        listeners = [Listener(server.url, {"Cookie": f"{SESSION_COOKIE}={token}"}) for _ in range(5)]
        began = time.monotonic()
        assert server.stop(signal.SIGTERM) == 0
        assert time.monotonic() - began < 10
        for listener in listeners:
            listener.join(10)
            assert not listener.is_alive()


def test_the_end_of_a_session_ends_its_listening(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is signed out hears no more, within a heartbeat."""
    token = signed_in(database, "author")
    with Server(settings, "--no-worker") as server:
        listener = Listener(server.url, {"Cookie": f"{SESSION_COOKIE}={token}"})
        who = account(database, "author")
        with database.write() as tx:
            sessions.end_all(tx, who)
        listener.join(25)
        assert not listener.is_alive()


def test_who_may_not_read_may_not_listen(api: Api, make_key: MakeKey) -> None:
    """A partner's key is a 403, none a 401, and an unknown parameter a 400."""
    partner = Api(api.http, make_key("delivery", role="partner"))
    assert_problem(partner.call("GET", "events"), 403, "forbidden")
    assert_problem(api.http.get(EVENTS), 401, "unauthenticated")
    assert_problem(api.call("GET", "events?from=1"), 400, "bad-parameter")


def test_only_so_many_listen(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes when too many listen is told to come again."""
    monkeypatch.setattr(listening, "MOST_LISTENERS", 0)
    monkeypatch.setattr("content_api.http.draining.is_told", lambda: False)
    answer = api.call("GET", "events")
    assert_problem(answer, 503, "unavailable")
    assert "Retry-After" in answer.headers


def test_the_head_alone_has_an_end(api: Api) -> None:
    """`HEAD` answers at once, though the body would go on for ever."""
    answer = api.call("HEAD", "events")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_who_may_no_longer_is_not_told_even_while_much_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether somebody still may is asked every so often, not only when nothing happens."""

    async def refuse(*_arguments: object) -> None:
        raise Forbidden("no more")

    async def heard() -> int:
        inbox: listening.Inbox = asyncio.Queue()
        left: list[object] = []
        sent = events._sent(SimpleNamespace(route_handler=None), SimpleNamespace(leave=left.append), inbox)  # type: ignore[arg-type]
        number = 0
        inbox.put_nowait(listening.Told("progress", {}))
        async for _ in sent:
            number += 1
            await asyncio.sleep(0.01)
            inbox.put_nowait(listening.Told("progress", {}))
        assert left == [inbox]
        return number

    monkeypatch.setattr(events, "HEARTBEAT", 0.2)
    monkeypatch.setattr(events, "authorise", refuse)
    assert asyncio.run(asyncio.wait_for(heard(), 30)) > 1
