"""Calls made at the same time, whose results are had as each of them ends."""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from queue import SimpleQueue
from typing import TypeVar

T = TypeVar("T")


def in_parallel(calls: Sequence[Callable[[], T]], at_once: int, stopping: Callable[[], bool]) -> Iterator[T]:
    """Yield what `calls` return as each ends, `at_once` of them at a time; raise what one of them raises.

    Once `stopping` says so, or nobody takes results any more, no other call begins; what is under way is still given.
    Where there is only one at a time, the next begins when the result before it was taken.
    """
    if at_once == 1 or len(calls) == 1:
        for call in calls:
            if stopping():
                return
            yield call()
        return
    waiting = deque(calls)
    ended: SimpleQueue[Future[T] | None] = SimpleQueue()
    left_alone = threading.Event()

    def work() -> None:
        with suppress(IndexError):  # nothing waits any more
            while not left_alone.is_set() and not stopping():
                ended.put(_made(waiting.popleft()))
        ended.put(None)

    working = _started(work, min(at_once, len(calls)))
    try:
        while working:
            result = ended.get()
            if result is None:
                working -= 1
            else:
                yield result.result()
    finally:
        left_alone.set()


def _made(call: Callable[[], T]) -> Future[T]:
    made: Future[T] = Future()
    try:
        made.set_result(call())
    except BaseException as fault:  # it is for whoever takes the result
        made.set_exception(fault)
    return made


def _started(work: Callable[[], None], threads: int) -> int:
    """Do `work` in up to `threads` threads, and return in how many: where the system has none left, in this one."""
    for number in range(threads):
        try:
            # Daemons: a process that ends does not wait for an engine.
            threading.Thread(target=work, name="hanmi-engine", daemon=True).start()
        except RuntimeError:
            if number:
                return number
            work()
            return 1
    return threads
