"""Reads XLIFF 2.0 and 2.1, as tools give it back. A file is hostile input: no document type, entity or other file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.exchange.faults import FileFault
from pipeline.exchange.xml import Element, document
from pipeline.xliff.writing import CORE
from schemas.language import SegmentState

STATES: tuple[SegmentState, ...] = ("initial", "translated", "reviewed", "final")


@dataclass(frozen=True)
class Unit:
    """A unit of a file: its id, source and target in placeholder form, state, and the line on which it begins.

    `target` is `None` where the file has none. Where a tool divided the unit, the state is the least advanced.
    """

    id: str
    source: str
    target: str | None
    state: SegmentState
    line: int


@dataclass(frozen=True)
class File:
    """What a file holds: from which language into which, and its units in order."""

    source: str
    target: str | None
    units: tuple[Unit, ...]


def read(content: bytes) -> File:
    """Return what an XLIFF file of version 2.0 or 2.1 holds; raise `FileFault` naming the line and what is wrong."""
    root = document(content)
    if root.name != f"{CORE} xliff" or root.attributes.get("version") not in ("2.0", "2.1"):
        raise FileFault(root.line, "it is no XLIFF file of version 2.0 or 2.1")
    units = tuple(_units(root))
    known: dict[str, int] = {}
    for each in units:
        if each.id in known:
            raise FileFault(each.line, f"the unit {each.id} stands in line {known[each.id]} already")
        known[each.id] = each.line
    return File(root.attributes.get("srcLang", ""), root.attributes.get("trgLang"), units)


def _inside(element: Element, *names: str) -> Iterator[Element]:
    """Yield the elements of the core right in `element` that have one of `names`."""
    wanted = [f"{CORE} {name}" for name in names]
    yield from (each for each in element.elements if each.name in wanted)


def _kind(element: Element) -> str:
    return element.name.removeprefix(f"{CORE} ")


def _units(element: Element) -> Iterator[Unit]:
    for each in _inside(element, "file", "group", "unit"):
        if _kind(each) == "unit":
            yield _unit(each)
        else:
            yield from _units(each)


def _unit(unit: Element) -> Unit:
    id_ = unit.attributes.get("id")
    if not id_:
        raise FileFault(unit.line, "a unit has no id")
    segments = [(each, *_sides(each)) for each in _inside(unit, "segment", "ignorable")]
    if not segments:
        raise FileFault(unit.line, f"the unit {id_} has no segment")
    translated = any(target is not None for each, _, target in segments if _kind(each) == "segment")
    return Unit(
        id_,
        "".join(source for _, source, _ in segments),
        "".join(_given(each, source, target) for each, source, target in segments) if translated else None,
        min((_state(each) for each, *_ in segments if _kind(each) == "segment"), key=STATES.index, default="initial"),
        unit.line,
    )


def _sides(segment: Element) -> tuple[str, str | None]:
    source, target = (next(_inside(segment, name), None) for name in ("source", "target"))
    if source is None:
        raise FileFault(segment.line, "a segment has no source")
    return _said(source), None if target is None else _said(target)


def _given(segment: Element, source: str, target: str | None) -> str:
    """Return a part's target; what stands between segments is the source's where nobody changed it."""
    return (source if _kind(segment) == "ignorable" else "") if target is None else target


def _state(segment: Element) -> SegmentState:
    said = segment.attributes.get("state", "initial")
    for state in STATES:
        if state == said:
            return state
    raise FileFault(segment.line, f"there is no state {said!r}")


def _said(element: Element) -> str:
    return "".join(_pieces(element.content))


def _pieces(content: Sequence[str | Element]) -> Iterator[str]:
    for each in content:
        if isinstance(each, str):
            yield each
            continue
        match _kind(each):
            case "ph":
                yield f"<{_number(each)}/>"
            case "pc":
                yield f"<{_number(each)}>"
                yield from _pieces(each.content)
                yield f"</{_number(each)}>"
            case "sc":
                yield f"<{_number(each)}>"
            case "ec":
                yield f"</{_number(each)}>"
            case "cp":
                yield _character(each)
            case "mrk":
                yield from _pieces(each.content)
            case "sm" | "em":
                pass
            case other:
                raise FileFault(each.line, f"a text holds {other}, which is no inline element of XLIFF")


def _number(element: Element) -> int:
    """Return a placeholder's number: its id, less what was added to make the id one of a kind."""
    id_ = element.attributes.get("startRef") or element.attributes.get("id", "")
    number = id_.removeprefix("e").partition("-")[0]
    if not (number.isascii() and number.isdigit() and 1 <= len(number) <= 4 and number[0] != "0"):
        raise FileFault(element.line, f"the draft has no placeholder {id_!r}")
    return int(number)


def _character(element: Element) -> str:
    try:
        return chr(int(element.attributes.get("hex", ""), 16))
    except (ValueError, OverflowError):
        raise FileFault(element.line, "a code point is none") from None
