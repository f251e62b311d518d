"""Puts the starter content into a database, published. What is there already, an editor's above all, is left alone."""

import csv
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

import seeds
from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow import editing, files, importing, publishing, slugs, tagging, terms
from content_api.workflow.accounts import Principal
from content_api.workflow.files import MarkdownFile
from pipeline.exchange import terms_of
from schemas.accounts import NewTag, PairedNames
from schemas.entries import KINDS, Kind
from schemas.values import Name, Slug


def seed(tx: Transaction, who: Principal) -> int:
    """Add what of the starter content is missing; return how many entries that was.

    An entry is known by its slug, which stays taken even when an editor renamed or deleted the entry.
    """
    folder = Path(seeds.__file__).parent
    _tags(tx, folder / "tags.csv")
    terms.take_in(tx, terms_of((folder / "glossary.csv").read_bytes()), overwrite=False)
    added = 0
    for kind in KINDS:
        for group in _entries(folder / kind):
            source = files.source_of(group, None)
            if slugs.owner(tx.connection, kind, str(source.head.slug)) is None:
                _publish(tx, who, kind, group, source)
                added += 1
    return added


def is_empty(tx: Transaction) -> bool:
    """Tell whether there has never been an entry."""
    return tx.execute(select(tables.entry.c.id).limit(1)).first() is None


def _publish(tx: Transaction, who: Principal, kind: Kind, group: list[MarkdownFile], source: MarkdownFile) -> None:
    entry_id = editing.create_entry(tx, who, importing.entry_of(group, kind, source))
    publishing.publish(tx, entry_id, [file.head.locale for file in group], None)


def _entries(folder: Path) -> Iterator[list[MarkdownFile]]:
    """Yield the files of each entry: `<slug>.ko.md` and `<slug>.en.md`."""
    groups: dict[str, list[MarkdownFile]] = {}
    for path in sorted(folder.glob("*.md")):
        groups.setdefault(path.name.split(".")[0], []).append(files.parse(path.name, files.read_text(path)))
    yield from groups.values()


def _tags(tx: Transaction, path: Path) -> None:
    known = set(tx.execute(select(tables.tag.c.slug)).scalars())
    for row in csv.DictReader(files.read_text(path).splitlines()):
        if row["slug"] not in known:
            names = PairedNames(ko=Name.parse(row["ko"]), en=Name.parse(row["en"]))
            tagging.add(tx, NewTag(slug=Slug.parse(row["slug"]), name=names))
