"""Whoever types a sentence finds what says enough of it, and the same in both indexes."""

from collections.abc import Callable

import pytest

from tests.contracts.search.conftest import Ask, Publish, titles

WORDS = [
    "apple",
    "bread",
    "candle",
    "dragon",
    "engine",
    "forest",
    "garden",
    "hammer",
    "island",
    "jacket",
    "kettle",
    "ladder",
]


@pytest.mark.parametrize(("number", "total"), [(3, 4), (5, 1), (9, 1), (12, 1)])
def test_what_says_too_little_of_a_long_question_is_not_found(
    publish: Publish, index: Callable[[], None], search: Ask, number: int, total: int
) -> None:
    """What has less than a fourth of what its words weigh, however many they are."""
    words = WORDS[:number]
    publish(en=f"All of {' '.join(words)}")
    for word in words:
        publish(en=f"One {word}")
    index()
    page = search(" ".join(words), locale="en", limit=100)
    assert titles(page)[0].startswith("All")
    assert page["total"] == len(page["items"]) == total
