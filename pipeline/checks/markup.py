"""Links, emphasis and other inline markup, which stand in a segment as pairs of placeholders."""

from collections.abc import Iterator

from pipeline.checks.base import Finding, Pair, check
from pipeline.checks.tags import violations


@check("markup", "error", always=True)
def markup(pair: Pair) -> Iterator[Finding]:
    """Links and emphasis of the source are kept, each once and well nested.

    A pair `<1>…</1>` is lost, doubled, unknown or crossed with another. Its place in the sentence is free.
    """
    yield from violations(pair.source, pair.target, single=False)
