"""Changes of state an editor makes: entries come, change and go; texts are saved as revisions that never change."""

from collections.abc import Mapping

from msgspec import UNSET
from sqlalchemy import Connection, insert, update

from content_api.storage import tables
from content_api.storage.database import Transaction, new_id
from content_api.workflow import drafting, publishing, revisions, scheduling, slugs, tagging, working_copies
from content_api.workflow.accounts import Principal
from content_api.workflow.revisions import EntryRow, Expected
from pipeline.texts import PlainText
from schemas.entries import EntryChange, NewEntry, NewTexts, Origin, TextChange, TextInput
from schemas.language import LOCALES, Locale
from schemas.problems import Invalid

# A page may hold this many times its source's characters in addresses (an encoded Hangul syllable is nine), or it is
# made to fill memory: one definition, used ten thousand times.
MOST_EXPANSION = 10
LEAST_EXPANSION = 10_000


def create_entry(tx: Transaction, who: Principal, wish: NewEntry) -> str:
    """Add an entry with its first texts; return its id.

    Raises `Invalid` where the source language's text is missing, `SlugTaken` where the slug asked for is not free.
    """
    source = getattr(wish.texts, wish.source_locale)
    if source is None:
        raise Invalid.at(f"/texts/{wish.source_locale}", "the text in the source language is required")
    at = EntryRow(
        id=new_id(),
        kind=wish.kind,
        source_locale=wish.source_locale,
        date=wish.date,
        position=wish.position,
        version=0,
    )
    tx.execute(insert(tables.entry).values(**vars(at), created_at=tx.now, updated_at=tx.now))
    titles = [text.title for text in (source, wish.texts.en, wish.texts.ko) if text]
    if wish.slug:
        slugs.give(tx, at, wish.slug)
    else:
        slugs.give_free(tx, at, titles)
    tagging.put(tx, at.id, wish.tags)
    tx.emit("entry.created", entry_id=at.id, kind=wish.kind)
    _write(tx, who, at, wish.source_locale, source)
    for locale in LOCALES:
        text = getattr(wish.texts, locale)
        if text is not None and locale != wish.source_locale:
            _write(tx, who, at, locale, text)
    return at.id


def texts_of(texts: Mapping[Locale, TextInput]) -> NewTexts:
    """Return texts by language as a new entry takes them."""
    return NewTexts(ko=texts.get("ko"), en=texts.get("en"))


def prepare(text: TextInput, locale: Locale, pointer: str) -> None:
    """Do with a text what takes time, before the transaction that saves it; raise `Invalid` below `pointer`."""
    if expands(_plain(text), locale):
        raise Invalid.at(f"{pointer}/body", "its reference links repeat long addresses too often")


def expands(text: PlainText, locale: Locale) -> bool:
    """Tell whether a body would become far longer as HTML, by reference links that repeat long addresses."""
    return revisions.taken_apart(text, locale).body.addresses > LEAST_EXPANSION + MOST_EXPANSION * len(text.body)


def _plain(text: TextInput) -> PlainText:
    return PlainText(text.title, text.summary, text.body)


def change_entry(tx: Transaction, who: Principal, entry_id: str, change: EntryChange, expected: Expected) -> None:
    """Change slug, date, tags or position; what is published is rewritten in the same transaction."""
    at = _lock_for_change(tx, who, entry_id, expected)
    if change.slug is not UNSET:
        slugs.give(tx, at, change.slug)
    if change.tags is not UNSET:
        tagging.put(tx, at.id, change.tags)
    fields = {name: getattr(change, name) for name in ("date", "position") if getattr(change, name) is not UNSET}
    if fields:
        tx.execute(update(tables.entry).where(tables.entry.c.id == at.id).values(**fields))
    revisions.touch(tx, at.id)
    tx.emit("entry.changed", entry_id=at.id)
    publishing.refresh(tx, at.id)


def delete_entry(tx: Transaction, who: Principal, entry_id: str, expected: Expected) -> None:
    """Withdraw every language and hide the entry; its revisions stay, and its slugs are not free."""
    at = _lock_for_change(tx, who, entry_id, expected)
    publishing.withdraw_all(tx, at)
    scheduling.cancel_all(tx, at.id)
    drafting.cancel_open(tx, at.id)
    tx.execute(update(tables.entry).where(tables.entry.c.id == at.id).values(deleted_at=tx.now))
    revisions.touch(tx, at.id)
    tx.emit("entry.deleted", entry_id=at.id)


def save_text(
    tx: Transaction, who: Principal, entry_id: str, locale: Locale, change: TextChange, expected: Expected
) -> None:
    """Save a text as the next revision of its language; queue the draft that was asked for.

    The account's working copy of it has served. A draft under way is superseded when the source's segments changed
    (`drafting.source_saved`).
    """
    at = revisions.lock_entry(tx, entry_id, expected)
    _write(tx, who, at, locale, change)
    working_copies.drop(tx, who.account_id, at.id, locale)
    if locale == at.source_locale:
        drafting.source_saved(tx, who, at, change.draft)
    if change.draft is not None:
        drafting.ask(tx, who, at, change.draft, pointer="/draft/target_locale", reuse_open=True)


def _write(tx: Transaction, who: Principal, at: EntryRow, locale: Locale, given: TextInput) -> None:
    prepare(given, locale, "")
    text = _plain(given)
    last = revisions.newest(tx.connection, at.id, locale)
    if locale == at.source_locale:
        revisions.add(tx, at, locale, text, author=who.account_id, origin="original", fits_source=None)
        return
    source = revisions.newest(tx.connection, at.id, at.source_locale)
    # An edit says nothing about the source: the text goes on fitting the revision it fitted before. And a person's
    # edit of reviewed machine text does not hide where it came from: draft and approver go with it.
    origin: Origin = last.origin if last else "human"
    revisions.add(
        tx,
        at,
        locale,
        text,
        author=who.account_id,
        origin=origin,
        fits_source=last.fits_source if last else (source.number if source else None),
        draft_id=last.draft_id if last and origin == "machine_reviewed" else None,
        approver_id=last.approver_id if last and origin == "machine_reviewed" else None,
    )


def entry_to_change(connection: Connection, who: Principal, entry_id: str, *, lock: bool = False) -> EntryRow:
    """Return the entry if `who` may change or delete it: what has something published needs the scope `publish`."""
    found = revisions.entry(connection, entry_id, lock=lock)
    if publishing.is_public(connection, entry_id):
        who.must("publish")
    return found


def _lock_for_change(tx: Transaction, who: Principal, entry_id: str, expected: Expected) -> EntryRow:
    found = entry_to_change(tx.connection, who, entry_id, lock=True)
    revisions.require(found.version, expected)
    return found
