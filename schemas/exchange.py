"""What is answered of a file that was taken in."""

from msgspec import Struct

from schemas.values import Value


class ExchangeFile(Value):
    """A file of units or terms: TMX, TBX or CSV."""

    __slots__ = ()
    limit = 128 * 1024 * 1024


class Imported(Struct, frozen=True, kw_only=True):
    """How many of a file's units or terms are new here, changed what was here, and say what was here already.

    `skipped` counts the texts that were left out: in other languages, doubled in one, or without a counterpart.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    skipped: int = 0

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            added=self.added + other.added,
            changed=self.changed + other.changed,
            same=self.same + other.same,
            skipped=self.skipped + other.skipped,
        )
