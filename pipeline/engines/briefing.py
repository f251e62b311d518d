"""What an engine may know beside the texts it is asked for; each uses of it what its service can take."""

from collections.abc import Sequence
from dataclasses import dataclass

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
