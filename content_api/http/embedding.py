"""What partners embed: the script of `<hanmi-news>`, a page for a frame, and oEmbed for both."""

from functools import cache
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from litestar import Request, Response, get
from litestar.params import QueryParameter

from content_api.addresses import Addresses
from content_api.embed import parts
from content_api.embed.choices import Choices
from content_api.feeds.feed import FORMATS, LISTS, MEDIA_TYPES, title_of
from content_api.feeds.markup import add, root, written
from content_api.http.caching import JSON, public_answer
from content_api.http.openapi import answers
from content_api.http.parameters import ALLOWED
from content_api.http.services import Given
from schemas.decoding import encode
from schemas.feeds import OEmbed
from schemas.problems import NotFound

Call = Request[Any, Any, Any]

PAGE_STYLE = parts.style("page.css")
PAGE_SCRIPT = parts.plain_script("page.js")
# The page runs our script alone and asks nobody but us. Who may frame it is not said: anybody, and `*` would leave
# out apps, whose pages are at no address of the network.
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'self' {parts.allowed(PAGE_SCRIPT)}; style-src {parts.allowed(PAGE_STYLE)}; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
NOSNIFF = {"X-Content-Type-Options": "nosniff"}
WIDTH = 600
CACHE_AGE = 86_400  # seconds
# About what a list is high, in pixels: the header and each item.
HEADER, ITEM = 70, 130


@get("/embed/news.js", sync_to_thread=False, summary="The script of `<hanmi-news>`", include_in_schema=False)
def script(services: Given) -> Response[bytes]:
    """Partners paste its address once and for ever: it is short-lived, and asked for again by its ETag."""
    settings = services.settings
    body = parts.script(settings.site_names, LISTS, settings.item_urls, settings.default_locale)
    headers = {**NOSNIFF, "Cross-Origin-Resource-Policy": "cross-origin"}
    return public_answer(body, max_age=settings.cache_max_age, headers=headers, media_type="text/javascript")


@get(
    "/embed/news",
    sync_to_thread=False,
    summary="A page for a frame",
    include_in_schema=False,
    # It hands its query on as a whole.
    opt={ALLOWED: Choices.__annotations__},
)
def page(request: Call, services: Given) -> Response[bytes]:
    """The list that the query chooses, by the same names as the attributes of `<hanmi-news>`.

    It tells the page around it how high it is: `{"type": "hanmi:height", "height": pixels}` by `postMessage`.
    """
    settings = services.settings
    # Below a slash there is no script; the router's own path has none.
    if request.scope["raw_path"].partition(b"?")[0].endswith(b"/"):
        return _without_slash(request.url.query, settings.cache_max_age)
    at = Addresses.of(settings)
    choices = Choices.read(request.query_params)
    lang = choices.locale or settings.default_locale
    html = _template("page.html").render(
        lang=lang,
        scheme=choices.theme or "light dark",
        title=title_of(choices.kind, lang, settings.site_names),
        feeds=[(MEDIA_TYPES[each], at.feed(lang, choices.kind, each, choices.tag or None)) for each in FORMATS],
        oembed=at.oembed(at.embed(choices.given())),
        # Around the page is somebody else's: neither its language nor its window is ours.
        attributes={"locale": "browser", **choices.given(), "target": "_blank"},
        style=PAGE_STYLE,
        script=PAGE_SCRIPT,
    )
    headers = {**NOSNIFF, "Content-Security-Policy": CONTENT_SECURITY_POLICY}
    return public_answer(
        html.encode(), max_age=settings.cache_max_age, language=lang, headers=headers, media_type="text/html"
    )


def _without_slash(query: str, max_age: int) -> Response[bytes]:
    headers = {"Location": f"../news?{query}" if query else "../news", "Cache-Control": f"public, max-age={max_age}"}
    return Response(b"", status_code=308, headers=headers)


@get("/oembed", sync_to_thread=False, summary="How an embed is embedded", opt=answers(OEmbed, also=("text/xml",)))
def oembed(
    services: Given,
    # Without it there is nothing at the address that was not given: a 404, as the specification has it.
    url: Annotated[str, QueryParameter(required=True, description="The address of an embed's page or script.")] = "",
    kind: Annotated[str, QueryParameter(name="format", description="`json` or `xml`; any other is `json`.")] = "json",
    maxwidth: Annotated[str, QueryParameter(description="In pixels; what is no number is ignored.")] = "",
    maxheight: Annotated[str, QueryParameter(description="In pixels; what is no number is ignored.")] = "",
) -> Response[bytes]:
    """For the page an `<iframe>`, for the script the element; what the address chooses is chosen in the answer too."""
    settings = services.settings
    at = Addresses.of(settings)
    choices = _choices(url, at)
    lang = choices.locale or settings.default_locale
    title = title_of(choices.kind, lang, settings.site_names)
    width, height = _least(WIDTH, maxwidth), _least(HEADER + ITEM * choices.count, maxheight)
    html = _template("element.html" if urlsplit(url).path.endswith(".js") else "frame.html").render(
        page=at.embed(choices.given()),
        script=at.script,
        attributes={"locale": "auto", **choices.given()},
        title=title,
        width=width,
        height=height,
    )
    answer = OEmbed(
        version="1.0",
        type="rich",
        title=title,
        provider_name=settings.site_names[lang],
        provider_url=at.base,
        cache_age=CACHE_AGE,
        html=html,
        width=width,
        height=height,
    )
    body, media_type = (_xml(answer), "text/xml") if kind == "xml" else (encode(answer), JSON)
    return public_answer(body, max_age=settings.cache_max_age, language=lang, media_type=media_type)


def _choices(url: str, at: Addresses) -> Choices:
    """Return what an address of ours chooses; raise `NotFound` for any other (oEmbed, 2.3.4.4)."""
    try:
        asked, ours = urlsplit(url), urlsplit(at.embed({}))
    except ValueError:
        raise NotFound("This is no address.") from None
    if (
        asked.scheme not in ("http", "https")
        or asked.netloc != ours.netloc
        or asked.path not in (ours.path, f"{ours.path}.js")
    ):
        raise NotFound(f"Only what is at {at.embed({})} can be embedded.")
    return Choices.read(dict(parse_qsl(asked.query)))


def _least(usual: int, most: str) -> int:
    return min(usual, int(most)) if most.isascii() and most.isdecimal() and len(most) < 10 and int(most) else usual


def _xml(answer: OEmbed) -> bytes:
    document = root("oembed", {})
    for name in answer.__struct_fields__:
        add(document, name, str(getattr(answer, name)))
    return written(document)


@cache
def _template(name: str) -> Template:
    loader = PackageLoader("content_api.embed", "")
    return Environment(loader=loader, autoescape=True, trim_blocks=True, undefined=StrictUndefined).get_template(name)


ROUTES = [script, page, oembed]
