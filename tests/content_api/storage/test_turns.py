"""Who writes when."""

import threading

import pytest

from content_api.storage.turns import Turns
from schemas.problems import Busy
from tests.waiting import until


def test_turns_are_had_in_the_order_they_were_asked_for() -> None:
    """Whoever has just had the turn and wants it again waits behind those who came before."""
    turns, had = Turns(), []

    def take(name: str) -> None:
        with turns.turn(60):
            had.append(name)

    def queued(number: int) -> None:
        until(lambda: len(turns._waiting), lambda found: found == number)

    with turns.turn(60):
        others = [threading.Thread(target=take, args=[name]) for name in ("second", "third", "first again")]
        for number, thread in enumerate(others, start=1):
            thread.start()
            queued(number)
    for thread in others:
        thread.join()
    assert had == ["second", "third", "first again"]


def test_a_turn_that_does_not_come_in_time_is_given_up() -> None:
    """Whoever gave up is skipped, and the turn goes on to the next."""
    turns = Turns()
    with turns.turn(60), pytest.raises(Busy), turns.turn(0.01):
        raise AssertionError("nobody else has the turn")
    with turns.turn(0.01):
        pass


def test_a_failure_gives_the_turn_back() -> None:
    """Whatever happens in a turn, it ends."""
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns.turn(60):
        raise ZeroDivisionError
    with turns.turn(0.01):
        pass
