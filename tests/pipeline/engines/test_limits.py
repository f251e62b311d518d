"""Limits: as many requests at a time as an engine may be asked, evenly spread, and within a day's budget."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pipeline.engines import ENGINES, limits
from pipeline.engines.base import Unreachable
from pipeline.engines.chain import Chain, Outcome
from pipeline.engines.limits import Gate, Limits, Sent
from tests.pipeline.engines.scripted import Scripted, upper

WORDS = [chr(letter) * 3 for letter in range(ord("a"), ord("i"))]  # eight texts, a request each


def engine(name: str = "a") -> Scripted:
    return Scripted(name, max_texts=1)


class Purse:
    """A ledger with so many characters for each engine, whatever its budget says."""

    def __init__(self, **left: int) -> None:
        self.left = left
        self.counted: list[Sent] = []

    @contextmanager
    def reserved(self, engine: str, characters: int, daily: int | None) -> Iterator[bool]:
        has_room = daily is None or characters <= self.left[engine]
        if has_room and daily is not None:
            self.left[engine] -= characters
        yield has_room

    def sent(self, sent: Sent) -> None:
        self.counted.append(sent)


def test_an_engine_is_kept_as_busy_as_its_limit_allows() -> None:
    """Four requests are under way together, and never five."""
    asked = engine()
    together, seen = threading.Barrier(4, timeout=20), []
    lock, under_way = threading.Lock(), [0]

    def reply(texts: list[str]) -> list[str]:
        with lock:
            under_way[0] += 1
            seen.append(under_way[0])
        together.wait()  # nobody leaves before the fourth is there
        with lock:
            under_way[0] -= 1
        return upper(texts)

    asked.reply = reply
    outcomes = Chain([asked], limits={"a": Limits(at_once=4)}).translate(WORDS, "en", "ko")
    assert [each.target for each in outcomes] == upper(WORDS)
    assert max(seen) == 4


def test_one_chain_keeps_the_limit_for_all_its_drafts() -> None:
    """Two drafts drafted at the same time share what the engine may be asked at a time."""
    asked, chain_limits = engine(), {"a": Limits(at_once=2)}
    lock, under_way, most = threading.Lock(), [0], [0]

    def reply(texts: list[str]) -> list[str]:
        with lock:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.02)
        with lock:
            under_way[0] -= 1
        return upper(texts)

    asked.reply = reply
    chain = Chain([asked], limits=chain_limits)
    threads = [threading.Thread(target=chain.translate, args=(WORDS, "en", "ko")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (len(asked.asked), most[0]) == (3 * len(WORDS), 2)


def test_what_is_settled_is_given_while_others_are_under_way() -> None:
    """An answer is had, and can be stored, before a slower one that was asked for earlier."""
    asked, slow = engine(), threading.Event()
    asked.reply = lambda texts: upper(texts) if texts != ["one"] or slow.wait(20) else [""]
    outcomes = Chain([asked], limits={"a": Limits(at_once=2)}).outcomes(["one", "two"], "en", "ko")
    assert next(outcomes) == (1, Outcome("TWO", "a", None, False))
    slow.set()
    assert next(outcomes) == (0, Outcome("ONE", "a", None, False))


def test_a_chain_that_is_to_stop_gives_what_is_under_way_and_asks_for_no_more() -> None:
    """Two requests are out when the end is asked for: both answers are given, no other engine is asked."""
    asked, other = engine(), engine("b")
    out, stop = threading.Barrier(2, timeout=20), threading.Event()

    def reply(texts: list[str]) -> list[str]:
        out.wait()
        stop.set()
        return upper(texts)

    asked.reply = reply
    chain = Chain([asked, other], limits={"a": Limits(at_once=2)}).until(stop.is_set)
    assert sorted(dict(chain.outcomes(WORDS, "en", "ko"))) == [0, 1]
    assert (len(asked.asked), other.asked) == (2, [])


def test_a_fault_of_our_own_is_told() -> None:
    """What interrupts one of several requests interrupts the draft, after the answers that came before."""

    def reply(texts: list[str]) -> list[str]:
        if texts == ["ddd"]:
            raise KeyboardInterrupt
        return upper(texts)

    asked = engine()
    asked.reply = reply
    with pytest.raises(KeyboardInterrupt):
        list(Chain([asked], limits={"a": Limits(at_once=3)}).outcomes(WORDS, "en", "ko"))


def test_a_system_without_threads_is_asked_in_the_one_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no thread can be started the requests go out one after the other."""

    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    outcomes = Chain([engine()], limits={"a": Limits(at_once=4)}).translate(WORDS, "en", "ko")
    assert [each.target for each in outcomes] == upper(WORDS)


