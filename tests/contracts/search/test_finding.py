"""What readers find, in both indexes: words in any form, and what fits best first."""

from collections.abc import Callable
from typing import Any

from litestar.testing import TestClient

from pipeline.morphology import Morphology
from tests.client import Api
from tests.contracts.search.conftest import Ask, Publish, titles
from tests.waiting import until

MORPHOLOGY = "kiwi"

# What is typed, by the title that is to come first.
KOREAN = {
    "한미동맹의 날": [
        "한미동맹",
        "동맹",
        "한미 동맹",
        "한·미 동맹을",
        "한·미동맹이란",
        "ㅎㅁㄷㅁ",
        "Korea-US alliance",
    ],
    "생활임금을 올리다": ["생활임금", "생활 임금", "임금 인상을 올리는"],
    "주말 농장 나들이": ["주말농장", "농장으로"],
    "참전용사들께 인사하다": ["참전용사", "참전 용사에게", "용사들"],
    "어르신을 도와드린 학생들": ["돕다", "도와주는 학생", "어르신"],
    "인천상륙작전의 아침": ["상륙", "상륙작전", "인천 상륙 작전"],
    "1억 원의 장학금": ["100,000,000원", "장학금은", "장학"],
    "오백 명이 모였다": ["500명", "모인 사람"],
    "1953년 7월 27일의 정전": ["1953. 7. 27.", "1953년 7월", "July 27, 1953", "27 July 1953", "1953-07-27"],
    "6·25전쟁을 기억하다": ["6.25 전쟁", "6·25", "625전쟁"],
    "카투사(KATUSA)의 하루": ["katusa", "카투사는"],
    "임청근 회장의 편지": ["임청근", "임청근 회장님께"],
    "부고를 알립니다": ["부고"],
    "미8군 군악대": ["미8군", "미 8군", "군악대가"],
    "韓美同盟이라는 글씨": ["韓美同盟"],
}
ENGLISH = {
    "Veterans' families": ["veteran family", "VETERANS", "veteran’s family"],
    "U.S. Forces on parade": ["us forces", "U.S. forces", "parades"],
    "The cease-fire holds": ["ceasefire", "cease fire", "cease-fire"],
    "Volunteers at the food bank": ["foodbank", "volunteering", "food banks"],
    "Five hundred letters home": ["500 letters"],
    "The café by the river": ["cafe", "CAFÉ rivers"],
}


def test_words_are_found_in_any_form(publish: Publish, index: Callable[[], None], search: Ask, api: Api) -> None:
    """Particles, endings, spacing, compounds, numbers, dates, initials and stems do not stand in the way."""
    api.ok("POST", "glossary", {"ko": "한미동맹", "en": "Korea-US alliance"})
    for title in KOREAN:
        publish(ko=title)
    for title in ENGLISH:
        publish(en=title)
    index()
    found = {
        (locale, typed): [*titles(search(typed, locale=locale, limit=1)), None][0]
        for locale, wanted in (("ko", KOREAN), ("en", ENGLISH))
        for title in wanted
        for typed in wanted[title]
    }
    wanted = {("ko", typed): title for title in KOREAN for typed in KOREAN[title]}
    wanted |= {("en", typed): title for title in ENGLISH for typed in ENGLISH[title]}
    assert {each: got for each, got in found.items() if got != wanted[each]} == {}


def test_a_part_of_another_word_is_no_word(publish: Publish, index: Callable[[], None], search: Ask) -> None:
    """독도 is not in 감독도, nor `art` in `party`."""
    publish(ko="감독도 배우도 울었다")
    publish(en="A party for children")
    index()
    assert titles(search("독도", locale="ko")) == []
    assert titles(search("art", locale="en")) == []


def test_what_says_it_more_comes_first(publish: Publish, index: Callable[[], None], search: Ask) -> None:
    """A title comes before a tag, a tag before a body; all of the words before some of them."""
    other = "이 글은 여러 가지 이야기를 담고 있습니다. " * 3
    publish(ko="이야기", body=f"{other}보훈이라는 말도 한 번 나옵니다.")
    publish(ko="나들이", body=other, tags=["보훈"])
    publish(ko="보훈의 달", body=other)
    publish(ko="보훈과 장학금", body=other)
    index()
    assert titles(search("보훈", locale="ko"))[-2:] == ["나들이", "이야기"]
    assert titles(search("보훈 장학금", locale="ko"))[0] == "보훈과 장학금"


def test_what_has_little_of_a_long_question_is_not_found(
    publish: Publish, index: Callable[[], None], search: Ask
) -> None:
    """Who asks for several words does not get all that has the most common of them."""
    for number in range(8):
        publish(ko=f"행사 안내 {number}")
    publish(ko="장진호 전투 추모 행사")
    index()
    assert titles(search("장진호 전투 추모 행사", locale="ko")) == ["장진호 전투 추모 행사"]


def test_the_entrys_date_and_tags_are_words_of_it(
    publish: Publish, index: Callable[[], None], search: Ask, api: Api
) -> None:
    """An entry is found by its date, and by its tags in either language, whatever its text says."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}})
    publish(ko="감사의 날", date="1953-07-27", tags=["veterans"])
    index()
    for typed in ("1953년 7월 27일", "July 1953", "참전용사", "veterans"):
        assert titles(search(typed, locale="ko")) == ["감사의 날"], typed


def test_a_new_term_is_read_at_once(publish: Publish, index: Callable[[], None], search: Ask, api: Api) -> None:
    """A term that the glossary learns is a word from then on, in texts that were read before too."""
    publish(ko="너나들이는 서로 돕는 모임")
    index()
    term = api.ok("POST", "glossary", {"ko": "너나들이", "en": "Buddy Program"})
    index()
    assert titles(search("buddy program", locale="ko")) == ["너나들이는 서로 돕는 모임"]
    api.ok("DELETE", f"glossary/{term['id']}", etag="*")
    index()
    # On PostgreSQL readers may get what was true a second ago.
    assert until(lambda: titles(search("buddy program", locale="ko")), lambda found: not found) == []


def test_particles_are_enough_without_kiwi(
    publish: Publish, index: Callable[[], None], search: Ask, client: TestClient[Any], monkeypatch: Any
) -> None:
    """While Kiwi loads, words are found without their particles; such an answer is kept neither by us nor by caches."""
    address = "/v1/search?q=모인 사람&locale=ko"
    publish(ko="한미동맹의 날")
    publish(ko="오백 명이 모였다")
    index()
    monkeypatch.setattr(Morphology, "now", lambda self: self._by_particles)
    monkeypatch.setattr(Morphology, "is_ready", False)
    (hit,) = search("한미동맹을 기리며", locale="ko")["items"]
    assert hit["highlights"]["title"] == "<mark>한미동맹의</mark> 날"
    for _ in range(2):
        answer = client.get(address)
        assert titles(answer.json()) == []
        assert answer.headers["cache-control"] == "public, max-age=0, stale-while-revalidate=0"
    monkeypatch.undo()
    assert titles(search("한미동맹을 기리며", locale="ko")) == ["한미동맹의 날"]
    assert titles(client.get(address).json()) == ["오백 명이 모였다"]
