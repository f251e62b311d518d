"""Code, images, addresses and names that stay, which stand in a segment as single placeholders."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.tags import violations


@check("placeholders", "error", always=True)
def placeholders(pair: Pair) -> Iterator[Finding]:
    """Protected text of the source is kept, each piece once.

    A single placeholder `<2/>` is lost, doubled or unknown. Its place in the sentence is free.
    """
    yield from violations(pair.source, pair.target, single=True)
