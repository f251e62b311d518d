"""Counts who is in one place at once."""

from threading import Lock


class Crowd:
    """`with crowd:` is the place; `inside` are there now, `most` ever were at once."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self._counting = Lock()

    def __enter__(self) -> None:
        with self._counting:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def __exit__(self, *_: object) -> None:
        with self._counting:
            self.inside -= 1
