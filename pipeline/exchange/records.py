"""Units and terms as records of text: columns of a CSV file, properties in TMX. What is read is judged here."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from pipeline.exchange.faults import FileFault
from schemas.decoding import convert
from schemas.language import Provenance, Term, Unit
from schemas.problems import Invalid
from schemas.terms import NewTerm
from schemas.units import UnitText

# What of a unit's provenance is in a record, and under which name.
WHENCE = {"origin": "origin", "file": "detail"} | {
    name: name for name in ("confidence", "draft_id", "entry_id", "by", "added_at", "approved_at")
}
ABOUT_UNITS = ("confirmed", "context_ko", "context_en", *WHENCE, "id")
UNIT_COLUMNS = ("ko", "en", *ABOUT_UNITS)
YES_OR_NO = {"yes": True, "no": False, "": False}
LONGEST_DETAIL = 200  # of a name, an address, an id
CONTEXT = re.compile("(?:[0-9a-f]{32})?")  # as `pipeline.memory.context` makes it


def about(unit: Unit) -> dict[str, str]:
    """Return all that is known of a unit besides its texts; what is not known is empty."""
    whence = unit.provenance
    known = {name: _written(getattr(whence, its)) if whence else "" for name, its in WHENCE.items()}
    confirmed = "yes" if unit.confirmed else "no"
    return (
        {"confirmed": confirmed, "context_ko": unit.context_ko, "context_en": unit.context_en} | known | {"id": unit.id}
    )


def unit_of(record: Mapping[str, str], line: int) -> Unit:
    """Return the unit of a record with `ko`, `en` and perhaps more; raise `FileFault`."""
    texts = {name: _text(record[name], name, line) for name in ("ko", "en")}
    details = {name: _detail(record.get(name, ""), name, line) for name in ABOUT_UNITS}
    for name in ("context_ko", "context_en"):
        if not CONTEXT.fullmatch(details[name]):
            raise FileFault(line, f"{name} is no hash of neighbours")
    return Unit(
        id=details["id"],
        provenance=_whence(details, line) if details["origin"] else None,
        confirmed=yes(details["confirmed"], "confirmed", line),
        context_ko=details["context_ko"],
        context_en=details["context_en"],
        **texts,
    )


def term_of(record: Mapping[str, Any], line: int) -> tuple[Term, str]:
    """Return the term that a record of `NewTerm` describes, and its note; raise `FileFault`."""
    try:
        wish = msgspec.structs.asdict(convert(record, NewTerm))
    except Invalid as fault:
        raise FileFault(line, fault.detail) from None
    note = str(wish.pop("note"))
    return Term(**{name: _plain(value) for name, value in wish.items()}), note


def yes(said: str, name: str, line: int) -> bool:
    """Return what a record says with yes or no; raise `FileFault`."""
    if said not in YES_OR_NO:
        raise FileFault(line, f"{name} is yes or no, not {said[:50]}")
    return YES_OR_NO[said]


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(str(each) for each in value)
    return value if isinstance(value, bool) else str(value)


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else "" if value is None else str(value)


def _text(said: str, name: str, line: int) -> str:
    try:
        return str(UnitText.parse(said))
    except ValueError as fault:
        raise FileFault(line, f"{name}: {fault}") from None


def _detail(said: str, name: str, line: int) -> str:
    if len(said) > LONGEST_DETAIL or not said.isprintable():
        raise FileFault(line, f"{name}: one line of at most {LONGEST_DETAIL} characters")
    return said


def _whence(details: Mapping[str, str], line: int) -> Provenance:
    given = {its: details[name] or None for name, its in WHENCE.items()} | {"detail": details["file"]}
    try:
        whence = msgspec.convert(given, Provenance, strict=False)
    except msgspec.ValidationError as fault:
        raise FileFault(line, f"where it came from: {fault}") from None
    if whence.confidence is not None and not 0 <= whence.confidence <= 1:
        raise FileFault(line, "confidence is from 0 to 1")
    for moment in (whence.added_at, whence.approved_at):
        if moment is not None and moment.tzinfo is None:
            raise FileFault(line, "where it came from: a time needs its zone, as in 2026-11-22T09:00:00Z")
    return whence
