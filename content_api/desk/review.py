"""Reviewing a draft: segments saved one by one, issues mended or set aside, the draft approved or turned down.

A segment is saved through one address, with the script or without. The script's requests carry the CSRF token in a
header, and are answered with the parts of the page that changed.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery
from msgspec import UNSET

from content_api.desk.entrance import within
from content_api.desk.pages import Call, page, to
from content_api.desk.review_page import Review, Trouble, article, review
from content_api.http import listening
from content_api.http.access import CSRF_HEADER
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.storage.database import Transaction
from content_api.workflow import drafting, publishing, reviewing, revisions
from content_api.workflow.accounts import Principal
from content_api.workflow.memory import ReadMemory
from content_api.workflow.revisions import Expected
from schemas.accounts import Scope
from schemas.decoding import convert
from schemas.drafts import Rejection, SegmentChange
from schemas.entries import DraftWish
from schemas.problems import NotFound, PreconditionRequired, Problem, Stale

SHOWN = ("all", "issues", "open")
NOTE = "note."
# To assemble and read back a longer text takes a good part of a second: then it is asked for by itself.
LONG = 150
Fields = Mapping[str, str]


@get("/drafts/{draft_id:str}", sync_to_thread=True, include_in_schema=False)
def show_draft(
    request: Call,
    services: Given,
    draft_id: FromPath[str],
    show: FromQuery[str] = "all",
    segment: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Show a draft for review; with `segment`, what helps to translate that one."""
    return _page(request, services, draft_id, show=show, active=segment)


@get("/drafts/{draft_id:str}/article", sync_to_thread=True, include_in_schema=False)
def show_article(request: Call, services: Given, draft_id: FromPath[str]) -> Response[bytes]:
    """Show the target text as far as it is, as readers see it."""
    with services.database.read() as connection:
        return page(request, "review_article.html", draft_id=draft_id, article=article(connection, draft_id))


@get("/drafts/{draft_id:str}/segments/{segment_id:str}", sync_to_thread=True, include_in_schema=False)
def show_segment(request: Call, services: Given, draft_id: FromPath[str], segment_id: FromPath[str]) -> Response[bytes]:
    """Give the script a segment as it is now, with matches and terms; show anybody else the page it stands on."""
    if CSRF_HEADER not in request.headers:
        return to(f"/desk/drafts/{draft_id}?segment={segment_id}#s-{segment_id}")
    return _parts(request, services, draft_id, segment_id, changed=False)


@post("/drafts/{draft_id:str}/segments/{segment_id:str}", opt={"scope": "entries:write"}, include_in_schema=False)
async def save_segment(
    request: Call, services: Given, draft_id: FromPath[str], segment_id: FromPath[str]
) -> Response[bytes]:
    """Save what a person typed, chose, accepted or set aside."""
    form = await _fields(request)
    return await sync_to_thread(partial(_save, request, services, draft_id, segment_id, form))


def _save(request: Call, services: Services, draft_id: str, segment_id: str, form: Fields) -> Response[bytes]:
    who: Principal = request.state.who
    typed = _typed(form)
    trouble = None
    try:
        change = convert(_change(form, typed), SegmentChange)
        with services.database.write(who.account_id) as tx:
            reviewing.change_segment(tx, who, draft_id, segment_id, change, _version(form))
    except NotFound:
        raise
    except Problem as problem:  # what was typed goes back to whoever typed it
        if not (isinstance(problem, Stale) and _is_so(services, draft_id, segment_id, change)):
            trouble = Trouble(problem, segment_id, typed)
    if CSRF_HEADER in request.headers:
        return _parts(request, services, draft_id, segment_id, trouble, changed=True)
    if trouble:
        return _page(request, services, draft_id, show=form.get("show", "all"), active=segment_id, trouble=trouble)
    return _onwards(services, draft_id, segment_id, form)


def _is_so(services: Services, draft_id: str, segment_id: str, change: SegmentChange) -> bool:
    """Tell whether a segment is already as asked: the answer to the first time it was sent was lost on its way."""
    with services.database.read() as connection:
        now = drafting.segment_row(connection, draft_id, segment_id)
    return now.target == change.target and change.state in (UNSET, now.state) and not change.dismiss


def _typed(form: Fields) -> str:
    """Return the target a form asks for: what is in the field, with something added, or something else instead."""
    typed = form["instead"] if "instead" in form else form.get("target", "")
    added = form.get("add", "")
    return f"{typed.rstrip()} {added}".strip() if added else typed


def _change(form: Fields, typed: str) -> dict[str, Any]:
    given = form.items() if form.get("do") == "dismiss" else ()
    notes = {name.removeprefix(NOTE): note for name, note in given if name.startswith(NOTE) and note.strip()}
    change: dict[str, Any] = {"target": typed, "dismiss": [{"check": name, "note": notes[name]} for name in notes]}
    if state := {"accept": "reviewed", "reopen": "translated"}.get(form.get("do", "")):
        change["state"] = state
    return change


def _onwards(services: Services, draft_id: str, segment_id: str, form: Fields) -> Response[bytes]:
    """Return the way back to the segment, or on to the next one after it was accepted."""
    if form.get("do") == "accept":
        with services.database.read() as connection:
            segment_id = review(ReadMemory(services.database, connection), draft_id).after(segment_id)
    show = form.get("show", "all")
    return to(f"/desk/drafts/{draft_id}?show={show if show in SHOWN else 'all'}&segment={segment_id}#s-{segment_id}")


