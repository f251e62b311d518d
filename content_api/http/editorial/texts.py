"""An entry's texts: saved, confirmed, brought back from their history, and kept unsaved as working copies."""

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, PathParameter, QueryParameter, RawBody

from content_api.http.access import Who
from content_api.http.editorial.answering import (
    Call,
    body_as,
    changed,
    done,
    expected_of_entry,
    shown,
)
from content_api.http.editorial.entries import require_engines
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given
from content_api.storage.database import Transaction
from content_api.workflow import editing, history, revisions, views, working_copies
from schemas.entries import Entry, TextChange
from schemas.language import Locale
from schemas.texts import RevisionDetail, RevisionPage, WorkingCopy, WorkingCopyInput

TEXT = "/entries/{entry_id:str}/texts/{locale:str}"
# As far as the database's integers go.
Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
Against = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1, description="Another revision's number.")]
Limit = Annotated[int, QueryParameter(ge=1, le=100)]
Cursor = Annotated[str | None, QueryParameter()]


@put(
    TEXT,
    sync_to_thread=True,
    summary="Save a text",
    opt=answers(Entry, takes=TextChange, scope="entries:write", versioned=True),
)
def save_text(
    request: Call, services: Given, who: Who, entry_id: FromPath[str], locale: FromPath[Locale], body: RawBody
) -> Response[bytes]:
    """Makes the language's next revision; `draft` asks for a translation in the same step."""
    accepted = expected_of_entry(request, services, entry_id)
    change = body_as(request, body, TextChange)
    editing.prepare(change, locale, "")
    if change.draft:
        require_engines(services, change.draft, "/draft/engines")
    with services.database.write(who.account_id) as tx:
        editing.save_text(tx, who, entry_id, locale, change, accepted)
        return shown(views.entry(tx.connection, entry_id))


@post(
    f"{TEXT}/confirm",
    sync_to_thread=True,
    status_code=200,
    summary="Confirm a translation",
    opt=answers(Entry, scope="review", versioned=True),
)
def confirm(
    request: Call, services: Given, who: Who, entry_id: FromPath[str], locale: FromPath[Locale]
) -> Response[bytes]:
    """This text still fits the source's present revision: says so in a new revision, if it is not known yet."""
    with services.database.read() as connection:
        history.newest(connection, entry_id, locale)
    accepted = expected_of_entry(request, services, entry_id)

    def act(tx: Transaction) -> Response[bytes]:
        history.confirm(tx, who, entry_id, locale, accepted)
        return shown(views.entry(tx.connection, entry_id))

    return changed(request, services, who, act)


@get(
    f"{TEXT}/revisions",
    sync_to_thread=True,
    summary="A text's revisions, newest first",
    opt=answers(RevisionPage, scope="entries:read"),
)
def list_revisions(
    request: Call,
    services: Given,
    entry_id: FromPath[str],
    locale: FromPath[Locale],
    limit: Limit = 20,
    cursor: Cursor = None,
) -> Response[bytes]:
    """Who saved it when, and which fields changed; the words are in each revision itself."""
    query = ("revisions", entry_id, locale)
    after = services.cursors.after(query, cursor)
    with services.database.read() as connection:
        found = history.listed(connection, entry_id, locale, after=int(after) if after else None, limit=limit + 1)
    items, following = services.cursors.cut(query, found, limit, lambda each: str(each.number))
    return shown(RevisionPage(items=items, next=following), headers=next_link(request, following))


@get(
    f"{TEXT}/revisions/{{number:str}}",
    sync_to_thread=True,
    summary="One revision",
    opt=answers(RevisionDetail, scope="entries:read"),
)
def get_revision(
    services: Given, entry_id: FromPath[str], locale: FromPath[Locale], number: Number, against: Against = None
) -> Response[bytes]:
    """The whole text, and how it differs from the revision before it, or from the one numbered `against`."""
    with services.database.read() as connection:
        return shown(history.detail(connection, entry_id, locale, number, against))


@post(
    f"{TEXT}/revisions/{{number:str}}/restore",
    sync_to_thread=True,
    status_code=200,
    summary="Bring a revision back",
    opt=answers(Entry, scope="entries:write", versioned=True),
)
def restore(
    request: Call, services: Given, who: Who, entry_id: FromPath[str], locale: FromPath[Locale], number: Number
) -> Response[bytes]:
    """Makes it the language's next revision; what came after it stays in the history."""
    with services.database.read() as connection:
        old = history.get(connection, entry_id, locale, number)
    accepted = expected_of_entry(request, services, entry_id)
    revisions.taken_apart(old.text, locale)  # which takes time, and is asked for in the transaction

    def act(tx: Transaction) -> Response[bytes]:
        history.restore(tx, who, entry_id, locale, number, accepted)
        return shown(views.entry(tx.connection, entry_id))

    return changed(request, services, who, act)


@put(
    f"{TEXT}/working-copy",
    sync_to_thread=True,
    summary="Keep a working copy",
    opt=answers(WorkingCopy, takes=WorkingCopyInput, scope="entries:write"),
)
def keep_working_copy(
    request: Call, services: Given, who: Who, entry_id: FromPath[str], locale: FromPath[Locale], body: RawBody
) -> Response[bytes]:
    """What you typed and did not save, for you alone: no revision, no event; gone when you save the text."""
    with services.database.read() as connection:
        revisions.entry(connection, entry_id)
    typed = body_as(request, body, WorkingCopyInput)
    with services.database.write(who.account_id) as tx:
        working_copies.keep(tx, who.account_id, entry_id, locale, typed)
        return shown(working_copies.get(tx.connection, who.account_id, entry_id, locale))


@get(
    f"{TEXT}/working-copy",
    sync_to_thread=True,
    summary="Your working copy",
    opt=answers(WorkingCopy, scope="entries:read"),
)
def get_working_copy(services: Given, who: Who, entry_id: FromPath[str], locale: FromPath[Locale]) -> Response[bytes]:
    """What you typed and did not save, and whether somebody saved the text since."""
    with services.database.read() as connection:
        return shown(working_copies.get(connection, who.account_id, entry_id, locale))


@delete(
    f"{TEXT}/working-copy",
    sync_to_thread=True,
    status_code=204,
    summary="Throw your working copy away",
    opt=answers(scope="entries:write", status=204),
)
def discard_working_copy(
    services: Given, who: Who, entry_id: FromPath[str], locale: FromPath[Locale]
) -> Response[None]:
    """The text itself is not touched."""
    with services.database.write(who.account_id) as tx:
        working_copies.discard(tx, who.account_id, entry_id, locale)
    return done()


ROUTES = [
    save_text,
    confirm,
    list_revisions,
    get_revision,
    restore,
    keep_working_copy,
    get_working_copy,
    discard_working_copy,
]
