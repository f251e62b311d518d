"""The memory of public answers: what is given from it, what is asked anew, and how much it holds."""

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

import pytest

from content_api.http.answers import OVERHEAD, Answers
from content_api.http.edge import edge
from content_api.storage.pulse import Version


class Pulse:
    """A pulse that a test moves."""

    seen = 0

    def __init__(self) -> None:
        self.version: Version | None = Version("log", 1)
        self.asked = 0

    def start(self) -> None: ...

    def now(self) -> Version | None:
        self.asked += 1
        return self.version

    def stop(self) -> None: ...


class Site:
    """An application that counts what it is asked; `during` happens while it answers."""

    def __init__(self, largest: int = 1_000_000) -> None:
        self.asked: list[str] = []
        self.pulse = Pulse()
        self.during: Callable[[], None] = lambda: None
        self.status = 200
        self.cache_control = b"public, max-age=60"
        self.size = 2_000
        self.answers = Answers(self.pulse, "ko", {"/embed/news": {"count"}}, largest)
        self._through = edge(self.answers.keep(self._answer))

    async def app(self, scope: Any, receive: Any, send: Any) -> None:
        reply = self.answers.recall(scope)
        if reply is None:
            await self._through(scope, receive, send)
        else:
            await send(reply.start)
            await send(reply.body)

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(f"{scope['method']} {scope['path']}?{scope['query_string'].decode()}")
        body = f"{len(self.asked)}".encode().ljust(self.size, b".")
        await asyncio.sleep(0)  # others have their turn
        self.during()
        headers = [(b"content-type", b"application/json"), (b"cache-control", self.cache_control)]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body[:100], "more_body": True})
        await send({"type": "http.response.body", "body": body[100:], "more_body": False})

    def get(self, address: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        sent: list[Any] = []
        scope = scope_of(address, method, **headers)

        async def send(message: Any) -> None:
            sent.append(message)

        asyncio.run(self.app(scope, None, send))
        found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], found, b"".join(message["body"] for message in sent[1:])


def scope_of(address: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    path, _, query = address.partition("?")
    named = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": path, "query_string": query.encode(), "headers": named}


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (("/v1/news?locale=ko&limit=2", {}), ("/v1/news?limit=2&locale=ko", {})),
        (("/v1/news?locale=ko", {"Accept_Language": "en"}), ("/v1/news?locale=ko", {"Accept_Language": "ko-KR"})),
        (("/v1/news", {"Accept_Language": "ko"}), ("/v1/news", {"Accept_Language": "ko-KR,en;q=0.5"})),
        (("/v1/news", {}), ("/v1/news", {"Accept_Language": "fr"})),
        (("/v1/news?tag=a%2Db", {}), ("/v1/news?tag=a-b", {})),
        (("/v1/news?tag=한미", {}), ("/v1/news?tag=%ED%95%9C%EB%AF%B8", {})),
    ],
)
def test_one_answer_whatever_its_spelling(site: Site, first: Any, again: Any) -> None:
    """The order of parameters, their escapes and the words of `Accept-Language` do not matter if they ask the same."""
    one, other = (site.get(address, **headers) for address, headers in (first, again))
    assert one == other
    assert len(site.asked) == 1


@pytest.mark.parametrize(
    ("first", "again"),
    [
        (("/v1/news", {"Accept_Language": "ko"}), ("/v1/news", {"Accept_Language": "en"})),
        (("/v1/news?locale=ko", {}), ("/v1/news?locale=en", {})),
        (("/v1/news?locale=ko", {}), ("/v1/news", {})),
        (("/v1/news", {}), ("/v1/History", {})),
        (("/v1/news?tag=a&tag=b", {}), ("/v1/news?tag=a", {})),
        (("/v1/news?fields=", {}), ("/v1/news", {})),
        (("/v1/news?tag=%FF", {}), ("/v1/news?tag=%FE", {})),
    ],
)
def test_other_questions_are_asked(site: Site, first: Any, again: Any) -> None:
    """What may have another answer is never given the first one's."""
    bodies = {site.get(address, **headers)[2] for address, headers in (first, again)}
    assert len(bodies) == len(site.asked) == 2


def test_forms_are_made_once_from_one_answer(site: Site) -> None:
    """Every coding, 304 and HEAD of an answer come from the one that was asked for."""
    plain = site.get("/v1/news")[2]
    assert gzip.decompress(site.get("/v1/news", Accept_Encoding="gzip")[2]) == plain
    for headers in ({}, {"Accept_Encoding": "gzip"}):
        status, found, body = site.get("/v1/news", **headers)
        assert status == 200
        assert site.get("/v1/news", method="HEAD", **headers) == (200, found, b"")
        unchanged = site.get("/v1/news", If_None_Match=found["etag"], **headers)
        assert unchanged[0] == 304
        assert unchanged[2] == b""
        assert unchanged[1]["etag"] == found["etag"]
        assert int(found["content-length"]) == len(body)
    assert len(site.asked) == 1


