"""Brings an export back: every entry with its ids, revisions, drafts and publications, all of it or nothing.

One that has no entries becomes the installation that was exported, so that its feeds keep their ids. Beyond that, what
a database has already is never changed: accounts, tags, terms and pairs that are there stay as they are, and an
entry, slug, draft or schedule that is there is refused. What readers get is not in an export but published anew, from
the same texts and times, and so comes out the same.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import asdict
from sqlalchemy import Table, insert, select, update

from content_api.storage import jobs, tables
from content_api.storage.database import Transaction, new_id
from content_api.storage.progress import Progress
from content_api.workflow import drafting, exporting, publishing, scheduling, tagging, terms
from content_api.workflow.export_rules import people_in
from content_api.workflow.rendering import Publication
from content_api.workflow.rereading import EntryFolder, Export
from content_api.workflow.revisions import Revision
from pipeline.memory import key
from schemas.export import KeptAccount, KeptDraft, KeptEntry, KeptTag, KeptUnit
from schemas.language import OTHER
from schemas.problems import Exists, Invalid, SlugTaken

BATCH = 500


def store(tx: Transaction, export: Export, told: Progress) -> None:
    """Add everything of the export; raise `Exists`, `SlugTaken` or `Invalid`, naming the file at fault."""
    if export.installation and not exporting.how_many_entries(tx.connection):
        tx.execute(update(tables.log).values(installation=export.installation))
    for person in export.accounts:
        _account(tx, person)
    for tag in export.tags:
        _tag(tx, tag)
    terms.take_in(tx, export.terms, overwrite=False)
    ids = {email: account_id for account_id, email in exporting.people(tx.connection).items()}
    for done, each in enumerate(export.entries, start=1):
        _must_be_free(tx, each)
        unknown = sorted(people_in(each.entry) - set(ids))
        if unknown:
            raise Invalid(f"{each.path}: there is no account {unknown[0]}, neither here nor in accounts.json")
        _entry(tx, each, ids)
        told("Importing", done, len(export.entries))
    _units(tx, export.units, ids)


def _account(tx: Transaction, person: KeptAccount) -> None:
    if tx.insert_unless_there(tables.account, asdict(person)):
        tx.emit("account.added", detail={"email": person.email, "role": person.role})


def _tag(tx: Transaction, tag: KeptTag) -> None:
    row = {"slug": tag.slug, "name_ko": tag.name.ko, "name_en": tag.name.en, "version": tag.version}
    if tx.insert_unless_there(tables.tag, row):
        tx.emit("tag.added", detail={"tag": tag.slug, "ko": tag.name.ko, "en": tag.name.en})


def _must_be_free(tx: Transaction, each: EntryFolder) -> None:
    """Raise `Exists` or `SlugTaken` if the database has something of the entry's already."""
    entry = each.entry
    named = (
        (tables.entry, "entry", [entry.id]),
        (tables.draft, "draft", [draft.id for draft in entry.drafts]),
        (tables.schedule, "schedule", [schedule.id for schedule in entry.schedules]),
    )
    for table, what, ids in named:
        taken = tx.execute(select(table.c.id).where(table.c.id.in_(ids))).scalars().first()
        if taken:
            raise Exists(f"{each.path}: the {what} {taken} is there already")
    s = tables.slug.c
    slugs = [entry.slug, *entry.former_slugs]
    slug = tx.execute(select(s.slug).where(s.kind == entry.kind, s.slug.in_(slugs))).scalars().first()
    if slug:
        raise SlugTaken(f"{each.path}: the slug {slug!r} belongs to another {entry.kind} entry, now or in the past")


def _entry(tx: Transaction, each: EntryFolder, ids: Mapping[str, str]) -> None:
    entry = each.entry
    own = ("id", "kind", "source_locale", "date", "position", "version", "created_at", "updated_at", "deleted_at")
    _insert(tx, tables.entry, [{name: getattr(entry, name) for name in own}])
    slugs = {slug: slug == entry.slug for slug in (entry.slug, *entry.former_slugs)}
    _insert(
        tx,
        tables.slug,
        [{"kind": entry.kind, "slug": slug, "entry_id": entry.id, "is_current": now} for slug, now in slugs.items()],
    )
    tagging.put(tx, entry.id, entry.tags)
    tx.emit("entry.created", entry_id=entry.id, kind=entry.kind)
    for draft in entry.drafts:
        _draft(tx, entry, draft, ids)
    texts = _revisions(tx, each, ids)
    _schedules(tx, entry, texts, ids)
    _insert(
        tx,
        tables.working_copy,
        [asdict(copy) | {"entry_id": entry.id, "account_id": ids[copy.account]} for copy in entry.working_copies],
    )
    if entry.published:
        public = {
            locale: Publication(texts[locale, said.revision], said.since, said.revised or said.since)
            for locale, said in entry.published.items()
        }
        publishing.bring_back(tx, entry.id, public, entry.answers_changed)
    if entry.deleted_at:
        tx.emit("entry.deleted", entry_id=entry.id)


