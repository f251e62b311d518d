"""`If-Match`: required where the contract says, compared as RFC 9110 (13.1.1) has it, and judged in the right order."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.worker import Worker
from tests.client import Api
from tests.contracts.editorial.conftest import GOOD, World, assert_problem
from tests.contracts.editorial.routes import CONTRACT, ROUTES, VERSIONED, WITH_BODY, WITH_FILE, Route
from tests.each import for_each

WRONG_BODY = {"nonsense": True}


def send(api: Api, route: Route, path: str, etag: str | None, body: Any = None) -> Any:
    """Send a route's good body, or another, with an `If-Match` or without."""
    return api.call(route.method, path, GOOD.get(str(route)) if body is None else body, etag)


def test_every_route_is_in_the_contract() -> None:
    """The application's table and the contract's hold the same editorial routes."""
    assert sorted(map(str, ROUTES)) == sorted(CONTRACT)
    assert {str(route) for route in WITH_BODY} == set(GOOD)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_openapi_says_where_headers_are_taken(route: Route) -> None:
    """The OpenAPI document asks for `If-Match` exactly where the contract does, and every POST takes a key."""
    taken = {each["name"]: each["required"] for each in route.described.get("parameters", []) if each["in"] == "header"}
    key = {"Idempotency-Key": False} if route.method == "POST" else {}
    assert taken == ({"If-Match": True} if CONTRACT[str(route)][1] else {}) | key


REFUSED = (
    '"999"',
    '""',
    "W/{etag}",
    'W/{etag}, "999"',
    '"0{bare}"',
    '"+{bare}"',
    "{bare}",
    '"{digits}"',
    "nonsense",
    "",
)


@for_each("route", VERSIONED)
def test_nothing_happens_without_the_present_etag(world: World, picture: Callable[[], Any], route: Route) -> None:
    """428 without `If-Match`, 412 unless one of its strong tags is the present one to the letter; nothing is stored."""
    path, etag = world.path(route), world.etag(route)
    before = picture()
    assert_problem(send(world.api, route, path, None), 428, "precondition-required")
    for given in REFUSED:
        header = given.format(etag=etag, bare=etag.strip('"'), digits="9" * 5000)
        more = {"headers": {"If-Match": header}}
        answer = world.api.call(route.method, path, GOOD.get(str(route)), **more)
        assert_problem(answer, 412, "stale")
    assert picture() == before


@pytest.mark.parametrize("given", ["{etag}", '"999", {etag}', 'W/"999",{etag} , "1000"', "*", " * "])
def test_a_list_or_a_star_is_taken(api: Api, given: str) -> None:
    """One of several tags may be the present one, and `*` stands for whatever there is."""
    entry = api.create()
    path = f"entries/{entry['id']}/texts/ko"
    saved = api.call("PUT", path, {"title": "제목", "body": ""}, given.format(etag=entry["etag"]))
    assert saved.status_code == 200


CHANGING = [route for route in VERSIONED if route.method != "DELETE" and route not in WITH_FILE]


@pytest.mark.parametrize("route", CHANGING, ids=str)
def test_an_etag_counts_for_one_change(world: World, route: Route) -> None:
    """What was changed has a new ETag, in header and body; a second change with the old one is refused with 412."""
    if "/retry" in route.path:
        world.api.edit(world.draft["id"], world.draft["segments"][0], target="")
    path, etag = world.path(route), world.etag(route)
    if "/unpublish" in path:  # it changes what is public
        etag = world.api.publish(world.entry["id"], "ko")["etag"]
    first = send(world.api, route, path, etag)
    assert first.headers["etag"] == first.json()["etag"] != etag
    assert int(first.json()["etag"].strip('"')) > int(etag.strip('"'))
    assert_problem(send(world.api, route, path, etag), 412, "stale")


@pytest.mark.parametrize("route", VERSIONED, ids=str)
def test_refusals_come_in_the_contracts_order(
    world: World, make_key: Callable[..., str], picture: Callable[[], Any], route: Route
) -> None:
    """A request wrong in every way is 401; what is mended, one thing after another, gives 403, 404, 428, 412, 422."""
    there, nowhere = world.path(route), world.path(route, missing=True)
    nobody, reader = Api(world.api.http, "nobody"), Api(world.api.http, make_key("delivery"))
    before = picture()
    wrong: Any = WRONG_BODY if route in WITH_BODY else None
    for api, path, etag, status in (
        (nobody, nowhere, None, 401),
        (reader, nowhere, None, 403),
        (world.api, nowhere, None, 404),
        (world.api, there, None, 428),
        (world.api, there, '"999"', 412),
        *([(world.api, there, world.etag(route), 422)] if route in WITH_BODY else []),
    ):
        assert_problem(send(api, route, path, etag, wrong), status)
    assert picture() == before


def test_a_wrong_body_is_told_before_a_conflict(
    api: Api, make_key: Callable[..., str], drafted: Callable[..., Any]
) -> None:
    """422 comes before 409 for every conflict there is, and 403 before both."""
    draft = drafted(slug="taken")
    entry = api.create(slug="free")
    assert_problem(api.call("POST", "entries", GOOD["POST entries"] | {"slug": "taken", "x": 1}), 422)
    assert_problem(api.call("PATCH", f"entries/{entry['id']}", {"slug": "taken", "x": 1}, entry["etag"]), 422)
    no_source = {"slug": "taken", "texts": {"en": {"title": "Only English", "body": ""}}}
    assert_problem(api.call("POST", "entries", GOOD["POST entries"] | no_source), 422)
    assert_problem(api.call("POST", f"entries/{entry['id']}/publish", {"locales": ["en", "fr"]}, "*"), 422)
    drafts = f"entries/{draft['entry_id']}/drafts"
    assert_problem(api.call("POST", drafts, {"target_locale": "ko"}), 422)
    assert_problem(api.call("POST", drafts, {"target_locale": "en", "engines": ["deepl"]}), 422)
    opened = api.edit(draft["id"], draft["segments"][0], target="")
    api.ok("POST", f"drafts/{draft['id']}/reject", {"reason": "wrong tone"}, draft["etag"])
    assert_problem(api.call("POST", f"drafts/{draft['id']}/reject", {"reason": ""}, "*"), 422)
    segment = f"drafts/{draft['id']}/segments/{opened['id']}"
    assert_problem(api.call("PATCH", segment, {"dismiss": [{"check": "numbers", "note": "x"}]}, "*"), 422)
    author = Api(api.http, make_key("entries:write", role="author"))
    assert_problem(author.call("PATCH", segment, {"dismiss": [{"check": "untranslated", "note": "x"}]}, "*"), 403)
    assert_problem(api.call("PATCH", segment, {}, "*"), 409)


def test_the_machines_work_makes_nobodys_etag_stale(api: Api, worker: Worker) -> None:
    """An entry's ETag, and a draft's from queued to running, outlive the worker; a segment's goes with its target."""
    entry = api.create()
    draft = api.ask(entry["id"])
    assert worker.work_once()
    done = api.draft(draft["id"])
    assert api.entry(entry["id"])["etag"] == entry["etag"]
    assert [each["etag"] for each in done["segments"]] != [each["etag"] for each in draft["segments"]]
    assert api.save(entry["id"], "en", title="By hand", body="")["etag"] == '"2"'
