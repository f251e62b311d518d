"""Tags: bilingual names that entries share."""

import time
from collections import deque
from collections.abc import Callable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from content_api.storage import jobs, tables
from content_api.storage.database import Database, Transaction
from content_api.storage.jobs import Job, Stopping
from content_api.workflow import publishing
from content_api.workflow.revisions import Expected, etag, require
from schemas.accounts import EditorialTag, NewTag, PairedNames, TagChange
from schemas.problems import Exists, NotFound
from schemas.values import Name

RETAG = "retag"
t = tables.tag.c
# How many entries are rewritten in one transaction, and for how long, in seconds: one commit is cheaper than many, but
# an editor must not wait.
BATCH = 50
LONGEST = 0.5


def of(connection: Connection, entry_id: str) -> list[str]:
    """Return the slugs of an entry's tags, in the order they were given."""
    et = tables.entry_tag.c
    return list(connection.execute(select(et.tag).where(et.entry_id == entry_id).order_by(et.position)).scalars())


def put(tx: Transaction, entry_id: str, tags: Sequence[str]) -> None:
    """Give the entry exactly `tags`; one nobody made yet is added with its slug as both names."""
    wanted = list(dict.fromkeys(tags))
    for slug in sorted(wanted):
        _insert(tx, slug, slug, slug)
    tx.execute(delete(tables.entry_tag).where(tables.entry_tag.c.entry_id == entry_id))
    rows = [{"entry_id": entry_id, "tag": slug, "position": n} for n, slug in enumerate(wanted)]
    if rows:
        tx.execute(insert(tables.entry_tag).values(rows))


def add(tx: Transaction, wish: NewTag) -> EditorialTag:
    """Add a tag; raise `Exists` if its slug is taken."""
    if not _insert(tx, wish.slug, wish.name.ko, wish.name.en):
        raise Exists(f"There is a tag {wish.slug} already.")
    return get(tx.connection, wish.slug)


def rename(tx: Transaction, slug: str, change: TagChange, expected: Expected) -> EditorialTag:
    """Change both names; what is published with the tag is rewritten by a job, in batches."""
    require(version(tx.connection, slug, lock=True), expected)
    names = {"name_ko": change.name.ko, "name_en": change.name.en}
    tx.execute(update(tables.tag).where(t.slug == slug).values(**names, version=t.version + 1))
    jobs.enqueue(tx, RETAG, slug)
    tx.emit("tag.renamed", detail={"tag": slug, "ko": change.name.ko, "en": change.name.en})
    return get(tx.connection, slug)


def rewrite(database: Database, job: Job, stopping: Callable[[], bool]) -> None:
    """Rewrite for the worker what is published with a renamed tag, in batches.

    Done twice it changes nothing, so that a worker that takes over begins again. Raises `LeaseLost` when the job is no
    longer ours, `Stopping` when asked to stop between two batches.
    """
    with database.read() as connection:
        left = deque(_entries_with(connection, job.subject))
    while left:
        if stopping():
            raise Stopping
        with database.write() as tx:
            _rewrite_some(tx, left)
            jobs.hold(tx, job)
    with database.write() as tx:
        jobs.finish(tx, job)


def _rewrite_some(tx: Transaction, left: deque[str]) -> None:
    begun = time.monotonic()
    for _ in range(min(BATCH, len(left))):
        publishing.refresh_if_there(tx, left.popleft())
        if time.monotonic() - begun > LONGEST:
            return


def get(connection: Connection, slug: str) -> EditorialTag:
    """Return one tag; raise `NotFound`."""
    row = connection.execute(select(t.slug, t.name_ko, t.name_en, t.version).where(t.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(f"There is no tag {slug}.")
    return _shown(*row)


def version(connection: Connection, slug: str, *, lock: bool = False) -> int:
    """Return the tag's version; raise `NotFound`. `lock` keeps it from others until the commit."""
    asked = select(t.version).where(t.slug == slug)
    found: int | None = connection.execute(
        asked.with_for_update(key_share=True) if lock else asked
    ).scalar_one_or_none()
    if found is None:
        raise NotFound(f"There is no tag {slug}.")
    return found


def listed(connection: Connection, *, after: str = "", limit: int = 20) -> list[EditorialTag]:
    """Return tags by slug, from the first one after `after`."""
    asked = select(t.slug, t.name_ko, t.name_en, t.version).where(t.slug > after).order_by(t.slug).limit(limit)
    return [_shown(*row) for row in connection.execute(asked)]


def _entries_with(connection: Connection, slug: str) -> list[str]:
    # In the order of their ids: two jobs that lock entries in different order would wait for each other.
    et = tables.entry_tag.c
    return list(connection.execute(select(et.entry_id).where(et.tag == slug).order_by(et.entry_id)).scalars())


def _insert(tx: Transaction, slug: str, ko: str, en: str) -> bool:
    """Add a tag unless it is there; tell whether it was added."""
    added = tx.insert_unless_there(tables.tag, {"slug": slug, "name_ko": ko, "name_en": en, "version": 1})
    if added:
        tx.emit("tag.added", detail={"tag": slug, "ko": ko, "en": en})
    return added


def _shown(slug: str, ko: str, en: str, counted: int) -> EditorialTag:
    return EditorialTag(slug=slug, etag=etag(counted), name=PairedNames(ko=Name(ko), en=Name(en)))
