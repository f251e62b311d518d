"""How far long work is, told to whoever shows it: what is being done, how much of it is, and how much there is."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]


def silent(_what: str, _done: int, _total: int) -> None:
    """Show nothing."""
