"""Reads XLIFF 2.0 and 2.1, as tools give it back. A file is hostile input: no document type, entity or other file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from pipeline.xliff.writing import CORE
from schemas.language import LOCALES, Locale, SegmentState

STATES: tuple[SegmentState, ...] = ("initial", "translated", "reviewed", "final")
DEEPEST = 100  # how deep elements may be nested: emphasis within links within emphasis needs ten


class FileFault(ValueError):
    """A file that cannot be read as what it should be; the message names the line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")


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


@dataclass
class _Element:
    name: str
    attributes: dict[str, str]
    line: int
    content: list["str | _Element"] = field(default_factory=list)

    def inside(self, *names: str) -> Iterator["_Element"]:
        """Yield the elements of the core in this one that have one of `names`."""
        wanted = [f"{CORE} {name}" for name in names]
        yield from (each for each in self.content if isinstance(each, _Element) and each.name in wanted)

    @property
    def kind(self) -> str:
        return self.name.removeprefix(f"{CORE} ")


def read(content: bytes) -> File:
    """Return what an XLIFF file of version 2.0 or 2.1 holds; raise `FileFault` naming the line and what is wrong."""
    root = _parsed(content)
    if root.name != f"{CORE} xliff" or root.attributes.get("version") not in ("2.0", "2.1"):
        raise FileFault(root.line, "it is no XLIFF file of version 2.0 or 2.1")
    units = tuple(_units(root))
    known: dict[str, int] = {}
    for each in units:
        if each.id in known:
            raise FileFault(each.line, f"the unit {each.id} stands in line {known[each.id]} already")
        known[each.id] = each.line
    return File(root.attributes.get("srcLang", ""), root.attributes.get("trgLang"), units)


def locale_of(tag: str) -> Locale | None:
    """Return the language that a BCP 47 tag names, if it is one of ours: `ko-KR` is `ko`."""
    language = tag.partition("-")[0].lower()
    return next((locale for locale in LOCALES if locale == language), None)


def _parsed(content: bytes) -> _Element:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    top = _Element("", {}, 0)
    within = [top]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(within) > DEEPEST:
            raise FileFault(parser.CurrentLineNumber, f"elements are nested more than {DEEPEST} deep")
        element = _Element(name, attributes, parser.CurrentLineNumber)
        within[-1].content.append(element)
        within.append(element)

    def refuse(*_: object) -> None:
        raise FileFault(parser.CurrentLineNumber, "a document type or an entity of its own is not allowed")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: within.pop()
    parser.CharacterDataHandler = lambda text: within[-1].content.append(text)
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except expat.ExpatError as fault:
        raise FileFault(fault.lineno, f"it is not well-formed XML ({expat.errors.messages[fault.code]})") from None
    except LookupError:
        raise FileFault(1, "it is in an encoding that is not known; save it in UTF-8") from None
    (root,) = (each for each in top.content if isinstance(each, _Element))
    return root


def _units(element: _Element) -> Iterator[Unit]:
    for each in element.inside("file", "group", "unit"):
        if each.kind == "unit":
            yield _unit(each)
        else:
            yield from _units(each)


def _unit(unit: _Element) -> Unit:
    id_ = unit.attributes.get("id")
    if not id_:
        raise FileFault(unit.line, "a unit has no id")
    segments = [(each, *_sides(each)) for each in unit.inside("segment", "ignorable")]
    if not segments:
        raise FileFault(unit.line, f"the unit {id_} has no segment")
    translated = any(target is not None for each, _, target in segments if each.kind == "segment")
    return Unit(
        id_,
        "".join(source for _, source, _ in segments),
        "".join(_given(each, source, target) for each, source, target in segments) if translated else None,
        min((_state(each) for each, *_ in segments if each.kind == "segment"), key=STATES.index, default="initial"),
        unit.line,
    )


def _sides(segment: _Element) -> tuple[str, str | None]:
    source, target = (next(segment.inside(name), None) for name in ("source", "target"))
    if source is None:
        raise FileFault(segment.line, "a segment has no source")
    return _said(source), None if target is None else _said(target)


def _given(segment: _Element, source: str, target: str | None) -> str:
    """Return a part's target; what stands between segments is the source's where nobody changed it."""
    return (source if segment.kind == "ignorable" else "") if target is None else target


def _state(segment: _Element) -> SegmentState:
    said = segment.attributes.get("state", "initial")
    for state in STATES:
        if state == said:
            return state
    raise FileFault(segment.line, f"there is no state {said!r}")


def _said(element: _Element) -> str:
    return "".join(_pieces(element.content))


def _pieces(content: Sequence["str | _Element"]) -> Iterator[str]:
    for each in content:
        if isinstance(each, str):
            yield each
            continue
        match each.kind:
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


def _number(element: _Element) -> int:
    """Return a placeholder's number: its id, less what was added to make the id one of a kind."""
    id_ = element.attributes.get("startRef") or element.attributes.get("id", "")
    number = id_.removeprefix("e").partition("-")[0]
    if not (number.isascii() and number.isdigit() and 1 <= len(number) <= 4 and number[0] != "0"):
        raise FileFault(element.line, f"the draft has no placeholder {id_!r}")
    return int(number)


def _character(element: _Element) -> str:
    try:
        return chr(int(element.attributes.get("hex", ""), 16))
    except (ValueError, OverflowError):
        raise FileFault(element.line, "a code point is none") from None
