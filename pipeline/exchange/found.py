"""What reading a file of units or terms yields, one entry of the file after the other."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """An entry of a file: where it begins, what it says, and how many texts in it were left out.

    `item` is `None` where the entry holds no pair of Korean and English; a text is left out where it is in another
    language, or a second one in the same, or has no counterpart.
    """

    line: int
    item: T | None
    skipped: int = 0