@post("/drafts/{draft_id:str}", include_in_schema=False)
async def decide(request: Call, services: Given, draft_id: FromPath[str]) -> Response[bytes]:
    """Approve the draft (and publish it in the same step), turn it down, queue it again or give it up."""
    form = await _fields(request)
    return await sync_to_thread(partial(_decide, request, services, draft_id, form))


def _decide(request: Call, services: Services, draft_id: str, form: Fields) -> Response[bytes]:
    who: Principal = request.state.who
    if form.get("do") not in DECISIONS:
        raise NotFound("There is no such decision.")
    scopes, act = DECISIONS[form["do"]]
    for scope in scopes:
        who.must(scope)
    try:
        with services.database.write(who.account_id) as tx:
            act(tx, who, draft_id, form)
    except NotFound:
        raise
    except Problem as problem:  # shown on the page, with the reason somebody had typed
        return _page(request, services, draft_id, trouble=Trouble(problem, typed=form.get("reason", "")))
    if form["do"] == "retry":
        return to(within(form.get("next", f"/desk/drafts/{draft_id}")))
    return to("/desk", done=form["do"], draft=draft_id)


def _approve(tx: Transaction, who: Principal, draft_id: str, form: Fields) -> None:
    reviewing.approve(tx, who, draft_id, _version(form))


def _publish(tx: Transaction, who: Principal, draft_id: str, form: Fields) -> None:
    reviewing.approve(tx, who, draft_id, _version(form))
    draft = drafting.get(tx.connection, draft_id)
    publishing.publish(tx, draft.entry_id, [draft.target_locale], None)


def _reject(tx: Transaction, _who: Principal, draft_id: str, form: Fields) -> None:
    wish = convert({"reason": form.get("reason", "")}, Rejection)
    reviewing.reject(tx, draft_id, wish.reason, _version(form))


def _retry(tx: Transaction, _who: Principal, draft_id: str, form: Fields) -> None:
    drafting.retry(tx, draft_id, _version(form))


def _cancel(tx: Transaction, _who: Principal, draft_id: str, form: Fields) -> None:
    drafting.cancel(tx, draft_id, _version(form))


Act = Callable[[Transaction, Principal, str, Fields], None]
DECISIONS: Mapping[str, tuple[tuple[Scope, ...], Act]] = {
    "approve": (("review",), _approve),
    "publish": (("review", "publish"), _publish),
    "reject": (("review",), _reject),
    "retry": (("entries:write",), _retry),
    "cancel": (("entries:write",), _cancel),
}


@post("/drafts", opt={"scope": "entries:write"}, include_in_schema=False)
async def ask(request: Call, services: Given) -> Response[bytes]:
    """Ask for a draft of an entry's present source, or go to the one that is open."""
    form = await _fields(request)
    who: Principal = request.state.who
    wish = convert({"target_locale": form.get("locale", "")}, DraftWish)

    def act() -> str:
        with services.database.write(who.account_id) as tx:
            at = revisions.lock_entry(tx, form.get("entry", ""), None)
            return drafting.ask(tx, who, at, wish, pointer="/locale", reuse_open=True)

    draft_id = await sync_to_thread(act)
    return to(within(form.get("next", f"/desk/drafts/{draft_id}")))


async def _fields(request: Call) -> Fields:
    """Return a form's fields that are text; of one that stands there twice, the last."""
    form = await sent_form(request)
    return {name: value for name, value in form.multi_items() if isinstance(value, str)}


def _version(form: Fields) -> Expected:
    """Return the version a form was made from; raise `PreconditionRequired` where it names none."""
    version = form.get("version", "")
    if not version.isascii() or not version.isdigit() or len(version) > 18:
        raise PreconditionRequired("The form lacks the version it was made from.")
    return frozenset({int(version)})


def _page(
    request: Call,
    services: Services,
    draft_id: str,
    *,
    show: str = "all",
    active: str | None = None,
    trouble: Trouble | None = None,
) -> Response[bytes]:
    with services.database.read() as connection:
        since = listening.place(connection)  # before all else: what happens from here on, the page is told
        found = review(ReadMemory(services.database, connection), draft_id, active=active, trouble=trouble)
        read = article(connection, draft_id) if len(found.lines) <= LONG else None
    status = trouble.problem.status if trouble else 200
    values = _may(request, found) | {"review": found, "article": read, "show": show if show in SHOWN else "all"}
    return page(request, "review.html", status=status, since=since, **values)


def _parts(
    request: Call,
    services: Services,
    draft_id: str,
    segment_id: str,
    trouble: Trouble | None = None,
    *,
    changed: bool,
) -> Response[bytes]:
    with services.database.read() as connection:
        found = review(ReadMemory(services.database, connection), draft_id, active=segment_id, trouble=trouble)
    status = trouble.problem.status if trouble else 200
    values = _may(request, found) | {"review": found, "line": found.line(segment_id), "changed": changed}
    return page(request, "review_parts.html", status=status, **values)


def _may(request: Call, found: Review) -> dict[str, Any]:
    """Return what whoever asks may do with the draft as it is."""
    who: Principal = request.state.who
    due = found.draft.state == "needs_review"
    return {
        "may_edit": due and who.may("entries:write"),
        "may_review": due and who.may("review"),
        "may_publish": due and who.may("review") and who.may("publish"),
        "may_write": who.may("entries:write"),
    }


ROUTES = [show_draft, show_article, show_segment, save_segment, decide, ask]
