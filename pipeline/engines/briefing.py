"""What an engine may know beside the texts it is asked for; each uses of it what its service can take."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from pipeline import placeholders, protect
from pipeline.protect import Markup
from schemas.language import Term


@dataclass(frozen=True)
class Briefing:
    """The entry a request's texts are from, and the association's wishes for its translation."""

    title: str = ""
    """The entry's title in the source language."""
    context: Sequence[str] = ()
    """The source of every segment of the entry, in order, in placeholder form."""
    terms: Sequence[Term] = ()
    """The glossary."""
    style: str = ""
    """What the target is to read like, in the association's own words."""

    def around(self, texts: Collection[str], markup: Markup, limit: int) -> list[str]:
        """Return the entry without its placeholders, or as many segments on both sides of `texts` as fit in `limit`.

        `texts` are masked for `markup`; `limit` is in characters, a line end for each segment included.
        """
        lines = [placeholders.plain(each).strip() for each in self.context]
        asked = set(texts)
        places = [at for at, each in enumerate(self.context) if protect.mask(each, markup) in asked]
        first, end = (places[0], places[0]) if places else (0, 0)
        left = limit
        while first > 0 or end < len(lines):
            forward = first == 0 or (end < len(lines) and end - places[-1] <= places[0] - first)
            at = end if forward else first - 1
            left -= len(lines[at]) + 1
            if left < 0:
                break
            first, end = (first, end + 1) if forward else (at, end)
        return [line for line in lines[first:end] if line]
