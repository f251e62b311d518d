"""What a check is: the pair it sees, the finding it yields, and the decorator that names it."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pipeline.checks.entry import Entry
from schemas.language import Issue, Locale, Severity, Span, Term

# Nobody reads more findings of one kind in one segment; and each fix is the whole target again, which has to be stored.
MOST = 50
LONGEST_FIXED = 10_000


@dataclass(frozen=True)
class Context:
    """What the rest of the text holds; empty when not known.

    `neighbours` are the pairs (source, target) next to this one, `entry` is what all the other pairs of the entry
    come to, `confirmed` what people confirmed as translations of this very source, the latest first.
    """

    neighbours: Sequence[tuple[str, str]] = ()
    entry: Entry = field(default_factory=Entry)
    confirmed: Sequence[str] = ()


@dataclass(frozen=True)
class Pair:
    """One segment in both languages, in placeholder form and NFC, with what a check may look up."""

    source: str
    target: str
    source_locale: Locale
    target_locale: Locale
    glossary: Sequence[Term] = ()
    context: Context = field(default_factory=Context)


@dataclass(frozen=True)
class Finding:
    """One thing a check has to say. Spans are half-open character ranges; `severity` overrides the check's own."""

    message: str
    source_span: Span | None = None
    target_span: Span | None = None
    fix: str | None = None
    severity: Severity | None = None


@dataclass(frozen=True)
class Check:
    """A named quality check; calling it with a pair gives the issues it found.

    `title` is the first line of its docstring and `explanation` the rest, for the published list of checks. `always`
    marks those that also run on a segment that is not translated.
    """

    name: str
    severity: Severity
    title: str
    explanation: str
    always: bool
    find: Callable[[Pair], Iterable[Finding]]

    def __call__(self, pair: Pair) -> list[Issue]:
        """Return what is wrong with `pair` in this check's eyes, in the order of the text: the first `MOST` of it."""
        fixable = len(pair.target) <= LONGEST_FIXED
        return [
            Issue(
                check=self.name,
                severity=finding.severity or self.severity,
                message=finding.message,
                source_span=finding.source_span,
                target_span=finding.target_span,
                fix=finding.fix if fixable else None,
            )
            for finding in islice(self.find(pair), MOST)
        ]


def check(
    name: str, severity: Severity, *, always: bool = False
) -> Callable[[Callable[[Pair], Iterable[Finding]]], Check]:
    """Make a check of a function from a pair to findings; its docstring's first line is the published title."""

    def decorate(function: Callable[[Pair], Iterable[Finding]]) -> Check:
        title, _, more = inspect.cleandoc(function.__doc__ or name).partition("\n")
        explanation = " ".join(more.split())
        return Check(name=name, severity=severity, title=title, explanation=explanation, always=always, find=function)

    return decorate
