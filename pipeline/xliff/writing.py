"""Writes a draft as XLIFF 2.1."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from xml.sax.saxutils import quoteattr

from pipeline import placeholders
from pipeline.exchange.xml import UNSPEAKABLE, content, escaped
from pipeline.placeholders import Tag
from schemas.language import DraftedSegment, Locale, Term

CORE = "urn:oasis:names:tc:xliff:document:2.0"  # of 2.1 too (section 4.1.2)
GLOSSARY = "urn:oasis:names:tc:xliff:glossary:2.0"

Originals = Mapping[int, tuple[str, ...]]


def written(
    segments: Sequence[DraftedSegment],
    source: Locale,
    target: Locale,
    *,
    name: str,
    originals: Mapping[str, Originals],
    terms: Callable[[str], Sequence[Term]] = lambda _source: (),
) -> str:
    """Return `segments`, in order, as an XLIFF file called `name` (of letters, digits and `-`).

    `originals` tells by segment id how its placeholders are written in the text; `terms` gives the glossary's terms
    that stand in a source. States, targets, terms and issues are in the file; a segment without target has none.
    """
    parts = [
        '<?xml version="1.0" encoding="UTF-8"?>\n',
        f'<xliff xmlns="{CORE}" xmlns:gls="{GLOSSARY}" version="2.1" srcLang="{source}" trgLang="{target}">\n',
        f'<file id={quoteattr(name)} xml:space="preserve">\n',
    ]
    for each in segments:
        parts += _unit(each, originals.get(each.id, {}), terms(each.source), (source, target))
    return "".join([*parts, "</file>\n</xliff>\n"])


def _unit(
    segment: DraftedSegment, originals: Originals, terms: Sequence[Term], locales: tuple[Locale, Locale]
) -> Iterator[str]:
    yield f'<unit id="{segment.id}" name="{segment.field}">\n'
    if terms:
        entries = (
            f"<gls:glossEntry><gls:term>{content(getattr(term, locales[0]))}</gls:term>"
            f"<gls:translation>{content(getattr(term, locales[1]))}</gls:translation></gls:glossEntry>"
            for term in terms
        )
        yield f"<gls:glossary>{''.join(entries)}</gls:glossary>\n"
    if segment.issues:
        notes = (
            f'<note category="{issue.check}" priority="{1 if issue.severity == "error" else 5}">'
            f"{content(issue.message + (f' ({issue.note})' if issue.note else ''))}</note>"
            for issue in segment.issues
        )
        yield f"<notes>{''.join(notes)}</notes>\n"
    if originals:
        yield f"<originalData>{''.join(_data(originals))}</originalData>\n"
    yield f'<segment state="{segment.state}"><source>{_inline(segment.source, originals)}</source>'
    yield f"<target>{_inline(segment.target, originals)}</target>" if segment.target else ""
    yield "</segment>\n</unit>\n"


def _data(originals: Originals) -> Iterator[str]:
    for number, pieces in sorted(originals.items()):
        for side, piece in enumerate(pieces):
            yield f'<data id="{_data_id(number, side)}">{_content(piece)}</data>'


def _data_id(number: int, side: int) -> str:
    return f"d{number}{'be'[side]}"


def _inline(text: str, originals: Originals) -> str:
    """Return a segment's text with its placeholders as inline elements; unpaired ones where they do not nest."""
    nested = _nests(text)
    seen: Counter[tuple[str, int]] = Counter()
    parts, end = [], 0
    for tag in placeholders.tags(text):
        parts.append(_content(text[end : tag.start]))
        seen[tag.kind, tag.number] += 1
        parts.append(_element(tag, seen[tag.kind, tag.number], originals.get(tag.number, ()), nested=nested))
        end = tag.end
    return "".join([*parts, _content(text[end:])])


def _element(tag: Tag, nth: int, pieces: Sequence[str], *, nested: bool) -> str:
    # An id may stand once in a target (section 4.3.1.21); a placeholder that was doubled by mistake gets another.
    id_ = f"{tag.number}" if nth == 1 else f"{tag.number}-{nth}"
    data = [_data_id(tag.number, side) for side in range(len(pieces))]
    if tag.kind == "single":
        return f'<ph id="{id_}"{_refers("dataRef", data[:1])}/>'
    if nested:
        refers = _refers("dataRefStart", data[:1]) + _refers("dataRefEnd", data[1:2])
        return f'<pc id="{id_}"{refers}>' if tag.kind == "open" else "</pc>"
    if tag.kind == "open":
        return f'<sc id="{id_}" isolated="yes"{_refers("dataRef", data[:1])}/>'
    return f'<ec id="e{id_}" isolated="yes"{_refers("dataRef", data[1:2])}/>'


def _refers(name: str, ids: Sequence[str]) -> str:
    return "".join(f' {name}="{each}"' for each in ids)


def _nests(text: str) -> bool:
    """Tell whether every pair is whole and well nested, however often it stands."""
    opened: list[int] = []
    for tag in placeholders.tags(text):
        if tag.kind == "open":
            opened.append(tag.number)
        elif tag.kind == "close" and (not opened or opened.pop() != tag.number):
            return False
    return not opened


def _content(text: str) -> str:
    """Return text as content that may hold code points (`cp`): a character XML has no way to write is one."""
    return UNSPEAKABLE.sub(lambda found: f'<cp hex="{ord(found[0]):04X}"/>', escaped(text))
