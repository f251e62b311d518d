"""What the code under test logs, read back as an operator's tools would read it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from content_api import logs


class Log:
    """A log as JSON lines in a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def text(self) -> str:
        """Everything that was written."""
        logs.flush()
        return self._path.read_text(encoding="utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Every line, decoded."""
        return [json.loads(line) for line in self.text.split("\n") if line]

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The lines of requests."""
        return [line for line in self.lines if line["event"] == "request"]


@contextmanager
def logged(path: Path, level: str = "info") -> Iterator[Log]:
    """Log into a file as a server process does, and put everything back afterwards."""
    root, ours = logging.getLogger(), logging.getLogger("hanmi")
    before = root.handlers, root.level, ours.level
    with path.open("w", encoding="utf-8") as stream:
        logs.configure(level, stream)
        try:
            yield Log(path)
        finally:
            logs.flush()
            structlog.reset_defaults()
            root.handlers = before[0]
            root.setLevel(before[1])
            ours.setLevel(before[2])
