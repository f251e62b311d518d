"""Keys: made and shown once, listed without their secret, revoked at once."""

from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.workflow import accounts
from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

WISH = {"name": "desk", "scopes": ["entries:write", "publish"], "expires_at": "2036-01-01T09:00:00+09:00"}


def test_a_key_is_made_and_its_secret_shown_once(api: Api, database: Database) -> None:
    """`POST keys` answers the key with its secret, which no later answer holds and no table stores."""
    made = api.ok("POST", "keys", WISH)
    secret = made.pop("key")
    assert made["expires_at"] == "2036-01-01T00:00:00Z"
    assert (made["name"], made["scopes"], made["account"]) == ("desk", ["entries:write", "publish"], "local")
    assert (made["last_used_at"], made["revoked_at"]) == (None, None)
    assert secret not in api.call("GET", "keys").text
    with database.read() as connection:
        stored = "".join(str(tuple(row)) for row in connection.exec_driver_sql("SELECT * FROM api_key"))
    assert secret not in stored
    assert Api(api.http, secret).create()["kind"] == "news"


def test_keys_are_listed_newest_first(api: Api) -> None:
    """`GET keys` is a page of all keys, with what became of them."""
    first, second = (api.ok("POST", "keys", WISH | {"name": name}) for name in ("first", "second"))
    page = api.ok("GET", "keys")
    assert [key["id"] for key in page["items"]][:2] == [second["id"], first["id"]]
    assert page["next"] is None
    assert all("key" not in key and "secret_hash" not in key for key in page["items"])


def test_a_key_may_act_for_a_named_account(api: Api, database: Database) -> None:
    """`account` names whom the key acts for; its role bounds what the scopes allow."""
    with database.write() as tx:
        accounts.add_user(tx, "author@example.org", "author")
    made = api.ok("POST", "keys", {"name": "hers", "scopes": ["admin"], "account": "author@example.org"})
    assert made["account"] == "author@example.org"
    hers = Api(api.http, made["key"])
    entry = hers.create()
    assert_problem(hers.call("GET", "keys"), 403)
    assert_problem(hers.call("POST", f"entries/{entry['id']}/publish", {"locales": ["ko"]}, "*"), 403)


def test_an_unknown_account_is_pointed_at(api: Api) -> None:
    """A key for an account that does not exist is a 422 at `/account`."""
    problem = assert_problem(api.call("POST", "keys", WISH | {"account": "nobody@example.org"}), 422, "invalid")
    assert problem["errors"][0]["pointer"] == "/account"


@pytest.mark.parametrize(
    "expires_at",
    ["2036-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2036-02-30T00:00:00Z", "soon"],
)
def test_a_time_that_is_none_is_pointed_at(api: Api, expires_at: Any) -> None:
    """A time without zone, or one that does not exist in UTC's calendar, is a 422 at `/expires_at`."""
    problem = assert_problem(api.call("POST", "keys", WISH | {"expires_at": expires_at}), 422, "invalid")
    assert problem["errors"][0]["pointer"] == "/expires_at"


def test_a_revoked_key_is_refused_at_once(api: Api) -> None:
    """`DELETE keys/{id}` answers 204; the very next request with the key is a 401, and a second revocation a 404."""
    made = api.ok("POST", "keys", WISH)
    other = Api(api.http, made["key"])
    other.create()
    answer = api.call("DELETE", f"keys/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert_problem(other.call("GET", "entries"), 401)
    assert_problem(api.call("DELETE", f"keys/{made['id']}"), 404)
    assert next(key for key in api.ok("GET", "keys")["items"] if key["id"] == made["id"])["revoked_at"]


def test_a_used_key_says_when(api: Api) -> None:
    """`last_used_at` is set by the first use."""
    made = api.ok("POST", "keys", WISH)
    Api(api.http, made["key"]).ok("GET", "entries")
    assert next(key for key in api.ok("GET", "keys")["items"] if key["id"] == made["id"])["last_used_at"]
