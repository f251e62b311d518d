"""Drafts and their segments under review."""

from typing import Annotated, get_args

from litestar import Response, get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from content_api.http import parameters
from content_api.http.access import Who
from content_api.http.editorial.answering import Call, body_as, changed, expected, shown
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given, Services
from content_api.storage.database import Transaction
from content_api.workflow import drafting, reviewing, views
from content_api.workflow.revisions import Expected
from schemas.drafts import Draft, DraftPage, Rejection, Segment, SegmentChange
from schemas.entries import DraftState

STATES: tuple[DraftState, ...] = get_args(DraftState)
Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@get("/drafts", sync_to_thread=True, summary="The queue of drafts", opt=answers(DraftPage, scope="entries:read"))
def list_drafts(
    request: Call,
    services: Given,
    among: Annotated[str | None, QueryParameter(name="state", description="One or more states, by comma.")] = None,
    limit: Limit = 20,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Drafts without their segments, oldest first."""
    states = [known for known in STATES if known in (parameters.chosen("state", among, STATES) or ())]
    query = ("drafts", states)
    after = services.cursors.after(query, cursor)
    with services.database.read() as connection:
        found = views.drafts(connection, states=states, after=after, limit=limit + 1)
    items, following = services.cursors.cut(query, found, limit, lambda each: each.id)
    return shown(DraftPage(items=items, next=following), headers=next_link(request, following))


@get("/drafts/{draft_id:str}", sync_to_thread=True, summary="One draft", opt=answers(Draft, scope="entries:read"))
def get_draft(services: Given, draft_id: FromPath[str]) -> Response[bytes]:
    """The draft with its segments, in the order of the text."""
    with services.database.read() as connection:
        return shown(views.draft(connection, draft_id))


@patch(
    "/drafts/{draft_id:str}/segments/{segment_id:str}",
    sync_to_thread=True,
    summary="Edit a segment",
    opt=answers(Segment, takes=SegmentChange, scope=("entries:write", "review"), versioned=True),
)
def change_segment(
    request: Call, services: Given, who: Who, draft_id: FromPath[str], segment_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    """The segment is checked again; dismissing an error needs the scope `review`."""
    with services.database.read() as connection:
        drafting.get(connection, draft_id)
        accepted = expected(request, drafting.segment_row(connection, draft_id, segment_id).version)
    change = body_as(request, body, SegmentChange)
    with services.database.write(who.account_id) as tx:
        reviewing.change_segment(tx, who, draft_id, segment_id, change, accepted)
        return shown(views.one_segment(tx.connection, draft_id, segment_id))


@post(
    "/drafts/{draft_id:str}/approve",
    sync_to_thread=True,
    status_code=200,
    summary="Approve",
    opt=answers(Draft, scope="review", versioned=True),
)
def approve(request: Call, services: Given, who: Who, draft_id: FromPath[str]) -> Response[bytes]:
    """Makes the target language's next revision and teaches the memory; publishing is a step of its own."""
    accepted = _expected(request, services, draft_id)

    def act(tx: Transaction) -> Response[bytes]:
        reviewing.approve(tx, who, draft_id, accepted)
        return shown(views.draft(tx.connection, draft_id))

    return changed(request, services, who, act)


@post(
    "/drafts/{draft_id:str}/reject",
    sync_to_thread=True,
    status_code=200,
    summary="Reject",
    opt=answers(Draft, takes=Rejection, scope="review", versioned=True),
)
def reject(request: Call, services: Given, who: Who, draft_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """A rejected draft can be retried."""
    accepted = _expected(request, services, draft_id)
    wish = body_as(request, body, Rejection)

    def act(tx: Transaction) -> Response[bytes]:
        reviewing.reject(tx, draft_id, wish.reason, accepted)
        return shown(views.draft(tx.connection, draft_id))

    return changed(request, services, who, act)


@post(
    "/drafts/{draft_id:str}/retry",
    sync_to_thread=True,
    status_code=200,
    summary="Retry",
    opt=answers(Draft, scope="entries:write", versioned=True),
)
def retry(request: Call, services: Given, who: Who, draft_id: FromPath[str]) -> Response[bytes]:
    """Queues the draft again; what is translated stays."""
    accepted = _expected(request, services, draft_id)

    def act(tx: Transaction) -> Response[bytes]:
        drafting.retry(tx, draft_id, accepted)
        return shown(views.draft(tx.connection, draft_id))

    return changed(request, services, who, act)


@post(
    "/drafts/{draft_id:str}/cancel",
    sync_to_thread=True,
    status_code=200,
    summary="Cancel",
    opt=answers(Draft, scope="entries:write", versioned=True),
)
def cancel(request: Call, services: Given, who: Who, draft_id: FromPath[str]) -> Response[bytes]:
    """A worker that runs the draft stops at its next segment."""
    accepted = _expected(request, services, draft_id)

    def act(tx: Transaction) -> Response[bytes]:
        drafting.cancel(tx, draft_id, accepted)
        return shown(views.draft(tx.connection, draft_id))

    return changed(request, services, who, act)


def _expected(request: Call, services: Services, draft_id: str) -> Expected:
    with services.database.read() as connection:
        return expected(request, drafting.get(connection, draft_id).version)


ROUTES = [list_drafts, get_draft, change_segment, approve, reject, retry, cancel]
