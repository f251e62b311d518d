"""The log: one shape whoever writes, nothing lost on a clean end, nothing private."""

import datetime as dt
import json
import logging
import os
import pty
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from content_api import logs
from tests.logged import Log, logged

PRIVATE = "private text"
SHAPE = ["timestamp", "level", "logger", "event"]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with logged(tmp_path / "log") as log:
        yield log


def line(path: str = "/v1/news") -> logs.Request:
    asked = {"method": "GET", "path": path, "route": "/v1/{kind}", "request_id": "id-1"}
    return logs.Request(timestamp=dt.datetime.now(dt.UTC), status=200, ms=0.12, cache="hit", **asked)


def test_every_line_has_one_shape(log: Log) -> None:
    """structlog, the standard library's loggers, ours and others', and requests give the same members first."""
    structlog.get_logger("hanmi.one").info("by structlog", entry="감사")
    logging.getLogger("hanmi.two").info("by %s", "logging")
    logging.getLogger("sqlalchemy.pool").warning("by %s", "a library")
    logs.request(line())
    assert [each["event"] for each in log.lines] == ["by structlog", "by logging", "by a library", "request"]
    assert [each["logger"] for each in log.lines] == ["hanmi.one", "hanmi.two", "sqlalchemy.pool", "hanmi.requests"]
    for each in log.lines:
        assert set(SHAPE) <= set(each)
        assert dt.datetime.fromisoformat(each["timestamp"]).utcoffset() == dt.timedelta()
        assert abs(dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(each["timestamp"])) < dt.timedelta(minutes=1)
    assert all(list(each)[:4] == SHAPE for each in log.lines)
    assert "감사" in log.text


def test_a_request_says_what_was_asked_and_how_it_went(log: Log) -> None:
    """A request's line has method, path, route, status, milliseconds, what the cache had, and the request's id."""
    logs.request(line("/v1/news"))
    (found,) = log.requests
    del found["timestamp"]
    assert found == {
        "level": "info",
        "logger": "hanmi.requests",
        "event": "request",
        "method": "GET",
        "path": "/v1/news",
        "route": "/v1/{kind}",
        "status": 200,
        "ms": 0.12,
        "cache": "hit",
        "request_id": "id-1",
    }


def test_what_libraries_chat_is_left_out(log: Log) -> None:
    """httpx and urllib3 log every address they ask, with the texts in it: below a warning they are not heard."""
    for name in ("httpx", "urllib3.connectionpool", "sqlalchemy.engine", "asyncio"):
        logging.getLogger(name).info("GET https://example.org/?q=secret")
        logging.getLogger(name).debug("GET https://example.org/?q=secret")
    assert log.text == ""


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_the_level_bounds_what_is_logged(tmp_path: Path, level: str) -> None:
    """`LOG_LEVEL` names the least that is logged; requests are information."""
    with logged(tmp_path / "log", level) as log:
        for name in ("debug", "info", "warning", "error"):
            getattr(structlog.get_logger("hanmi.x"), name)(name)
        logs.request(line())
        expected = ["debug", "info", "warning", "error"]
        levels = [each["level"] for each in log.lines if each["event"] != "request"]
        assert levels == expected[expected.index(level) :]
        assert bool(log.requests) == (level in ("debug", "info"))


@pytest.mark.parametrize("by", ["logging", "structlog"])
def test_an_exception_is_told_without_its_words(log: Log, by: str) -> None:
    """A fault's class, its causes' and where they were raised are logged; what they say may quote a text."""
    logger = logging.getLogger("hanmi.x") if by == "logging" else structlog.get_logger("hanmi.x")
    try:
        try:
            {}[PRIVATE]
        except KeyError as cause:
            raise ValueError(PRIVATE) from cause
    except ValueError:
        logger.exception("it failed")
    (found,) = log.lines
    assert found["event"] == "it failed"
    assert found["level"] == "error"
    assert "builtins.ValueError" in found["exception"]
    assert "builtins.KeyError" in found["exception"]
    assert "test_logs.py" in found["exception"]
    assert PRIVATE not in log.text


@pytest.mark.parametrize("odd", ["\udcff", "\x00\x1b[31m", '"\\', "\u2028", "a\nb"])
def test_whatever_is_said_is_one_line_of_json(log: Log, odd: str) -> None:
    """Control characters, quotes and even half a surrogate pair cannot break a line or forge another."""
    structlog.get_logger("hanmi.x").info(odd, more=odd)
    (found,) = log.lines
    assert (found["event"], found["more"]) == (odd, odd)


def test_lines_keep_their_order(log: Log) -> None:
    """What is logged after a request stands after it, though requests are written later."""
    logs.request(line("/1"))
    logging.getLogger("hanmi.x").info("between")
    logs.request(line("/2"))
    assert [each.get("path", each["event"]) for each in log.lines] == ["/1", "between", "/2"]


def test_threads_lose_and_mix_nothing(log: Log) -> None:
    """Lines of many threads are all there, each whole."""

    def write(name: int) -> None:
        for number in range(500):
            logs.request(line(f"/{name}/{number}"))
            if number % 50 == 0:
                logging.getLogger("hanmi.x").info("hello")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each["path"] for each in log.requests) == sorted(f"/{n}/{m}" for n in range(8) for m in range(500))
    assert len(log.lines) == 8 * 510


def test_a_clean_end_loses_nothing() -> None:
    """A process that ends by itself has written every line, the last moment's too."""
    code = (
        "from tests.content_api.test_logs import line; from content_api import logs\n"
        "logs.configure('info')\n"
        "for number in range(1000): logs.request(line(f'/{number}'))\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert [json.loads(each)["path"] for each in ran.stderr.splitlines()] == [f"/{n}" for n in range(1000)]


def test_lines_are_written_by_themselves_within_a_moment(log: Log, tmp_path: Path) -> None:
    """Nobody has to ask for what waits to be written."""
    logs.request(line())
    path, waited = tmp_path / "log", threading.Event()
    for _ in range(200):
        if path.read_text():
            break
        waited.wait(0.05)
    assert path.read_text().endswith("\n")


def test_a_log_that_nobody_takes_harms_nothing(tmp_path: Path) -> None:
    """When standard error was closed or its disk is full, lines are dropped and work goes on."""
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream, logged(tmp_path / "log"):
        logs.configure("info", stream)
        for _ in range(logs.MOST + 10):
            logs.request(line())
        logging.getLogger("hanmi.x").error("still here")


def test_a_person_at_a_terminal_reads_columns() -> None:
    """On a terminal the log is text with colours; `NO_COLOR` leaves them out."""
    for environment, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        code = (
            "from tests.content_api.test_logs import line; from content_api import logs; import logging\n"
            "logs.configure('info'); logs.request(line()); logging.getLogger('hanmi.x').warning('감사')\n"
        )
        ours, theirs = pty.openpty()
        subprocess.run(
            [sys.executable, "-c", code], stderr=theirs, timeout=60, check=True, env=os.environ | environment
        )
        os.close(theirs)
        shown = os.read(ours, 65536).decode()
        os.close(ours)
        assert "GET /v1/news 200, 0.1 ms" in shown
        assert "감사" in shown
        assert ("\x1b[" in shown) == coloured
