"""What MyMemory and deep-translator's module for it pass off as a translation."""

import deep_translator.mymemory as borrowed
import pytest

from pipeline.engines.base import BadAnswer, EngineError, QuotaSpent, RateLimited, Rejected, Unreachable
from pipeline.engines.borrowed import Guard
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.engines.mymemory import URL, MyMemory
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.mymemory import SPENT, MyMemoryPeer, said


class Answering(MyMemoryPeer):
    """A service that always gives the same answer."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.given = answer

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        return self.given


def ask(peer: MyMemoryPeer, text: str = "소식", email: str | None = None) -> list[str]:
    return MyMemory(email, peer.url).translate([text], "ko", "en", 10, Briefing())


def test_what_is_asked() -> None:
    """The languages with their countries, and the address that raises the day's limit where there is one."""
    with MyMemoryPeer() as peer:
        ask(peer)
        ask(peer, email="desk@example.org")
        first, second = peer.requests
    assert first.query == {"langpair": ["ko-KR|en-US"], "q": ["소식"]}
    assert second.query == {**first.query, "de": ["desk@example.org"]}


def test_nothing_goes_in_clear_text() -> None:
    """deep-translator's own address has no TLS; the module's `requests` has a deadline."""
    assert URL.startswith("https://")
    translator = MyMemory()._translator("ko", "en")
    assert translator._base_url.startswith("https://")
    assert isinstance(vars(borrowed)["requests"], Guard)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (said(SPENT), QuotaSpent),
        (said(SPENT, "429"), QuotaSpent),
        (said(SPENT, 429, 429), QuotaSpent),
        (said("MYMEMORY WARNING: SOMETHING ELSE"), BadAnswer),
        (said("QUERY LENGTH LIMIT EXCEEDED. MAX ALLOWED QUERY : 500 CHARS", "403"), Rejected),
        (said("INVALID LANGUAGE PAIR SPECIFIED.", "403"), Rejected),
        (said("INVALID LANGUAGE PAIR SPECIFIED.", 403), Rejected),
        (said("too many", "429"), RateLimited),
        (said("News", "500"), Unreachable),
        (said("News", "soon"), Unreachable),
        (said(None), BadAnswer),
        (said("  "), BadAnswer),
    ],
)
def test_what_it_says_of_itself_counts(answer: Answer, expected: type[EngineError]) -> None:
    """Warnings, refusals and statuses inside an answer with status 200, as number or as text, are errors."""
    with Answering(answer) as peer, pytest.raises(expected) as caught:
        ask(peer)
    assert "ALLOWED" not in str(caught.value)


@pytest.mark.parametrize("status", [200, "200"])
def test_its_status_may_be_text(status: int | str) -> None:
    """200 is 200, however it is written."""
    with Answering(said("News", status)) as peer:
        assert ask(peer) == ["News"]


def test_a_match_for_another_text_is_not_taken() -> None:
    """Where there is no translation deep-translator would take the first match, of whatever text that is."""
    with Answering(said(None)) as peer:
        [outcome] = Chain([MyMemory(url=peer.url)]).translate(["소식"], "ko", "en")
    assert (outcome.target, outcome.reason) == (None, "mymemory gave no translation")


@pytest.mark.parametrize(
    "body",
    [b"[]", b"7", b'{"responseData": 7}', b'{"responseData": {"translatedText": 7}}', b"[" * 100_000, b"\xff", b"{}"],
)
def test_any_other_body_is_a_bad_answer(body: bytes) -> None:
    """JSON of another shape, too deep or in no encoding leaves the segment open."""
    with Answering(Answer(body)) as peer, pytest.raises(BadAnswer):
        ask(peer)


def test_a_text_at_the_limit_is_sent_and_one_beyond_is_not() -> None:
    """deep-translator refuses 500 characters itself; the chain knows that before."""
    with MyMemoryPeer() as peer:
        longest = ("오늘 행사. " * 100)[:498] + "."
        outcomes = Chain([MyMemory(url=peer.url)]).translate([longest, longest + "."], "ko", "en")
        assert outcomes[0].target is not None, outcomes[0].reason
        assert outcomes[1].reason == "mymemory takes no text of over 499 characters"
        assert len(peer.requests) == 1
