"""Where a target breaks the source's placeholders: the work that `markup` and `placeholders` share."""

from collections import Counter
from collections.abc import Iterator

from pipeline.checks.base import Finding
from pipeline.placeholders import Tag, tags


def violations(source: str, target: str, *, single: bool) -> Iterator[Finding]:
    """Yield each placeholder lost, unknown or doubled, of the single ones or of the pairs; for pairs crossings too.

    The two kinds together yield something exactly where `placeholders.verify` raises (a property test holds them
    together); that one stops at the first violation, and an editor wants to see them all.
    """
    wanted = [tag for tag in tags(source) if (tag.kind == "single") is single]
    found = [tag for tag in tags(target) if (tag.kind == "single") is single]
    yield from _lost(wanted, found, source)
    yield from _too_many(wanted, found, target)
    if not single:
        yield from _crossed(found, target)


def _lost(wanted: list[Tag], found: list[Tag], source: str) -> Iterator[Finding]:
    present = {(tag.kind, tag.number) for tag in found}
    for tag in wanted:
        if (tag.kind, tag.number) not in present:
            yield Finding(f"{_name(tag, source)} is missing from the translation.", source_span=(tag.start, tag.end))


def _too_many(wanted: list[Tag], found: list[Tag], target: str) -> Iterator[Finding]:
    known = {(tag.kind, tag.number) for tag in wanted}
    seen: Counter[tuple[str, int]] = Counter()
    for tag in found:
        key = (tag.kind, tag.number)
        seen[key] += 1
        if key not in known:
            yield Finding(f"{_name(tag, target)} is not in the source.", target_span=(tag.start, tag.end))
        elif seen[key] == 2:
            message = f"{_name(tag, target)} stands more than once in the translation."
            yield Finding(message, target_span=(tag.start, tag.end))


def _crossed(found: list[Tag], target: str) -> Iterator[Finding]:
    opened: list[int] = []
    for tag in found:
        if tag.kind == "open":
            opened.append(tag.number)
        elif not opened or opened.pop() != tag.number:
            message = f"{_name(tag, target)} crosses another pair or closes before it opens."
            yield Finding(message, target_span=(tag.start, tag.end))
            return


def _name(tag: Tag, text: str) -> str:
    return f"The placeholder {text[tag.start : tag.end]}"
