"""`/v1/changes`: how a copy of everything public begins, and how it stays up to date."""

from typing import Annotated, Any, Literal

from litestar import Request, Response, get
from litestar.params import QueryParameter

from content_api import changes
from content_api.changes import ChangesQuery, Place
from content_api.http.caching import public_answer
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given
from schemas.decoding import encode
from schemas.delivery import Change, Changes, ItemChange, OneItem
from schemas.entries import Kind
from schemas.language import LOCALES, Locale


@get(
    "/v1/changes",
    sync_to_thread=True,
    summary="What was published or withdrawn",
    opt=answers(Changes[Change], Changes[ItemChange[OneItem]]),
)
def list_changes(
    request: Request[Any, Any, Any],
    services: Given,
    since: Annotated[
        str | None, QueryParameter(description="`next` of the page before; without it, from the start.")
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=100, description="How many at most.")] = 100,
    locale: Annotated[Locale | None, QueryParameter(description="Only this language; else both.")] = None,
    kind: Annotated[Kind | None, QueryParameter(description="Only this kind of entry.")] = None,
    include: Annotated[Literal["items"] | None, QueryParameter(description="Each with its item as it is now.")] = None,
) -> Response[bytes]:
    """Without `since` comes all that is published now, as changes; then `next` leads on to what changed after that.

    There is a `Link` to the next page as long as there is more at once. Without it, come back with `next` whenever you
    like. A change may come more than once, and applying them in order, again or not, ends at what is published. A
    cursor from before the log was shortened or a backup restored is a 410: begin again without `since`.
    """
    binding = ("changes", locale, kind)
    after = None if since is None else services.cursors.read(binding, since, Place, parameter="since")
    query = ChangesQuery(locale=locale, kind=kind, with_items=include is not None)
    with services.database.read() as connection:
        page = changes.page(connection, query, after=after, limit=limit)
    # Who reads of a change here, and then asks for the item, must not get what was there before it.
    services.database.note(page.next.seq)
    following = services.cursors.write(binding, page.next)
    return public_answer(
        encode(Changes(items=page.items, next=following)),
        max_age=services.settings.cache_max_age,
        language=locale or ", ".join(LOCALES),
        headers=next_link(request, following if page.has_more else None, parameter="since"),
    )
