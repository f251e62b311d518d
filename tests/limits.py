"""What keeps a run of the tests quick and from hanging, and says at once what failed, to who sees how far it came.

A test's limit (`timeout`) ends with its first failure, and reaches no code that waits in C. So each of its phases has
one more: then its process ends, with every thread's stack, and the run goes on in another.
"""

import faulthandler
import gc
import os
import shutil
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# Where there is memory to be had like a disk, tests need not wait until a disk has all they wrote.
MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3  # bytes
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
# How long a fixture may take to end, and what is on its way into a test's own limit, in seconds.
GRACE = 120
# Where stacks are written to: before pytest takes what a test prints.
_SHOWN = pytest.StashKey[int]()


@contextmanager
def _within(item: pytest.Item, seconds: float) -> Iterator[None]:
    faulthandler.dump_traceback_later(seconds, exit=True, file=item.config.stash[_SHOWN])
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    with _within(item, _limit(item) + GRACE):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    with _within(item, _limit(item) + GRACE):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None]:
    with _within(item, GRACE):
        return (yield)


def _limit(item: pytest.Item) -> float:
    own = item.get_closest_marker("timeout")
    return float(own.args[0] if own else item.config.getini("timeout"))


def pytest_collection_finish() -> None:
    """Leave out of every later collection what stays to the end: a million objects, looked through again and again."""
    gc.collect()
    gc.freeze()


class Failures:
    """Names each failure as it happens; what it says in full comes last."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            crash = getattr(report.longrepr, "reprcrash", None)
            why = (str(crash.message if crash else report.longrepr).splitlines() or [""])[0]
            self._terminal.write_line(f"\n{report.nodeid} ({report.when}, {report.duration:.0f} s): {why}")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SHOWN] = os.dup((sys.__stderr__ or sys.stderr).fileno())
    if terminal := config.pluginmanager.get_plugin("terminalreporter"):
        config.pluginmanager.register(Failures(terminal))
