"""The clock of the machine jumps by hours, forward and back, while everything is at work."""

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from content_api.settings import Settings
from content_api.storage.database import Database
from tests.client import Api, http_to
from tests.faults.ordeal import WatchedEngine, ordeal
from tests.faults.processes import Server, Worker
from tests.waiting import until

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
pytestmark = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is missing (Debian package faketime)")
HOURS = (7, -5, 26, -20)


class Shifted:
    """The clock of processes started with `environment`: real time, shifted by a file that they read again and again.

    Only the wall clock jumps; what measures durations goes on, as the kernel's own does.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.environment = {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        self.set(0)

    def set(self, hours: float) -> None:
        """Let the clock be so far ahead of (or behind) the time it is."""
        new = self._file.with_suffix(".new")
        new.write_text(f"{hours * 3600:+.0f}s\n")
        os.replace(new, self._file)
        time.sleep(1.1)  # until everybody has read it


@pytest.fixture
def shifted(tmp_path: Path) -> Shifted:
    return Shifted(tmp_path)


@pytest.mark.timeout(400)
def test_work_goes_on_whatever_the_clock_says(
    settings: Settings, database: Database, engine: WatchedEngine, make_key: Callable[..., str], shifted: Shifted
) -> None:
    """While the clock jumps by hours nothing is lost, nothing happens twice, and what is due now is done now."""
    with ordeal(settings, database, engine, make_key("admin"), **shifted.environment) as going:
        for hours in HOURS:
            before = going.acknowledged()
            until(going.acknowledged, lambda now, before=before: now > before + 20)  # type: ignore[misc]
            shifted.set(hours)
    assert going.at_fault == []


def test_a_schedule_fires_once_however_the_clock_comes_and_goes(
    settings: Settings, database: Database, make_key: Callable[..., str], shifted: Shifted
) -> None:
    """It waits while the clock is before its time, fires when a jump brings the time, and never again."""
    with (
        Server(settings, **shifted.environment) as server,
        Worker(settings, **shifted.environment),
        http_to(server.url) as http,
    ):
        api = Api(http, make_key("admin"))
        entry = api.create(slug="later")
        at = (dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
        api.ok("POST", f"entries/{entry['id']}/publish", {"locales": ["ko"], "at": at}, etag="*")
        shifted.set(-4)
        drafted = api.ask(entry["id"])
        until(lambda: api.draft(drafted["id"])["state"], lambda state: state == "needs_review")
        assert http.get("/v1/news/later?locale=ko").status_code == 404
        shifted.set(4)
        until(lambda: http.get("/v1/news/later?locale=ko").status_code, lambda status: status == 200)
        api.unpublish(entry["id"], "ko")
        shifted.set(0)
        shifted.set(5)
        other = api.ask(api.create(texts={"ko": {"title": "다른 소식", "body": "다른 문장입니다."}})["id"])
        until(lambda: api.draft(other["id"])["state"], lambda state: state == "needs_review")
        assert api.entry(entry["id"])["schedules"] == []
        assert api.entry(entry["id"])["texts"]["ko"]["published_revision"] is None


def test_pages_miss_nothing_that_was_made_while_the_clock_was_wrong(
    settings: Settings, make_key: Callable[..., str], shifted: Shifted
) -> None:
    """Lists by cursor give every entry and draft once, also those that the clock says are of another day."""
    with (
        Server(settings, **shifted.environment) as server,
        http_to(server.url) as http,
    ):
        api = Api(http, make_key("admin"))
        made = []
        for hours in HOURS:
            shifted.set(hours)
            made += [api.create(slug=f"at{hours}-{number}")["id"] for number in range(3)]
            api.ask(made[-1])
        for path, wanted in (("entries", len(made)), ("drafts", len(HOURS))):
            pages = [api.ok("GET", f"{path}?limit=2")]
            while pages[-1]["next"]:
                pages.append(api.ok("GET", f"{path}?limit=2&cursor={pages[-1]['next']}"))
                shifted.set(len(pages) % 3 - 1)
            found = [each["id"] for page in pages for each in page["items"]]
            assert len(found) == len(set(found)) == wanted
