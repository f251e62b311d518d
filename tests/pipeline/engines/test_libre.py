"""LibreTranslate's own habits."""

import json

import pytest

from pipeline.engines.base import RateLimited, Rejected
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.engines.libre import Libre
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.libretranslate import LibreTranslatePeer


def test_text_and_key_go_in_the_body() -> None:
    """Neither the text nor the key is ever in an address or a header, where logs would keep them."""
    with LibreTranslatePeer(api_key="k-123") as peer:
        Libre(peer.url + "/", "k-123").translate(["소식", "연혁"], "ko", "en", 10, Briefing())
        [asked] = peer.requests
    assert (asked.method, asked.path, asked.query) == ("POST", "/translate", {})
    assert json.loads(asked.body) == {
        "q": ["소식", "연혁"],
        "source": "ko",
        "target": "en",
        "format": "html",
        "api_key": "k-123",
    }
    assert not any("k-123" in value for value in asked.headers.values())


def test_without_a_key_none_is_sent(libre: LibreTranslatePeer) -> None:
    """A server of one's own needs no key."""
    assert Libre(libre.url).translate(["소식"], "ko", "en", 10, Briefing()) == ["News"]
    assert "api_key" not in json.loads(libre.requests[0].body)


def test_the_key_is_not_shown() -> None:
    """Printing an engine does not print its key."""
    assert "k-123" not in repr(Libre("http://localhost", "k-123"))


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, "ko is not supported", Rejected),
        (400, "Visit https://portal.example to get an API key", Rejected),
        (403, "Too many request limits violations", RateLimited),
        (403, "Invalid API key", Rejected),
        (429, "Slowdown: 10 per 1 minute", RateLimited),
    ],
)
def test_its_errors_are_told_apart(status: int, error: str, expected: type[Exception]) -> None:
    """A ban for asking too often passes, a wrong key or pair does not; the server's words are not repeated."""

    class Refusing(LibreTranslatePeer):
        def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
            return Answer(json.dumps({"error": error}).encode(), status)

    with Refusing() as peer, pytest.raises(expected) as caught:
        Libre(peer.url).translate(["소식"], "ko", "en", 10, Briefing())
    assert error not in str(caught.value)


@pytest.mark.parametrize(
    "body", [b"[]", b'{"translatedText": 7}', b'{"translatedText": [7]}', b"[" * 100_000, b'"\\ud800"', b"\xff"]
)
def test_any_other_body_is_a_bad_answer(body: bytes) -> None:
    """JSON of another shape, too deep or in no encoding leaves the segment open."""

    class Odd(LibreTranslatePeer):
        def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
            return Answer(body)

    with Odd() as peer:
        [outcome] = Chain([Libre(peer.url)]).translate(["소식"], "ko", "en")
    assert outcome.reason == "libre answered with something that is not a list of texts"


def test_one_null_costs_one_segment() -> None:
    """A server that gives `null` for one of several texts keeps the others."""

    class Holes(LibreTranslatePeer):
        def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
            return Answer(json.dumps({"translatedText": ["News", None, "History"]}).encode())

    with Holes() as peer:
        outcomes = Chain([Libre(peer.url)]).translate(["소식", "동맹", "연혁"], "ko", "en")
        assert len(peer.requests) == 1
    assert [outcome.target for outcome in outcomes] == ["News", None, "History"]


@pytest.mark.parametrize("source", ["<1/>님, <2>안녕하세요</2>", "a < b 이면 함께 <1/>", "\n\n오늘 행사"])
def test_its_quirks_do_no_harm(libre: LibreTranslatePeer, source: str) -> None:
    """Underscores eaten, entities unescaped and leading breaks dropped: the text keeps what it must."""
    [outcome] = Chain([Libre(libre.url)]).translate([source], "ko", "en")
    assert outcome.target is not None, outcome.reason
    for kept in ("<1/>", "<2>", "</2>", "\n\n", "a <"):
        assert (kept in outcome.target) == (kept in source)


def test_text_about_markup_is_not_turned_into_it(libre: LibreTranslatePeer) -> None:
    """A literal `&lt;` in the text, which the server unescapes once too often, stays open."""
    [outcome] = Chain([Libre(libre.url)]).translate(["부호는 &lt; 입니다"], "ko", "en")
    assert outcome.reason == "libre changed text that looks like markup"


def test_text_cut_at_255_characters_is_refused(libre: LibreTranslatePeer) -> None:
    """A long run without a sentence end would come back cut with status 200: it is not sent and stays open."""
    run = "오늘 <1>행사</1>와 평화 " + "함께 기억 " * 60
    outcomes = Chain([Libre(libre.url)]).translate([run, "소식", "연혁. " + run], "ko", "en")
    assert [outcome.reason for outcome in outcomes] == ["libre gave no translation", None, "libre gave no translation"]
    assert outcomes[1].target == "News"
    assert libre.texts == ["소식"]


def test_a_run_up_to_255_characters_is_sent(libre: LibreTranslatePeer) -> None:
    """Tags and entities do not count, and a long text with sentence ends is whole."""
    texts = ["<1>" + "함께 기억 " * 41 + "</1> & 끝", "오늘 함께 기억합니다. " * 40]
    assert all(outcome.target for outcome in Chain([Libre(libre.url)]).translate(texts, "ko", "en"))
    assert len(libre.texts) == 2


def test_one_bad_text_does_not_lose_the_batch(libre: LibreTranslatePeer) -> None:
    """A text that makes the server fail is found by asking one by one; the others are translated."""
    libre.poison = "독"
    outcomes = Chain([Libre(libre.url)]).translate(["소식", "독이 든 글", "연혁"], "ko", "en")
    assert [outcome.target for outcome in outcomes] == ["News", None, "History"]
    assert outcomes[1].passing
    assert len(libre.requests) == 4
