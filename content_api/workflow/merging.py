"""Saving from a page that was opened a while ago: what was changed there, and never over what was not seen there.

Two people may have an entry open. Their changes meet here: text by text, and field by field of the entry's own data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from content_api.storage.database import Transaction
from content_api.workflow import editing, revisions, slugs, tagging, working_copies
from content_api.workflow.accounts import Principal
from pipeline.texts import PlainText
from schemas.entries import DraftWish, EntryChange, TextChange, TextInput
from schemas.language import Locale
from schemas.problems import NotFound
from schemas.values import PartialDate, Slug


@dataclass(frozen=True)
class Details:
    """An entry's own data, which is in no language."""

    slug: str
    date: str | None
    position: int | None
    tags: Sequence[str]


@dataclass(frozen=True)
class Edit:
    """A text as it is to be, the number of the revision it was begun from (`None` where there was none), and when the
    working copy it was begun from was kept (empty where there was none).
    """

    text: TextInput
    base: int | None
    copy: str = ""


class Clash(Exception):
    """Somebody else saved what is to be saved, and it differs: in which languages, and which of the details."""

    def __init__(self, locales: Sequence[Locale], fields: Sequence[str]) -> None:
        super().__init__("changed meanwhile")
        self.locales = tuple(locales)
        self.fields = tuple(fields)


def details(connection: Connection, entry_id: str) -> Details:
    """Return an entry's own data; raise `NotFound`."""
    at = revisions.entry(connection, entry_id)
    return Details(slugs.current(connection, at.id), at.date, at.position, tuple(tagging.of(connection, at.id)))


def save(
    tx: Transaction,
    who: Principal,
    entry_id: str,
    edits: Mapping[Locale, Edit],
    mine: Details,
    seen: Details,
    draft: DraftWish | None = None,
) -> None:
    """Save the texts of `edits` that were changed, and the details in which `mine` are not what was `seen`.

    All of it or nothing. `draft` is asked for where the source changed. Raises `Clash`, and what `editing` raises.
    """
    at = revisions.lock_entry(tx, entry_id, None)
    changed = [locale for locale, edit in edits.items() if is_changed(tx.connection, entry_id, locale, edit)]
    overtaken = [locale for locale in changed if _number(tx.connection, entry_id, locale) != edits[locale].base]
    change, disputed = _merged(mine, seen, details(tx.connection, entry_id))
    if overtaken or disputed:
        raise Clash(overtaken, disputed)
    for locale in sorted(edits, key=lambda locale: locale != at.source_locale):
        if locale in changed:
            text = edits[locale].text
            wish = draft if locale == at.source_locale else None
            whole = TextChange(title=text.title, summary=text.summary, body=text.body, draft=wish)
            editing.save_text(tx, who, entry_id, locale, whole, None)
        else:
            _settle(tx, who, entry_id, locale, edits[locale])
    if change != EntryChange():
        editing.change_entry(tx, who, entry_id, change, None)


def is_changed(connection: Connection, entry_id: str, locale: Locale, edit: Edit) -> bool:
    """Tell whether an edit says anything else than what it was begun from, and than what is there now."""
    text = PlainText(edit.text.title, edit.text.summary, edit.text.body)
    present = revisions.newest(connection, entry_id, locale)
    base = revisions.numbered(connection, entry_id, locale, edit.base) if edit.base else None
    return all(known is None or known.text != text for known in (present, base))


def _settle(tx: Transaction, who: Principal, entry_id: str, locale: Locale, edit: Edit) -> None:
    """Let go of the working copy an unchanged text settles; one that was typed elsewhere meanwhile stays."""
    try:
        copy = working_copies.get(tx.connection, who.account_id, entry_id, locale)
    except NotFound:
        return
    text = edit.text
    if edit.copy == copy.saved_at or (copy.title, copy.summary, copy.body) == (text.title, text.summary, text.body):
        working_copies.drop(tx, who.account_id, entry_id, locale)


def _number(connection: Connection, entry_id: str, locale: Locale) -> int | None:
    present = revisions.newest(connection, entry_id, locale)
    return present.number if present else None


def _merged(mine: Details, seen: Details, now: Details) -> tuple[EntryChange, list[str]]:
    """Return the change that makes of `now` what somebody wants who saw `seen`, and what two people changed apart."""
    change, disputed = EntryChange(), []
    for name in Details.__dataclass_fields__:
        wanted, before, present = (getattr(each, name) for each in (mine, seen, now))
        if wanted in (before, present):
            continue
        if present != before:
            disputed.append(name)
        setattr(change, name, _value(name, wanted))
    return change, disputed


def _value(name: str, wanted: Any) -> object:
    match name, wanted:
        case "slug", str():
            return Slug.parse(wanted)
        case "date", str():
            return PartialDate.parse(wanted)
        case "tags", [*slugs_]:
            return [Slug.parse(each) for each in slugs_]
    return wanted
