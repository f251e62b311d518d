"""What is logged: one line per event on standard error, JSON for programs or columns for a person at a terminal.

structlog shapes and renders it, and what the standard library's loggers say (ours, Granian's, SQLAlchemy's) goes the
same way. The lines of requests come at up to 20,000 a second: they are structs of the same shape, encoded and written
by a thread a few times a second, and at exit. A process that is killed loses those of the last moment, and no others.

What an exception says may quote a text or a secret, so its class and where it was raised are told, never its message.
"""

import atexit
import datetime as dt
import json
import logging
import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any, TextIO

import msgspec
import structlog
from msgspec import Raw, Struct
from structlog.contextvars import merge_contextvars
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

FIRST = ("timestamp", "level", "logger", "event")
# How often the lines of requests are written, in seconds, and how many may wait before a request writes them itself.
EVERY = 0.2
MOST = 20_000


class Request(Struct, kw_only=True):
    """The line of one request. No query and no header but the id: they may hold what is nobody's business."""

    timestamp: dt.datetime
    level: str = "info"
    logger: str = "hanmi.requests"
    event: str = "request"
    method: str
    path: str
    route: str
    status: int
    ms: float
    cache: str
    request_id: str


class Lines:
    """Lines of JSON on their way to a stream, in the order they came."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._encoder = msgspec.json.Encoder()
        self._waiting: deque[Request | Raw] = deque()
        self._turn = threading.Lock()
        self._writer: threading.Thread | None = None

    def later(self, line: Request) -> None:
        """Write the line within a moment."""
        self._waiting.append(line)
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_now_and_then, name="hanmi-log", daemon=True)
            self._writer.start()
        if len(self._waiting) > MOST:
            self.flush()

    def now(self, line: str) -> None:
        """Write a line that is JSON already, and all that wait before it."""
        # A lone surrogate, which UTF-8 cannot hold, becomes the escape that JSON has for it.
        self._waiting.append(Raw(line.encode(errors="backslashreplace")))
        self.flush()

    def flush(self) -> None:
        """Write what waits; where nobody takes it any more (a full disk, a pipe that was closed) it is dropped."""
        with self._turn, suppress(OSError, ValueError):
            lines = [self._waiting.popleft() for _ in range(len(self._waiting))]
            left = self._encoder.encode_lines(lines)
            while left:
                # Past the stream's own buffer, which would try what failed again, and fail the process's end.
                left = left[os.write(self._stream.fileno(), left) :]

    def _write_now_and_then(self) -> None:
        while True:
            time.sleep(EVERY)
            if self._waiting:
                self.flush()


class _Handler(logging.Handler):
    def __init__(self, lines: Lines) -> None:
        super().__init__()
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.now(self.format(record))

    def flush(self) -> None:
        self.lines.flush()


_requests = logging.getLogger("hanmi.requests")
_lines: Lines | None = None


def configure(level: str, stream: TextIO | None = None) -> None:
    """Log from `level` on to `stream` (standard error without it): as JSON unless it is a terminal."""
    global _lines
    stream = stream or sys.stderr
    handler: logging.Handler
    if stream.isatty():
        _lines, handler = None, logging.StreamHandler(stream)
        renderer: Processor = structlog.dev.ConsoleRenderer(colors="NO_COLOR" not in os.environ)
    else:
        _lines = Lines(stream)
        atexit.register(_lines.flush)
        handler, renderer = _Handler(_lines), _as_json
    shared: list[Processor] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_messages,
    ]
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=shared, processors=[ProcessorFormatter.remove_processors_meta, renderer])
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    root = logging.getLogger()
    root.handlers = [handler]
    # What libraries say below a warning quotes addresses and texts: httpx and urllib3 tell every query they send.
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    logging.getLogger("hanmi").setLevel(level.upper())


def request(line: Request) -> None:
    """Log a request that was answered."""
    if not _requests.isEnabledFor(logging.INFO):
        return
    if _lines:
        _lines.later(line)
    else:
        _requests.info("%s %s %d, %.1f ms", line.method, line.path, line.status, line.ms)


def flush() -> None:
    """Write what waits: before a process ends in a way that skips what Python does at exit."""
    for handler in logging.getLogger().handlers:
        handler.flush()


def _as_json(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> str:
    ordered = {name: fields.pop(name) for name in FIRST if name in fields} | dict(fields)
    return json.dumps(ordered, ensure_ascii=False, default=str)


def _without_messages(_logger: object, _method: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Turn `exc_info` into `exception`: the classes of the exception and its causes, and where each was raised."""
    given = fields.pop("exc_info", None)
    fault = given if isinstance(given, BaseException) else (given if isinstance(given, tuple) else sys.exc_info())[1]
    if not given or fault is None:
        return fields
    told = []
    while fault is not None:
        frames = "".join(traceback.format_tb(fault.__traceback__))
        told.append(f"{frames}{type(fault).__module__}.{type(fault).__qualname__}")
        fault = fault.__cause__ or (None if fault.__suppress_context__ else fault.__context__)
    fields["exception"] = "\ncaused by\n".join(told)
    return fields
