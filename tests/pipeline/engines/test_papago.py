"""Papago's own habits."""

import json

import pytest

from pipeline.engines.base import BadAnswer, EngineError, QuotaSpent, RateLimited, Rejected, Unreachable
from pipeline.engines.briefing import Briefing
from pipeline.engines.papago import URL, Papago
from schemas.language import Locale
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.papago import PapagoPeer, fault
from tests.pipeline.engines.conftest import KEY


class Answering(PapagoPeer):
    """A gateway that always gives the same answer."""

    def __init__(self, said: Answer) -> None:
        super().__init__("id", KEY)
        self.said = said

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        return self.said


def ask(peer: PapagoPeer, text: str = "소식", source: Locale = "ko", target: Locale = "en") -> list[str]:
    return Papago("id", KEY, peer.url + "/").translate([text], source, target, 10, Briefing())


@pytest.mark.parametrize(("source", "target", "honorific"), [("ko", "en", False), ("en", "ko", True)])
def test_what_is_asked(source: Locale, target: Locale, honorific: bool) -> None:
    """The text as it is, in JSON, the keys in headers, politeness into Korean alone."""
    with PapagoPeer("id", KEY) as peer:
        ask(peer, "<1>News</1> & 소식", source, target)
    [asked] = peer.requests
    assert (asked.method, asked.path, asked.query) == ("POST", "/nmt/v1/translation", {})
    assert json.loads(asked.body) == {
        "source": source,
        "target": target,
        "text": "<1>News</1> & 소식",
        "honorific": honorific,
    }
    assert (asked.headers["x-ncp-apigw-api-key-id"], asked.headers["x-ncp-apigw-api-key"]) == ("id", KEY)


def test_a_glossary_of_the_console_is_named() -> None:
    """Its key goes with every text, where there is one."""
    with PapagoPeer("id", KEY) as peer:
        Papago("id", KEY, peer.url, "g-1").translate(["소식"], "ko", "en", 10, Briefing())
    assert json.loads(peer.requests[0].body)["glossaryKey"] == "g-1"


def test_it_asks_naver_cloud_unless_told_otherwise() -> None:
    """The address is today's; printing an engine does not print its keys."""
    assert URL == "https://papago.apigw.ntruss.com"
    assert KEY not in repr(Papago("id", KEY))


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, "400", QuotaSpent),
        (429, 400, QuotaSpent),
        (429, "410", RateLimited),
        (429, "420", RateLimited),
        (401, "200", Rejected),
        (401, "210", Rejected),
        (404, "300", Rejected),
        (400, "N2MT08", Rejected),
        (413, "430", Rejected),
        (500, "N2MT99", Unreachable),
        (503, "500", Unreachable),
        (504, "510", Unreachable),
    ],
)
def test_its_codes_are_told_apart(status: int, code: str | int, expected: type[EngineError]) -> None:
    """A spent quota passes with the day, a rate with the minute; the gateway's words are not repeated."""
    with Answering(fault(status, code, "Quota Exceeded")) as peer, pytest.raises(expected) as caught:
        ask(peer)
    assert "Exceeded" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{}", b'{"message": {}}', b'{"message": {"result": {"translatedText": 7}}}', b"[" * 100_000, b"\xff"],
)
def test_any_other_body_is_a_bad_answer(body: bytes) -> None:
    """JSON of another shape, too deep or in no encoding leaves the segment open."""
    with Answering(Answer(body)) as peer, pytest.raises(BadAnswer):
        ask(peer)
