"""Makes texts public and takes them back. The only writer of `published`, whose rows can be rebuilt byte for byte."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from content_api.storage import tables
from content_api.storage.database import Transaction
from content_api.workflow import revisions, slugs
from content_api.workflow.rendering import (
    Public,
    Publication,
    Rendered,
    TagNames,
    all_rendered,
    day_in_ranges,
    rendered,
    sort_keys,
)
from content_api.workflow.revisions import EntryRow, Expected, Revision
from schemas.delivery import Audience
from schemas.language import LOCALES, Locale
from schemas.problems import NotFound, NothingToPublish

p = tables.published.c


class Stored(NamedTuple):
    """All that is stored of one entry for readers: rows of `published`, and of its index by tag."""

    rows: list[dict[str, object]]
    labels: list[dict[str, object]]


def publish(tx: Transaction, entry_id: str, locales: Iterable[Locale], expected: Expected) -> None:
    """Make the newest revision of each of `locales` public: all of them or none.

    Raises `NothingToPublish` where a language has no text.
    """
    at = revisions.lock_entry(tx, entry_id, expected)
    publish_revisions(tx, at, newest(tx.connection, at, locales))


def newest(connection: Connection, at: EntryRow, locales: Iterable[Locale]) -> dict[Locale, Revision]:
    """Return the newest revision of each of `locales`; raise `NothingToPublish` where a language has no text."""
    found = {locale: revisions.newest(connection, at.id, locale) for locale in locales}
    for locale, text in found.items():
        if text is None:
            raise NothingToPublish(f"There is no text in {locale} to publish.")
    return {locale: text for locale, text in found.items() if text}


def publish_revisions(tx: Transaction, at: EntryRow, chosen: Mapping[Locale, Revision]) -> None:
    """Make one revision of each language in `chosen` public, in the place of what is public of it; `at` is locked."""
    before = _public_texts(tx.connection, at)
    texts = dict(before)
    for locale, text in chosen.items():
        old = before.get(locale)
        if old is None or old.revision.id != text.id:
            texts[locale] = Publication(text, old.since if old else tx.now, tx.now)
    if texts != before:
        revisions.touch(tx, at.id)
        _write(tx, at, before, texts)


def withdraw(tx: Transaction, entry_id: str, locales: Iterable[Locale], expected: Expected) -> None:
    """Take `locales` out of public view; one that is not public is left as it is."""
    at = revisions.lock_entry(tx, entry_id, expected)
    if _withdraw(tx, at, locales):
        revisions.touch(tx, at.id)


def withdraw_all(tx: Transaction, at: EntryRow) -> None:
    """Take every language of an entry out of public view."""
    _withdraw(tx, at, LOCALES)


def refresh(tx: Transaction, entry_id: str) -> None:
    """Rewrite what is published of an entry after its slug, date, tags, position or a tag's name changed."""
    at = revisions.entry(tx.connection, entry_id, lock=True)
    texts = _public_texts(tx.connection, at)
    _write(tx, at, texts, texts)


def refresh_if_there(tx: Transaction, entry_id: str) -> None:
    """Like `refresh`, for an entry that may be deleted by now."""
    with suppress(NotFound):
        refresh(tx, entry_id)


def is_public(connection: Connection, entry_id: str) -> bool:
    """Tell whether any language of the entry is public."""
    return connection.execute(select(p.entry_id).where(p.entry_id == entry_id).limit(1)).first() is not None


def public_revisions(connection: Connection, at: EntryRow) -> dict[Locale, Revision]:
    """Return the public revision of each language that has one."""
    return {locale: text.revision for locale, text in _public_texts(connection, at).items()}


def bring_back(
    tx: Transaction, entry_id: str, texts: Mapping[Locale, Publication], changed: Mapping[Audience, dt.datetime]
) -> None:
    """Make public what an export says was public, byte for byte: `changed` is when each answer last changed there."""
    at = revisions.entry(tx.connection, entry_id)
    public = _composed(tx.connection, at, texts, hold_tags=True)
    _keep(tx, _stored(public, [rendered(public, audience, moment) for audience, moment in changed.items()]))
    _tell(tx, at, {}, texts, ())


def rebuilt(connection: Connection, entry_id: str) -> Stored:
    """Return what should be stored of an entry now, from its texts, place and tags: byte for byte what is stored.

    Which revisions are public, since when, and when each answer last changed is told by nothing else than the rows.
    """
    at = revisions.entry(connection, entry_id)
    public = _composed(connection, at, _public_texts(connection, at))
    changed = select(p.audience, p.updated_at).where(p.entry_id == entry_id).order_by(p.audience)
    return _stored(public, [rendered(public, *row) for row in connection.execute(changed)])


def _withdraw(tx: Transaction, at: EntryRow, locales: Iterable[Locale]) -> bool:
    """Take languages back; return whether any of them was public."""
    before = _public_texts(tx.connection, at)
    texts = {locale: text for locale, text in before.items() if locale not in set(locales)}
    if texts != before:
        _write(tx, at, before, texts)
    return texts != before


