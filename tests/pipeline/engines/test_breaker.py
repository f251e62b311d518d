"""When an engine is left alone, and when it is asked again."""

from pipeline.engines.base import QuotaSpent, RateLimited, TimedOut
from pipeline.engines.breaker import Breaker
from tests.pipeline.engines.scripted import Clock

SLOW = TimedOut("slow")


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        assert breaker.enter() is None
        breaker.failed(SLOW)


def test_it_opens_after_failures_in_a_row() -> None:
    """A success in between starts the count anew."""
    breaker = Breaker(Clock(), failures=3, cool_down=60)
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 3)
    assert breaker.enter() is SLOW


def test_after_its_pause_one_request_tries() -> None:
    """Half open, one request goes through and the others wait for what becomes of it."""
    clock = Clock()
    breaker = Breaker(clock, failures=1, cool_down=60)
    fail(breaker)
    clock.now += 59
    assert breaker.enter() is SLOW
    clock.now += 1
    assert breaker.enter() is None
    assert breaker.enter() is SLOW
    breaker.succeeded()
    assert breaker.enter() is None
    assert breaker.enter() is None


def test_a_failed_try_opens_it_again() -> None:
    """One failure is enough after a pause."""
    clock = Clock()
    breaker = Breaker(clock, failures=3, cool_down=60)
    fail(breaker, 3)
    clock.now += 60
    fail(breaker)
    clock.now += 59
    assert breaker.enter() is SLOW
    clock.now += 1
    assert breaker.enter() is None


def test_a_rate_limit_is_respected_at_once() -> None:
    """The first 429 opens it, for as long as the service said or the usual pause."""
    for said, pause in ((5.0, 5.0), (300.0, 300.0), (None, 60.0)):
        clock = Clock()
        breaker = Breaker(clock, failures=3, cool_down=60)
        assert breaker.enter() is None
        breaker.failed(RateLimited("429", said))
        clock.now += pause - 1
        assert breaker.enter() is not None
        clock.now += 1
        assert breaker.enter() is None


def test_a_spent_quota_pauses_for_an_hour() -> None:
    """Asking again before is no use."""
    clock = Clock()
    breaker = Breaker(clock, failures=3, cool_down=60)
    breaker.failed(QuotaSpent("spent"))
    clock.now += 3599
    assert breaker.enter() is not None
    clock.now += 1
    assert breaker.enter() is None


def test_a_late_failure_does_not_shorten_a_pause() -> None:
    """A request that was under way when the service asked for a long pause leaves that pause as it is."""
    clock = Clock()
    breaker = Breaker(clock, failures=1, cool_down=60)
    breaker.failed(RateLimited("429", 600.0))
    breaker.failed(SLOW)
    clock.now += 100
    assert breaker.enter() is not None
