"""Nobody comes in without a session: every route of the desk but those for signing in, from the table of routes."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from content_api.app import routes
from content_api.desk.entrance import SIGN_IN
from tests.contracts.desk.desk import Desk

BACKENDS = ("sqlite",)
# Open to everybody: for signing in, and what a preview link leads to.
OPEN = {"/desk/sign-in", "/desk/welcome", "/desk/language", "/desk/static/{digest}/{name}", "/desk/previews"}
UNKNOWN = "01a20700-0000-7000-8000-000000000000"
IDS = dict.fromkeys(("entry_id", "draft_id", "segment_id", "session_id", "term_id", "unit_id"), UNKNOWN)


def closed(app: Litestar) -> list[tuple[str, str]]:
    """Return method and path of every route that asks for a session."""
    paths = {route.path_format.replace(":str", ""): route for route in app.routes if route.path.startswith("/desk")}
    return [
        (method, path)
        for path, route in sorted(paths.items())
        for method in sorted(route.methods & {"GET", "POST"})
        if path not in OPEN
    ]


CLOSED = closed(routes())


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_a_stranger_is_shown_the_way_to_sign_in(client: TestClient, method: str, path: str) -> None:  # type: ignore[type-arg]
    """Without a session a page leads to signing in, and a form changes nothing."""
    form = {"do": "save"} if method == "POST" else None
    answer = client.request(method, path.format(**IDS, locale="ko", number="1"), data=form, follow_redirects=False)
    if answer.status_code == 303:
        assert answer.headers["location"].startswith(SIGN_IN)
    else:
        assert answer.status_code in (401, 403), answer.text[:300]


def test_there_are_routes_to_look_at() -> None:
    """The table is not empty."""
    assert len(CLOSED) > 15


def test_a_partner_has_no_business_at_the_desk(desk_as: object) -> None:
    """The lowest role reads nothing editorial."""
    partner: Desk = desk_as("partner")  # type: ignore[operator]
    assert {partner.get(path).status_code for path in ("/desk", "/desk/entries", "/desk/glossary", "/desk/memory")} == {
        403
    }