def _public_texts(connection: Connection, at: EntryRow) -> dict[Locale, Publication]:
    sides = [p[f"{name}_{locale}"] for locale in LOCALES for name in ("revision", "published_at", "revised_at")]
    row = connection.execute(select(*sides).where(p.entry_id == at.id).limit(1)).one_or_none()
    found = zip(LOCALES, (row[:3], row[3:]), strict=True) if row else ()
    return {
        locale: Publication(text, since, revised)
        for locale, (key, since, revised) in found
        if (text := revisions.by_id(connection, key))
    }


def _write(
    tx: Transaction, at: EntryRow, before: Mapping[Locale, Publication], texts: Mapping[Locale, Publication]
) -> None:
    """Replace the entry's rows, which showed `before`, by those that show `texts`; tell what readers can tell."""
    columns = (p[name] for name in Rendered.__dataclass_fields__)
    old = {row.audience: Rendered(**row._mapping) for row in tx.execute(select(*columns).where(p.entry_id == at.id))}
    tx.execute(delete(tables.published).where(p.entry_id == at.id))
    rows = _insert(tx, at, texts, old) if texts else []
    _tell(tx, at, before, texts, {row.audience for row in rows if row != old.get(row.audience)})


def _tell(
    tx: Transaction,
    at: EntryRow,
    before: Mapping[Locale, Publication],
    texts: Mapping[Locale, Publication],
    changed: Collection[str],
) -> None:
    """Emit one event per language whose item came, went or changed: what a copy must follow to stay equal.

    Where only what readers of both languages get changed, as a tag's name in a language that is not public does, one
    event of a public language tells that answers in memory are stale.
    """
    told = len(tx.collected)
    slug = slugs.current(tx.connection, at.id)
    for locale in LOCALES:
        old, new = before.get(locale), texts.get(locale)
        about = {"entry_id": at.id, "locale": locale, "kind": at.kind}
        if new and (old is None or old.revision.id != new.revision.id):
            tx.emit("entry.published", **about, detail={"slug": slug, "revision": new.revision.number})
        elif new and locale in changed:
            tx.emit("entry.refreshed", **about, detail={"slug": slug})
        elif old and not new:
            tx.emit("entry.withdrawn", **about, detail={"slug": slug})
    if changed and len(tx.collected) == told:
        tx.emit("entry.refreshed", entry_id=at.id, locale=min(texts), kind=at.kind, detail={"slug": slug})


def _insert(
    tx: Transaction, at: EntryRow, texts: Mapping[Locale, Publication], before: Mapping[str, Rendered]
) -> list[Rendered]:
    # The row as it is now: the caller may just have changed date or position.
    public = _composed(tx.connection, revisions.entry(tx.connection, at.id), texts, hold_tags=True)
    rows = all_rendered(public, tx.now, before)
    _keep(tx, _stored(public, rows))
    return rows


def _keep(tx: Transaction, stored: Stored) -> None:
    tx.execute(insert(tables.published), stored.rows)
    if stored.labels:
        tx.execute(insert(tables.published_tag), stored.labels)


def _composed(
    connection: Connection, at: EntryRow, texts: Mapping[Locale, Publication], *, hold_tags: bool = False
) -> Public:
    tags = _tags(connection, at.id, hold=hold_tags)
    return Public(at, slugs.current(connection, at.id), tags, _judged(connection, at, texts))


def _stored(public: Public, rows: Sequence[Rendered]) -> Stored:
    at = public.entry
    place = dict(zip(("rank_asc", "rank_desc"), sort_keys(at), strict=True))
    texts = {locale: public.texts.get(locale) for locale in LOCALES}
    shared = {
        "entry_id": at.id,
        "kind": at.kind,
        "slug": public.slug,
        "day": day_in_ranges(at),
        **place,
        **{f"revision_{locale}": text and text.revision.id for locale, text in texts.items()},
        **{f"published_at_{locale}": text and text.since for locale, text in texts.items()},
        **{f"revised_at_{locale}": text and text.revised for locale, text in texts.items()},
    }
    labels = [
        {"entry_id": at.id, "kind": at.kind, "tag": tag.slug, "audience": row.audience, "is_fallback": row.is_fallback}
        | place
        for row in rows
        for tag in public.tags
    ]
    return Stored([shared | vars(row) for row in rows], labels)


def _judged(connection: Connection, at: EntryRow, texts: Mapping[Locale, Publication]) -> dict[Locale, Publication]:
    source = texts.get(at.source_locale)
    return {
        locale: Publication(
            text.revision,
            text.since,
            text.revised,
            bool(source and revisions.fit(connection, text.revision, source.revision).changes),
        )
        for locale, text in texts.items()
    }


def _tags(connection: Connection, entry_id: str, *, hold: bool) -> list[TagNames]:
    t, et = tables.tag.c, tables.entry_tag.c
    asked = select(t.slug, t.name_ko, t.name_en).join(tables.entry_tag, et.tag == t.slug)
    asked = asked.where(et.entry_id == entry_id).order_by(et.position)
    if hold:  # until the commit: a tag renamed meanwhile waits, and its job then finds what we are about to write
        asked = asked.with_for_update(read=True, of=tables.tag)
    return [TagNames(*row) for row in connection.execute(asked)]
