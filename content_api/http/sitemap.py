"""`/sitemap.xml`: every address of what is public, for search engines."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from content_api import syndication
from content_api.addresses import Addresses
from content_api.feeds import sitemap
from content_api.http.caching import public_answer
from content_api.http.services import Given
from schemas.problems import NotFound


@get("/sitemap.xml", sync_to_thread=True, summary="The sitemap", include_in_schema=False)
def get_sitemap(
    services: Given,
    part: Annotated[str | None, QueryParameter(description="Which part of one too large for a single file.")] = None,
) -> Response[bytes]:
    """What is too much for one sitemap is an index of parts, which are at the same address with `part`."""
    settings = services.settings
    at = Addresses.of(settings)
    with services.database.read() as connection:
        parts = syndication.part_count(connection, at.listed)
        number = _number(part, parts)
        if number is None and parts > 1:
            body = sitemap.write_index(parts, at)
        else:
            body = sitemap.write(syndication.part(connection, number or 1, at.listed), settings.default_locale, at)
    return public_answer(body, max_age=settings.cache_max_age, media_type="application/xml")


def _number(part: str | None, parts: int) -> int | None:
    """Return which part is asked for; raise `NotFound` for one that there is not."""
    if part is None:
        return None
    if part.isascii() and part.isdecimal() and len(part) < 10 and 1 <= int(part) <= parts:
        return int(part)
    raise NotFound("The sitemap has no such part.")
