"""Readers race with publishers in other processes: an answer from memory is never older than promised."""

import re
import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from content_api.settings import Settings
from content_api.storage.pulse import PROMISE
from tests.client import Api, http_to
from tests.server import Server

PUBLICATIONS = 60
READERS = 4
ADDRESSES = ("/v1/news/{slug}?locale=ko", "/v1/news?locale=ko&limit=5", "/v1/news/{slug}?locale=all")


class Published:
    """The numbers published so far, each with the moment its publisher knew of it."""

    def __init__(self) -> None:
        self._known = [(0, time.monotonic())]

    def add(self, number: int) -> None:
        self._known.append((number, time.monotonic()))

    def least(self, allowance: float) -> int:
        """Return the newest number that every answer from now on must show, if it may be so many seconds late."""
        since = time.monotonic() - allowance
        return max(number for number, known in self._known if known <= since or number == 0)


def test_readers_see_what_other_processes_published(
    settings: Settings, backend: str, make_key: Callable[..., str]
) -> None:
    """On SQLite every answer shows whatever was published before it was asked for, by whichever process; on PostgreSQL
    whatever was published a second before; and most answers come from memory all the same."""
    allowance = 0.0 if backend == "sqlite" else PROMISE
    other = Server(settings, "--no-worker")
    with Server(settings, "--no-worker") as reading, other, http_to() as client:
        api = Api(client, make_key("admin"), other.url)
        entry = api.create(texts={"ko": {"title": "소식 0", "body": "본문입니다. " * 100}})
        api.publish(entry["id"], "ko")
        published = Published()
        faults: list[str] = []
        ended = threading.Event()
        threads = [
            threading.Thread(target=_read, args=(reading.url, entry["slug"], published, allowance, ended, faults))
            for _ in range(READERS)
        ]
        for thread in threads:
            thread.start()
        for number in range(1, PUBLICATIONS + 1):
            api.save(entry["id"], "ko", title=f"소식 {number}", body="본문입니다. " * 100)
            api.publish(entry["id"], "ko")
            published.add(number)
        time.sleep(allowance + 0.2)
        ended.set()
        for thread in threads:
            thread.join()
        assert faults == []
        counted = client.get(f"{reading.url}/metrics").text
        hits = re.findall(r'^hanmi_request_seconds_count\{cache="hit".*\} ([\d.]+)$', counted, re.MULTILINE)
        assert sum(map(float, hits)) > 0


def _read(
    url: str, slug: str, published: Published, allowance: float, ended: threading.Event, faults: list[str]
) -> None:
    tags: dict[tuple[str, str], tuple[str, int]] = {}
    with http_to() as client:
        turn = 0
        while not ended.is_set():
            turn += 1
            address = url + ADDRESSES[turn % len(ADDRESSES)].format(slug=slug)
            coding = ("identity", "gzip", "br")[turn // 3 % 3]
            known = tags.get((address, coding))
            least = published.least(allowance)
            answer = client.get(
                address, headers={"Accept-Encoding": coding, **({"If-None-Match": known[0]} if known else {})}
            )
            # A 304 says that what we hold is still what there is.
            number = known[1] if known and answer.status_code == 304 else _number(answer)
            tags[address, coding] = (answer.headers["etag"], number)
            if number < least:
                faults.append(f"{address} ({coding}, {answer.status_code}): {number}, though {least} was published")


def _number(answer: httpx.Response) -> int:
    body: Any = answer.json()
    item = body["items"][0] if "items" in body else body
    title = item["title"]
    return int((title if isinstance(title, str) else title["ko"]).split()[1])
