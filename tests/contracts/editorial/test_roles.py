"""Who may what (invariant 11): every editorial route, for every role and scope, computed from the contract's table."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
from litestar import get
from litestar.testing import TestClient

from content_api.app import create_app
from content_api.http.editorial import entries
from content_api.settings import Settings
from content_api.storage.database import Database
from schemas.accounts import Scope
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.editorial.conftest import GOOD, World, assert_problem
from tests.contracts.editorial.routes import CONTRACT, ROUTES, TABLE

# Section 2: the scopes, each with the role it needs at least; partner < author < reviewer < admin.
RANKS = ["partner", "author", "reviewer", "admin"]
NEEDS = {
    "delivery": "partner",
    "entries:read": "author",
    "entries:write": "author",
    "review": "reviewer",
    "publish": "reviewer",
    "admin": "admin",
}
MakeKey = Callable[..., str]


def allowed(needed: str | tuple[str, ...], scope: str, role: str) -> bool:
    """Tell whether a key with one scope, of an account with a role, may use a route: the contract's rule."""
    if isinstance(needed, tuple):
        return any(allowed(each, scope, role) for each in needed)
    granted = scope in (needed, "admin") or (needed == "entries:read" and scope != "delivery")
    return granted and RANKS.index(role) >= RANKS.index(NEEDS[needed])


def test_the_scopes_are_the_contracts() -> None:
    """There is no scope, and no public address, that the contract does not know."""
    assert set(get_args(Scope)) == set(NEEDS)
    public = {path for _, path in TABLE if not path.startswith(("/v1/editorial/", "/desk", "/schema"))}
    assert public == {
        *("/v1/{kind}", "/v1/{kind}/{slug}", "/v1/tags", "/v1/changes", "/v1/search", "/v1/suggest"),
        *("/feeds/{locale}/{name}", "/sitemap.xml", "/embed/news.js", "/embed/news", "/oembed"),
        *("/openapi.json", "/docs", "/problems/{slug}", "/healthz", "/readyz", "/metrics"),
    }


@pytest.mark.parametrize("method_and_path", [each for each in TABLE if each[1].startswith("/schema")], ids=str)
def test_the_frameworks_own_pages_are_not_there(client: Any, method_and_path: tuple[str, str]) -> None:
    """Litestar's pages, which load code from other hosts, answer 404 to everybody."""
    method, path = method_and_path
    assert_problem(client.request(method, path.format(path="x")), 404, "not-found")


@pytest.mark.parametrize("role", RANKS)
def test_every_route_for_every_scope(world: World, make_key: MakeKey, picture: Callable[[], Any], role: str) -> None:
    """What the table does not allow is a 403 that stores nothing, whatever was sent; what it allows is not."""
    keys = {scope: Api(world.api.http, make_key(scope, role=role)) for scope in NEEDS}
    before = picture()
    wrong = []
    for route in ROUTES:
        for scope, api in keys.items():
            may = allowed(CONTRACT[str(route)][0], scope, role)
            # One who may is sent to an address where there is nothing to change; one who may not, to the thing itself.
            body = None if may else GOOD.get(str(route))
            answer = api.call(route.method, world.path(route, missing=may), body, world.etag(route))
            if (answer.status_code not in (401, 403)) != may:
                wrong.append((str(route), scope, answer.status_code))
            if not may:
                assert_problem(answer, 403, "forbidden")
    assert wrong == []
    assert picture() == before


@pytest.mark.parametrize("role", RANKS)
def test_scopes_add_up_and_never_exceed_the_role(world: World, make_key: MakeKey, role: str) -> None:
    """A key with every scope may do exactly what its account's role allows."""
    api = Api(world.api.http, make_key(*NEEDS, role=role))
    for route in ROUTES:
        may = any(allowed(CONTRACT[str(route)][0], scope, role) for scope in NEEDS)
        answer = api.call(route.method, world.path(route, missing=True), None, world.etag(route))
        assert (answer.status_code not in (401, 403)) == may, (str(route), answer.text)


def test_nobody_gets_in_without_a_good_key(
    world: World, make_key: MakeKey, database: Database, clock: Clock, picture: Callable[[], Any]
) -> None:
    """No key, a wrong, expired or revoked one, a disabled account, a key in the wrong place: 401 on every route."""
    good = make_key("admin")
    expired = make_key("admin", expires_at=clock())
    revoked = make_key("admin")
    newest = world.api.ok("GET", "keys")["items"][0]["id"]
    world.api.ok("DELETE", f"keys/{newest}")
    disabled = make_key("admin", role="reviewer")
    with database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE account SET disabled_at = created_at WHERE role = 'reviewer'")
    bearers = (expired, revoked, disabled, "", " ", "nobody", good[:-1], good + "x", good.upper(), f"x {good}", "é")
    before = picture()
    headers: list[dict[str, Any]] = [{"Authorization": f"Bearer {key}".encode()} for key in bearers]
    headers += [{}, {"Authorization": good}, {"Authorization": f"Basic {good}"}, {"X-Api-Key": good}]
    headers += [{"Cookie": f"key={good}; session={good}"}]
    for route in ROUTES:
        for each in headers:
            answer = world.api.http.request(
                route.method,
                f"/v1/editorial/{world.path(route)}",
                json=GOOD.get(str(route)),
                headers={"If-Match": "*"} | each,
            )
            assert answer.status_code == 401, (str(route), each)
            assert_problem(answer, 401, "unauthenticated")
            assert answer.headers["www-authenticate"] == "Bearer"
    assert picture() == before


