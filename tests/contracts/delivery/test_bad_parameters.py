"""Under `/v1` a parameter or value that is not known is a 400 that names it: nothing is guessed, nothing ignored."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar.testing import TestClient

from tests.client import Api
from tests.contracts.delivery.making import published, slugs

Client = TestClient[Any]
LISTS = ["/v1/news", "/v1/history", "/v1/mission"]
ITEM = "/v1/news/thanks"


def assert_names(client: Client, address: str, name: str) -> None:
    """Fail unless the answer is a 400, as a problem document that names the parameter."""
    answer = client.get(address)
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/problems/bad-parameter"
    assert problem["status"] == 400
    assert [each["parameter"] for each in problem["errors"]] == [name]
    assert all(each["message"] for each in problem["errors"])
    assert name in problem["detail"]


UNKNOWN = ["bogus", "since", "until", "kind", "request", "services", "locale[]", "Locale", "page", "offset", "q", "한"]


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("/v1/news", UNKNOWN),
        ("/v1/tags", ["tag", "order", "fields", "from", "to", "after"]),
        (ITEM, ["limit", "cursor", "tag", "from", "to", "order", "fields", "slug"]),
    ],
)
def test_an_unknown_parameter_is_named(client: Client, api: Api, address: str, names: list[str]) -> None:
    """Each address takes its own parameters, spelt as they are documented, and no others, with or without a value."""
    published(api, slug="thanks")
    for name in names:
        for value in ("=1", "=", ""):
            assert_names(client, f"{address}?{quote(name)}{value}", name)


BAD = {
    "locale": ["fr", "KO", "ko-KR", "ko,en", "", "null", "ko ", "*", "Null"],
    "fallback": ["en", "", "None", "null", "true", "SOURCE"],
}
BAD_IN_LISTS = BAD | {
    "limit": ["0", "-1", "101", "1000000000000000000000", "ten", "", "1.5", "null", "0x10", "1_0", "%EF%BC%95", "+5"],
    "order": ["up", "ASC", "", "null", "-date"],
    "tag": ["", "Veterans", "a b", "a--b", "-a", "a,b", "%00", "%ff", "a" * 101, "ᄒ", "日本"],
    "from": ["", "53", "1953-1", "1953-13", "1953-02-29", "1953-07-27T00:00:00Z", "0000", "19530727", "today", "-1953"],
    "to": ["", "1953-00", "1953-07-32", "1953/07", "%D9%A1%D9%A9%D9%A5%D9%A3", "1953 ", "99999", "null"],
    "fields": ["", ",", "body", "body_html", "id,bogus", "ID", "null", "*"],
}


@pytest.mark.parametrize("name", BAD_IN_LISTS)
def test_a_bad_value_of_a_list_is_named(client: Client, name: str) -> None:
    """Every value outside what the contract allows is refused, on every kind's list."""
    for value in BAD_IN_LISTS[name]:
        for address in LISTS:
            assert_names(client, f"{address}?{name}={value}", name)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_of_an_item_is_named(client: Client, api: Api, name: str) -> None:
    """The same for an item, whether it is there or not."""
    published(api, slug="thanks")
    for value in BAD[name]:
        assert_names(client, f"{ITEM}?{name}={value}", name)
        assert_names(client, f"/v1/news/nothing?{name}={value}", name)


@pytest.mark.parametrize("name", ["kind", "locale", "fallback", "limit"])
def test_a_bad_value_of_the_tags_is_named(client: Client, name: str) -> None:
    """The same for `/v1/tags`, whose `kind` is a parameter."""
    for value in BAD_IN_LISTS.get(name, ["people", "", "News", "null"]):
        assert_names(client, f"/v1/tags?{name}={value}", name)


@pytest.mark.parametrize("name", [*BAD_IN_LISTS, "cursor"])
def test_a_parameter_given_twice_is_named(client: Client, name: str) -> None:
    """Which of two values was meant could only be guessed."""
    assert_names(client, f"/v1/news?{name}=1&{name}=1", name)


def test_a_tag_that_reads_null_is_a_tag(client: Client, api: Api) -> None:
    """`null` is a word like any other where text goes."""
    published(api, slug="with", tags=["null"])
    published(api, slug="without")
    assert slugs(client.get("/v1/news?tag=null").json()) == ["with"]


def test_the_edges_of_what_is_allowed(client: Client, api: Api) -> None:
    """The least and greatest limit, the first and last year, a percent-encoded name are all good."""
    published(api, date="1953")
    for query in ("limit=1", "limit=100", "from=0001&to=9999", "from=2024-02-29", "%6Cimit=1", "tag=" + "a" * 100, ""):
        assert client.get(f"/v1/news?{query}").status_code == 200, query


NAMES = st.sampled_from([*BAD_IN_LISTS, "cursor", "bogus"])
WORDS = [
    "ko",
    "en",
    "all",
    "none",
    "source",
    "1",
    "20",
    "asc",
    "desc",
    "1953",
    "1953-07",
    "veterans",
    "id,slug",
    "null",
]
VALUES = st.sampled_from(WORDS) | st.text(max_size=8).map(lambda text: quote(text, errors="replace"))
RAW = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=30)
QUERY = st.lists(st.tuples(NAMES, VALUES).map("=".join), max_size=4).map("&".join) | RAW


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(address=st.sampled_from([*LISTS, "/v1/tags", "/v1/news/none", "/v1/people"]), query=QUERY)
def test_no_query_is_an_error_of_ours(client: Client, address: str, query: str) -> None:
    """Whatever the query, the answer is the list, or a problem document that is the caller's."""
    answer = client.get(f"{address}?{query}")
    assert answer.status_code in (200, 400, 404), answer.text
    if answer.status_code != 200:
        assert answer.json()["status"] == answer.status_code
