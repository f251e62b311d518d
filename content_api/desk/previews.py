"""Previews: the Markdown that is being typed as readers will see it, and pages that a preview link leads to."""

import datetime as dt

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromQuery

from content_api.desk import words
from content_api.desk.pages import HEADERS, Call, language_of, page
from content_api.http.preview_links import address, read
from content_api.http.sent import sent_form
from content_api.http.services import Given
from content_api.workflow import previewing, rendering
from schemas.problems import BadCursor, NotFound

__all__ = ["LINKED", "ROUTES", "address"]

# Nobody finds such a page but by its link, which goes no further with what the page loads.
UNLISTED = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


def previewed(request: Call, body: str) -> str:
    """Return Markdown as the HTML readers would get, or what a person is told where it would not be saved."""
    html = previewing.rendered(body)
    return f"<p>{words.say(language_of(request), 'preview_refused')}</p>" if html is None else html


@post("/preview", status_code=200, include_in_schema=False)
async def preview(request: Call) -> Response[bytes]:
    """Return a body's Markdown as the HTML readers get; of one that is too long only as much as may be saved."""
    form = await sent_form(request)
    body = form.get("body", "")
    html = await sync_to_thread(previewed, request, body if isinstance(body, str) else "")
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
