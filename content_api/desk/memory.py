"""The memory's pages: found in either language, and, for reviewers, added, confirmed, changed, removed."""

from functools import partial
from typing import Any

from litestar import Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath, FromQuery

from content_api.desk.glossary import version_of
from content_api.desk.pages import Call, page, to
from content_api.http.sent import sent_form
from content_api.http.services import Given, Services
from content_api.workflow import units
from content_api.workflow.revisions import Expected
from schemas.decoding import convert
from schemas.problems import BadCursor, Exists, Invalid, Problem, Stale
from schemas.units import STATES, MemoryUnit, NewUnit, UnitChange
from schemas.values import Name

MEMORY = "/desk/memory"
PAGE = 50
DONE = ("unit_added_done", "unit_changed_done", "unit_confirmed_done", "unit_removed_done")
Fields = dict[str, str]


@get("/memory", sync_to_thread=True, include_in_schema=False)
def show(
    request: Call, services: Given, q: FromQuery[str] = "", show: FromQuery[str] = "", cursor: FromQuery[str] = ""
) -> Response[bytes]:
    """The units, with the form to add one."""
    return _memory(request, services, q=q, show=show, cursor=cursor)


@post("/memory", status_code=303, include_in_schema=False, opt={"scope": "review"})
async def add(request: Call, services: Given) -> Response[bytes]:
    """Add a unit; one that is refused stands in the form again."""
    typed = _typed(await sent_form(request))
    return await sync_to_thread(partial(_add, request, services, typed))


@get("/memory/{unit_id:str}", sync_to_thread=True, include_in_schema=False, opt={"scope": "review"})
def edit(request: Call, services: Given, unit_id: FromPath[str]) -> Response[bytes]:
    """One unit, to be changed, confirmed or removed."""
    with services.database.read() as connection:
        unit = units.get(connection, unit_id)
    return _unit(request, unit, {"ko": unit.ko, "en": unit.en})


@post("/memory/{unit_id:str}", status_code=303, include_in_schema=False, opt={"scope": "review"})
async def save(request: Call, services: Given, unit_id: FromPath[str]) -> Response[bytes]:
    """Change, confirm or remove a unit. If somebody else changed it meanwhile, both versions are shown."""
    form = await sent_form(request)
    act = partial(_save, request, services, unit_id, str(form.get("etag", "")), str(form.get("do", "")), _typed(form))
    return await sync_to_thread(act)


def _typed(form: Any) -> Fields:
    """Return what was sent of a unit's texts."""
    return {name: str(form[name]).replace("\r\n", "\n").strip() for name in ("ko", "en") if name in form}


def _add(request: Call, services: Services, typed: Fields) -> Response[bytes]:
    try:
        wish = convert(typed, NewUnit)
        with services.database.write(request.state.who.account_id) as tx:
            units.add(tx, wish)
    except (Invalid, Exists) as refusal:
        return _memory(request, services, status=refusal.status, typed=typed, wrong=_wrong(refusal))
    return to(MEMORY, done="unit_added_done")


def _save(request: Call, services: Services, unit_id: str, etag: str, do: str, typed: Fields) -> Response[bytes]:
    expected: Expected = version_of(etag)
    try:
        with services.database.write(request.state.who.account_id) as tx:
            if do == "remove":
                units.remove(tx, unit_id, expected)
                return to(MEMORY, done="unit_removed_done")
            if typed:
                units.change(tx, unit_id, convert(typed, UnitChange), expected)
                expected = None  # it is ours now, until this transaction ends
            if do == "confirm":
                units.confirm(tx, unit_id, expected)
    except (Invalid, Exists, Stale) as refusal:
        with services.database.read() as connection:
            unit = units.get(connection, unit_id)
        return _unit(request, unit, {"ko": unit.ko, "en": unit.en} | typed, refusal)
    # Who confirms one after the other goes on with what waits.
    waiting = {} if typed else {"show": "unconfirmed"}
    return to(MEMORY, **waiting, done="unit_confirmed_done" if do == "confirm" else "unit_changed_done")


def _unit(request: Call, unit: MemoryUnit, typed: Fields, refusal: Problem | None = None) -> Response[bytes]:
    """Return a unit's page; where the form was stale, it shows what is saved by now where that is something else."""
    saved = {"ko": unit.ko, "en": unit.en}
    theirs = saved if isinstance(refusal, Stale) and saved != typed else None
    values = {"unit": unit, "typed": typed, "theirs": theirs, "wrong": refusal and _wrong(refusal)}
    return page(request, "unit.html", status=refusal.status if refusal else 200, **values)


def _memory(
    request: Call,
    services: Services,
    *,
    q: str = "",
    show: str = "",
    cursor: str = "",
    status: int = 200,
    typed: Fields | None = None,
    wrong: str | None = None,
) -> Response[bytes]:
    try:
        sought = Name.parse(q) if q.strip() else ""
    except ValueError:  # too long, or not text: what is shown is everything
        q = sought = ""
    show = show if show in STATES else ""
    query = ("desk memory", sought, show)
    try:
        after = services.cursors.after(query, cursor or None)
    except BadCursor:
        after = None
    with services.database.read() as connection:
        states = (show,) if show else STATES
        found = units.listed(connection, search=sought, states=states, after=after, limit=PAGE + 1)
    shown, following = services.cursors.cut(query, found, PAGE, lambda unit: unit.id)
    done = request.query_params.get("done")
    return page(
        request,
        "memory.html",
        status=status,
        units=shown,
        q=q,
        show=show,
        following=following,
        may_change=request.state.who.may("review"),
        typed={"ko": "", "en": ""} | (typed or {}),
        wrong=wrong,
        done=done if done in DONE else None,
    )


def _wrong(refusal: Problem) -> str:
    """Return the phrase for why a unit was refused."""
    if isinstance(refusal, Stale):
        return "unit_stale"
    return "unit_exists" if isinstance(refusal, Exists) else "unit_invalid"


ROUTES = [show, add, edit, save]
