"""What checks find is said in the desk's own language, with the very words it is about."""

import html
from typing import Any

import pytest

from content_api.desk import findings
from content_api.worker import Worker
from pipeline.checks import Context, Entry, run
from schemas.language import OTHER, Locale, Term
from tests.client import Api
from tests.contracts.desk.desk import Desk
from tests.pipeline.checks.test_language import FOUND

ALLIANCE = Term(ko="동맹", en="alliance", forbidden_en=("pact",))
UNION = Term(ko="동맹", en="union")
SOURCE_KO: list[tuple[str, str, str]] = [
    ("행사는 1953년입니다.", "", "아직 번역하지 않은 부분입니다."),
    ("행사는 1953년입니다.", "행사는 1953년입니다.", "번역문이 원문과 같습니다. 아직 번역하지 않은 부분입니다."),
    ("120명이 왔습니다.", "People came.", "원문의 120: 번역문에 이 값이 없습니다."),
    ("사람들이 왔습니다.", "In all 120 people came.", "번역문의 120: 원문에 이 값이 없습니다."),
    ("120명이 왔습니다.", "In all 130 people came.", "원문에는 120, 번역문에는 130입니다."),
    ("동맹의 날", "Day of the pact", "용어집에서 쓰지 않기로 한 말입니다: “pact” → “alliance”"),
    ("동맹의 날", "Day of friends", "용어집에서 “동맹”: “alliance”. 번역문에 없습니다."),
    (
        "<1>기록</1>을 봅니다.",
        "We look at records.<1></1>",
        "<1>…</1>: 원문에는 그 안에 글이 있는데 번역문에는 없습니다.",
    ),
    ("주소를 봅니다.", "Look at https://example.org/a.", "원문에 없는 주소입니다: https://example.org/a"),
    ("<1>기록</1>을 봅니다.", "We look at records.", "<1>: 번역문에 없습니다."),
    ("기록을 봅니다.", "We look at <1>records</1>.", "<1>: 원문에 없습니다."),
    ("<1/>기록을 봅니다.", "We look at <1/> records <1/>.", "<1/>: 번역문에 여러 번 있습니다."),
    ("<1>기록</1>을 봅니다.", "We look at </1>records<1>.", "</1>: 다른 짝과 엇갈리거나, 열기 전에 닫힙니다."),
    ("기록을 봅니다.", "We look at the 기록을.", "번역문에 다른 문자가 있습니다: “기록을”"),
]
SOURCE_EN: list[tuple[str, str, str]] = [
    ("We look at the records.", "Records and more", "번역문에 한글이 없습니다."),
    (
        "We look at the records of many years.",
        "우리는 봅니다 look at the records of many years.",
        "번역문에 영어가 남아 있습니다: “look at the records of many years”",
    ),
]
PAIRS = [("ko", *each) for each in SOURCE_KO] + [("en", *each) for each in SOURCE_EN]


@pytest.mark.parametrize(("source_locale", "source", "target", "told"), PAIRS)
def test_every_finding_is_said_in_korean(source_locale: Locale, source: str, target: str, told: str) -> None:
    """Each sentence a check can say has its Korean, filled with the same words."""
    target_locale: Locale = "en" if source_locale == "ko" else "ko"
    found = run(source, target, source_locale, target_locale, glossary=[ALLIANCE])
    said = [findings.say("ko", issue.message) for issue in found]
    assert (told, "ko") in said, [issue.message for issue in found]
    assert all(tongue == "ko" for _, tongue in said)
    assert [findings.say("en", issue.message) for issue in found] == [(issue.message, "en") for issue in found]


@pytest.mark.parametrize(("source_locale", "source", "target"), [(each[1], *each[2:4]) for each in FOUND])
def test_what_is_said_of_language_is_said_in_korean(source_locale: Locale, source: str, target: str) -> None:
    """Whatever the checks of language say has its Korean."""
    found = run(source, target, source_locale, OTHER[source_locale])
    assert [issue.message for issue in found if findings.say("ko", issue.message)[1] != "ko"] == []


def test_what_is_said_of_names_and_the_memory_is_said_in_korean() -> None:
    """What a check says of the rest of the entry, and of what people confirmed, has its Korean too."""
    entry = Entry("en", [("MacArthur spoke.", "맥아더는 말했습니다."), ("1", "왔습니다."), ("2", "갔습니다.")])
    context = Context(entry=entry, confirmed=("맥아더는 걸었습니다.",))
    found = run("MacArthur walked.", "맥아서는 걸었다.", "en", "ko", context=context)
    assert {issue.check for issue in found} == {"names", "memory", "speech_level"}
    assert {findings.say("ko", issue.message)[1] for issue in found} == {"ko"}


def test_either_of_two_terms_is_named() -> None:
    """Where the glossary leaves a choice, both are said."""
    found = run("동맹의 날", "Day of friends", "ko", "en", glossary=[ALLIANCE, UNION])
    assert [findings.say("ko", issue.message)[0] for issue in found] == [
        "용어집에서 “동맹”: “alliance” 또는 “union”. 번역문에 없습니다."
    ]


def test_what_has_no_korean_is_said_in_english() -> None:
    """A sentence that nobody put into Korean is still said, and marked as English."""
    assert findings.say("ko", "Something new.") == ("Something new.", "en")


def test_the_page_says_it_in_its_language(desk: Desk, api: Api, worker: Worker) -> None:
    """The Korean review page says in Korean what is wrong, the English one in English."""
    draft: Any = api.ask(api.create(texts={"ko": {"title": "120명의 날", "body": ""}})["id"])
    while worker.work_once():
        pass
    draft = api.draft(draft["id"])
    api.edit(draft["id"], draft["segments"][0], target="A day of 130")
    for language, told in (
        ("ko", '<span class="fine" lang="ko">원문에는 120, 번역문에는 130입니다.</span>'),
        ("en", '<span class="fine" lang="en">The source says 120; the translation says 130 instead.</span>'),
    ):
        desk.language = language
        page = html.unescape(desk.get(f"/desk/drafts/{draft['id']}").text)
        assert told in page
        assert f'title="{told.partition(">")[2].partition("<")[0]}"' in page
