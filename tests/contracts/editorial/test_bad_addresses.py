"""Bad addresses: parameters, cursors, names in a path and methods that are not right, each told by its name."""

from tests.client import Api
from tests.contracts.editorial.conftest import GOOD, World, assert_problem
from tests.contracts.editorial.routes import ROUTES, Route
from tests.each import for_each


@for_each("route", ROUTES)
def test_an_unknown_parameter_is_named(world: World, route: Route) -> None:
    """No route takes a parameter it does not know: 400 that names it."""
    answer = world.api.call(route.method, world.path(route) + "?nonsense=1", GOOD.get(str(route)), world.etag(route))
    assert assert_problem(answer, 400, "bad-parameter")["errors"][0]["parameter"] == "nonsense"


LISTS = [route for route in ROUTES if any(each["name"] == "cursor" for each in route.described.get("parameters", []))]
BAD_VALUES = {
    "limit": ["0", "101", "-1", "1.5", "ten", "", "１", "9" * 400],
    "cursor": ["", "nonsense", "A", "%00", "é", "AAAAAAAAAAAAAAAAAAAA", "a" * 4000],
    "kind": ["", "posts", "News", "news,history", "news%00"],
    "q": ["", " ", "%00", "a" * 201, "a%0Ab"],
    "state": ["", ",", "open", "queued,open", "QUEUED"],
}


@for_each("route", LISTS)
def test_a_bad_value_of_a_parameter_is_named(world: World, route: Route) -> None:
    """Each parameter's bad values, and the same parameter twice, are a 400 that names it."""
    path = world.path(route)
    for name in (each["name"] for each in route.described["parameters"] if each["in"] == "query"):
        for value in BAD_VALUES[name]:
            answer = world.api.call("GET", f"{path}?{name}={value}")
            assert answer.status_code == 400, (name, value, answer.text)
            assert assert_problem(answer, 400)["errors"][0]["parameter"] == name
        twice = world.api.call("GET", f"{path}?{name}=1&{name}=1")
        assert assert_problem(twice, 400, "bad-parameter")["errors"][0]["parameter"] == name


def test_a_cursor_belongs_to_its_query_to_the_letter(world: World) -> None:
    """A cursor that was changed in any way, or comes from another list or filter, is a 400."""
    api = world.api
    api.create(kind="history", tags=["a", "b"])
    cursor = api.ok("GET", "entries?limit=1")["next"]
    flipped = ("B" if cursor[5] == "A" else "A").join((cursor[:5], cursor[6:]))
    changed = [cursor[:-1], cursor + "A", cursor + "=", cursor + "!", cursor + "\n", cursor.swapcase(), flipped]
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    changed += [cursor[:-1] + char for char in last if char != cursor[-1]]
    for other in changed:
        answer = api.call("GET", "entries", params={"limit": 1, "cursor": other})
        assert answer.status_code == 400, other
        assert_problem(answer, 400, "bad-cursor")
    for path in ("entries?kind=news&", "drafts?", "tags?"):
        assert_problem(api.call("GET", f"{path}cursor={cursor}"), 400, "bad-cursor")


@for_each(
    "path",
    [
        "entries/{entry_id}/texts/fr",
        "entries/{entry_id}/texts/KO",
        "entries/{entry_id}/texts/",
        "pages",
        "tags/a/b",
    ],
)
def test_an_unknown_address_is_not_found(world: World, path: str) -> None:
    """An unknown locale in a path, like any address there is not, is a 404."""
    filled = path.format(entry_id=world.entry["id"])
    assert_problem(world.api.call("PUT", filled, {"title": "t", "body": ""}, "*"), 404, "not-found")


@for_each("name", ["%00", "%FF", "%F0%9F%98%80", "..", "a" * 3000, "'; DROP TABLE entry; --", "%2e%2e"])
@for_each("path", ["entries/{}", "drafts/{}", "tags/{}", "glossary/{}"])
def test_a_strange_name_in_a_path_is_not_found(api: Api, path: str, name: str) -> None:
    """Whatever stands in a path where an id belongs, it is a 404 at worst."""
    answer = api.call("GET", path.format(name))
    assert answer.status_code in (400, 404), answer.text


def test_a_method_an_address_does_not_take_is_told_which_it_takes(api: Api) -> None:
    """405 with `Allow`."""
    for method, path, allowed in (("PUT", "entries", "GET"), ("DELETE", "tags", "POST"), ("GET", "keys/x", "DELETE")):
        answer = api.call(method, path)
        assert_problem(answer, 405, "method-not-allowed")
        assert allowed in answer.headers["allow"]
