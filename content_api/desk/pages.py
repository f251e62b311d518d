"""The desk's pages: templates in the reader's language, the headers that keep them safe, the way to the next one."""

import hashlib
import re
from functools import cache, partial
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from litestar import Request, Response
from litestar.datastructures import Cookie

from content_api.desk import findings, moments, words
from content_api.http.parameters import negotiated
from content_api.http.services import Services
from content_api.workflow.sessions import Session
from schemas.language import LOCALES, Locale

Call = Request[Any, Any, Any]

LANGUAGE_COOKIE = "hanmi_language"
A_YEAR = 365 * 24 * 3600
# Pictures of articles may lie elsewhere; all else is our own, and nothing stands in the page itself.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# In this order: what comes later may rely on what comes before.
ASSETS = {
    "desk.css": ("text/css", ("base.css", "people.css", "entries.css", "review.css")),
    "desk.js": ("text/javascript", ("base.js", "entries.js", "review.js")),
}


def page(request: Call, template: str, *, status: int = 200, **values: object) -> Response[bytes]:
    """Return a page. Its template finds `values`, `t` (the desk's words), `finding` (what checks say), `language`,
    `session`, `csrf`, `asset`, and when something was: how long `ago`, and `at` what time.
    """
    language = language_of(request)
    session: Session | None = getattr(request.state, "session", None)
    html = (
        _environment()
        .get_template(template)
        .render(
            t=partial(words.say, language),
            finding=partial(findings.say, language),
            language=language,
            other=next(locale for locale in LOCALES if locale != language),
            session=session,
            csrf=session.csrf if session else "",
            here=request.url.path,
            address=address_of(request),
            asset=asset_address,
            ago=partial(moments.ago, language, request.app.state.services.database.clock()),
            at=partial(moments.at, language, request.app.state.services.settings.zone),
            **values,
        )
    )
    return Response(html.encode(), status_code=status, headers=HEADERS, media_type="text/html; charset=utf-8")


def to(address: str, **query: str) -> Response[bytes]:
    """Return the way to another page of the desk, which is asked for by GET (RFC 9110, 15.4.4)."""
    # What a browser may be led to with other letters than a header holds.
    location = quote(address, safe="/?#[]@!$&'()*+,;=:%~") + (f"?{urlencode(query)}" if query else "")
    return Response(b"", status_code=303, headers={"Location": location, "Cache-Control": "no-store"})


def address_of(request: Call) -> str:
    """Return the page's own address with its query. A form that may be shown again is sent to it, so that it is good
    to come back to by GET.
    """
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def language_of(request: Call) -> Locale:
    """Return the language of the desk for a reader: the one chosen, else what the browser asks for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    for locale in LOCALES:
        if chosen == locale:
            return locale
    services: Services = request.app.state.services
    return negotiated(", ".join(request.headers.getall("accept-language", [])), services.settings.default_locale)


def language_cookie(language: Locale, *, secure: bool) -> Cookie:
    """Return the cookie that remembers a choice of language."""
    return Cookie(key=LANGUAGE_COOKIE, value=language, path="/desk", max_age=A_YEAR, samesite="lax", secure=secure)


@cache
def asset(name: str) -> tuple[str, bytes]:
    """Return the media type and the bytes of the style or the script; raise `KeyError` for any other name."""
    media_type, parts = ASSETS[name]
    folder = files("content_api.desk").joinpath("static")
    # Comments and indentation are for those who read the parts.
    lines = (line.strip() for part in parts for line in folder.joinpath(part).read_text(encoding="utf-8").splitlines())
    kept = "\n".join(line for line in lines if line and not line.startswith("//"))
    return media_type, COMMENT.sub("", kept).encode() if media_type == "text/css" else kept.encode()


@cache
def asset_address(name: str) -> str:
    """Return where the style or the script is: an address of its own for each content, good for ever."""
    digest = hashlib.blake2b(asset(name)[1], digest_size=8).hexdigest()
    return f"/desk/static/{digest}/{name}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("content_api.desk", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
