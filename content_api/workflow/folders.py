"""An export as a folder: where what lies, how it is written so that a person can edit it, and how it is read again.

hanmi.json                       what the folder holds
accounts.json  tags.json         people and tags
glossary.csv   memory.jsonl      what the pipeline draws on
entries/<kind>/<slug>/entry.json and <locale>.<number>.md
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from content_api.storage import events
from content_api.storage.progress import Progress
from content_api.workflow import exporting, files, terms
from pipeline.exchange import write_terms
from schemas.export import ExportManifest, KeptEntry
from schemas.language import LOCALES
from schemas.problems import Exists

MANIFEST = "hanmi.json"
ACCOUNTS, TAGS, GLOSSARY, MEMORY = "accounts.json", "tags.json", "glossary.csv", "memory.jsonl"
ENTRY = "entry.json"
TEXTS = tuple(f"{locale}.[0-9]*.md" for locale in LOCALES)
# A body's line ends are part of it; git must not change them.
FIXED = {".gitattributes": b"* -text\n"}
LONGEST_NAME = 200  # bytes of a folder's name; file systems take 255, and a slug of Hangul may have 300


def write(connection: Connection, folder: Path, told: Progress) -> ExportManifest:
    """Write everything into `folder`, new, empty or of an earlier export; return what it holds.

    A file that is no longer part of the export is removed; what is none of its kind is left alone. Raises `Exists`
    for a folder that holds other things.
    """
    _must_be_ours(folder)
    _put(folder, MANIFEST, _json(ExportManifest()))  # unfinished: it names no checksum
    counts: dict[str, int] = {}
    sums = {}
    for path, content in _files(connection, counts, told):
        _put(folder, path, content)
        sums[path] = hashlib.sha256(content).hexdigest()
    for path in set(entry_files(folder)) - set(sums):
        _remove(folder, path)
    manifest = ExportManifest(installation=events.installation(connection), counts=counts, checksum=checksum(sums))
    _put(folder, MANIFEST, _json(manifest))
    return manifest


def checksum(sums: Mapping[str, str]) -> str:
    """Return the one sum of all files, from the SHA-256 of each by its path."""
    return hashlib.sha256("".join(f"{path} {sums[path]}\n" for path in sorted(sums)).encode()).hexdigest()


def entry_files(folder: Path) -> Iterator[str]:
    """Yield the paths of all entries' files, relative to the folder."""
    for pattern in (ENTRY, *TEXTS):
        for path in folder.glob(f"entries/*/*/{pattern}"):
            yield path.relative_to(folder).as_posix()


def _must_be_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise Exists(f"{folder} is no folder.")
    if folder.exists() and not (folder / MANIFEST).exists() and any(folder.iterdir()):
        raise Exists(f"{folder} holds other things than an export; name a new or an empty folder.")


def _files(connection: Connection, counts: dict[str, int], told: Progress) -> Iterator[tuple[str, bytes]]:
    """Yield every file but the manifest, and count what is in them."""
    named = exporting.people(connection)
    people, tags = exporting.known_accounts(connection), exporting.known_tags(connection)
    known = terms.with_notes(connection)
    units = [msgspec.json.encode(unit, order="sorted") + b"\n" for unit in exporting.known_units(connection, named)]
    yield from FIXED.items()
    yield ACCOUNTS, _json(people)
    yield TAGS, _json(tags)
    yield GLOSSARY, b"".join(write_terms(known, "csv"))
    yield MEMORY, b"".join(units)
    total, entries, texts = exporting.how_many_entries(connection), 0, 0
    for entry, text_rows in exporting.known_entries(connection, named):
        place = f"entries/{entry.kind}/{_folder_name(entry)}"
        yield f"{place}/{ENTRY}", _json(entry)
        for name, text in text_rows.items():
            head = {"title": text.title} | ({"summary": text.summary} if text.summary else {})
            yield f"{place}/{name}", files.put_together(head, text.body).encode()
        entries, texts = entries + 1, texts + len(text_rows)
        told("Exporting", entries, total)
    counts |= {"entries": entries, "texts": texts, "units": len(units)}
    counts |= {"accounts": len(people), "tags": len(tags), "terms": len(known)}


def _folder_name(entry: KeptEntry) -> str:
    """Return the slug, cut short with the end of the id where it is longer than a file system takes."""
    name = entry.slug.encode()
    if len(name) <= LONGEST_NAME:
        return entry.slug
    return f"{name[: LONGEST_NAME - 13].decode(errors='ignore')}~{entry.id[-12:]}"


def _json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted", enc_hook=str), indent=2) + b"\n"


def _put(folder: Path, path: str, content: bytes) -> None:
    """Write a file, unless it says this already: an export over an earlier one touches only what changed."""
    file = folder / path
    if file.is_file() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


def _remove(folder: Path, path: str) -> None:
    file = folder / path
    file.unlink()
    if not any(file.parent.iterdir()):
        file.parent.rmdir()
