"""Previews: the Markdown that is being typed as readers will see it, and pages that a preview link leads to."""

import datetime as dt

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery

from content_api.desk.pages import HEADERS, Call, page
from content_api.http.preview_links import address, read
from content_api.http.services import Given
from content_api.workflow import previewing, rendering
from schemas.problems import BadCursor, NotFound
from schemas.values import Body

__all__ = ["LINKED", "ROUTES", "address"]

# Nobody finds such a page but by its link, which goes no further with what the page loads.
UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@post("/preview", status_code=200, include_in_schema=False)
async def preview(request: Call) -> Response[bytes]:
    """Return a body's Markdown as the HTML readers get; of one that is too long only as much as may be saved."""
    form = await request.form()
    body = form.get("body", "")
    text = body.replace("\r\n", "\n")[: Body.limit] if isinstance(body, str) else ""
    html = await sync_to_thread(rendering.body_html, text)
    return Response(html.encode(), headers=HEADERS, media_type="text/html; charset=utf-8")


@get("/previews", sync_to_thread=True, include_in_schema=False)
def linked(request: Call, services: Given, token: FromQuery[str] = "") -> Response[bytes]:
    """Show the newest text a preview link leads to, as readers would see it.

    The token stands in the query, which no log keeps.
    """
    shown = None
    try:
        link = read(services, token)
        with services.database.read() as connection:
            shown = previewing.opened(connection, link, services.database.clock())
    except (BadCursor, NotFound):
        pass
    answer = page(
        request,
        "preview.html",
        status=200 if shown else 404,
        text=shown and shown.text,
        html=shown and rendering.body_html(shown.text.body),
        expires=shown and shown.expires_at.astimezone(dt.UTC).isoformat(),
    )
    answer.headers.update(UNLISTED)
    return answer


ROUTES = [preview]
# Who has the link needs no session.
LINKED = [linked]
