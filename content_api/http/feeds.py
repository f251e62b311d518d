"""`/feeds`: what became public last, in a language, of a kind and perhaps of a tag, in the format of the suffix."""

from collections.abc import Callable, Mapping
from typing import Annotated, Literal
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from content_api import syndication
from content_api.addresses import Addresses
from content_api.feeds import atom, json_feed, rss
from content_api.feeds.feed import FORMATS, MEDIA_TYPES, Feed, Format, make
from content_api.http.caching import public_answer
from content_api.http.openapi import answers
from content_api.http.services import Given
from content_api.storage import events
from schemas.entries import KINDS, Kind
from schemas.feeds import JsonFeed
from schemas.language import Locale
from schemas.problems import NotFound
from schemas.values import Slug

# The router takes a part of a path whole.
Name = Literal[
    "news.json", "news.atom", "news.rss",
    "history.json", "history.atom", "history.rss",
    "mission.json", "mission.atom", "mission.rss",
]  # fmt: skip
FEEDS: Mapping[str, tuple[Kind, Format]] = {f"{kind}.{suffix}": (kind, suffix) for kind in KINDS for suffix in FORMATS}
WRITE: Mapping[Format, Callable[[Feed], bytes]] = {"json": json_feed.write, "atom": atom.write, "rss": rss.write}


@get(
    "/feeds/{locale:str}/{name:str}",
    sync_to_thread=True,
    summary="A feed",
    opt=answers(JsonFeed, media_type=MEDIA_TYPES["json"], also=(MEDIA_TYPES["atom"], MEDIA_TYPES["rss"])),
)
def get_feed(
    services: Given,
    locale: FromPath[Locale],
    name: FromPath[Name],
    tag: Annotated[str | None, QueryParameter(description="A tag's slug.")] = None,
) -> Response[bytes]:
    """JSON Feed 1.1, Atom or RSS 2.0; what is public in the other language alone is not in it."""
    kind, suffix = FEEDS[name]
    settings, wanted = services.settings, _tag(tag)
    with services.database.read() as connection:
        items = syndication.newest(connection, kind, locale, wanted)
        own = UUID(events.installation(connection))
    at = Addresses.of(settings)
    feed = make(items, kind, locale, wanted, installation=own, names=settings.site_names, at=at)
    return public_answer(
        WRITE[suffix](feed),
        max_age=settings.cache_max_age,
        language=locale,
        media_type=MEDIA_TYPES[suffix],
    )


def _tag(given: str | None) -> Slug | None:
    """Return the tag; raise `NotFound` for what no tag is called."""
    try:
        return Slug.parse(given) if given else None
    except ValueError:
        raise NotFound("There is no such tag.") from None
