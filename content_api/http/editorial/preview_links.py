"""Preview links of an entry."""

from litestar import Response, post
from litestar.params import FromPath, RawBody

from content_api.http.access import Who
from content_api.http.editorial.answering import Call, body_as, changed, shown
from content_api.http.openapi import answers
from content_api.http.preview_links import address
from content_api.http.services import Given
from content_api.storage.database import Transaction
from content_api.workflow import previewing, revisions
from schemas.previews import NewPreviewLink, PreviewLink


@post(
    "/entries/{entry_id:str}/preview-links",
    sync_to_thread=True,
    summary="Make a preview link",
    opt=answers(PreviewLink, takes=NewPreviewLink, scope="entries:write", status=201),
)
def make_preview_link(
    request: Call, services: Given, who: Who, entry_id: FromPath[str], body: RawBody
) -> Response[bytes]:
    """For a week it shows one language's newest text, published or not, to whoever has it."""
    with services.database.read() as connection:
        revisions.entry(connection, entry_id)
    wish = body_as(request, body, NewPreviewLink)

    def make(tx: Transaction) -> Response[bytes]:
        url, expires_at = address(request, services, previewing.link(tx.connection, entry_id, wish.locale, tx.now))
        return shown(PreviewLink(url=url, expires_at=expires_at), status=201)

    return changed(request, services, who, make)


ROUTES = [make_preview_link]
