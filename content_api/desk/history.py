"""A text's history: who saved what and when, how any two revisions differ, and the way back to one."""

from typing import Annotated

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery, PathParameter, QueryParameter

from content_api.desk.pages import Call, page, to
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.workflow import history, revisions, views
from schemas.language import OTHER, Locale
from schemas.problems import Stale

PAGE = 20
Number = Annotated[int, PathParameter(ge=1, le=2**31 - 1)]
Chosen = Annotated[int | None, QueryParameter(ge=1, le=2**31 - 1)]


@get("/entries/{entry_id:str}/history/{locale:str}", sync_to_thread=True, include_in_schema=False)
def show_history(
    request: Call,
    services: Given,
    entry_id: FromPath[str],
    locale: FromPath[Locale],
    revision: Chosen = None,
    against: Chosen = None,
    before: Chosen = None,
    stale: FromQuery[str] = "",
) -> Response[bytes]:
    """Show a page of revisions, and how the chosen one (without a choice the newest) differs from another."""
    with services.database.read() as connection:
        entry = views.entry(connection, entry_id)
        listed = history.listed(connection, entry_id, locale, after=before, limit=PAGE + 1)
        newest = revisions.newest(connection, entry_id, locale)
        shown = newest and history.detail(connection, entry_id, locale, revision or newest.number, against)
    return page(
        request,
        "history.html",
        entry=entry,
        locale=locale,
        other_locale=OTHER[locale],
        listed=listed[:PAGE],
        newest=newest.number if newest else None,
        shown=shown,
        earlier=listed[PAGE - 1].number if len(listed) > PAGE else None,
        before=before,
        stale=bool(stale),
    )


@post(
    "/entries/{entry_id:str}/history/{locale:str}/{number:str}/restore",
    opt={"scope": "entries:write"},
    include_in_schema=False,
)
async def restore(
    request: Call, services: Given, entry_id: FromPath[str], locale: FromPath[Locale], number: Number
) -> Response[bytes]:
    """Bring a revision back as the newest one; what came after it stays in the history."""
    version = str((await sent_form(request)).get("version", ""))
    return await sync_to_thread(_restored, request, services, entry_id, locale, number, version)


def _restored(
    request: Call, services: Services, entry_id: str, locale: Locale, number: int, version: str
) -> Response[bytes]:
    who = request.state.session.who
    with services.database.read() as connection:
        old = history.get(connection, entry_id, locale, number)
    revisions.taken_apart(old.text, locale)  # which takes time, and is asked for in the transaction
    expected = frozenset({int(version)} if version.isascii() and version.isdigit() else ())
    try:
        with services.database.write(who.account_id) as tx:
            history.restore(tx, who, entry_id, locale, number, expected)
    except Stale:
        return to(f"/desk/entries/{entry_id}/history/{locale}", revision=str(number), stale="1")
    return to(f"/desk/entries/{entry_id}", done="restored")


ROUTES = [show_history, restore]
