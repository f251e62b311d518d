"""Units of the memory as editors send and see them; what the pipeline reads of one is `language.Unit`."""

from msgspec import UNSET, Struct, UnsetType

from schemas.entries import Request
from schemas.language import UnitOrigin
from schemas.values import Value

STATES = ("confirmed", "unconfirmed")


class UnitText(Value):
    """One side of a unit, in placeholder form."""

    __slots__ = ()
    limit = 10_000
    allowed = "\n\t"


class NewUnit(Request, kw_only=True):
    """A pair that a person vouches for."""

    ko: UnitText
    en: UnitText


class UnitChange(Request, kw_only=True):
    """What to change of a unit; what is not sent stays."""

    ko: UnitText | UnsetType = UNSET
    en: UnitText | UnsetType = UNSET


class MemoryUnit(Struct, kw_only=True):
    """A unit as editors see it.

    `origin` says where it came from, `file` names the file (of pairs, or of the two texts that were aligned with
    `confidence`, 0 to 1), `entry_id` and `draft_id` the approved draft. `by` is the e-mail address of whoever approved
    it at `approved_at`; where nobody has yet, of whoever brought it in.
    """

    id: str
    etag: str
    ko: str
    en: str
    confirmed: bool
    origin: UnitOrigin
    file: str | None
    confidence: float | None
    entry_id: str | None
    draft_id: str | None
    by: str | None
    added_at: str
    approved_at: str | None


class MemoryUnitPage(Struct, kw_only=True):
    """A page of units, the newest first."""

    items: list[MemoryUnit]
    next: str | None