def _draft(tx: Transaction, entry: KeptEntry, draft: KeptDraft, ids: Mapping[str, str]) -> None:
    row = asdict(draft) | {
        "entry_id": entry.id,
        "source_locale": OTHER[draft.target_locale],
        "requested_by": ids[draft.requested_by],
        "approver_id": ids[draft.approver] if draft.approver else None,
    }
    _insert(tx, tables.draft, [row])
    _insert(tx, tables.segment, [asdict(segment) | {"draft_id": draft.id} for segment in draft.segments])
    if draft.state in ("queued", "running"):
        jobs.enqueue(tx, drafting.JOB, draft.id)
    tx.emit(f"draft.{draft.state}", entry_id=entry.id, draft_id=draft.id, locale=draft.target_locale)


def _revisions(tx: Transaction, each: EntryFolder, ids: Mapping[str, str]) -> dict[tuple[str, int], Revision]:
    """Add the entry's revisions; return them by language and number."""
    added, rows = {}, []
    for kept in each.entry.revisions:
        text = each.texts[kept.locale, kept.number]
        revision = Revision(
            id=new_id(),
            entry_id=each.entry.id,
            locale=kept.locale,
            number=kept.number,
            title=text.title,
            summary=text.summary,
            body=text.body,
            origin=kept.origin,
            fits_source=kept.fits_source,
            draft_id=kept.draft,
            approver_id=ids[kept.approver] if kept.approver else None,
        )
        rows.append(vars(revision) | {"author_id": ids[kept.author], "created_at": kept.created_at})
        detail = {"revision": kept.number, "origin": kept.origin}
        tx.emit("text.saved", entry_id=each.entry.id, locale=kept.locale, detail=detail)
        added[str(kept.locale), kept.number] = revision
    _insert(tx, tables.revision, rows)
    return added


def _schedules(
    tx: Transaction, entry: KeptEntry, texts: Mapping[tuple[str, int], Revision], ids: Mapping[str, str]
) -> None:
    rows = []
    for each in entry.schedules:
        pinned = {"revision_id": texts[each.locale, each.revision].id if each.revision else None}
        rows.append(asdict(each) | pinned | {"entry_id": entry.id, "account_id": ids[each.account]})
        if each.state == "waiting":
            jobs.enqueue(tx, scheduling.JOB, each.id, due=each.at)
    _insert(tx, tables.schedule, rows)


def _units(tx: Transaction, units: Sequence[KeptUnit], ids: Mapping[str, str]) -> None:
    m = tables.memory_unit.c
    drafts = set(tx.execute(select(tables.draft.c.id)).scalars())
    added = 0
    for start in range(0, len(units), BATCH):
        batch = units[start : start + BATCH]
        there = set(tx.execute(select(m.id).where(m.id.in_([unit.id for unit in batch]))).scalars())
        rows = []
        for unit in batch:
            if unit.draft and unit.draft not in drafts:
                raise Invalid(f"memory.jsonl: the pair {unit.id} is of a draft that is not there: {unit.draft}")
            if unit.account and unit.account not in ids:
                raise Invalid(f"memory.jsonl: the pair {unit.id} is of an account that is not there: {unit.account}")
            hashes = {"hash_ko": key(unit.ko), "hash_en": key(unit.en)}
            by = {"draft_id": unit.draft, "account_id": ids[unit.account] if unit.account else None}
            # An export of before these were kept says them in other words.
            whence = {
                "origin": "draft" if unit.draft else unit.origin,
                "approved_at": unit.approved_at or (unit.created_at if unit.confirmed else None),
            }
            rows.append(asdict(unit) | hashes | by | whence)
        new = [row for row in rows if row["id"] not in there]
        _insert(tx, tables.memory_unit, new)
        added += len(new)
    if added:
        first, last = min(unit.id for unit in units), max(unit.id for unit in units)
        tx.emit("memory.imported", detail={"units": added, "first": first, "last": last})


def _insert(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; what of them is no column of the table stands elsewhere."""
    names = set(table.columns.keys())
    if rows:
        tx.execute(insert(table), [{name: row[name] for name in names & set(row)} for row in rows])
