"""Alternating rounds: every subject once per round, so that a slow moment of the machine falls on all of them."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """The times of one subject in milliseconds."""

    times: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.times)

    def __str__(self) -> str:
        low, _, high = statistics.quantiles(self.times, n=4)
        return f"{self.median:8.2f} ms  (middle half {low:.2f} to {high:.2f})"


def alternate(subjects: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Figure]:
    """Time each subject once per round, after one round that is not counted."""
    times: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds + 1):
        for name, subject in subjects.items():
            began = time.perf_counter()
            subject()
            if number:
                times[name].append((time.perf_counter() - began) * 1000)
    return {name: Figure(tuple(found)) for name, found in times.items()}


def ratio(one: Figure, other: Figure) -> str:
    """Return how many times `other` `one` costs, round by round: the median, and its middle half."""
    each = [a / b for a, b in zip(one.times, other.times, strict=True)]
    low, middle, high = statistics.quantiles(each, n=4)
    return f"{middle:.2f}  (middle half {low:.2f} to {high:.2f})"
