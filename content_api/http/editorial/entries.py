"""Entries and their publication, and drafts asked for."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from content_api.http.access import Who
from content_api.http.editorial.answering import (
    Call,
    body_as,
    changed,
    done,
    expected,
    expected_of_entry,
    location,
    shown,
)
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given, Services
from content_api.storage.database import Transaction
from content_api.workflow import drafting, editing, publishing, revisions, scheduling, views
from schemas.drafts import Draft
from schemas.entries import (
    DraftWish,
    Entry,
    EntryChange,
    EntryPage,
    Kind,
    NewEntry,
    Publication,
)
from schemas.language import LOCALES
from schemas.problems import Invalid

Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@post(
    "/entries",
    sync_to_thread=True,
    summary="Add an entry",
    opt=answers(Entry, takes=NewEntry, scope="entries:write", status=201),
)
def create_entry(request: Call, services: Given, who: Who, body: RawBody) -> Response[bytes]:
    """The text in the source language is required; a slug that is not given is made from the title."""
    wish = body_as(request, body, NewEntry)
    for locale in LOCALES:
        if text := getattr(wish.texts, locale):
            editing.prepare(text, locale, f"/texts/{locale}")

    def add(tx: Transaction) -> Response[bytes]:
        entry_id = editing.create_entry(tx, who, wish)
        return shown(views.entry(tx.connection, entry_id), status=201, headers=location("entries", entry_id))

    return changed(request, services, who, add)


@get("/entries", sync_to_thread=True, summary="Entries, newest first", opt=answers(EntryPage, scope="entries:read"))
def list_entries(
    request: Call,
    services: Given,
    kind: FromQuery[Kind | None] = None,
    limit: Limit = 20,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """A page of entries, published or not."""
    query = ("entries", kind)
    after = services.cursors.after(query, cursor)
    with services.database.read() as connection:
        found = views.entries(connection, kind=kind, after=after, limit=limit + 1)
    items, following = services.cursors.cut(query, found, limit, lambda each: each.id)
    return shown(EntryPage(items=items, next=following), headers=next_link(request, following))


@get("/entries/{entry_id:str}", sync_to_thread=True, summary="One entry", opt=answers(Entry, scope="entries:read"))
def get_entry(services: Given, entry_id: FromPath[str]) -> Response[bytes]:
    """Both texts as they are now, what of them is public, and what is out of date and why."""
    with services.database.read() as connection:
        return shown(views.entry(connection, entry_id))


@patch(
    "/entries/{entry_id:str}",
    sync_to_thread=True,
    summary="Change slug, date, tags or position",
    opt=answers(Entry, takes=EntryChange, scope="entries:write", versioned=True),
)
def change_entry(request: Call, services: Given, who: Who, entry_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """What is published changes at once; then the scope `publish` is needed too."""
    with services.database.read() as connection:
        accepted = expected(request, editing.entry_to_change(connection, who, entry_id).version)
    change = body_as(request, body, EntryChange)
    with services.database.write(who.account_id) as tx:
        editing.change_entry(tx, who, entry_id, change, accepted)
        return shown(views.entry(tx.connection, entry_id))


@delete(
    "/entries/{entry_id:str}",
    sync_to_thread=True,
    status_code=204,
    summary="Withdraw and hide an entry",
    opt=answers(scope="entries:write", versioned=True, status=204),
)
def delete_entry(request: Call, services: Given, who: Who, entry_id: FromPath[str]) -> Response[None]:
    """Nothing is erased; its slugs stay taken."""
    with services.database.read() as connection:
        accepted = expected(request, editing.entry_to_change(connection, who, entry_id).version)
    with services.database.write(who.account_id) as tx:
        editing.delete_entry(tx, who, entry_id, accepted)
    return done()


@post(
    "/entries/{entry_id:str}/publish",
    sync_to_thread=True,
    status_code=200,
    summary="Publish",
    opt=answers(Entry, takes=Publication, scope="publish", versioned=True),
)
def publish(request: Call, services: Given, who: Who, entry_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """All the languages named or none; with `at`, what is their newest text now, at that time."""
    accepted = expected_of_entry(request, services, entry_id)
    wish = body_as(request, body, Publication)

    def act(tx: Transaction) -> Response[bytes]:
        if wish.at:
            scheduling.add(tx, who, entry_id, "publish", wish.locales, wish.at, accepted)
        else:
            publishing.publish(tx, entry_id, wish.locales, accepted)
        return shown(views.entry(tx.connection, entry_id))

    return changed(request, services, who, act)


@post(
    "/entries/{entry_id:str}/unpublish",
    sync_to_thread=True,
    status_code=200,
    summary="Withdraw",
    opt=answers(Entry, takes=Publication, scope="publish", versioned=True),
)
def unpublish(request: Call, services: Given, who: Who, entry_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """A language that is not public is left as it is; with `at`, at that time."""
    accepted = expected_of_entry(request, services, entry_id)
    wish = body_as(request, body, Publication)

    def act(tx: Transaction) -> Response[bytes]:
        if wish.at:
            scheduling.add(tx, who, entry_id, "withdraw", wish.locales, wish.at, accepted)
        else:
            publishing.withdraw(tx, entry_id, wish.locales, accepted)
        return shown(views.entry(tx.connection, entry_id))

    return changed(request, services, who, act)


@post(
    "/entries/{entry_id:str}/drafts",
    sync_to_thread=True,
    status_code=202,
    summary="Ask for a draft",
    opt=answers(Draft, takes=DraftWish, scope="entries:write", status=202),
)
def ask_for_draft(request: Call, services: Given, who: Who, entry_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """The worker drafts it; `GET drafts/{id}` shows how far it is."""
    with services.database.read() as connection:
        revisions.entry(connection, entry_id)
    wish = body_as(request, body, DraftWish)
    require_engines(services, wish, "/engines")

    def ask(tx: Transaction) -> Response[bytes]:
        at = revisions.lock_entry(tx, entry_id, None)
        draft_id = drafting.ask(tx, who, at, wish, pointer="/target_locale")
        return shown(views.draft(tx.connection, draft_id), status=202, headers=location("drafts", draft_id))

    return changed(request, services, who, ask)


def require_engines(services: Services, wish: DraftWish, pointer: str) -> None:
    """Raise `Invalid` for an engine that is not configured: no text goes where the operator did not allow."""
    for number, name in enumerate(wish.engines or ()):
        if name not in services.settings.engine_names:
            raise Invalid.at(f"{pointer}/{number}", f"the engine {name!r} is not configured")


ROUTES = [
    create_entry,
    list_entries,
    get_entry,
    change_entry,
    delete_entry,
    publish,
    unpublish,
    ask_for_draft,
]
