"""The chain of engines: what one does not give, segment by segment, the next is asked for."""

import copy
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from pipeline import protect
from pipeline.engines.answers import accept
from pipeline.engines.base import BadAnswer, Engine, EngineError, Rejected, Unreachable
from pipeline.engines.breaker import Breaker
from pipeline.engines.briefing import Briefing
from pipeline.engines.limits import ONE_AT_A_TIME, BudgetSpent, Gate, Ledger, Limits, Sent, Uncounted
from pipeline.engines.parallel import in_parallel
from schemas.language import Locale


@dataclass(frozen=True)
class Outcome:
    """What became of one segment: a `target` and the engine that gave it, or the `reason` why there is none.

    A segment without words is copied: a target, no engine. `passing` says that trying again later may help.
    """

    target: str | None
    engine: str | None
    reason: str | None
    passing: bool


@dataclass(frozen=True)
class _Link:
    engine: Engine
    breaker: Breaker
    gate: Gate


@dataclass(frozen=True)
class _Masked:
    source: str
    text: str


class Chain:
    """Asks `engines` in order, each request for at most `timeout` seconds. One may be shared by many threads."""

    def __init__(
        self,
        engines: Sequence[Engine],
        timeout: float = 30.0,
        clock: Callable[[], float] = time.monotonic,
        *,
        failures: int = 5,
        cool_down: float = 60.0,
        limits: Mapping[str, Limits] = MappingProxyType({}),
    ) -> None:
        """An engine is left alone for `cool_down` seconds after `failures` failed requests in a row.

        `limits` are by the engine's name; one without any is asked for one thing at a time.
        """
        self._timeout = timeout
        self._links = tuple(
            _Link(engine, Breaker(clock, failures, cool_down), Gate(limits.get(engine.name, ONE_AT_A_TIME)))
            for engine in engines
        )
        self._ledger: Ledger = Uncounted()
        self._stopping: Callable[[], bool] = lambda: False

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(link.engine.name for link in self._links)

    def only(self, names: Sequence[str]) -> "Chain":
        """Return a chain of the named engines, in that order, that shares their breakers; ValueError for others."""
        links = {link.engine.name: link for link in self._links}
        for name in names:
            if name not in links:
                raise ValueError(f"the engine {name} is not configured")
        chain = copy.copy(self)
        chain._links = tuple(links[name] for name in dict.fromkeys(names))
        return chain

    def counted(self, ledger: Ledger) -> "Chain":
        """Return a chain that shares breakers and gates, and whose requests `ledger` keeps count of."""
        chain = copy.copy(self)
        chain._ledger = ledger
        return chain

    def until(self, stopping: Callable[[], bool]) -> "Chain":
        """Return a chain that shares breakers and gates, and sends nothing more out once `stopping` says so.

        The answers under way are given; the segments that were not asked for have no outcome then.
        """
        chain = copy.copy(self)
        chain._stopping = stopping
        return chain

    def translate(
        self, sources: Sequence[str], source: Locale, target: Locale, briefing: Briefing = Briefing()
    ) -> list[Outcome]:
        """Return an outcome per segment of `sources` (placeholder form), in order. Raises nothing."""
        outcomes = dict(self.outcomes(sources, source, target, briefing))
        return [outcomes[position] for position in range(len(sources))]

    def outcomes(
        self, sources: Sequence[str], source: Locale, target: Locale, briefing: Briefing = Briefing()
    ) -> Iterator[tuple[int, Outcome]]:
        """Yield position and outcome of every segment as soon as it is settled. The same text is asked for once.

        `briefing` is handed to every engine with every request.
        """
        positions: dict[str, list[int]] = {}
        for position, text in enumerate(sources):
            if protect.translatable(text):
                positions.setdefault(text, []).append(position)
            else:
                yield position, Outcome(text, None, None, False)
        errors: dict[str, list[EngineError]] = {text: [] for text in positions}
        for link in self._links:
            pending = [text for text in errors if text in positions]
            for text, result in self._ask(link, pending, source, target, briefing):
                if isinstance(result, EngineError):
                    errors[text].append(result)
                else:
                    for position in positions.pop(text):
                        yield position, Outcome(result, link.engine.name, None, False)
            if self._stopping():
                return
        for text, left in positions.items():
            for position in left:
                yield position, _open(errors[text])

    def _ask(
        self, link: _Link, texts: Sequence[str], source: Locale, target: Locale, briefing: Briefing
    ) -> Iterator[tuple[str, str | EngineError]]:
        engine = link.engine
        fitting = []
        for text in texts:
            masked = _Masked(text, protect.mask(text, engine.markup))
            if len(masked.text) > engine.max_characters:
                yield text, Rejected(f"{engine.name} takes no text of over {engine.max_characters} characters")
            else:
                fitting.append(masked)
        calls = [partial(self._settled, link, batch, source, target, briefing) for batch in _batches(fitting, engine)]
        for settled in in_parallel(calls, link.gate.limits.at_once, self._stopping):
            yield from settled

    def _settled(
        self, link: _Link, batch: Sequence[_Masked], source: Locale, target: Locale, briefing: Briefing
    ) -> list[tuple[str, str | EngineError]]:
        return list(self._settle(link, batch, source, target, briefing))

    def _settle(
        self, link: _Link, batch: Sequence[_Masked], source: Locale, target: Locale, briefing: Briefing
    ) -> Iterator[tuple[str, str | EngineError]]:
        answers = self._request(link, [masked.text for masked in batch], source, target, briefing)
        if not isinstance(answers, EngineError):
            for masked, answer in zip(batch, answers, strict=True):
                yield masked.source, _accepted(link.engine, masked, answer, target)
        elif answers.one_text and len(batch) > 1:
            for masked in batch:  # once: a request of one text is not split again
                yield from self._settle(link, [masked], source, target, briefing)
        else:
            for masked in batch:
                yield masked.source, answers

    def _request(
        self, link: _Link, texts: list[str], source: Locale, target: Locale, briefing: Briefing
    ) -> list[str] | EngineError:
        """Ask in turn, within the limits, and have it counted."""
        name, daily, size = link.engine.name, link.gate.limits.daily_characters, sum(map(len, texts))
        with link.gate.passed(self._stopping) as has_turn:
            if not has_turn:
                return Unreachable(f"{name} was not asked, because the work is stopped")
            with self._ledger.reserved(name, size, daily) as has_room:
                if not has_room:
                    return BudgetSpent(f"{name} has had the {daily:,} characters that it is given a day")
                return self._tried(link, texts, source, target, briefing)

    def _tried(
        self, link: _Link, texts: list[str], source: Locale, target: Locale, briefing: Briefing
    ) -> list[str] | EngineError:
        name = link.engine.name
        cause = link.breaker.enter()
        if cause is not None:
            reason = f"{name} is left alone for a while, because {cause.reason}"
            return Unreachable(reason) if cause.passing else Rejected(reason)
        answered = False
        try:
            answers = link.engine.translate(texts, source, target, self._timeout, briefing)
            if len(answers) != len(texts):
                raise BadAnswer(f"{name} gave {len(answers)} answers for {len(texts)} texts", one_text=True)
            answered = True
        except EngineError as error:
            link.breaker.failed(error)
            return error
        except Exception as error:  # a fault of the adapter must not cost the other engines their turn
            fault = BadAnswer(f"{name} failed in a way not foreseen ({type(error).__name__})", one_text=True)
            link.breaker.failed(fault)
            return fault
        except BaseException:  # the process is asked to stop: leave the breaker usable
            link.breaker.failed(Unreachable(f"{name} was interrupted"))
            raise
        finally:
            self._ledger.sent(Sent(name, sum(map(len, texts)), answered))
        link.breaker.succeeded()
        return answers


def _batches(fitting: Sequence[_Masked], engine: Engine) -> Iterator[list[_Masked]]:
    batch: list[_Masked] = []
    characters = 0
    for masked in fitting:
        if batch and (len(batch) >= engine.max_texts or characters + len(masked.text) > engine.max_characters):
            yield batch
            batch, characters = [], 0
        batch.append(masked)
        characters += len(masked.text)
    if batch:
        yield batch


def _accepted(engine: Engine, masked: _Masked, answer: object, target: Locale) -> str | EngineError:
    try:
        return accept(engine.name, answer, masked.source, target, engine.markup)
    except BadAnswer as error:
        return error


def _open(errors: Sequence[EngineError]) -> Outcome:
    if not errors:
        return Outcome(None, None, "no engine is configured", False)
    reasons = dict.fromkeys(error.reason for error in errors)
    return Outcome(None, None, "; ".join(reasons), any(error.passing for error in errors))
