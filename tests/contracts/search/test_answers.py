"""What an answer to `/v1/search` holds: cards with reasons, pages, facets, languages, a corrected query."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from content_api.search import correcting
from pipeline.morphology import Morphology
from tests.client import Api
from tests.contracts.search.conftest import Ask, Publish, titles

Client = TestClient[Any]
Index = Callable[[], None]


def test_a_hit_is_a_card_with_its_reasons(publish: Publish, index: Index, search: Ask, client: Client) -> None:
    """Beside the fields of a card it has the language that was matched, and what was found, marked."""
    publish(ko="동맹의 날", en="Alliance Day", body="첫 문장.", slug="alliance-day")
    index()
    (hit,) = search("동맹", locale="ko")["items"]
    (card,) = client.get("/v1/news?locale=ko").json()["items"]
    assert hit == card | {
        "matched_locale": "ko",
        "highlights": {"title": "<mark>동맹의</mark> 날", "body": []},
    }


def test_one_languages_word_finds_the_other(publish: Publish, index: Index, search: Ask) -> None:
    """An entry public in both languages is found by either's words, shown in the reader's, and says which matched."""
    publish(ko="동맹의 날", en="Alliance Day")
    index()
    (hit,) = search("alliance", locale="ko")["items"]
    assert (hit["title"], hit["locale"], hit["matched_locale"]) == ("동맹의 날", "ko", "en")
    assert hit["highlights"]["title"] == "<mark>Alliance</mark> Day"
    (both,) = search("alliance", locale="all")["items"]
    assert both["title"] == {"ko": "동맹의 날", "en": "Alliance Day"}
    assert both["matched_locale"] == "en"


def test_a_fallback_is_found_when_it_is_asked_for(publish: Publish, index: Index, search: Ask, client: Client) -> None:
    """An entry public in the other language alone is found with `fallback=source`, and marked; never without."""
    publish(ko="동맹의 날")
    index()
    assert search("동맹", locale="en")["items"] == []
    assert search("동맹", locale="en")["total"] == 0
    (hit,) = search("동맹", locale="en", fallback="source")["items"]
    assert (hit["locale"], hit["fallback"], hit["matched_locale"]) == ("ko", True, "ko")
    answer = client.get("/v1/search", params={"q": "동맹", "locale": "en", "fallback": "source"})
    assert answer.headers["content-language"] == "ko"


def test_filters_and_facets(publish: Publish, index: Index, search: Ask, api: Api) -> None:
    """Kind, tag and days narrow the hits; a facet counts what choosing another value of it would give."""
    api.ok("POST", "tags", {"slug": "youth", "name": {"ko": "청년", "en": "Youth"}})
    publish(ko="동맹 하나", kind="news", date="2025-03-01", tags=["youth"])
    publish(ko="동맹 둘", kind="news", date="2026-03-01", tags=["old", "youth"])
    publish(ko="동맹 셋", kind="history", date="1953", tags=["old"])
    publish(ko="동맹 넷", kind="mission")
    index()
    everything = search("동맹", locale="ko")
    assert everything["total"] == 4
    assert everything["facets"] == {
        "kinds": [{"kind": "mission", "count": 1}, {"kind": "history", "count": 1}, {"kind": "news", "count": 2}],
        "tags": [
            {"slug": "old", "name": {"ko": "old", "en": "old"}, "count": 2},
            {"slug": "youth", "name": {"ko": "청년", "en": "Youth"}, "count": 2},
        ],
    }
    news = search("동맹", locale="ko", kind="news")
    assert sorted(titles(news)) == ["동맹 둘", "동맹 하나"]
    assert news["total"] == 2
    assert news["facets"]["kinds"] == everything["facets"]["kinds"]
    assert {each["slug"]: each["count"] for each in news["facets"]["tags"]} == {"youth": 2, "old": 1}
    old = search("동맹", locale="ko", tag="old", kind="news")
    assert titles(old) == ["동맹 둘"]
    assert [each["count"] for each in old["facets"]["kinds"]] == [0, 1, 1]
    assert titles(search("동맹", locale="ko", since="1953", until="1953-07")) == ["동맹 셋"]
    assert sorted(titles(search("동맹", locale="ko", since="1953-02"))) == ["동맹 둘", "동맹 하나"]


def test_pages_hold_every_hit_once(publish: Publish, index: Index, search: Ask, client: Client) -> None:
    """`next` leads through all hits, best first, each once; the total is the same on every page."""
    for number in range(7):
        publish(ko=f"동맹 소식 {number}", body="동맹 " * number)
    index()
    whole = search("동맹 소식", locale="ko")
    found: list[str] = []
    address = "/v1/search?q=동맹 소식&locale=ko&limit=3"
    while address:
        answer = client.get(address)
        page = answer.json()
        assert page["total"] == whole["total"] == 7
        found += titles(page)
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.headers.get("link", ""))
        assert bool(link) is bool(page["next"])
        address = link[1] if link else ""
    assert found == titles(whole)
    assert len(set(found)) == 7


def test_a_cursor_belongs_to_its_query(publish: Publish, index: Index, client: Client) -> None:
    """A cursor of another query, or one that was changed, is a 400."""
    for number in range(2):
        publish(ko=f"동맹 소식 {number}")
    index()
    cursor = client.get("/v1/search?q=동맹&locale=ko&limit=1").json()["next"]
    assert client.get(f"/v1/search?q=동맹&locale=ko&limit=1&cursor={cursor}").status_code == 200
    for other in (
        f"q=소식&locale=ko&cursor={cursor}",
        f"q=동맹&locale=en&cursor={cursor}",
        "q=동맹&locale=ko&cursor=x",
    ):
        assert client.get(f"/v1/search?{other}").status_code == 400


def test_fields_choose_what_is_shown(publish: Publish, index: Index, search: Ask) -> None:
    """`fields` leaves of each hit what it names, the reasons included."""
    publish(ko="동맹의 날")
    index()
    assert search("동맹", locale="ko", fields="title,matched_locale")["items"] == [
        {"title": "동맹의 날", "matched_locale": "ko"}
    ]


def test_highlights_mark_whole_inflected_words(publish: Publish, index: Index, search: Ask) -> None:
    """Pieces of the body show the words as they are written, without markup; the text is escaped."""
    body = (
        "아무 상관 없는 첫 문단입니다.\n\n"
        "회원들이 **참전용사들에게** [꽃을](https://example.org) 드렸습니다. <script>alert(1)</script> 5 < 6 & 7\n\n"
        f"{'긴 이야기가 이어집니다. ' * 30}참전용사의 이름을 불렀습니다."
    )
    publish(ko="감사 & 추모", body=body)
    index()
    (hit,) = search("참전용사 감사", locale="ko")["items"]
    assert hit["highlights"]["title"] == "<mark>감사</mark> &amp; 추모"
    first, second = hit["highlights"]["body"]
    assert first.startswith("회원들이 <mark>참전용사들에게</mark> 꽃을 드렸습니다.")
    assert "5 &lt; 6 &amp; 7" in first
    assert second.startswith("… ")
    assert "<mark>참전용사의</mark> 이름을" in second
    assert set(re.findall("<[^>]*>", first + second)) == {"<mark>", "</mark>"}


def test_a_slip_is_corrected(publish: Publish, index: Index, search: Ask) -> None:
    """Where a word is in no text, a corrected query is suggested: a slip, or a keyboard set to the other language."""
    publish(ko="장학금 이야기", en="Scholarship news")
    index()
    assert search("장학굼 이야기", locale="ko")["suggestion"] == "장학금 이야기"
    assert search("wkdgkrrma", locale="ko")["suggestion"] == "장학금"
    assert search("ㄴ초ㅐㅣㅁㄱ노ㅑㅔ", locale="en")["suggestion"] == "scholarship"
    assert search("scholarshp", locale="en")["suggestion"] == "scholarship"
    assert search("장학금", locale="ko")["suggestion"] is None
    assert search("qqqqqqqq", locale="ko")["suggestion"] is None
    # Some keyboards send Hangul letter by letter.
    apart = unicodedata.normalize("NFD", "장학굼 이야기")
    assert search(apart, locale="ko")["suggestion"] == "장학금 이야기"


def test_a_correction_is_what_these_readers_see(publish: Publish, index: Index, search: Ask, api: Api) -> None:
    """Nothing is suggested of a text that was withdrawn, indexed or not, or that is in the other language alone."""
    entry = publish(ko="무지개작전", en="Operation Rainbow")
    index()
    assert search("무지개잔전", locale="ko")["suggestion"] == "무지개작전"
    assert search("rainbiw", locale="ko")["suggestion"] == "rainbow"  # which finds it in either language
    api.unpublish(entry["id"], "ko")
    assert search("무지개잔전", locale="ko")["suggestion"] is None
    assert search("무지개잔전", locale="all")["suggestion"] is None
    assert search("rainbiw", locale="ko")["suggestion"] is None
    assert search("rainbiw", locale="ko", fallback="source")["suggestion"] == "rainbow"
    assert search("rainbiw", locale="en")["suggestion"] == "rainbow"


def test_the_next_likely_word_is_suggested(publish: Publish, index: Index, search: Ask, api: Api) -> None:
    """Where readers do not see the nearest word, they are given one that they do see."""
    hidden = publish(en="The harbor")
    publish(en="Harbors of the south")
    index()
    assert search("harborz", locale="en")["suggestion"] in ("harbor", "harbors")
    api.unpublish(hidden["id"], "en")
    assert search("harborz", locale="en")["suggestion"] == "harbors"


@pytest.fixture
def statements() -> Iterator[list[tuple[str, int]]]:
    """The statements that are run from now on, each with the number of its values."""
    seen: list[tuple[str, int]] = []

    def note(_connection: object, _cursor: object, statement: str, values: Any, *_more: object) -> None:
        seen.append((statement, len(values)))

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


def test_many_words_cost_no_more_than_a_question(
    publish: Publish, index: Index, search: Ask, statements: list[tuple[str, int]]
) -> None:
    """However many different words are typed, known or not, a few statements with a few values are asked."""
    words = ["".join(letters) for letters in product("bdfgkl", "aeiou", "mnprst", "x")]
    publish(en="Harbors of the south", body=" ".join(words[:90]))
    index()
    for some in (words[:90], words[90:], [f"{word}harbor" for word in words[90:]]):
        statements.clear()
        search(" ".join(some), locale="en")
        assert len(statements) < 20
        assert max(number for _, number in statements) < 150
        assert sum(" suggestion" in statement for statement, _ in statements) <= 3 * correcting.MOST_WORDS


def test_a_slip_is_held_against_what_is_said_most(
    publish: Publish, index: Index, search: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ever so many words those that are said most are compared, and no more."""
    for number in range(3):
        publish(en=f"The harbor {number}")
    publish(en="The letters")
    index()
    assert search("lettrs", locale="en")["suggestion"] == "letters"
    monkeypatch.setattr(correcting, "SAID_MOST", 1)
    assert search("leters", locale="en")["suggestion"] is None
    assert search("harbir", locale="en")["suggestion"] == "harbor"


