"""The glossary's pages: read by all, kept by reviewers; nothing that was typed is lost."""

import html
from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.desk.desk import Desk

BACKENDS = ("sqlite",)
DeskAs = Callable[..., Desk]


@pytest.fixture
def term(api: Api) -> Any:
    fields = {"ko": "동맹", "en": "alliance", "forbidden_ko": ["연합", "연맹"], "note": "한미동맹의 동맹"}
    return api.ok("POST", "glossary", fields)


def test_a_term_is_added_on_the_page(desk: Desk, api: Api) -> None:
    """A form adds a term, a forbidden form on each line; the list shows it and says so."""
    answer = desk.post("/desk/glossary", ko=" 참전용사 ", en="veteran", forbidden_ko="용사\r\n\r\n 노병 \r\n", note="")
    assert answer.status_code == 303
    page = desk.get(answer.headers["location"]).text
    assert "The term is added" in page
    (term,) = api.ok("GET", "glossary")["items"]
    assert (term["ko"], term["en"], term["forbidden_ko"]) == ("참전용사", "veteran", ["용사", "노병"])


def test_a_term_is_added_with_its_rules(desk: Desk, api: Api) -> None:
    """The form takes what else will do, the kind of word, the rule of capitals and what stays, and shows it."""
    rules = {"admitted_ko": "한미협회\r\n우리 협회", "part_of_speech": "name", "case": "exact", "keep": "1"}
    desk.post("/desk/glossary", ko="협회", en="KUSA", **rules)
    (term,) = api.ok("GET", "glossary")["items"]
    assert (term["admitted_ko"], term["part_of_speech"]) == (["한미협회", "우리 협회"], "name")
    assert (term["case"], term["keep"]) == ("exact", True)
    page = desk.get(f"/desk/glossary/{term['id']}").text
    assert '<option value="name" selected>' in page
    assert '<option value="exact" selected>' in page
    assert " checked>" in page
    assert "한미협회" in desk.get("/desk/glossary").text


def test_terms_are_found(desk: Desk, term: Any) -> None:
    """The list holds what is looked for, or says that nothing is there."""
    assert "alliance" in desk.get("/desk/glossary?q=ALLI").text
    assert "alliance" in desk.get("/desk/glossary?q=연맹").text
    assert "No term matches “군인”" in desk.get("/desk/glossary?q=군인").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ko": "동맹", "en": "alliance"}, "already"),
        ({"ko": "새말", "en": " "}, "Both languages are needed"),
        ({"ko": "새말", "en": "x" * 201}, "Both languages are needed"),
        ({"ko": "새말", "en": "new", "note": "n" * 1001}, "at most 1,000"),
    ],
)
def test_a_refused_term_stands_in_the_form(desk: Desk, term: Any, fields: dict[str, str], said: str) -> None:
    """What cannot be added is still there to be mended, with the reason."""
    answer = desk.post("/desk/glossary", **{"forbidden_en": "one\ntwo"} | fields)
    assert answer.status_code in (409, 422)
    assert said in answer.text
    assert f'value="{fields["ko"]}"' in answer.text
    assert "one\ntwo" in answer.text


def test_a_term_is_changed_and_removed(desk: Desk, api: Api, term: Any) -> None:
    """The term's own page changes it, and removes it."""
    path = f"/desk/glossary/{term['id']}"
    fields = {"ko": "동맹", "en": "alliance", "forbidden_ko": "연합", "forbidden_en": "", "note": "a\r\nb"}
    assert desk.post(path, etag=term["etag"], **fields).status_code == 303
    changed = api.ok("GET", f"glossary/{term['id']}")
    assert (changed["forbidden_ko"], changed["note"], changed["etag"]) == (["연합"], "a\nb", '"2"')
    assert desk.post(path, etag=changed["etag"], remove="1").status_code == 303
    assert api.ok("GET", "glossary")["items"] == []
    assert desk.get(path).status_code == 404


@pytest.mark.parametrize("etag", ['"1"', "", "x", '"²"', "*"])
def test_two_editors_see_both_versions(desk: Desk, api: Api, term: Any, etag: str) -> None:
    """Whoever comes second sees what is saved beside what they typed; saving again puts theirs in its place."""
    api.ok("PATCH", f"glossary/{term['id']}", {"en": "the alliance"}, term["etag"])
    path = f"/desk/glossary/{term['id']}"
    mine = {"ko": "동맹", "en": "my alliance", "forbidden_ko": "", "forbidden_en": "", "note": ""}
    answer = desk.post(path, etag=etag, **mine)
    assert answer.status_code == 412
    assert "the alliance" in answer.text
    assert 'value="my alliance"' in answer.text
    assert desk.post(path, etag=etag, remove="1").status_code == 412
    assert "&#34;2&#34;" in answer.text
    assert desk.post(path, etag='"2"', **mine).status_code == 303
    assert api.ok("GET", f"glossary/{term['id']}")["en"] == "my alliance"


def test_an_author_reads_and_changes_nothing(desk_as: DeskAs, term: Any) -> None:
    """The glossary is kept by reviewers: an author sees no form, and is refused one."""
    author = desk_as("author")
    page = author.get("/desk/glossary").text
    assert "alliance" in page
    assert "Add a term" not in page
    assert author.get(f"/desk/glossary/{term['id']}").status_code == 403
    assert author.post(f"/desk/glossary/{term['id']}", etag="*", remove="1").status_code == 403
    assert author.post("/desk/glossary", ko="가", en="a").status_code == 403


HOSTILE = [
    *("<script>alert(1)</script>", "<svg onload=alert(1)>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"),
    *("{{ 7*7 }}", "\u202eevil\u202c", "가" * 200, "' OR 1=1 --", "</textarea><script>"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_appears_as_text(desk: Desk, api: Api, text: str) -> None:
    """Hostile forms and notes are text on every page."""
    desk.post("/desk/glossary", ko=text, en="a", forbidden_ko=text, note=text)
    (term,) = api.ok("GET", "glossary")["items"]
    for path in ("/desk/glossary", f"/desk/glossary?q={text[:5]}", f"/desk/glossary/{term['id']}"):
        page = desk.get(path)
        assert page.status_code == 200
        assert html.escape(text, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page.text
        assert "<script>" not in page.text
        assert "<svg" not in page.text
        assert "<img" not in page.text


def test_a_long_glossary_goes_on(desk: Desk, api: Api) -> None:
    """A hundred terms are a page; the rest is one press away."""
    for number in range(103):
        api.ok("POST", "glossary", {"ko": f"말{number:03}", "en": "word"})
    page = desk.get("/desk/glossary?q=word").text
    assert "말099" in page
    assert "말100" not in page
    (link,) = [part for part in page.split('"') if "cursor=" in part]
    assert "말102" in desk.get(html.unescape(link)).text
