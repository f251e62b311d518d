"""The glossary through the API: listed, found in either language, added, changed, removed."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

RULES = {"admitted_ko": [], "admitted_en": [], "part_of_speech": "noun", "case": "auto", "keep": False}
ALLIANCE: dict[str, Any] = {"ko": "동맹", "en": "Alliance", "forbidden_ko": ["연합"], "forbidden_en": ["union"]}
ALLIANCE |= {"note": "한미동맹"} | RULES
VETERAN = {"ko": "참전용사", "en": "veteran", "forbidden_ko": [], "forbidden_en": [], "note": ""} | RULES


@pytest.fixture
def terms(api: Api) -> list[Any]:
    return [api.ok("POST", "glossary", each) for each in (VETERAN, ALLIANCE)]


def found(api: Api, q: str) -> list[str]:
    answer = api.http.get("/v1/editorial/glossary", params={"q": q} if q else {}, headers=api.headers)
    return [term["ko"] for term in answer.json()["items"]]


def test_a_term_is_added_and_read(api: Api, happened: Callable[[], list[str]]) -> None:
    """A term is as it was sent, with an id and an ETag; its event is in the log."""
    answer = api.call("POST", "glossary", ALLIANCE)
    term = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/editorial/glossary/{term['id']}"
    assert term == ALLIANCE | {"id": term["id"], "etag": '"1"'}
    assert api.ok("GET", f"glossary/{term['id']}") == term
    assert happened()[-1] == "term.added"


def test_forms_are_kept_composed_trimmed_and_once(api: Api) -> None:
    """Forms are stored in NFC, without spaces around them, and none twice."""
    decomposed = unicodedata.normalize("NFD", "동맹")
    term = api.ok("POST", "glossary", {"ko": f" {decomposed} ", "en": "alliance", "forbidden_en": ["a", " a", "b"]})
    assert (term["ko"], term["forbidden_en"]) == ("동맹", ["a", "b"])


def test_two_terms_of_the_same_forms_are_refused(api: Api, terms: list[Any]) -> None:
    """A pair is there once; another English for the same Korean is another term."""
    assert_problem(api.call("POST", "glossary", ALLIANCE), 409, "exists")
    other = api.ok("POST", "glossary", ALLIANCE | {"en": "coalition"})
    path = f"glossary/{other['id']}"
    assert_problem(api.call("PATCH", path, {"en": "Alliance"}, other["etag"]), 409, "exists")


def test_terms_are_found_in_either_language(api: Api, terms: list[Any]) -> None:
    """`q` finds wanted and forbidden forms, in any case and however composed; `%` and `_` are letters."""
    decomposed = unicodedata.normalize("NFD", "용사")
    assert found(api, "") == ["동맹", "참전용사"]
    assert found(api, decomposed) == found(api, "VETER") == ["참전용사"]
    assert found(api, "alliance") == found(api, "연합") == found(api, "UNION") == ["동맹"]
    assert found(api, "%") == found(api, "_") == found(api, "nothing") == []


def test_the_list_goes_on_where_it_ended(api: Api) -> None:
    """Pages by Korean form, then English; together they are the whole list."""
    pairs = [(ko, en) for ko in ("가", "나") for en in ("a", "b", "c")]
    for ko, en in reversed(pairs):
        api.ok("POST", "glossary", {"ko": ko, "en": en})
    seen, cursor = [], ""
    while cursor is not None:
        page = api.ok("GET", f"glossary?limit=2{f'&cursor={cursor}' if cursor else ''}")
        seen += [(term["ko"], term["en"]) for term in page["items"]]
        cursor = page["next"]
    assert seen == pairs


def test_a_change_leaves_what_is_not_sent(api: Api, terms: list[Any], happened: Callable[[], list[str]]) -> None:
    """Only what is sent changes, and the version counts up."""
    term = terms[1]
    path = f"glossary/{term['id']}"
    changed = api.ok("PATCH", path, {"forbidden_en": [], "note": ""}, term["etag"])
    assert changed == term | {"forbidden_en": [], "note": "", "etag": '"2"'}
    assert happened()[-1] == "term.changed"
    assert_problem(api.call("PATCH", path, {"note": "x"}, term["etag"]), 412, "stale")


def test_a_term_has_rules_and_admitted_forms(api: Api, terms: list[Any]) -> None:
    """A term tells what else will do, what kind of word it is, whether capitals count, and whether it stays."""
    rules = {"admitted_ko": ["한미협회"], "part_of_speech": "name", "case": "exact", "keep": True}
    term = api.ok("POST", "glossary", {"ko": "협회", "en": "KUSA", **rules})
    assert {name: term[name] for name in rules} == rules
    assert found(api, "한미협회") == ["협회"]
    changed = api.ok("PATCH", f"glossary/{term['id']}", {"case": "any", "keep": False}, term["etag"])
    assert (changed["case"], changed["keep"], changed["admitted_ko"]) == ("any", False, ["한미협회"])
    for wrong in ({"case": "some"}, {"part_of_speech": "particle"}, {"keep": "yes"}):
        assert_problem(api.call("POST", "glossary", {"ko": "말", "en": "word"} | wrong), 422, "invalid")


def test_a_removed_term_is_gone(api: Api, terms: list[Any], happened: Callable[[], list[str]]) -> None:
    """What is removed is not listed any more, and can be added again."""
    path = f"glossary/{terms[0]['id']}"
    assert_problem(api.call("DELETE", path, etag='"9"'), 412, "stale")
    assert api.call("DELETE", path, etag=terms[0]["etag"]).status_code == 204
    assert_problem(api.call("GET", path), 404, "not-found")
    assert found(api, "") == ["동맹"]
    assert happened()[-1] == "term.removed"
    api.ok("POST", "glossary", VETERAN)


def test_any_spelling_is_found_and_no_punctuation_of_ours(api: Api) -> None:
    """Accented letters in any case and quotes are found; what only stands between forms in the database is not."""
    api.ok("POST", "glossary", {"ko": "학교", "en": "École", "forbidden_en": ['"cheese"', "b"]})
    assert [found(api, q) for q in ("École", "éCOLE", '"CHEESE"')] == [["학교"]] * 3
    assert [found(api, q) for q in ("[", '","')] == [[], []]