def test_a_key_ends_with_its_time(world: World, make_key: MakeKey, clock: Clock) -> None:
    """A key works until it expires, and not after."""
    clock_now = clock()
    api = Api(world.api.http, make_key("admin", expires_at=clock_now.replace(year=clock_now.year + 1, day=1)))
    api.ok("GET", "entries")
    clock.advance(days=400)
    assert_problem(api.call("GET", "entries"), 401)


def test_a_route_without_a_declared_scope_refuses_everybody(
    settings: Settings, database: Database, make_key: MakeKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A route that forgot to say who may is a 401 without a key and a 403 with any, an admin's too."""

    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "secret"

    monkeypatch.setattr(entries, "ROUTES", [*entries.ROUTES, forgotten])
    admin = make_key(*NEEDS)
    with TestClient(create_app(settings, database, with_worker=False)) as client:
        assert_problem(client.get("/v1/editorial/forgotten"), 401)
        answer = client.get("/v1/editorial/forgotten", headers={"Authorization": f"Bearer {admin}"})
        assert_problem(answer, 403)
        assert "secret" not in answer.text


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_changing_what_is_published_needs_publish(
    world: World, make_key: MakeKey, picture: Callable[[], Any], method: str
) -> None:
    """An author changes and deletes what is not public; while any language is, 403 without the scope `publish`."""
    author = Api(world.api.http, make_key("entries:write", role="author"))
    reviewer = Api(world.api.http, make_key("entries:write", "review", role="reviewer"))
    publisher = Api(world.api.http, make_key("entries:write", "publish", role="reviewer"))
    path = f"entries/{world.entry['id']}"
    body = {"date": "1953"} if method == "PATCH" else None
    publisher.publish(world.entry["id"], "ko")
    before = picture()
    for api in (author, reviewer):
        for etag in ("*", None, '"999"'):  # 403 comes before 428 and 412
            assert_problem(api.call(method, path, body, etag), 403, "forbidden")
    assert picture() == before
    if method == "PATCH":
        assert publisher.call(method, path, body, "*").is_success
    publisher.unpublish(world.entry["id"], "ko")
    assert author.call(method, path, body, "*").is_success


def test_an_author_saves_a_text_of_what_is_published(world: World, make_key: MakeKey) -> None:
    """A new revision changes nothing public, so it needs no more than `entries:write`."""
    world.api.publish(world.entry["id"], "ko")
    author = Api(world.api.http, make_key("entries:write", role="author"))
    saved = author.save(world.entry["id"], "ko", title="새 제목", body="")
    assert saved["texts"]["ko"]["revision"] == world.entry["texts"]["ko"]["revision"] + 1


def test_dismissing_an_error_needs_review(
    api: Api, make_key: MakeKey, drafted: Callable[..., Any], picture: Callable[[], Any]
) -> None:
    """`entries:write` edits segments and dismisses warnings; `review` dismisses errors, and edits nothing by itself."""
    draft = drafted()
    author = Api(api.http, make_key("entries:write", "publish", role="reviewer"))
    reviewer = Api(api.http, make_key("review", role="reviewer"))
    warned = author.edit(draft["id"], draft["segments"][0], target="Day 7 of Thanks")
    (warning,) = warned["issues"]
    assert warning["severity"] == "warning"
    author.edit(draft["id"], warned, dismiss=[{"check": warning["check"], "note": "it was the seventh"}])
    opened = author.edit(draft["id"], draft["segments"][1], target="")
    path = f"drafts/{draft['id']}/segments/{opened['id']}"
    wish = {"dismiss": [{"check": "untranslated", "note": "stays"}]}
    before = picture()
    assert_problem(author.call("PATCH", path, wish, opened["etag"]), 403, "forbidden")
    assert_problem(author.call("PATCH", path, wish | {"target": " "}, opened["etag"]), 403, "forbidden")
    for edit in ({"target": "A summary."}, {"state": "reviewed"}, wish | {"state": "reviewed"}):
        assert_problem(reviewer.call("PATCH", path, edit, opened["etag"]), 403, "forbidden")
    assert picture() == before
    assert reviewer.edit(draft["id"], opened, **wish)["issues"][0]["dismissed"] is True
