"""The recipe for a draft: recall, translate and repair what is left, check. Splitting is before it, assembly after."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from pipeline import checks
from pipeline.checks import Context, Entry
from pipeline.checks.untranslated import untranslated
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain, Outcome
from pipeline.memory import Match, Memory, recall
from pipeline.repair import repair
from schemas.language import OTHER, DraftedSegment, Issue, Locale, Term


@dataclass(frozen=True)
class Finished:
    """A segment the recipe is through with. `worth_retrying`: it stayed open for a reason that may pass."""

    segment: DraftedSegment
    worth_retrying: bool = False


def make_draft(
    segments: Sequence[DraftedSegment],
    source: Locale,
    *,
    memory: Memory,
    glossary: Sequence[Term],
    engines: Chain,
    done: Container[str] = frozenset(),
) -> Iterator[Finished]:
    """Draft a text given as all its open `segments`, in order; yield each one finished as soon as it is.

    `done` holds the ids of segments an earlier run finished: they are context, and nothing of them is sent out.
    Asks the memory once, before the first segment; asks engines while the caller holds no transaction.
    """
    due: list[DraftedSegment] = []
    entry = Entry(source)
    for each in segments:
        if each.id in done:
            entry.add(each.source, each.target, each.position)
    for segment, match in zip(segments, recall([each.source for each in segments], source, memory), strict=True):
        if segment.id in done:
            continue
        if match is not None:
            yield Finished(_checked(_remembered(segment, match), source, glossary, entry))
        else:
            due.append(segment)
    briefing = _briefing(segments, glossary)
    for position, outcome in engines.outcomes([each.source for each in due], source, OTHER[source], briefing):
        segment = _repaired(_translated(due[position], outcome), source, glossary)
        segment = _checked(segment, source, glossary, entry, reason=outcome.reason)
        yield Finished(segment, worth_retrying=outcome.target is None and outcome.passing)


def _briefing(segments: Sequence[DraftedSegment], glossary: Sequence[Term]) -> Briefing:
    """Return the whole entry as context: what is due now is often a few sentences of it."""
    title = " ".join(each.source for each in segments if each.field == "title")
    return Briefing(title=title, context=tuple(each.source for each in segments), terms=glossary)


def _remembered(segment: DraftedSegment, match: Match) -> DraftedSegment:
    return replace(segment, target=match.target, state="translated", origin=match.origin, score=match.score)


def _translated(segment: DraftedSegment, outcome: Outcome) -> DraftedSegment:
    if outcome.target is None:
        return segment
    return replace(segment, target=outcome.target, state="translated", origin="machine", engine=outcome.engine)


def _repaired(segment: DraftedSegment, source: Locale, glossary: Sequence[Term]) -> DraftedSegment:
    """Put the glossary's preferred forms where an engine wrote forbidden ones; what people wrote is left to them."""
    target, _ = repair(segment.source, segment.target, source, OTHER[source], glossary)
    return replace(segment, target=target)


def _checked(
    segment: DraftedSegment, source: Locale, glossary: Sequence[Term], entry: Entry, reason: str | None = None
) -> DraftedSegment:
    """Check a segment beside what the entry has so far, and add it to that.

    What people confirmed for its source is no matter here: had they, it would have come from the memory.
    """
    context = Context(entry.beside(segment.position), entry)
    found = checks.run(segment.source, segment.target, source, OTHER[source], glossary=glossary, context=context)
    entry.add(segment.source, segment.target, segment.position)
    return replace(segment, issues=tuple(_explained(issue, reason) for issue in found))


def _explained(issue: Issue, reason: str | None) -> Issue:
    """Say on an open segment why no engine gave a translation."""
    if reason is None or issue.check != untranslated.name:
        return issue
    return replace(issue, message=f"{issue.message.rstrip('.')}: {reason}.")
