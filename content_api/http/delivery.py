"""What readers reach: lists, items, tags. Each handler parses, asks `reading` once, and sends stored bytes."""

from collections.abc import Set
from functools import partial
from typing import Annotated, Any
from urllib.parse import quote

from litestar import Request, Response, get
from litestar.params import FromPath, QueryParameter

from content_api import reading
from content_api.http import parameters
from content_api.http.caching import public_answer
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given, Services
from content_api.reading import ListQuery, Place, StoredItem
from schemas.decoding import encode
from schemas.delivery import Audience, BothCards, BothItem, Card, Fallback, OneCard, OneItem, Order, Page, TagPage
from schemas.entries import Kind
from schemas.language import LOCALES
from schemas.problems import NotFound
from schemas.values import Slug

Call = Request[Any, Any, Any]
CARD_FIELDS = Card.__struct_fields__
ONLY_FIELDS = (
    "Only these fields of the cards, by comma. The schema is that of whole cards; what is not named is not sent then, "
    "so that in TypeScript they are `Pick<Card, …>`."
)

Limit = Annotated[int, QueryParameter(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str | None, QueryParameter(description="`next` of the page before.")]
ForLocale = Annotated[Audience | None, QueryParameter(description="The language, or `all`; else by `Accept-Language`.")]
WithFallback = Annotated[
    Fallback, QueryParameter(description="`source` serves the other language where one is missing.")
]


@get("/v1/{kind:str}", summary="A page of cards", opt=answers(Page[OneCard], Page[BothCards], negotiated=True))
async def list_items(
    request: Call,
    services: Given,
    kind: FromPath[Kind],
    locale: ForLocale = None,
    fallback: WithFallback = "none",
    limit: Limit = 20,
    cursor: Cursor = None,
    tag: Annotated[str | None, QueryParameter(description="A tag's slug.")] = None,
    since: Annotated[str | None, QueryParameter(name="from", description="From this year, month or day on.")] = None,
    until: Annotated[str | None, QueryParameter(name="to", description="To this year, month or day.")] = None,
    order: Annotated[Order | None, QueryParameter(description="By date, or a mission's position.")] = None,
    fields: Annotated[str | None, QueryParameter(description=ONLY_FIELDS)] = None,
) -> Response[bytes]:
    """News come newest first, history oldest first, missions by position; `next` leads to the following page."""
    audience, negotiated = parameters.audience(request, locale, services.settings.default_locale)
    query = ListQuery(
        kind=kind,
        audience=audience,
        fallback=fallback,
        order=order or reading.NATURAL_ORDER[kind],
        tag=parameters.slug("tag", tag),
        since=parameters.date("from", since),
        until=parameters.date("to", until),
    )
    chosen = parameters.chosen("fields", fields, CARD_FIELDS)
    after = services.cursors.read(query, cursor, Place) if cursor is not None else None  # type: ignore[arg-type]
    page = await services.ask(partial(reading.page, query=query, after=after, limit=limit))
    following = services.cursors.write(query, page.next) if page.next else None
    cards = reading.only(page.cards, chosen) if chosen else page.cards
    body = b'{"items":[' + b",".join(cards) + b'],"next":' + encode(following) + b"}"
    served = page.served or {audience}
    return _answer(services, body, served, negotiated=negotiated, headers=next_link(request, following))


@get("/v1/{kind:str}/{slug:str}", summary="One item", opt=answers(OneItem, BothItem, moves=True, negotiated=True))
async def get_item(
    request: Call,
    services: Given,
    kind: FromPath[Kind],
    slug: FromPath[str],
    locale: ForLocale = None,
    fallback: WithFallback = "none",
) -> Response[bytes]:
    """A former slug answers 308 to the present one; a language not published is a 404 that lists the others."""
    audience, negotiated = parameters.audience(request, locale, services.settings.default_locale)
    asked = Slug.in_path(slug)
    found = await services.ask(partial(reading.item, kind=kind, slug=asked, audience=audience, fallback=fallback))
    if isinstance(found, StoredItem):
        return _answer(services, found.body, {found.served}, negotiated=negotiated)
    if found.present_slug:
        return _moved(request, services, kind, found.present_slug, negotiated=negotiated)
    locales = found.available_locales
    detail = f"This is published only in {locales[0]}." if locales else "There is no such item."
    vary = {"Vary": "Accept-Language"} if negotiated else {}
    raise NotFound(detail, headers=vary, available_locales=locales)


@get("/v1/tags", sync_to_thread=True, summary="Tags in use", opt=answers(TagPage))
def list_tags(
    request: Call,
    services: Given,
    locale: Annotated[Audience, QueryParameter(description="Only tags in use in this language.")] = "all",
    fallback: WithFallback = "none",
    kind: Annotated[Kind | None, QueryParameter(description="Only tags of this kind of entry.")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response[bytes]:
    """Tags by slug, with their names and counts in both languages."""
    query = ("tags", locale, fallback, kind)
    after = services.cursors.after(query, cursor) or ""
    locales = LOCALES if locale == "all" else (locale,)
    with services.database.read() as connection:
        found = reading.tags(connection, locales=locales, fallback=fallback, kind=kind, after=after, limit=limit + 1)
    items, following = services.cursors.cut(query, found, limit, lambda each: each.slug)
    body = encode(TagPage(items=items, next=following))
    return _answer(services, body, {"all"}, negotiated=False, headers=next_link(request, following))


def _answer(
    services: Services,
    body: bytes,
    served: Set[Audience],
    *,
    negotiated: bool,
    headers: Any = None,
) -> Response[bytes]:
    return public_answer(
        body,
        max_age=services.settings.cache_max_age,
        language=", ".join(locale for locale in LOCALES if served & {locale, "all"}),
        negotiated=negotiated,
        headers=headers,
    )


def _moved(request: Call, services: Services, kind: Kind, slug: str, *, negotiated: bool) -> Response[bytes]:
    query = f"?{request.url.query}" if request.url.query else ""
    headers = {
        "Location": f"/v1/{kind}/{quote(slug)}{query}",
        "Cache-Control": f"public, max-age={services.settings.cache_max_age}",
    }
    if negotiated:
        headers["Vary"] = "Accept-Language"
    return Response(b"", status_code=308, headers=headers)
