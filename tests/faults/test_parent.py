"""A server is two processes, and neither is of use without the other."""

import os
import signal
from collections.abc import Callable

import pytest

from content_api.settings import Settings
from tests.faults.processes import Server
from tests.postgres import only_on
from tests.waiting import until


def parent(server: Server) -> int:
    return server.pid


def child(server: Server) -> int:
    (found,) = set(server.alive()) - {server.pid}
    return found


@only_on("sqlite")
@pytest.mark.parametrize("victim", [parent, child])
def test_a_server_dies_as_a_whole(settings: Settings, victim: Callable[[Server], int]) -> None:
    """Kill -9 of either process ends the other: nothing goes on serving or working that nobody knows of."""
    with Server(settings) as server:
        os.kill(victim(server), signal.SIGKILL)
        until(server.alive, lambda left: not left)
