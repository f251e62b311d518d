"""A real `hanmi serve` process on a free loopback port, ended with the test also when it fails."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx

from content_api.settings import Settings
from tests.client import get
from tests.forked import Forked, started

START_WITHIN = 60.0


class Server:
    """Serves the installation in `settings.data_dir`. `url` is where; `log` what it wrote."""

    def __init__(self, settings: Settings, *options: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self._options = options
        self._log = Path(settings.data_dir) / "server.log"
        self.environment = clean_environment(settings) | environment
        self.process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def log(self) -> str:
        """What the server wrote so far."""
        return self._log.read_text()

    def __enter__(self) -> "Server":
        self.process = started(["serve", "--port", str(self.port), *self._options], self.environment, self._log)
        self._wait_until_ready()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGINT) -> int:
        """End the server as Ctrl-C does; return its exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_WITHIN
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, f"the server ended: {self.log}"
            try:
                if get(f"{self.url}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        self.stop(signal.SIGKILL)
        raise AssertionError(f"the server was not ready in time: {self.log}")


class WorkerProcess:
    """A `hanmi worker` process."""

    def __init__(self, settings: Settings) -> None:
        log = Path(settings.data_dir) / "worker.log"
        self.process = started(["worker"], clean_environment(settings), log)

    def __enter__(self) -> "WorkerProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.end(signal.SIGKILL)

    def end(self, number: int) -> int:
        """Send a signal, wait, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout=30)


def clean_environment(settings: Settings) -> dict[str, str]:
    """Return the environment of a process over `settings`: no proxy, nothing of the developer's own Hanmi."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HANMI_") and not name.lower().endswith("_proxy")
    }
    given = {"HANMI_DATA_DIR": settings.data_dir, "HANMI_ENGINES": settings.engines}
    given["HANMI_MORPHOLOGY"] = settings.morphology
    if settings.database_url:
        given |= {"HANMI_DATABASE_URL": settings.database_url, "HANMI_SECRET_KEY": settings.secret_key}
    options = {f"HANMI_{name}": value for name, value in settings.options.items()}
    return kept | given | options


def hanmi(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the `hanmi` command over `settings` and return what it printed."""
    command = [sys.executable, "-m", "content_api.cli", *arguments]
    return subprocess.run(command, env=clean_environment(settings), capture_output=True, text=True, timeout=120)
