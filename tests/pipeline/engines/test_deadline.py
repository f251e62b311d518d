"""The outer deadline: a blocking call cannot hold its caller, and hanging calls are bounded."""

import threading

import pytest

from pipeline.engines.base import Deadline, TimedOut, Unreachable


def test_it_gives_the_result_or_the_error() -> None:
    """A call that ends in time is as if called directly, whatever it raises."""
    deadline = Deadline("a")
    assert deadline.run(lambda: 7, 10) == 7
    for error in (KeyError("x"), TimeoutError("its own"), StopIteration(1), SystemExit(1)):

        def fail(error: BaseException = error) -> None:
            raise error

        with pytest.raises(type(error)) as caught:
            deadline.run(fail, 10)
        assert caught.value is error


def test_a_call_that_blocks_is_given_up_on() -> None:
    """The caller goes on at the deadline; the thread is a daemon's and holds no exit."""
    ended, seen = threading.Event(), []

    def block() -> None:
        seen.append(threading.current_thread())
        ended.wait(30)

    with pytest.raises(TimedOut, match=r"a did not answer within 0\.05 seconds"):
        Deadline("a").run(block, 0.05)
    assert seen[0].daemon
    assert seen[0].is_alive()
    ended.set()
    seen[0].join()


def test_hanging_calls_are_bounded() -> None:
    """With all threads hanging no other is started, until one of them ends."""
    deadline, ended, started = Deadline("a", threads=2), threading.Event(), []

    def block() -> None:
        started.append(threading.current_thread())
        ended.wait(30)

    for _ in range(5):
        with pytest.raises(TimedOut):
            deadline.run(block, 0.02)
    assert len(started) == 2
    ended.set()
    for thread in started:
        thread.join()
    assert deadline.run(lambda: "again", 10) == "again"


def test_no_thread_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system out of threads is an error of ours and costs no slot."""

    def refuse(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    deadline = Deadline("a", threads=1)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(Unreachable):
            deadline.run(lambda: 1, 10)
    assert deadline.run(lambda: 1, 10) == 1
