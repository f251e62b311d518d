"""Remembers what was read, up to so many bytes: what was longest not asked for is forgotten first."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """Values that never change, for all threads; `weight` tells what one takes, in bytes."""

    def __init__(self, largest: int, weight: Callable[[Value], int]) -> None:
        self._largest = largest
        self._weight = weight
        self._size = 0
        # With what each weighed: a string that was encoded since then, which keeps a copy of that, weighs more.
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Key) -> Value | None:
        """Return what is remembered."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found and found[0]

    def put(self, key: Key, value: Value) -> None:
        """Remember it."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = value, self._weight(value)
                self._size += self._kept[key][1]
            while self._size > self._largest:
                _, (_, weight) = self._kept.popitem(last=False)
                self._size -= weight