def test_head_first_is_an_answer_too(site: Site) -> None:
    """A HEAD that nobody asked before fills the memory for the GET after it."""
    status, headers, body = site.get("/v1/news", method="HEAD")
    assert (status, body) == (200, b"")
    assert site.get("/v1/news")[1] == headers
    assert site.asked == ["GET /v1/news?"]


def test_cors_headers_come_once(site: Site) -> None:
    """Asked or remembered, an answer says once that any origin may read it."""
    for _ in range(3):
        assert site.get("/v1/news")[1]["access-control-allow-origin"] == "*"
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(site.app(scope_of("/v1/news"), None, send))
    names = [name for name, _ in sent[0]["headers"]]
    assert len(names) == len(set(names))


def test_a_new_version_forgets_everything(site: Site) -> None:
    """After a change that readers can tell, every answer is asked anew."""
    before = site.get("/v1/news")[2]
    site.pulse.version = Version("log", 2)
    after = site.get("/v1/news")[2]
    assert before != after
    site.pulse.version = Version("another log", 2)
    assert site.get("/v1/news")[2] not in (before, after)


def test_an_answer_made_while_something_changed_is_not_kept(site: Site) -> None:
    """What was asked under one version and would be kept under the next might be older than it: it is asked again."""
    site.get("/v1/tags")

    def change() -> None:
        site.pulse.version = Version("log", 2)
        site.answers.recall(scope_of("/v1/tags"))

    site.during = change
    first = site.get("/v1/news")[2]
    site.during = lambda: None
    assert site.get("/v1/news")[2] != first


def test_a_turn_of_the_event_loop_asks_for_the_version_once(site: Site) -> None:
    """All that came before a turn are answered under one version; who comes after a change is answered anew."""

    async def ignore(_message: Any) -> None: ...

    async def many() -> int:
        before = site.pulse.asked
        await asyncio.gather(*(site.app(scope_of("/v1/news"), None, ignore) for _ in range(50)))
        return site.pulse.asked - before

    async def turns() -> None:
        await many()
        assert await many() == 1
        site.pulse.version = Version("log", 2)
        await asyncio.sleep(0)
        assert site.answers.recall(scope_of("/v1/news")) is None

    asyncio.run(turns())


def test_nothing_is_remembered_while_the_version_is_not_known(site: Site) -> None:
    """When the database cannot be listened to, every reader asks it, and nothing kept before is given."""
    kept = site.get("/v1/news")[2]
    site.pulse.version = None
    assert len({site.get("/v1/news")[2] for _ in range(3)} | {kept}) == 4
    site.pulse.version = Version("log", 1)
    assert site.get("/v1/news")[2] != kept


@pytest.mark.parametrize(
    ("path", "status", "cache_control"),
    [
        ("/v1/news", 404, b"public, max-age=60"),
        ("/v1/news", 308, b"public, max-age=60"),
        ("/v1/news", 200, b"no-store"),
        ("/healthz", 200, b"no-store"),
        ("/v1/editorial/entries", 200, b"public, max-age=60"),
        ("//v1/editorial/entries", 200, b"public, max-age=60"),
        ("/v1//editorial/entries", 200, b"public, max-age=60"),
    ],
)
def test_only_public_answers_are_kept(site: Site, path: str, status: int, cache_control: bytes) -> None:
    """Refusals, redirections, what is not to be stored and everything editorial are asked every time."""
    site.status, site.cache_control = status, cache_control
    for number in (1, 2):
        assert site.get(path)[2].rstrip(b".") == str(number).encode()


def test_memory_is_bounded_and_keeps_what_is_used() -> None:
    """However much is asked for, the memory stays below its limit; what was used last stays."""
    site = Site(largest=10 * (OVERHEAD + 2_000))
    site.get("/v1/news/favourite")
    for number in range(200):
        site.get(f"/v1/news/{number}")
        site.get("/v1/news/favourite")
        assert site.answers.size <= 10 * (OVERHEAD + 2_000)
    assert sum("favourite" in each for each in site.asked) == 1
    assert len(site.asked) == 201


def test_an_answer_larger_than_the_memory_is_given_and_not_kept() -> None:
    """A body that does not fit empties nothing for good: it is sent, and the next one is remembered again."""
    site = Site(largest=OVERHEAD + 5_000)
    site.size = 50_000
    assert len(site.get("/v1/news/large")[2]) == 50_000
    site.size = 100
    for _ in range(2):
        site.get("/v1/news/small")
    assert [each for each in site.asked if "small" in each] == ["GET /v1/news/small?"]


def test_spellings_do_not_fill_the_memory(site: Site) -> None:
    """Thousands of ways to ask for one answer are one answer, and only some of them are remembered as spelt."""
    site.get("/v1/news")
    for number in range(2_000):
        site.get("/v1/news", Accept_Language=f"ko, x-{number}", X_Other=str(number))
    assert len(site.asked) == 1
    assert len(site.answers._forms) < 100


def test_a_query_without_end_is_not_kept(site: Site) -> None:
    """An address of thousands of characters is answered and forgotten."""
    long = "/v1/news?tag=" + "a" * 5_000
    assert site.get(long)[2] != site.get(long)[2]
    assert site.answers.size == 0
