"""What all pages share: the style, the script, and the choice of language."""

from litestar import Response, get, post
from litestar.params import FromPath

from content_api.desk.entrance import within
from content_api.desk.pages import Call, asset, asset_address, language_cookie, to
from content_api.http.sent import sent_form
from content_api.http.services import Given
from schemas.language import LOCALES
from schemas.problems import NotFound

FOR_EVER = "public, max-age=31536000, immutable"


@get("/static/{digest:str}/{name:str}", sync_to_thread=False, include_in_schema=False)
def static(digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Return the desk's style or script."""
    address = f"/desk/static/{digest}/{name}"
    try:
        if asset_address(name) != address:
            raise KeyError(name)
        media_type, content = asset(name)
    except KeyError:
        raise NotFound("There is nothing at this address.") from None
    headers = {"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"}
    return Response(content, headers=headers, media_type=media_type)


@post("/language", status_code=303, include_in_schema=False)
async def choose_language(request: Call, services: Given) -> Response[bytes]:
    """Remember in which language somebody reads the desk, and go back to where they were."""
    form = await sent_form(request)
    answer = to(within(str(form.get("next", ""))))
    for locale in LOCALES:
        if form.get("language") == locale:
            secure = services.settings.public_url.startswith("https:")
            answer.set_cookie(language_cookie(locale, secure=secure))
    return answer


ROUTES = [static, choose_language]
