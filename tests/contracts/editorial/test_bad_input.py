"""Bad input: every kind of it, to every route that takes a body, is told where it is wrong, and nothing is stored.

The cases are made from the OpenAPI document: each place of each body, put wrong in every way its schema excludes.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts.editorial.bodies import Case, broken, replaced, strings
from tests.contracts.editorial.conftest import GOOD, World, assert_problem
from tests.contracts.editorial.routes import WITH_BODY, Route
from tests.each import for_each

MEBIBYTE = 1024 * 1024
# Everything a body may hold, so that every place of its schema is put wrong.
WHOLE: dict[str, Any] = GOOD | {
    "PUT entries/{entry_id}/texts/{locale}": GOOD["PUT entries/{entry_id}/texts/{locale}"]
    | {"draft": {"target_locale": "en", "engines": ["pseudo"]}},
    "POST entries/{entry_id}/publish": {"locales": ["ko"], "at": "2036-01-01T00:00:00Z"},
    "POST entries/{entry_id}/unpublish": {"locales": ["ko"], "at": "2036-01-01T00:00:00Z"},
    "PATCH drafts/{draft_id}/segments/{segment_id}": GOOD["PATCH drafts/{draft_id}/segments/{segment_id}"]
    | {"dismiss": [{"check": "untranslated", "note": "as it is"}]},
}
Send = Callable[..., Any]


@pytest.fixture
def send(world: World) -> Send:
    """Send a route bytes as they are, under the right `If-Match`."""

    def send(route: Route, content: Any, media_type: str | None = "application/json") -> Any:
        headers = {"Content-Type": media_type} if media_type else {}
        return world.api.call(route.method, world.path(route), etag=world.etag(route), content=content, headers=headers)

    return send


@pytest.fixture(autouse=True)
def nothing_is_stored(world: World, picture: Callable[[], Any]) -> Iterator[None]:
    """Compare every table before and after."""
    before = picture()
    yield
    assert picture() == before


with_body = for_each("route", WITH_BODY)


@with_body
def test_every_place_of_the_body_is_checked(send: Send, route: Route) -> None:
    """A wrong type, an unknown or missing field, a limit passed, a control character: 422 with a pointer there."""
    cases: list[Case] = list(broken(route.described, WHOLE[str(route)]))
    assert cases
    for case in cases:
        answer = send(route, json.dumps(case.body).encode())
        assert answer.status_code == 422, (case, answer.text)
        problem = assert_problem(answer, 422, "invalid")
        assert problem["errors"][0]["pointer"] == case.pointer, (case, answer.text)
        assert case.says in problem["errors"][0]["message"], (case, answer.text)


NOT_JSON = {
    "nothing": b"",
    "white space": b"  \n",
    "words": b"title: none",
    "cut off": b'{"slug": "a',
    "cut off after a wrong field": b'{"nonsense": [1, 2',
    "cut off after a wrong type": b'{"slug": 7, ',
    "two values": b"{} {}",
    "trailing comma": b'{"slug": "a",}',
    "single quotes": b"{'slug': 'a'}",
    "comment": b'{/* */"slug": "a"}',
    "no number": b'{"position": NaN}',
    "byte order mark": b"\xef\xbb\xbf{}",
    "not UTF-8": b'{"slug": "\xff"}',
    "Latin-1": '{"slug": "é"}'.encode("latin-1"),
    "UTF-16": '{"slug": "a"}'.encode("utf-16"),
    "a surrogate in UTF-8": b'{"slug": "\xed\xa0\x80"}',
    "overlong UTF-8": b'{"slug": "\xc0\xaf"}',
    "a raw control character": b'{"slug": "a\x01"}',
}


@with_body
def test_what_is_no_json_is_malformed(send: Send, route: Route) -> None:
    """A body that is not JSON in UTF-8 is a 400, also where what came before the fault would be a 422."""
    for name, content in NOT_JSON.items():
        answer = send(route, content)
        assert answer.status_code == 400, (name, answer.text)
        assert_problem(answer, 400, "malformed-body")


@with_body
def test_an_unpaired_surrogate_is_malformed(send: Send, route: Route) -> None:
    """Half a character, in any string or in a field's name, is a 400."""
    whole = WHOLE[str(route)]
    for place in strings(whole):
        for half in ("\ud800", "a\udc00b", "\udc00\ud800", "\ud800\ud800"):
            answer = send(route, json.dumps(replaced(whole, place, half)).encode())
            assert answer.status_code == 400, (place, half.encode("unicode-escape"), answer.text)
    assert_problem(send(route, json.dumps({"\ud800": 1}).encode()), 400, "malformed-body")


@with_body
def test_deep_nesting_and_huge_numbers_are_refused(send: Send, route: Route) -> None:
    """Neither exhausts anything: 400 or 422."""
    deep = 200_000
    for content in (
        b"[" * deep,
        b"[" * deep + b"]" * deep,
        b'{"nonsense": ' + b'{"a":' * deep,
        b'{"nonsense": ' + b"[" * deep + b"]" * deep + b"}",
        b'{"nonsense": 1' + b"0" * 100_000 + b"}",
        b'{"nonsense": 1e999999999}',
        b'{"position": -1e400}',
    ):
        answer = send(route, content)
        assert answer.status_code in (400, 422), (content[:40], answer.text)
        assert_problem(answer, answer.status_code)


@with_body
def test_another_media_type_is_unsupported(send: Send, route: Route) -> None:
    """Only JSON is taken: 415 for anything else, however right its content; a charset beside it is no harm."""
    good = json.dumps(GOOD[str(route)]).encode()
    for media_type in (
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/jsonp",
        "nonsense",
    ):
        assert_problem(send(route, good, media_type), 415, "unsupported-media-type")
    assert_problem(send(route, b"{", "application/json; charset=utf-8"), 400)
    assert_problem(send(route, b"{", "Application/JSON"), 400)


@with_body
@pytest.mark.parametrize("declared", [True, False], ids=["with its length", "without its length"])
def test_a_request_over_two_mebibytes_is_too_large(send: Send, route: Route, declared: bool) -> None:
    """One byte over 2 MiB is a 413, whether it says its length or comes in pieces; 2 MiB are read."""
    for size, status in ((2 * MEBIBYTE + 1, 413), (2 * MEBIBYTE, 400)):
        content = b'"' + b"a" * (size - 1)
        pieces = (content[start : start + MEBIBYTE] for start in range(0, size, MEBIBYTE))
        assert_problem(send(route, content if declared else pieces), status)
