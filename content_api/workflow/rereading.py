"""Reads an export's folder: every file is decoded and judged, and each fault names its file and place."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from content_api.workflow import files, folders
from content_api.workflow.export_rules import faults
from pipeline.exchange import FileFault, terms_of
from schemas.decoding import convert, decode
from schemas.export import ExportManifest, KeptAccount, KeptEntry, KeptTag, KeptUnit, TextHead
from schemas.language import Term
from schemas.problems import Invalid, MalformedBody, Problem
from schemas.unicode import nfc
from schemas.values import Body

T = TypeVar("T")


class KeptText(Struct, frozen=True):
    """A text as its file holds it."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True)
class EntryFolder:
    """One entry of an export: its file's path for whoever has to mend it, and its texts by language and number."""

    path: str
    entry: KeptEntry
    texts: Mapping[tuple[str, int], KeptText]


@dataclass(frozen=True)
class Export:
    """All that a folder holds. `edited` tells that it is not as it was written."""

    installation: str | None

    accounts: list[KeptAccount]
    tags: list[KeptTag]
    terms: list[tuple[Term, str]]
    units: list[KeptUnit]
    entries: list[EntryFolder]
    edited: bool


def read(folder: Path) -> Export:
    """Return what the folder holds; raise `Invalid` naming the file and what is wrong in it."""
    reader = _Reader(folder)
    manifest = reader.json(folders.MANIFEST, ExportManifest)
    if manifest.checksum is None:
        raise Invalid(f"{folder}: the export into it was not finished")
    export = Export(
        installation=manifest.installation,
        accounts=reader.json(folders.ACCOUNTS, list[KeptAccount]),
        tags=reader.json(folders.TAGS, list[KeptTag]),
        terms=reader.terms(),
        units=list(reader.units()),
        entries=list(reader.entries()),
        edited=reader.checksum() != manifest.checksum,
    )
    _each_once(export)
    return export


class _Reader:
    """Reads the files below one folder, and remembers the sum of each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sums: dict[str, str] = {}

    def checksum(self) -> str:
        """Return the sum of all that was read, as an export counts it."""
        for path in folders.FIXED:
            if (self._folder / path).is_file():
                self._bytes(path)
        return folders.checksum({path: each for path, each in self._sums.items() if path != folders.MANIFEST})

    def json(self, path: str, shape: type[T]) -> T:
        return self._decoded(path, path, self._bytes(path), shape)

    def units(self) -> Iterator[KeptUnit]:
        for number, line in enumerate(self._bytes(folders.MEMORY).splitlines(), start=1):
            yield self._decoded(folders.MEMORY, f"{folders.MEMORY}: line {number}", line, KeptUnit)

    def terms(self) -> list[tuple[Term, str]]:
        try:
            return terms_of(self._bytes(folders.GLOSSARY))
        except FileFault as fault:
            raise Invalid(f"{self._folder / folders.GLOSSARY}: {fault}") from None

    def entries(self) -> Iterator[EntryFolder]:
        found = sorted(folders.entry_files(self._folder))
        texts: dict[str, list[str]] = {}
        for path in found:
            place, _, name = path.rpartition("/")
            texts.setdefault(place, [])
            if name != folders.ENTRY:
                texts[place].append(name)
        for place, names in texts.items():
            yield self._entry(place, names)

    def _entry(self, place: str, names: list[str]) -> EntryFolder:
        path = f"{place}/{folders.ENTRY}"
        entry = self.json(path, KeptEntry)
        for pointer, message in faults(entry, names):
            raise Invalid(f"{self._folder / path}: {message} (at {pointer})")
        texts: dict[tuple[str, int], KeptText] = {
            (each.locale, each.number): self._kept_text(f"{place}/{each.locale}.{each.number}.md")
            for each in entry.revisions
        }
        return EntryFolder(str(self._folder / path), entry, texts)

    def _kept_text(self, path: str) -> KeptText:
        """Return a text to the byte, unless an editor on Windows saved the file: its line ends then say nothing."""
        text = self._text(path)
        if text.startswith("---\r\n"):
            text = text.replace("\r\n", "\n")
        name = str(self._folder / path)
        head, body = files.taken_apart(name, text)
        try:
            kept = convert(head, TextHead)
            Body.parse(body)
            return KeptText(kept.title, kept.summary, nfc(body))
        except Problem as fault:
            raise Invalid(f"{name}: {fault.detail}") from None
        except ValueError as fault:
            raise Invalid(f"{name}: the body: {fault}") from None

    def _text(self, path: str) -> str:
        try:
            return self._bytes(path).decode()
        except UnicodeDecodeError as fault:
            raise Invalid(f"{self._folder / path}: it is not UTF-8 (at byte {fault.start})") from None

    def _bytes(self, path: str) -> bytes:
        try:
            content = (self._folder / path).read_bytes()
        except OSError as fault:
            raise Invalid(f"{self._folder / path}: {fault.strerror or fault}") from None
        self._sums[path] = hashlib.sha256(content).hexdigest()
        return content

    def _decoded(self, path: str, name: str, content: bytes, shape: type[T]) -> T:
        try:
            return decode(content, shape)
        except MalformedBody:
            raise Invalid(f"{self._folder / name}: it is not JSON in UTF-8") from None
        except Invalid as fault:
            raise Invalid(f"{self._folder / name}: {fault.detail}") from None


def _each_once(export: Export) -> None:
    """Raise `Invalid` where two entries claim one id or slug, naming the second's file."""
    claimed: dict[tuple[str, str], str] = {}
    for each in export.entries:
        entry = each.entry
        claims = [("id", entry.id), *((f"{entry.kind} slug", slug) for slug in (entry.slug, *entry.former_slugs))]
        claims += [("draft", draft.id) for draft in entry.drafts]
        claims += [("schedule", schedule.id) for schedule in entry.schedules]
        for claim in claims:
            first = claimed.setdefault(claim, each.path)
            if first != each.path:
                raise Invalid(f"{each.path}: the {claim[0]} {claim[1]} stands in {first} already")
