"""`hanmi` as processes that a test kills: each in a process group of its own, so that all of it dies at once."""

import os
import signal
import socket
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from content_api.settings import Settings
from tests.client import get
from tests.forked import Forked, started
from tests.server import clean_environment
from tests.waiting import until


class Process:
    """`hanmi ARGUMENTS…`, which may be started again after it was killed. `log` is what all its lives wrote."""

    def __init__(self, settings: Settings, *arguments: str, **environment: str) -> None:
        self._arguments = arguments
        self._environment = clean_environment(settings) | environment
        self._log = Path(settings.data_dir) / f"{arguments[0]}-{id(self)}.log"
        self._process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def pid(self) -> int:
        """The process that was started, and its group."""
        assert self._process is not None
        return self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, without waiting for anything."""
        self._process = started(self._arguments, self._environment, self._log)

    def signal(self, number: int) -> None:
        """Send a signal to every process of the group."""
        os.killpg(self.pid, number)

    def kill(self) -> None:
        """Kill -9 every process of the group, and wait until none is left."""
        if self.alive():
            self.signal(signal.SIGKILL)
        assert self._process is not None
        self._process.wait()
        until(self.alive, lambda alive: not alive)

    def alive(self) -> list[int]:
        """Return the ids of the group's processes that still run."""
        return [pid for pid, state, group in _processes() if group == self.pid and state != "Z"]


def _processes() -> list[tuple[int, str, int]]:
    """Return id, state and group of every process (proc_pid_stat(5)); one that ends meanwhile is left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found.append((int(folder.name), state, int(group)))
    return found


class Worker(Process):
    """`hanmi worker`."""

    def __init__(self, settings: Settings, **environment: str) -> None:
        super().__init__(settings, "worker", **environment)


class Server(Process):
    """`hanmi serve --no-worker` on a port that stays the same through all its lives."""

    def __init__(self, settings: Settings, *options: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{port}"
        super().__init__(settings, "serve", "--no-worker", "--port", str(port), *options, **environment)

    def __enter__(self) -> Self:
        super().__enter__()
        self.wait_until_ready()
        return self

    def wait_until_ready(self) -> None:
        """Wait until the server and its database answer."""
        until(self._answer, lambda answer: answer == 200)

    def _answer(self) -> int | str:
        assert self.alive(), f"the server ended: {self.log}"
        try:
            return get(f"{self.url}/readyz").status_code
        except httpx.TransportError as fault:
            return repr(fault)
