"""The memory: units found in either language, added, changed, confirmed, removed."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import FromPath, FromQuery, QueryParameter, RawBody

from content_api.http import parameters
from content_api.http.access import Who
from content_api.http.editorial.answering import Call, body_as, changed, done, expected, location, shown
from content_api.http.openapi import answers
from content_api.http.paging import next_link
from content_api.http.services import Given, Services
from content_api.storage.database import Transaction
from content_api.workflow import units
from content_api.workflow.revisions import Expected
from schemas.problems import BadParameter
from schemas.units import STATES, MemoryUnit, MemoryUnitPage, NewUnit, UnitChange
from schemas.values import Name

Limit = Annotated[int, QueryParameter(ge=1, le=100)]


@get(
    "/memory",
    sync_to_thread=True,
    summary="The translation memory",
    opt=answers(MemoryUnitPage, scope="entries:read"),
)
def list_units(
    request: Call,
    services: Given,
    q: FromQuery[str | None] = None,
    among: Annotated[str | None, QueryParameter(name="state", description="Confirmed by a person, or not.")] = None,
    limit: Limit = 20,
    cursor: FromQuery[str | None] = None,
) -> Response[bytes]:
    """Units, the newest first; with `q` those that hold it in either language, with `state` those in it."""
    sought = "" if q is None else _sought(q)
    wanted = parameters.chosen("state", among, STATES) or STATES
    query = ("memory", sought, sorted(wanted))
    after = services.cursors.after(query, cursor)
    with services.database.read() as connection:
        found = units.listed(connection, search=sought, states=wanted, after=after, limit=limit + 1)
    page, following = services.cursors.cut(query, found, limit, lambda unit: unit.id)
    return shown(MemoryUnitPage(items=page, next=following), headers=next_link(request, following))


@get("/memory/{unit_id:str}", sync_to_thread=True, summary="One unit", opt=answers(MemoryUnit, scope="entries:read"))
def get_unit(services: Given, unit_id: FromPath[str]) -> Response[bytes]:
    """A unit with where it came from, who approved it and when, and its ETag."""
    with services.database.read() as connection:
        return shown(units.get(connection, unit_id))


@post(
    "/memory",
    sync_to_thread=True,
    summary="Add a unit",
    opt=answers(MemoryUnit, takes=NewUnit, scope="review", status=201),
)
def add_unit(request: Call, services: Given, who: Who, body: RawBody) -> Response[bytes]:
    """A pair of segments, confirmed by whoever adds it; both sides have the same placeholders."""
    wish = body_as(request, body, NewUnit)

    def add(tx: Transaction) -> Response[bytes]:
        unit = units.add(tx, wish)
        return shown(unit, status=201, headers=location("memory", unit.id))

    return changed(request, services, who, add)


@patch(
    "/memory/{unit_id:str}",
    sync_to_thread=True,
    summary="Change a unit",
    opt=answers(MemoryUnit, takes=UnitChange, scope="review", versioned=True),
)
def change_unit(request: Call, services: Given, who: Who, unit_id: FromPath[str], body: RawBody) -> Response[bytes]:
    """What is not sent stays as it is. A confirmed unit stays confirmed, by whoever changed it last."""
    accepted = _expected(request, services, unit_id)
    wish = body_as(request, body, UnitChange)
    with services.database.write(who.account_id) as tx:
        return shown(units.change(tx, unit_id, wish, accepted))


@post(
    "/memory/{unit_id:str}/confirm",
    sync_to_thread=True,
    status_code=200,
    summary="Confirm a unit",
    opt=answers(MemoryUnit, scope="review", versioned=True),
)
def confirm_unit(request: Call, services: Given, who: Who, unit_id: FromPath[str]) -> Response[bytes]:
    """From now on it counts as exact."""
    accepted = _expected(request, services, unit_id)
    return changed(request, services, who, lambda tx: shown(units.confirm(tx, unit_id, accepted)))


@delete(
    "/memory/{unit_id:str}",
    sync_to_thread=True,
    status_code=204,
    summary="Remove a unit",
    opt=answers(scope="review", status=204, versioned=True),
)
def remove_unit(request: Call, services: Given, who: Who, unit_id: FromPath[str]) -> Response[None]:
    """The next drafts do without it; what was translated with it stays."""
    accepted = _expected(request, services, unit_id)
    with services.database.write(who.account_id) as tx:
        units.remove(tx, unit_id, accepted)
    return done()


def _sought(q: str) -> str:
    try:
        return Name.parse(q)
    except ValueError as fault:
        raise BadParameter.named("q", str(fault)) from None


def _expected(request: Call, services: Services, unit_id: str) -> Expected:
    with services.database.read() as connection:
        return expected(request, units.version(connection, unit_id))


ROUTES = [list_units, get_unit, add_unit, change_unit, confirm_unit, remove_unit]
