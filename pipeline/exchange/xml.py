"""XML from outside, read as a stream by expat: no entity of its own, no other file, nothing deep, long or endless."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from pipeline.exchange.faults import FileFault
from schemas.language import LOCALES, Locale

DEEPEST = 100  # how deep elements may be nested: emphasis within links within emphasis needs ten
PIECE = 64 * 1024  # how many bytes are parsed at a time
# The bytes of one tag or comment, which the parser keeps until it ends; and what one element that is given whole may
# weigh in memory, its characters and its elements (each as many as `ELEMENT`).
LONGEST_TAG, HEAVIEST, ELEMENT = 1024 * 1024, 4 * 1024 * 1024, 300
# What XML 1.0 cannot hold in any way.
UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A parser would turn a carriage return into a line feed.
_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}


@dataclass
class Element:
    """An element: its name as `namespace local` (or `local`), its attributes likewise, its line, what is in it."""

    name: str
    attributes: dict[str, str]
    line: int
    content: list["str | Element"] = field(default_factory=list)

    @property
    def local(self) -> str:
        """Its name without the namespace."""
        return self.name.rpartition(" ")[2]

    @property
    def text(self) -> str:
        """All text in it."""
        return "".join(each if isinstance(each, str) else each.text for each in self.content)

    @property
    def elements(self) -> Iterator["Element"]:
        """The elements right in it."""
        yield from (each for each in self.content if isinstance(each, Element))

    def within(self, *names: str) -> Iterator["Element"]:
        """Yield the elements in it, however deep, whose local name is one of `names`; none within one of them."""
        for each in self.elements:
            if each.local in names:
                yield each
            else:
                yield from each.within(*names)

    @property
    def language(self) -> str:
        """What it says of its language, in `xml:lang` or, as files of old do, in `lang`."""
        found = self.attributes.get("http://www.w3.org/XML/1998/namespace lang", self.attributes.get("lang", ""))
        return found.strip()


def document(content: bytes) -> Element:
    """Return a whole file's root; raise `FileFault`. The file has no document type."""
    (root,) = _Reading(None, None, doctype=False, heaviest=None).elements([content])
    return root


def elements(chunks: Iterable[bytes], roots: Collection[str], wanted: Collection[str], what: str) -> Iterator[Element]:
    """Yield each outermost element whose local name is `wanted`, as soon as it is whole; nothing of the rest is kept.

    The root's local name is one of `roots`, else it is no `what`. A document type may stand there, as many tools write
    one, if it defines nothing; what it names is not loaded. Raises `FileFault`.
    """
    reading = _Reading(wanted, roots, doctype=True, heaviest=HEAVIEST, what=what)
    return reading.elements(chunks)


def locale_of(tag: str) -> Locale | None:
    """Return the language that a tag names, if it is one of ours: `ko-KR`, `KO` and `ko_KR` are `ko`."""
    language = re.split("[-_]", tag, maxsplit=1)[0].lower()
    return next((locale for locale in LOCALES if locale == language), None)


def escaped(text: str) -> str:
    """Return text as it stands between tags, whatever XML can hold of it."""
    return "".join(_ESCAPED.get(character, character) for character in text)


def content(text: str) -> str:
    """Return text as it stands between tags; a character that XML has no way to write becomes U+FFFD."""
    return UNSPEAKABLE.sub("\ufffd", escaped(text))


@dataclass
class _Reading:
    """One reading of one file. Without `wanted` the root is given whole."""

    wanted: Collection[str] | None
    roots: Collection[str] | None
    doctype: bool
    heaviest: int | None
    what: str = ""
    _depth: int = 0
    _weight: int = 0
    _open: list[Element] = field(default_factory=list)
    _whole: list[Element] = field(default_factory=list)

    def elements(self, chunks: Iterable[bytes]) -> Iterator[Element]:
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._type
        parser.EntityDeclHandler = parser.SkippedEntityHandler = parser.ExternalEntityRefHandler = self._refuse
        fed = 0
        for piece in _pieces(chunks):
            fed += len(piece)
            self._parse(piece, last=False)
            yield from self._given()
            if fed - max(parser.CurrentByteIndex, 0) > LONGEST_TAG + PIECE:
                raise self._fault("a tag, or a comment, is too long")
        self._parse(b"", last=True)
        yield from self._given()

    def _given(self) -> list[Element]:
        given, self._whole = self._whole, []
        return given

    def _parse(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as fault:
            said = expat.errors.messages[fault.code]
            raise FileFault(fault.lineno, f"it is not well-formed XML ({said})") from None
        except FileFault:
            raise
        except (LookupError, ValueError):  # an encoding that Python lacks, or that has several bytes a character
            raise FileFault(1, "it is in an encoding that is not known; save it in UTF-8") from None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        element = Element(name, attributes, self._parser.CurrentLineNumber)
        if self._depth > DEEPEST:
            raise self._fault(f"elements are nested more than {DEEPEST} deep")
        if self._depth == 1 and self.roots is not None and element.local not in self.roots:
            raise self._fault(f"it is no {self.what}")
        if self._open:
            self._open[-1].content.append(element)
        elif self.wanted is not None and element.local not in self.wanted:
            return
        self._open.append(element)
        self._weigh(ELEMENT + sum(len(each) for pair in attributes.items() for each in pair))

    def _end(self, _name: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        element = self._open.pop()
        if not self._open:
            self._whole.append(element)
            self._weight = 0

    def _characters(self, text: str) -> None:
        if self._open:
            self._open[-1].content.append(text)
            self._weigh(len(text))

    def _weigh(self, more: int) -> None:
        self._weight += more
        if self.heaviest is not None and self._weight > self.heaviest:
            raise FileFault(self._open[0].line, f"the {self._open[0].local} that begins here is too large")

    def _type(self, _name: str, _system: str | None, _public: str | None, has_internal_subset: int) -> None:
        if not self.doctype or has_internal_subset:
            self._refuse()

    def _refuse(self, *_: Any) -> int:
        raise self._fault("a document type or an entity of its own is not allowed")

    def _fault(self, reason: str) -> FileFault:
        return FileFault(self._parser.CurrentLineNumber, reason)


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        for start in range(0, len(chunk), PIECE):
            yield chunk[start : start + PIECE]
