"""Drafts as XLIFF files, for whoever translates in a tool of their own."""

from litestar import Response, get, put
from litestar.params import FromPath, RawBody

from content_api.http.access import Who
from content_api.http.editorial.answering import Call, expected, of_type, shown
from content_api.http.openapi import answers
from content_api.http.services import Given
from content_api.workflow import exchanging, views
from content_api.workflow.revisions import etag
from schemas.drafts import Draft
from schemas.values import XliffFile

XLIFF = "application/xliff+xml"  # RFC 8142 registers it


@get(
    "/drafts/{draft_id:str}/xliff",
    sync_to_thread=True,
    summary="A draft as XLIFF 2.1",
    opt=answers(XliffFile, media_type=XLIFF, scope="entries:read"),
)
def get_xliff(services: Given, draft_id: FromPath[str]) -> Response[bytes]:
    """A file for a translation tool: sources, targets, states, terms, and as notes what the checks found.

    Its `ETag` is the `If-Match` with which it comes back; it changes with every segment.
    """
    with services.database.read() as connection:
        file = exchanging.exported(connection, draft_id)
    headers = {
        "ETag": etag(file.version),
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{draft_id}.xlf"',
    }
    return Response(file.content.encode(), headers=headers, media_type=XLIFF)


@put(
    "/drafts/{draft_id:str}/xliff",
    sync_to_thread=True,
    summary="Take a draft's XLIFF back",
    opt=answers(Draft, takes=XliffFile, takes_type=XLIFF, scope="entries:write", versioned=True),
)
def put_xliff(request: Call, services: Given, who: Who, draft_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """Targets and states of its segments, each checked again; all of the file, or nothing of it.

    A file that is broken, or not this draft's, is refused with the line at fault. `final` counts as `reviewed`.
    """
    with services.database.read() as connection:
        accepted = expected(request, exchanging.version(connection, draft_id))
    file = exchanging.read(of_type(request, body, XLIFF))
    with services.database.write(who.account_id) as tx:
        exchanging.take_in(tx, who, draft_id, file, accepted)
        return shown(views.draft(tx.connection, draft_id))


ROUTES = [get_xliff, put_xliff]
