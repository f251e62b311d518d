"""Makes texts public and takes them back. The only writer of `published`, whose rows can be rebuilt byte for byte."""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress

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
    sort_keys,
)
from content_api.workflow.revisions import EntryRow, Expected, Revision
from schemas.language import LOCALES, Locale
from schemas.problems import NotFound, NothingToPublish

p = tables.published.c


def publish(tx: Transaction, entry_id: str, locales: Iterable[Locale], expected: Expected) -> None:
    """Make the newest revision of each of `locales` public: all of them or none.

    Raises `NothingToPublish` where a language has no text.
    """
    at = revisions.lock_entry(tx, entry_id, expected)
    texts = _public_texts(tx.connection, at)
    before = dict(texts)
    for locale in dict.fromkeys(locales):
        newest = revisions.newest(tx.connection, at.id, locale)
        if newest is None:
            raise NothingToPublish(f"There is no text in {locale} to publish.")
        old = texts.get(locale)
        if old is None or old.revision.id != newest.id:
            texts[locale] = Publication(newest, old.since if old else tx.now)
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


def _withdraw(tx: Transaction, at: EntryRow, locales: Iterable[Locale]) -> bool:
    """Take languages back; return whether any of them was public."""
    before = _public_texts(tx.connection, at)
    texts = {locale: text for locale, text in before.items() if locale not in set(locales)}
    if texts != before:
        _write(tx, at, before, texts)
    return texts != before


def _public_texts(connection: Connection, at: EntryRow) -> dict[Locale, Publication]:
    asked = select(p.revision_ko, p.revision_en, p.published_at_ko, p.published_at_en).where(p.entry_id == at.id)
    row = connection.execute(asked.limit(1)).one_or_none()
    if row is None:
        return {}
    sides: Mapping[Locale, tuple[str | None, object]] = {
        "ko": (row.revision_ko, row.published_at_ko),
        "en": (row.revision_en, row.published_at_en),
    }
    found = {locale: (revisions.by_id(connection, key), since) for locale, (key, since) in sides.items()}
    return {locale: Publication(text, since) for locale, (text, since) in found.items() if text}  # type: ignore[arg-type]


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
    """Emit one event per language whose item came, went or changed: what a copy must follow to stay equal."""
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


def _insert(
    tx: Transaction, at: EntryRow, texts: Mapping[Locale, Publication], before: Mapping[str, Rendered]
) -> list[Rendered]:
    # The row as it is now: the caller may just have changed date or position.
    now_at = revisions.entry(tx.connection, at.id)
    public = Public(now_at, slugs.current(tx.connection, at.id), _tags(tx.connection, at.id), _judged(tx, at, texts))
    place = dict(zip(("rank_asc", "rank_desc"), sort_keys(now_at), strict=True))
    shared = {
        "entry_id": at.id,
        "kind": at.kind,
        "slug": public.slug,
        "day": day_in_ranges(now_at),
        **place,
        **{f"revision_{locale}": texts[locale].revision.id if locale in texts else None for locale in LOCALES},
        **{f"published_at_{locale}": texts[locale].since if locale in texts else None for locale in LOCALES},
    }
    rows = all_rendered(public, tx.now, before)
    tx.execute(insert(tables.published), [shared | vars(row) for row in rows])
    labels = [
        {"entry_id": at.id, "kind": at.kind, "tag": tag.slug, "audience": row.audience, "is_fallback": row.is_fallback}
        | place
        for row in rows
        for tag in public.tags
    ]
    if labels:
        tx.execute(insert(tables.published_tag), labels)
    return rows


def _judged(tx: Transaction, at: EntryRow, texts: Mapping[Locale, Publication]) -> dict[Locale, Publication]:
    source = texts.get(at.source_locale)
    return {
        locale: Publication(
            text.revision,
            text.since,
            bool(source and revisions.fit(tx.connection, text.revision, source.revision).changes),
        )
        for locale, text in texts.items()
    }


def _tags(connection: Connection, entry_id: str) -> list[TagNames]:
    t, et = tables.tag.c, tables.entry_tag.c
    asked = select(t.slug, t.name_ko, t.name_en).join(tables.entry_tag, et.tag == t.slug)
    asked = asked.where(et.entry_id == entry_id).order_by(et.position)
    # Held until the commit: a tag renamed meanwhile waits, and its job then finds what we are about to write.
    asked = asked.with_for_update(read=True, of=tables.tag)
    return [TagNames(*row) for row in connection.execute(asked)]
