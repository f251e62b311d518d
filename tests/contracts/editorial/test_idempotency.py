"""`Idempotency-Key`: a POST that is sent again acts once and gets its first answer again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import repeating
from content_api.workflow.repeating import Seal
from tests.client import Api, http_to
from tests.conftest import Clock
from tests.contracts.editorial.conftest import ENGLISH, GOOD, KOREAN, World, assert_problem
from tests.contracts.editorial.routes import ROUTES, Route
from tests.server import Server

POSTS = [route for route in ROUTES if route.method == "POST"]
KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"


def post(api: Api, path: str, body: Any = None, etag: str | None = None, key: str = KEY) -> Any:
    return api.call("POST", path, body, etag, headers={"Idempotency-Key": key})


def same(first: Any, second: Any) -> bool:
    """Tell whether two answers are one: status, words and what the headers say of them."""
    told = ("etag", "location", "cache-control", "content-type")
    return (first.status_code, first.content, [first.headers.get(name) for name in told]) == (
        second.status_code,
        second.content,
        [second.headers.get(name) for name in told],
    )


@pytest.mark.parametrize("route", POSTS, ids=str)
def test_every_post_that_is_sent_again_acts_once(world: World, picture: Callable[[], Any], route: Route) -> None:
    """Whatever it changed, the second call stores nothing and answers as the first: also under an ETag now stale."""
    if route.path.endswith("retry"):
        world.api.edit(world.draft["id"], world.draft["segments"][0], target="")
    if route.path.endswith("entries/{entry_id}/drafts"):
        world.api.ok("POST", f"drafts/{world.draft['id']}/cancel", etag="*")
    asked = (world.path(route), GOOD.get(str(route)), world.etag(route) if "If-Match" in str(route.described) else None)
    first = post(world.api, *asked)
    assert first.is_success, first.text
    after = picture()
    assert same(post(world.api, *asked), first)
    assert picture() == after


def test_a_key_that_is_made_is_shown_again(api: Api, database: Database) -> None:
    """The secret of `POST keys` comes again with its answer, and lies in no table to be read."""
    first, second = (post(api, "keys", GOOD["POST keys"]) for _ in range(2))
    assert same(first, second)
    secret = first.json()["key"]
    assert Api(api.http, secret).ok("GET", "entries")["items"] == []
    with database.read() as connection:
        (kept,) = connection.execute(tables.idempotency.select()).all()
    assert secret.encode() not in kept.answer
    assert first.json()["id"].encode() not in kept.answer


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("tags", GOOD["POST tags"] | {"slug": "others"}),
        ("tags", dict(reversed(GOOD["POST tags"].items()))),
        ("entries", GOOD["POST tags"]),
        ("entries/nobody/drafts", GOOD["POST tags"]),
    ],
    ids=["another body", "the same in another order", "another address", "an address where nothing is"],
)
def test_a_key_names_one_request(api: Api, picture: Callable[[], Any], path: str, body: Any) -> None:
    """The same key with another body or address is a 422 that stores nothing; the first answer stays."""
    first = post(api, "tags", GOOD["POST tags"])
    before = picture()
    assert_problem(post(api, path, body), 422, "idempotency-key-reused")
    assert picture() == before
    assert same(post(api, "tags", GOOD["POST tags"]), first)


def test_a_refusal_is_not_kept(api: Api) -> None:
    """What was refused changed nothing and may be tried again under the same key, mended or not."""
    entry = api.create(slug="day")
    path = f"entries/{entry['id']}/publish"
    assert_problem(post(api, path, {"locales": ["en"]}, "*"), 409, "nothing-to-publish")
    assert_problem(post(api, path, {"locales": ["ko"]}, '"99"'), 412, "stale")
    assert_problem(post(api, path, {"locales": ["xx"]}, "*"), 422, "invalid")
    api.save(entry["id"], "en", **ENGLISH)
    assert post(api, path, {"locales": ["en"]}, "*").is_success


def test_each_account_has_keys_of_its_own(api: Api, make_key: Callable[..., str]) -> None:
    """Another account's request under the same key is another request; another key of the same account is not."""
    author = Api(api.http, make_key("entries:write", role="author"))
    again = Api(api.http, make_key("entries:write", role="author"))
    made = [post(each, "entries", GOOD["POST entries"] | {"slug": None}) for each in (api, author, again)]
    assert [each.status_code for each in made] == [201, 201, 201]
    assert len({each.json()["id"] for each in made}) == 2
    assert same(made[1], made[2])


