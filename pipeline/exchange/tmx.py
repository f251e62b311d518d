"""The memory as TMX 1.4b (LISA OSCAR, 26 April 2005). Placeholders stand as inline elements, and what else is known of
a unit as properties; in a file of another tool, its codes become placeholders.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

from pipeline import placeholders
from pipeline.exchange import xml
from pipeline.exchange.found import Found
from pipeline.exchange.records import ABOUT_UNITS, about, unit_of
from pipeline.exchange.xml import Element, content, locale_of
from schemas.language import LOCALES, Locale, Unit

PROPERTY = "x-hanmi-"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4">\n'
    '<header creationtool="Hanmi" creationtoolversion="1" segtype="sentence" o-tmf="Hanmi" adminlang="en" '
    'srclang="*all*" datatype="plaintext"/>\n<body>\n'
)
WRITTEN_AT_ONCE = 200


def read(chunks: Iterable[bytes]) -> Iterator[Found[Unit]]:
    """Yield the pairs of a TMX file of any version; raise `FileFault`.

    Of several texts in one language the first counts. What a file says is confirmed, is not so here yet.
    """
    for unit in xml.elements(chunks, ("tmx",), ("tu",), "TMX file"):
        yield _found(unit)


def written(units: Iterable[Unit]) -> Iterator[bytes]:
    """Yield the TMX file of units, with all that is known of them."""
    parts = [HEAD]
    for number, unit in enumerate(units, start=1):
        parts += _unit(unit)
        if number % WRITTEN_AT_ONCE == 0:
            yield "".join(parts).encode()
            parts = []
    yield "".join([*parts, "</body>\n</tmx>\n"]).encode()


def _unit(unit: Unit) -> Iterator[str]:
    whence = unit.provenance
    yield "<tu"
    if unit.id:
        yield f" tuid={quoteattr(content(unit.id))}"
    if whence:
        yield f' creationdate="{whence.added_at:%Y%m%dT%H%M%SZ}"'
    if whence and whence.approved_at:
        yield f' changedate="{whence.approved_at:%Y%m%dT%H%M%SZ}"'
        yield f" changeid={quoteattr(content(whence.by))}" if whence.by else ""
    yield ">\n"
    for name, said in about(unit).items():
        yield f'<prop type="{PROPERTY}{name}">{content(said)}</prop>\n' if said else ""
    for locale in LOCALES:
        yield f'<tuv xml:lang="{locale}"><seg>{_inline(unit.ko if locale == "ko" else unit.en)}</seg></tuv>\n'
    yield "</tu>\n"


def _inline(text: str) -> str:
    """Return a text with its placeholders as `ph`, pairs as `bpt` and `ept`, halves of none as `it`."""
    pairs = _pairs(text)
    parts, end = [], 0
    for nth, tag in enumerate(placeholders.tags(text)):
        code = content(text[tag.start : tag.end])
        parts.append(content(text[end : tag.start]))
        end = tag.end
        if tag.kind == "single":
            parts.append(f'<ph x="{tag.number}">{code}</ph>')
        elif nth not in pairs:
            place = "begin" if tag.kind == "open" else "end"
            parts.append(f'<it pos="{place}" x="{tag.number}">{code}</it>')
        elif tag.kind == "open":
            parts.append(f'<bpt i="{pairs[nth]}" x="{tag.number}">{code}</bpt>')
        else:
            parts.append(f'<ept i="{pairs[nth]}">{code}</ept>')
    return "".join([*parts, content(text[end:])])


def _pairs(text: str) -> dict[int, int]:
    """Return, for the tags that are of a pair by their place among all tags, which pair it is: 1, 2 and on."""
    found: dict[int, int] = {}
    opened: dict[int, list[int]] = {}
    for nth, tag in enumerate(placeholders.tags(text)):
        if tag.kind == "open":
            opened.setdefault(tag.number, []).append(nth)
        elif tag.kind == "close" and opened.get(tag.number):
            found[opened[tag.number].pop()] = found[nth] = len(found) // 2 + 1
    return found


def _found(unit: Element) -> Found[Unit]:
    codes = _Codes()
    texts: dict[Locale, str] = {}
    skipped = 0
    for variant in unit.within("tuv"):
        locale = locale_of(variant.language)
        segment = next(variant.within("seg"), None)
        said = "" if segment is None or locale is None else "".join(codes.text(segment))
        if locale is None or locale in texts or not said.strip():
            skipped += 1
        else:
            texts[locale] = said
    if len(texts) < len(LOCALES):
        return Found(unit.line, None, skipped + len(texts))
    return Found(unit.line, unit_of(_properties(unit) | {each: texts[each] for each in LOCALES}, unit.line), skipped)


def _properties(unit: Element) -> dict[str, str]:
    """Return what our own properties say; other tools' are theirs."""
    given = ((each.attributes.get("type", ""), each.text) for each in unit.elements if each.local == "prop")
    known = {f"{PROPERTY}{name}": name for name in ABOUT_UNITS}
    return {known[type_]: said for type_, said in given if type_ in known}


@dataclass
class _Codes:
    """Numbers the codes of one unit, so that those which its texts have in common (`x`; else the same kind, in the same
    order) get the same number.
    """

    _numbers: dict[str, int] = field(default_factory=dict)
    _taken: set[int] = field(default_factory=set)
    _next: int = 1

    def text(self, segment: Element) -> Iterator[str]:
        """Yield a text in placeholder form."""
        yield from self._pieces(segment, {}, {})

    def _pieces(self, element: Element, begun: dict[str, int], seen: dict[str, int]) -> Iterator[str]:
        for each in element.content:
            if isinstance(each, str):
                yield each
                continue
            match each.local:
                case "bpt":
                    pair = each.attributes.get("i", "")
                    begun[pair] = self._number(each, f"pair {pair}")
                    yield f"<{begun[pair]}>"
                case "ept":
                    pair = each.attributes.get("i", "")
                    number = begun.pop(pair, 0) or self._number(each, f"pair {pair}")
                    yield f"</{number}>"
                case "it":
                    number = self._number(each, _nth("it", seen))
                    yield f"</{number}>" if each.attributes.get("pos") == "end" else f"<{number}>"
                case "ph" | "ut":
                    yield f"<{self._number(each, _nth('ph', seen))}/>"
                case _:  # `hi`, and what no version of TMX knows: its text is text
                    yield from self._pieces(each, begun, seen)

    def _number(self, element: Element, otherwise: str) -> int:
        said = element.attributes.get("x", "")
        name = f"x {said}" if said else otherwise
        if name not in self._numbers:
            wanted = int(said) if said.isascii() and said.isdigit() and len(said) <= 4 else 0
            self._numbers[name] = wanted if wanted and wanted not in self._taken else self._free()
            self._taken.add(self._numbers[name])
        return self._numbers[name]

    def _free(self) -> int:
        while self._next in self._taken:
            self._next += 1
        return self._next


def _nth(kind: str, seen: dict[str, int]) -> str:
    seen[kind] = seen.get(kind, 0) + 1
    return f"{kind} {seen[kind]}"
