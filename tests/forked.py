"""`hanmi` in processes of its own, most of them forked from one that has imported everything: that takes longer than
to start.
"""

import ctypes
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from content_api import cli

# Of each process of tests one such server; it ends with it.
_context = multiprocessing.get_context("forkserver")
_OURS = [__name__, "content_api.app", "content_api.serving", "content_api.commands.service"]
# What is imported later than that, on the way to the first answer; and the routes, made once for all that are forked.
_LATE = ["alembic.command", "cryptography.fernet", "litestar.plugins.pydantic", "tests.routed"]
_context.set_forkserver_preload([*_OURS, *_LATE])
PR_SET_PDEATHSIG = 1  # linux/prctl.h


def started(arguments: Sequence[str], environment: dict[str, str], log: Path) -> "subprocess.Popen[bytes] | Forked":
    """Start `hanmi ARGUMENTS…` as the leader of a process group; `log` gets all it writes."""
    log.touch()
    # Another clock, and where to count for several processes, are looked for as modules are imported.
    if "LD_PRELOAD" not in environment and "--processes" not in arguments:
        return Forked(arguments, environment, log)
    command = [sys.executable, "-m", "content_api.cli", *arguments]
    with log.open("ab") as written:
        return subprocess.Popen(command, env=environment, stdout=written, stderr=written, start_new_session=True)


class Forked:
    """A command in a process and with an environment of its own; it is asked and told things as a `Popen` is."""

    def __init__(self, arguments: Sequence[str], environment: dict[str, str], log: Path) -> None:
        self._process = _context.Process(target=_run, args=(list(arguments), environment, str(log)))
        self._process.start()
        self.pid = self._process.pid or 0
        while self.poll() is None and os.getpgid(self.pid) != self.pid:
            time.sleep(0.001)

    def poll(self) -> int | None:
        """Return the exit code, or none while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended."""
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("hanmi", timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()


def _run(arguments: list[str], environment: dict[str, str], log: str) -> None:
    if sys.platform == "linux":  # it does not outlive the tests, however they end
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    written = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for descriptor in (1, 2):
        os.dup2(written, descriptor)
    os.close(written)
    sys.argv = ["hanmi", *arguments]
    cli.main()
