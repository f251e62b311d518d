"""The account page: where somebody is signed in, and their password; what the script asks about the session."""

import re
from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from content_api.desk.pages import HEADERS, Call, page, to
from content_api.desk.signing_in import browser, wrong_password
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.workflow import sessions, sign_in
from content_api.workflow.passwords import LEAST
from schemas.decoding import encode
from schemas.problems import Invalid, NotFound, TooManyAttempts

ACCOUNT = "/desk/account"
# How programs name themselves; one that poses as another comes before it.
BROWSERS = {
    "KAKAOTALK": "KakaoTalk",
    "Whale/": "Whale",
    "SamsungBrowser/": "Samsung Internet",
    r"Edg(?:e|A|iOS)?/": "Edge",
    r"OPR/": "Opera",
    r"Firefox/|FxiOS/": "Firefox",
    r"Chrome/|CriOS/": "Chrome",
    "Safari/": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X|Macintosh": "Mac",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


def program(agent: str) -> tuple[str | None, str | None]:
    """Return the browser and the system that a `User-Agent` names, as people call them."""
    return _first(BROWSERS, agent), _first(SYSTEMS, agent)


# For everybody who is signed in, whatever they may do.
THEIR_OWN = {"scope": None}


@get("/account", opt=THEIR_OWN, sync_to_thread=True, include_in_schema=False)
def show(request: Call, services: Given) -> Response[bytes]:
    """Where somebody is signed in, and the form to change their password."""
    return _account(request, services)


@post(
    "/account/sessions/{session_id:str}/end",
    opt=THEIR_OWN,
    status_code=303,
    sync_to_thread=True,
    include_in_schema=False,
)
def end_one(request: Call, services: Given, session_id: FromPath[str]) -> Response[bytes]:
    """End one session; one that has ended already is what was wanted."""
    account_id = request.state.who.account_id
    try:
        with services.database.write(account_id) as tx:
            sessions.end(tx, account_id, session_id)
    except NotFound:
        pass
    return to(ACCOUNT)


@post("/account/sessions/end", opt=THEIR_OWN, status_code=303, sync_to_thread=True, include_in_schema=False)
def end_others(request: Call, services: Given) -> Response[bytes]:
    """End every session but this one."""
    session = request.state.session
    with services.database.write(session.who.account_id) as tx:
        sessions.end_all(tx, session.who.account_id, but=session.id)
    return to(ACCOUNT, done="others_ended")


@post("/account", opt=THEIR_OWN, status_code=303, include_in_schema=False)
async def change_password(request: Call, services: Given) -> Response[bytes]:
    """Change the password; the present one is asked for, because a desk may be left open."""
    form = await sent_form(request)
    session = request.state.session
    present, wanted, again = (str(form.get(name, "")) for name in ("present", "password", "again"))
    wrong = wrong_password(wanted, again, session.email)
    if not wrong:
        keep = partial(sign_in.change_password, services.database, session, present, wanted, browser(request))
        try:
            await sync_to_thread(keep)
            return to(ACCOUNT, done="password_changed")
        except Invalid:
            wrong = "password_present_wrong"
        except TooManyAttempts as refusal:
            wait = int(refusal.headers["Retry-After"])
            return await sync_to_thread(partial(_account, request, services, 429, "sign_in_wait", wait))
    return await sync_to_thread(partial(_account, request, services, 422, wrong))


@get("/session", opt=THEIR_OWN, sync_to_thread=False, include_in_schema=False)
def session(request: Call) -> Response[bytes]:
    """For the script: who is signed in by now, and the CSRF token; 401 where nobody is."""
    known = {"csrf": request.state.session.csrf, "email": request.state.session.email}
    return Response(encode(known), headers=HEADERS, media_type="application/json")


def _account(
    request: Call, services: Services, status: int = 200, wrong: str | None = None, wait: int | None = None
) -> Response[bytes]:
    who, now = request.state.who, services.database.clock()
    with services.database.read() as connection:
        found = sessions.listed(connection, who.account_id, now)
    shown: list[dict[str, Any]] = [
        {"session": each, "program": program(each.agent), "is_this": each.id == request.state.session.id}
        for each in found
    ]
    done = request.query_params.get("done")
    done = done if done in ("others_ended", "password_changed") else None
    values = {"shown": shown, "role": who.role, "least": LEAST, "wrong": wrong, "wait": wait, "done": done}
    return page(request, "account.html", status=status, **values)


def _first(names: dict[str, str], agent: str) -> str | None:
    return next((name for pattern, name in names.items() if re.search(pattern, agent)), None)


ROUTES = [show, end_one, end_others, change_password, session]