def test_nobody_gets_an_answer_that_they_may_not_ask_for(api: Api, make_key: Callable[..., str]) -> None:
    """The right to ask is looked at before what was answered."""
    entry = api.create()
    path = f"entries/{entry['id']}/publish"
    reviewer = Api(api.http, make_key("publish", role="reviewer"))
    assert post(reviewer, path, {"locales": ["ko"]}, "*").is_success
    weaker = Api(api.http, make_key("entries:write", role="reviewer"))
    assert_problem(post(weaker, path, {"locales": ["ko"]}, "*"), 403, "forbidden")


def test_an_answer_is_kept_for_a_day(api: Api, database: Database, clock: Clock) -> None:
    """Within 24 hours the first answer comes again; after them the same key names a new request."""
    body = {"kind": "news", "source_locale": "ko", "texts": {"ko": KOREAN}}
    first = post(api, "entries", body)
    clock.advance(hours=23, minutes=59)
    assert same(post(api, "entries", body), first)
    clock.advance(minutes=2)
    second = post(api, "entries", body)
    assert (second.status_code, second.json()["id"] != first.json()["id"]) == (201, True)
    clock.advance(hours=25)
    post(api, "entries", body, key="another")
    with database.read() as connection:
        assert [row.key for row in connection.execute(tables.idempotency.select())] == ["another"]


@pytest.mark.parametrize("key", ["", " ", "a b", "a\tb", "é", "a" * 256])
def test_a_key_that_is_none_is_told(api: Api, key: str) -> None:
    """A key is 1 to 255 visible ASCII characters: any other is a 400 that names the header."""
    answer = api.call("POST", "tags", GOOD["POST tags"], headers={"Idempotency-Key": key.encode()})
    problem = assert_problem(answer, 400, "bad-parameter")
    assert problem["errors"][0]["parameter"] == "Idempotency-Key"
    assert post(api, "tags", GOOD["POST tags"], key='"' + "a" * 253 + '"').is_success


def test_other_methods_take_no_notice(api: Api) -> None:
    """PUT, PATCH and DELETE have `If-Match`; a key they bring is no fault and keeps nothing."""
    entry = api.create()
    headers = {"Idempotency-Key": "a key that is none"}
    for number in (2, 3):
        saved = api.call("PUT", f"entries/{entry['id']}/texts/ko", KOREAN, "*", headers=headers)
        assert saved.json()["texts"]["ko"]["revision"] == number


def test_what_another_secret_key_sealed_is_not_acted_on_again(api: Api, database: Database, settings: Settings) -> None:
    """After `HANMI_SECRET_KEY` was changed, a repeated request is refused rather than carried out twice."""
    first = post(api, "tags", GOOD["POST tags"])
    answer = Seal(settings.key()).open(_kept(database))
    assert answer
    with database.write() as tx:
        tx.execute(tables.idempotency.update().values(answer=Seal(b"another key").close(answer)))
    assert_problem(post(api, "tags", GOOD["POST tags"]), 422, "idempotency-key-reused")
    assert first.is_success


def test_twins_act_once(server: Server, make_key: Callable[..., str]) -> None:
    """Sent many times at once to a real server, a request is carried out once, and each call gets that one answer.

    Also where it names an ETag that its twin makes stale.
    """
    with ThreadPoolExecutor(8) as threads, http_to(server.url) as http:
        api = Api(http, make_key("admin"))

        def at_once(path: str, body: Any, etag: str | None = None) -> Any:
            answers = list(threads.map(lambda _: post(api, path, body, etag, key=path), range(8)))
            assert all(same(each, answers[0]) for each in answers), [each.text for each in answers]
            assert answers[0].is_success, answers[0].text
            return answers[0].json()

        entry = at_once("entries", {"kind": "news", "source_locale": "ko", "texts": {"ko": KOREAN}})
        public = at_once(f"entries/{entry['id']}/publish", {"locales": ["ko"]}, entry["etag"])
        again = at_once(f"entries/{entry['id']}/texts/ko/revisions/1/restore", None, public["etag"])
        assert [each["id"] for each in api.ok("GET", "entries")["items"]] == [entry["id"]]
        assert again["texts"]["ko"]["revision"] == 2


def test_a_twin_that_comes_between_is_no_conflict(
    api: Api, picture: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that looked before its twin was answered, and finds its ETag stale after, gets the twin's answer."""
    entry = api.create()
    asked = (f"entries/{entry['id']}/publish", {"locales": ["ko"]}, entry["etag"])
    first = post(api, *asked)
    after = picture()
    look, looks = repeating.kept, iter(["too early"])
    monkeypatch.setattr(repeating, "kept", lambda *given: None if next(looks, None) else look(*given))
    assert same(post(api, *asked), first)
    assert picture() == after


def _kept(database: Database) -> bytes:
    with database.read() as connection:
        return bytes(connection.execute(tables.idempotency.select()).one().answer)
