"""Statements are compiled once for all databases of a kind: each test has a database of its own, and to write the same
SQL anew for each took a fifth of the time of most tests.
"""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

_ROOM = 5_000  # statements
_compiled: Any = LRUCache(_ROOM)
_made = Engine.__init__


def share() -> None:
    """Let every engine that is made from now on find what others of its dialect compiled."""
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment]
    Engine.__init__ = _init  # type: ignore[method-assign]


def _init(self: Engine, *arguments: Any, **more: Any) -> None:
    _made(self, *arguments, **more)
    self._compiled_cache = _compiled
