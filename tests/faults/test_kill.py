"""Kill -9 of servers and worker, over and over, while editors work: what was acknowledged is there, once."""

import os
import time
from collections.abc import Callable
from random import Random

import pytest

from content_api.settings import Settings
from content_api.storage.database import Database
from tests.faults.ordeal import Ordeal, WatchedEngine, let_leases_run_out, ordeal
from tests.faults.processes import Server

# `make soak` asks for more; on two cores that have nothing else to do, each costs about a second.
KILLS = int(os.environ.get("KILLS", "25"))


@pytest.mark.timeout(180 + 15 * KILLS)
def test_kills_lose_nothing_and_repeat_nothing(
    settings: Settings,
    database: Database,
    engine: WatchedEngine,
    make_key: Callable[..., str],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """However often it is killed, all that was acknowledged is there, once; no job ends twice; nothing is half done."""
    with ordeal(settings, database, engine, make_key("admin")) as going:
        kill(going, Random(KILLS))
    with capsys.disabled():
        print(f"\n{'SQLite' if database.is_sqlite else 'PostgreSQL'}: {KILLS} kills, {going}")
    assert going.at_fault == []
    assert going.taken_over, "no worker was killed in the middle of a job"


def kill(going: Ordeal, random: Random) -> None:
    """Kill a server or the worker, each in the middle of its work, and start it again while the others go on."""
    for _ in range(KILLS):
        victim = random.choice([*going.servers, going.worker])
        if going.failed():
            return
        if isinstance(victim, Server):
            victim.wait_until_ready()
            _wait_for(going.acknowledged, random.randint(0, 30), random)
        else:
            if random.random() < 0.5:  # it is caught waiting for an answer; else wherever it is
                going.engine.gate.clear()
            _wait_for(lambda: len(going.engine.requests), random.randint(1, 3), random)
        victim.kill()
        going.engine.gate.set()
        if victim is going.worker:
            let_leases_run_out(going.database)
        victim.start()


def _wait_for(count: Callable[[], int], more: int, random: Random) -> None:
    """Wait until `count` grew by so many (or for three seconds, where there is nothing to do), and a moment longer."""
    wanted, latest = count() + more, time.monotonic() + 3
    while count() < wanted and time.monotonic() < latest:
        time.sleep(0.005)
    time.sleep(random.uniform(0, 0.05))