def test_requests_are_spread_over_the_minute() -> None:
    """Of 1,200 a minute each goes out a twentieth of a second after the one before, however many may be out."""
    asked, at = engine(), []
    asked.reply = lambda texts: at.append(time.monotonic()) or upper(texts)  # type: ignore[func-returns-value]
    Chain([asked], limits={"a": Limits(at_once=4, per_minute=1200)}).translate(WORDS[:4], "en", "ko")
    at.sort()
    assert at[-1] - at[0] >= 3 * 0.05 - 0.02  # they are timed when they arrive, the first perhaps late


def test_who_waits_for_a_turn_stops_when_the_work_does() -> None:
    """A request that would go out in a minute is not sent once the process is to end."""
    gate, stop = Gate(Limits(per_minute=1)), threading.Event()
    with gate.passed(stop.is_set) as first:
        assert first
    given: list[bool] = []

    def wait() -> None:
        with gate.passed(stop.is_set) as has_turn:
            given.append(has_turn)

    waiting = threading.Thread(target=wait)
    waiting.start()
    with gate.passed(lambda: True) as full:  # the place is taken
        assert not full
    stop.set()
    waiting.join(20)
    assert given == [False]


def test_a_budget_that_is_spent_hands_over_to_the_next_engine() -> None:
    """What has no room goes to the next engine, and where there is none says why; it is not worth a try today."""
    purse = Purse(a=7, b=100)
    bounds = {"a": Limits(daily_characters=9_000), "b": Limits(daily_characters=9_000)}
    chain = Chain([engine("a"), engine("b")], limits=bounds).counted(purse)
    outcomes = chain.translate(WORDS[:4], "en", "ko")
    assert [each.engine for each in outcomes] == ["a", "a", "b", "b"]
    assert [each.engine for each in purse.counted] == ["a", "a", "b", "b"]
    (left,) = chain.only(["a"]).translate(["ccc"], "en", "ko")
    assert left == Outcome(None, None, "a has had the 9,000 characters that it is given a day", False)


def test_what_waits_behind_an_open_breaker_is_not_counted() -> None:
    """Only what went out is."""

    def down(_texts: list[str]) -> list[str]:
        raise Unreachable("a is down")

    asked, purse = Scripted("a", down, max_texts=1), Purse()
    Chain([asked], failures=2).counted(purse).translate(WORDS, "en", "ko")
    assert len(purse.counted) == len(asked.asked) == 2


def test_settings_override_what_is_usual() -> None:
    """Each engine has three settings of its own for its limits."""
    assert limits("deepl", {}) == Limits(at_once=4)
    given = {"DEEPL_AT_ONCE": "9", "DEEPL_PER_MINUTE": "60", "DEEPL_DAILY_CHARACTERS": "500000", "LLM_AT_ONCE": "1"}
    assert limits("deepl", given) == Limits(9, 60, 500_000)
    assert {f"{name.upper()}_DAILY_CHARACTERS" in entry.settings for name, entry in ENGINES.items()} == {True}


@pytest.mark.parametrize("wrong", ["0", "33", "-1", "4.0", "four", "٤", "9" * 30])
def test_a_limit_that_is_none_is_refused(wrong: str) -> None:
    """The message names the setting and what it takes."""
    with pytest.raises(ValueError, match="LIBRE_AT_ONCE must be a whole number from 1 to 32"):
        limits("libre", {"LIBRE_AT_ONCE": wrong})
