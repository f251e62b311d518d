"""The list of entries, and the way to delete one."""

from typing import get_args
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery

from content_api.desk.pages import Call, page, to
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.workflow import editing, finding, publishing, revisions, tagging, views
from content_api.workflow.finding import STATES, Wish
from schemas.accounts import EditorialTag
from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale
from schemas.problems import Stale
from schemas.unicode import nfc
from schemas.values import Slug

PAGE = 20
LONGEST_SEARCH = 200
MOST_TAGS = 1000


@get("/entries", sync_to_thread=True, include_in_schema=False)
def list_entries(
    request: Call,
    services: Given,
    q: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    show: FromQuery[str] = "",
    language: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
    done: FromQuery[str] = "",
) -> Response[bytes]:
    """Show entries, newest first: all of them, or those searched and filtered for."""
    wish = Wish(
        words=_searchable(q),
        kind=next((each for each in get_args(Kind) if each == kind), None),
        tag=_tag(tag),
        state=next((each for each in STATES if each == show), None),
        locale=next((each for each in get_args(Locale) if each == language), None),
    )
    query = ("desk entries", *vars(wish).values())
    with services.database.read() as connection:
        found = finding.entries(connection, wish, after=services.cursors.after(query, cursor), limit=PAGE + 1)
        tags = tagging.listed(connection, limit=MOST_TAGS)
    entries, following = services.cursors.cut(query, found, PAGE, lambda each: each.id)
    asked = {"q": q, "kind": kind, "tag": tag, "show": show, "language": language}
    narrowed = {name: value for name, value in asked.items() if value}
    return page(
        request,
        "entries.html",
        entries=entries,
        wish=wish,
        kinds=KINDS,
        states=STATES,
        locales=LOCALES,
        tags=tags,
        names=_names(tags),
        narrowed=bool(narrowed),
        deleted=done == "deleted",
        continued=cursor is not None,
        first=f"/desk/entries?{urlencode(narrowed)}" if narrowed else "/desk/entries",
        following=f"/desk/entries?{urlencode(narrowed | {'cursor': following})}" if following else None,
    )


@get("/entries/{entry_id:str}/delete", sync_to_thread=True, opt={"scope": "entries:write"}, include_in_schema=False)
def ask_to_delete(request: Call, services: Given, entry_id: FromPath[str]) -> Response[bytes]:
    """Ask before an entry is deleted, and say what that means."""
    return _asked(request, services, entry_id)


@post("/entries/{entry_id:str}/delete", opt={"scope": "entries:write"}, include_in_schema=False)
async def delete_entry(request: Call, services: Given, entry_id: FromPath[str]) -> Response[bytes]:
    """Delete an entry, if it is still as it was when the question was asked."""
    version = str((await sent_form(request)).get("version", ""))
    return await sync_to_thread(_deleted, request, services, entry_id, version)


def _deleted(request: Call, services: Services, entry_id: str, version: str) -> Response[bytes]:
    who = request.state.session.who
    expected = frozenset({int(version)} if version.isascii() and version.isdigit() else ())
    try:
        with services.database.write(who.account_id) as tx:
            editing.delete_entry(tx, who, entry_id, expected)
    except Stale:
        return _asked(request, services, entry_id, status=412)
    return to("/desk/entries", done="deleted")


def _asked(request: Call, services: Services, entry_id: str, status: int = 200) -> Response[bytes]:
    who = request.state.session.who
    with services.database.read() as connection:
        editing.entry_to_change(connection, who, entry_id)
        entry = views.entry(connection, entry_id)
        public = publishing.public_revisions(connection, revisions.entry(connection, entry_id))
    return page(request, "entry_delete.html", status=status, entry=entry, public=list(public), stale=status == 412)


def _searchable(given: str) -> str:
    """Return what was searched for as it can be asked for: what no title can hold finds nothing, and breaks nothing."""
    try:
        return nfc(given.replace("\0", " ")[:LONGEST_SEARCH])
    except ValueError:
        return ""


def _tag(given: str) -> str | None:
    try:
        return Slug.parse(given)
    except ValueError:
        return None


def _names(tags: list[EditorialTag]) -> dict[str, dict[Locale, str]]:
    return {tag.slug: {"ko": tag.name.ko, "en": tag.name.en} for tag in tags}


ROUTES = [list_entries, ask_to_delete, delete_entry]
