"""Signing in and out, and the page of a one-time link. No session is needed; a form of another site's is refused."""

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromQuery

from content_api.desk.entrance import SIGN_IN, signed_in, within
from content_api.desk.pages import Call, page, to
from content_api.http.access import SAFE, SESSION_COOKIE
from content_api.http.proxies import caller_address
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.workflow import accounts, links, passwords, sessions, sign_in
from content_api.workflow.sign_in import Browser
from schemas.problems import Exists, Forbidden, Invalid, LinkSpent, TooManyAttempts, Unauthenticated


def from_here(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Guard: refuse a form that another site's page sent; a browser says where it comes from.

    Where there is a session its CSRF token does this; without one, somebody could be signed in as somebody else.
    """
    if connection.scope.get("method") in SAFE:
        return
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin")
    services: Services = connection.app.state.services
    own = {connection.headers.get("host"), urlsplit(services.settings.public_url).netloc} - {""}
    foreign = site not in ("same-origin", "none") if site else origin and urlsplit(origin).netloc not in own
    if foreign:
        raise Forbidden("This does not come from a page of the desk.")


@get("/sign-in", sync_to_thread=False, include_in_schema=False)
def ask(request: Call) -> Response[bytes]:
    """The page to sign in on; `next` in its address is where to go from there."""
    return page(request, "sign_in.html", email="", wrong=None, wait=None)


@post("/sign-in", status_code=303, include_in_schema=False)
async def enter(request: Call, services: Given) -> Response[bytes]:
    """Sign somebody in and lead them to where they wanted to be."""
    form = await sent_form(request)
    email, password = (_field(form, name) for name in ("email", "password"))
    again = partial(page, request, "sign_in.html", email=email)
    try:
        token = await sync_to_thread(partial(sign_in.sign_in, services.database, email, password, browser(request)))
    except Unauthenticated:
        return again(status=401, wrong="sign_in_wrong", wait=None)
    except TooManyAttempts as refusal:
        seconds = refusal.headers["Retry-After"]
        answer = again(status=429, wrong="sign_in_wait", wait=int(seconds))
        answer.headers["Retry-After"] = seconds
        return answer
    return _with_session(to(within(request.query_params.get("next", ""))), token, services)


@get("/welcome", sync_to_thread=True, include_in_schema=False)
def ask_password(request: Call, services: Given, token: FromQuery[str] = "") -> Response[bytes]:
    """The page of a one-time link."""
    return _welcome(request, services, token, status=200)


@post("/welcome", status_code=303, include_in_schema=False)
async def choose_password(request: Call, services: Given, token: FromQuery[str] = "") -> Response[bytes]:
    """Keep the password somebody chose, and sign them in."""
    form = await sent_form(request)
    email, password, again = (_field(form, name) for name in ("email", "password", "again"))
    # A link for the first administrator names nobody: only then an address is asked for, and sent.
    wrong = wrong_password(password, again, email) or ("email_wrong" if _is_bad_address(form) else None)
    if not wrong:
        keep = partial(sign_in.welcome, services.database, token, email, password, browser(request))
        try:
            return _with_session(to("/desk"), await sync_to_thread(keep), services)
        except LinkSpent:
            pass
        except Exists:
            wrong = "email_taken"
        except Invalid:  # the one rule that was not looked at yet: the address is the link's
            wrong = "password_address"
    return await sync_to_thread(partial(_welcome, request, services, token, status=422, email=email, wrong=wrong))


@post(
    "/sign-out", status_code=303, include_in_schema=False, guards=[signed_in], opt={"scope": None}, sync_to_thread=True
)
def leave(request: Call, services: Given) -> Response[bytes]:
    """End the session, here and on the server."""
    session = request.state.session
    with services.database.write(session.who.account_id) as tx:
        sign_in.sign_out(tx, session)
    answer = to(SIGN_IN)
    answer.set_cookie(_cookie(services, "", max_age=0))
    return answer


def browser(request: Call) -> Browser:
    """Return who asks, as far as a request tells."""
    agent, token = request.headers.get("user-agent", ""), request.cookies.get(SESSION_COOKIE, "")
    return Browser(agent, caller_address(request), token)


def wrong_password(password: str, again: str, email: str) -> str | None:
    """Return the phrase for what is wrong with a new password, or `None`."""
    fault = passwords.fault(password, email)
    if fault:
        return f"password_{fault}"
    return None if password == again else "password_differs"


def _is_bad_address(form: Any) -> bool:
    return "email" in form and not accounts.is_address(_field(form, "email"))


def _welcome(
    request: Call, services: Services, token: str, *, status: int, email: str = "", wrong: str | None = None
) -> Response[bytes]:
    try:
        with services.database.read() as connection:
            link = links.read(connection, token, services.database.clock())
    except LinkSpent as spent:
        return page(request, "welcome.html", status=spent.status, link=None)
    values = {"email": email, "wrong": wrong, "least": passwords.LEAST}
    return page(request, "welcome.html", status=status, link=link, **values)


def _with_session(answer: Response[bytes], token: str, services: Services) -> Response[bytes]:
    answer.set_cookie(_cookie(services, token, max_age=int(sessions.LONGEST.total_seconds())))
    return answer


def _cookie(services: Services, token: str, *, max_age: int) -> Cookie:
    secure = services.settings.public_url.startswith("https:")
    return Cookie(
        key=SESSION_COOKIE, value=token, path="/", max_age=max_age, httponly=True, samesite="lax", secure=secure
    )


def _field(form: Any, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


ROUTES = [ask, enter, ask_password, choose_password, leave]
