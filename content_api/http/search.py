"""What readers reach who look for something: hits over all kinds, and completions while they type."""

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

from litestar import Request, Response, get
from litestar.params import QueryParameter

from content_api import reading
from content_api.http import parameters
from content_api.http.answers import PASSING
from content_api.http.caching import public_answer
from content_api.http.delivery import CARD_FIELDS, ONLY_FIELDS, Cursor, ForLocale, Limit, WithFallback
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given
from content_api.http.turnstile import turnstile
from content_api.search.answering import SearchQuery, Shown
from content_api.search.index import Place
from schemas.decoding import encode
from schemas.delivery import Both, Pair, Translation
from schemas.entries import Kind
from schemas.language import LOCALES, Locale
from schemas.problems import BadParameter
from schemas.search import Completion, Completions, Hit, SearchPage

Call = Request[Any, Any, Any]
OneHit: TypeAlias = Hit[str, Translation, Locale]
BothHit: TypeAlias = Hit[Pair[str], Pair[Translation], Both]
HIT_FIELDS = (*CARD_FIELDS, "matched_locale", "highlights")
# Searching takes the interpreter more than the database: more at a time would only take it from each other, and from
# the event loop.
AT_ONCE = 2
# Nobody types more; what is longer is no question, and would take long to read.
LONGEST = 1_000

Typed = Annotated[
    str, QueryParameter(min_length=1, max_length=LONGEST, description="What is looked for, as it is typed.")
]


@get(
    "/v1/search",
    sync_to_thread=True,
    middleware=[turnstile(AT_ONCE)],
    summary="Hits over all kinds",
    opt=answers(SearchPage[OneHit], SearchPage[BothHit], negotiated=True),
)
def search(
    request: Call,
    services: Given,
    q: Typed,
    locale: ForLocale = None,
    fallback: WithFallback = "none",
    kind: Annotated[Kind | None, QueryParameter(description="Only this kind of entry.")] = None,
    tag: Annotated[str | None, QueryParameter(description="A tag's slug.")] = None,
    since: Annotated[str | None, QueryParameter(name="from", description="From this year, month or day on.")] = None,
    until: Annotated[str | None, QueryParameter(name="to", description="To this year, month or day.")] = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    fields: Annotated[str | None, QueryParameter(description=ONLY_FIELDS)] = None,
) -> Response[bytes]:
    """The best hit comes first. Words are found in any form, compounds also by their parts and with other spacing,
    numbers and dates by value, and a word of one language finds what the other says too. Of a long question the
    first words are looked for.

    What is withdrawn is shown no more at once. `total` and `facets` may count it for a moment longer, until the index
    knows of it: they are for telling how much there is, and paging ends where `next` is null.
    """
    audience, negotiated = parameters.audience(request, locale, services.settings.default_locale)
    query = SearchQuery(
        text=_typed(q),
        audience=audience,
        fallback=fallback,
        kind=kind,
        tag=parameters.slug("tag", tag),
        since=parameters.date("from", since),
        until=parameters.date("to", until),
    )
    chosen = parameters.chosen("fields", fields, HIT_FIELDS)
    after = services.cursors.read(query, cursor, Place) if cursor is not None else None  # type: ignore[arg-type]
    found = services.search.answer(query, after, limit)
    if not found.is_final:
        request.scope[PASSING] = True  # type: ignore[literal-required]
    following = services.cursors.write(query, found.next) if found.next else None
    return public_answer(
        _page(found.hits, chosen, following, total=found.total, facets=found.facets, suggestion=found.suggestion),
        # What was found by particles alone is found better in a moment: caches ask again each time.
        max_age=services.settings.cache_max_age if found.is_final else 0,
        language=_languages({hit.served for hit in found.hits} or {audience}),
        negotiated=negotiated,
        headers=next_link(request, following),
    )


@get(
    "/v1/suggest",
    sync_to_thread=True,
    summary="Completions while a reader types",
    opt=answers(Completions, negotiated=True),
)
def suggest(
    request: Call,
    services: Given,
    q: Typed,
    locale: ForLocale = None,
    fallback: WithFallback = "none",
    limit: Annotated[int, QueryParameter(ge=1, le=20, description="How many at most.")] = 10,
) -> Response[bytes]:
    """Titles, tags, terms and frequent words of what is published that begin as what was typed: with half a syllable
    at its end (`한ㅁ`), or by initial consonants alone (`ㅎㅁㄷㅁ` finds 한미동맹).
    """
    audience, negotiated = parameters.audience(request, locale, services.settings.default_locale)
    found = services.search.complete(_typed(q), audience, fallback, limit)
    items = [Completion(text=each.text, locale=each.locale) for each in found]
    language = _languages({each.locale for each in found} or {audience})
    max_age = services.settings.cache_max_age
    return public_answer(encode(Completions(items=items)), max_age=max_age, language=language, negotiated=negotiated)


def _typed(given: str) -> str:
    """Return what was typed, in NFC: some keyboards send Hangul letter by letter."""
    if not given.strip():
        raise BadParameter.named("q", "must not be empty")
    return unicodedata.normalize("NFC", given)


def _page(hits: Sequence[Shown], chosen: Sequence[str] | None, following: str | None, **about: object) -> bytes:
    """Return the page: to each card, which is sent as it is stored, is added why it was found."""
    items = [_with_reasons(hit) for hit in hits]
    items = reading.only(items, chosen) if chosen else items
    return b'{"items":[' + b",".join(items) + b'],"next":' + encode(following) + b"," + encode(about)[1:]


def _with_reasons(hit: Shown) -> bytes:
    reasons = encode({"matched_locale": hit.matched, "highlights": hit.highlights})
    return hit.card[:-1] + b"," + reasons[1:]


def _languages(served: set[str]) -> str:
    return ", ".join(locale for locale in LOCALES if served & {locale, "all"})
