"""What an index is: where the words of entries go in, and from where ranked entries come back.

An index is a cache of `published`: it can be thrown away at any time. What it finds is looked up there before anybody
sees it, so that a text which is not public any more is never shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from pipeline.analysis import Query
from schemas.delivery import Audience, Fallback
from schemas.entries import Kind
from schemas.language import Locale

# What is found must have so much of what the query's words weigh: who looks for five words does not look for all that
# has the most common one.
LEAST = 0.25
# An entry is found by the text in the readers' language, unless the other says so much more of what they look for.
FAMILIAR = 2.0


class State(NamedTuple):
    """How far an index has come: to event `seq` of the log `log`; and by which version of the analyser."""

    log: str
    seq: int
    version: str


@dataclass(frozen=True)
class Document:
    """An entry as an index takes it: for each public text how much each of its words says (0 to 1) of the entry.

    `day` is what `from` and `to` compare (an ordinal), `None` for what is in no range.
    """

    entry_id: str
    kind: Kind
    day: int | None
    tags: tuple[str, ...]
    texts: Mapping[Locale, Mapping[str, float]]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a reader asks an index: which words, and among which entries."""

    query: Query
    audience: Audience
    fallback: Fallback
    kind: Kind | None = None
    tag: str | None = None
    since: int | None = None
    until: int | None = None


Place = tuple[int, str]
"""Where a page of hits ended: the score and id of its last one."""


class Hit(NamedTuple):
    """An entry that was found: how well it fits (whole millionths), and by which language's text."""

    score: int
    entry_id: str
    locale: Locale

    def place(self) -> Place:
        """Return where it stands among hits: by score, and of two that fit alike the one made later first."""
        return self.score, self.entry_id


@dataclass(frozen=True)
class Found:
    """What an index found: the hits in order, from behind the place asked for; how many there are in all.

    And how many there would be of each kind, whatever kind was asked for, and of each tag, whatever the tag. `unknown`
    are the words of the query of which no form is in any text.
    """

    hits: Iterator[Hit]
    total: int
    kinds: Mapping[Kind, int] = field(default_factory=dict)
    tags: Mapping[str, int] = field(default_factory=dict)
    unknown: frozenset[int] = frozenset()


class Step(NamedTuple):
    """What to write for some events: entries in the place of what there is of them, those that are gone, the state.

    `state` is where the index stands then; it is where it stood before while more is to come of the same events. Where
    something was purged, an index that only marks what is deleted must be made anew.
    """

    documents: Sequence[Document]
    gone: Sequence[str]
    state: State
    purges: bool = False


class Source(Protocol):
    """What an index is made of."""

    def everything(self) -> Iterator[Sequence[Document]]:
        """Yield every entry that is public, some at a time."""

    def since(self, state: State) -> Iterator[Step]:
        """Yield what came since a state, until nothing more comes."""

    def pause(self, seconds: float = 0) -> None:
        """Wait; raise `Stopping` as soon as the service ends."""


class Index(Protocol):
    """One index, as its writer and its readers in any process see it."""

    @property
    def is_worn(self) -> bool:
        """Whether it would answer better if it were made anew, or holds words that were purged."""

    def find(self, connection: Connection, asked: Asked, after: Place | None, wanted: int) -> Found:
        """Return what fits, best first, at least as many hits as `wanted`; raise `Unavailable` while there is no index.

        `connection` is for an index that is in the database.
        """

    def turn(self) -> AbstractContextManager[bool]:
        """Give the turn to write, if nobody else in any process has it; tell whether it was given."""

    def renewal(self) -> AbstractContextManager[bool]:
        """Give the turn to make the index anew, beside whoever writes; tell whether it was given."""

    def state(self) -> State | None:
        """Return how far the index has come; `None` if there is none, or it is broken."""

    def write(self, step: Step) -> None:
        """Write a step, in one's turn. Whoever writes tells of it in `search_state` then."""

    def renew(self, start: State, source: Source, tell: Callable[[State], None]) -> None:
        """Make the index anew of all there is, as of `start` and since, while the old one answers.

        In the end, in one's turn, call `tell` with the state it has come to.
        """