def test_a_question_in_english_needs_no_kiwi(
    publish: Publish, index: Index, search: Ask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody loads it for words that it has nothing to say of; their answer is final without it."""
    publish(ko="동맹의 날", en="Alliance Day")
    index()
    asked: list[bool] = []
    by_particles = Morphology(with_kiwi=False).now()
    monkeypatch.setattr(Morphology, "is_ready", False)
    monkeypatch.setattr(Morphology, "now", lambda self: (asked.append(True), by_particles)[1])
    (hit,) = search("alliance", locale="en")["items"]
    assert hit["highlights"]["title"] == "<mark>Alliance</mark> Day"
    assert client.get("/v1/search?q=alliance&locale=en").headers["cache-control"].startswith("public, max-age=60")
    assert not asked
    search("동맹", locale="ko")
    assert asked


HOSTILE = [
    *('"', "AND OR NOT", "(((", "title:x^4 *", "a:* & b | !c", "'; DROP TABLE entry; --", "\\", "%", "\0", "a\0b"),
    *("🇰🇷🇺🇸", "\u200b\ufeff", "가" * 1000, "a " * 500, "한" + "\u0301" * 40, "ㅎ", "'a''b\\c'", "<mark>", "1" * 900),
    *(" ".join(f"w{number}" for number in range(200)), " ".join(f"{number}x{number}" for number in range(100))),
    *("۱۲۳ ½ Ⅷ ①", "ㅏㅏㅏ", "\r\n\t", "😀" * 300, "1.2.3.4.5", "2026-13-45", "한·미·일·중", "null", "-1"),
]


def test_any_input_is_safe(publish: Publish, index: Index, client: Client) -> None:
    """Operators, signs, NUL, emoji and long words are words like any other: an answer, never a fault."""
    publish(ko="동맹의 날", body="AND 'a''b\\c' 🇰🇷🇺🇸")
    index()
    for path in ("/v1/search", "/v1/suggest"):
        for locale in ("ko", "en", "all"):
            for typed in HOSTILE:
                answer = client.get(path, params={"q": typed, "locale": locale})
                is_blank = not typed.strip()
                assert answer.status_code == (400 if is_blank else 200), (path, locale, typed)


@pytest.mark.parametrize("query", ["", "q=", "q=%20%20", f"q={'a' * 10_000}", "q=a&q=b", "q=a&sort=b", "q=a&limit=101"])
def test_what_is_no_question_is_refused(client: Client, query: str) -> None:
    """A question that is missing, empty or endless is a 400 that names the parameter."""
    for path in ("/v1/search", "/v1/suggest"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["parameter"] in ("q", "sort", "limit")


@pytest.mark.parametrize("raw", ["q=%ED%A0%80%EC%98%88", "q=%FF%FE", "q=%E2%82"])
def test_bytes_that_are_no_text_are_safe(publish: Publish, index: Index, client: Client, raw: str) -> None:
    """Surrogates and broken UTF-8 in an address are no fault of ours."""
    publish(ko="동맹의 날")
    index()
    for path in ("/v1/search", "/v1/suggest"):
        assert client.get(f"{path}?{raw}&locale=ko").status_code in (200, 400)


def test_answers_are_cached_as_all_delivery(publish: Publish, index: Index, client: Client) -> None:
    """A strong ETag, 304, Vary, CORS, HEAD and compression; a negotiated language varies."""
    publish(ko="동맹의 날")
    index()
    for path in ("/v1/search?q=동맹", "/v1/suggest?q=동"):
        answer = client.get(f"{path}&locale=ko", headers={"Accept-Encoding": "identity"})
        assert answer.headers["etag"].startswith('"')
        assert answer.headers["cache-control"].startswith("public, max-age=60")
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["content-language"] == "ko"
        again = client.get(
            f"{path}&locale=ko", headers={"If-None-Match": answer.headers["etag"], "Accept-Encoding": "identity"}
        )
        assert again.status_code == 304
        assert client.head(f"{path}&locale=ko").headers["content-length"]
        assert "Accept-Language" in client.get(path, headers={"Accept-Language": "en"}).headers["vary"]


def test_without_an_index_the_answer_is_503(publish: Publish, client: Client, backend: str) -> None:
    """As long as nobody made an index, search says when to come back; suggestions are merely none."""
    publish(ko="동맹의 날")
    answer = client.get("/v1/search?q=동맹&locale=ko")
    if backend == "sqlite":
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    else:
        assert answer.json()["items"] == []
    assert client.get("/v1/suggest?q=동맹&locale=ko").json() == {"items": []}


def test_the_link_is_an_address_whatever_was_typed(publish: Publish, index: Index, client: Client) -> None:
    """A percent sign that stands for nothing is written as one."""
    publish(ko="동맹 하나")
    publish(ko="동맹 둘")
    index()
    link = client.get("/v1/search?locale=ko&limit=1&q=동맹+%zz").links["next"]["url"]
    assert "+%25zz&" in link
    assert len(client.get(link).json()["items"]) == 1
