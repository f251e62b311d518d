"""The queue: what waits for somebody, on the desk's first page."""

from typing import Any

from litestar import Response, get
from litestar.params import FromQuery
from sqlalchemy import Connection

from content_api.desk.pages import Call, page
from content_api.http import listening
from content_api.http.services import Given
from content_api.workflow import drafting, queue
from content_api.workflow.accounts import Principal
from schemas.entries import DraftState
from schemas.problems import NotFound

SHOWN_AT_ONCE = 20
# Whether a translation still fits is found by comparing its texts, which takes longer than to look it up.
OUTDATED_AT_ONCE = 8
MOST_OUTDATED = 200
UNDER_WAY: tuple[DraftState, ...] = ("queued", "running")
DONE = ("approve", "publish", "reject", "cancel")


@get("/", sync_to_thread=True, include_in_schema=False)
def show_queue(
    request: Call,
    services: Given,
    after: FromQuery[str | None] = None,
    outdated: FromQuery[str | None] = None,
    done: FromQuery[str | None] = None,
    draft: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Show what waits: drafts to review first. `done` tells what was just done with `draft`."""
    who: Principal = request.state.who
    most = MOST_OUTDATED if outdated == "all" else OUTDATED_AT_ONCE
    with services.database.read() as connection:
        since = listening.place(connection)  # before all else: what happens from here on, the page is told
        waiting = queue.tasks(connection, ["needs_review"], after=after, limit=SHOWN_AT_ONCE + 1)
        outdated_texts = queue.outdated(connection, limit=most + 1)
        values: dict[str, Any] = {
            "since": since,
            "waiting": waiting[:SHOWN_AT_ONCE],
            "following": waiting[SHOWN_AT_ONCE - 1].draft.id if len(waiting) > SHOWN_AT_ONCE else None,
            "under_way": queue.tasks(connection, UNDER_WAY, after=None, limit=SHOWN_AT_ONCE),
            "failed": queue.failed(connection, limit=SHOWN_AT_ONCE),
            "outdated": outdated_texts[:most],
            "more_outdated": len(outdated_texts) > most,
            "plans": queue.plans(connection, limit=SHOWN_AT_ONCE),
        }
        notice = _notice(connection, done, draft) if done in DONE and draft else None
    return page(request, "queue.html", notice=notice, may_write=who.may("entries:write"), **values)


def _notice(connection: Connection, done: str, draft_id: str) -> tuple[str, str, str] | None:
    """Return what was done, with the id and the title of the draft's entry."""
    try:
        draft = drafting.get(connection, draft_id)
    except NotFound:
        return None
    return done, draft.entry_id, drafting.source_of(connection, draft).title


ROUTES = [show_queue]
