"""What deep-translator's Microsoft module does, and what is made of it."""

import json

import deep_translator.microsoft as borrowed
import pytest

from pipeline.engines.base import BadAnswer, EngineError, QuotaSpent, RateLimited, Rejected
from pipeline.engines.borrowed import Guard
from pipeline.engines.briefing import Briefing
from pipeline.engines.microsoft import Microsoft
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.microsoft import MicrosoftPeer, fault
from tests.pipeline.engines.conftest import KEY


class Answering(MicrosoftPeer):
    """A service that always gives the same answer."""

    def __init__(self, said: Answer) -> None:
        super().__init__(KEY)
        self.said = said

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        return self.said


def ask(peer: MicrosoftPeer, text: str = "소식", region: str | None = None) -> list[str]:
    return Microsoft(KEY, region, peer.url + "/").translate([text], "ko", "en", 10, Briefing())


@pytest.mark.parametrize("region", [None, "koreacentral"])
def test_one_request_and_no_other(region: str | None) -> None:
    """Its constructor would ask for the languages there are; only the translation is asked for, as HTML."""
    with MicrosoftPeer(KEY) as peer:
        assert ask(peer, region=region) == ["News"]
        [asked] = peer.requests
    assert asked.query == {"api-version": ["3.0"], "from": ["ko"], "to": ["en"], "textType": ["html"]}
    assert json.loads(asked.body) == [{"text": "소식"}]
    assert asked.headers["ocp-apim-subscription-key"] == KEY
    assert asked.headers.get("ocp-apim-subscription-region") == region


def test_its_requests_are_guarded() -> None:
    """The module's `requests` has a deadline; printing an engine does not print its key."""
    assert KEY not in repr(Microsoft(KEY))
    assert isinstance(vars(borrowed)["requests"], Guard)


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (403, 403001, QuotaSpent),
        (403, 403000, Rejected),
        (401, 401000, Rejected),
        (400, 400036, Rejected),
        (429, 429001, RateLimited),
        (200, 400036, BadAnswer),
    ],
)
def test_its_codes_are_told_apart(status: int, code: int, expected: type[EngineError]) -> None:
    """A free quota that is spent comes as a refusal; the service's words are not repeated."""
    with Answering(fault(status, code, "exceeded its free quota")) as peer, pytest.raises(expected) as caught:
        ask(peer)
    assert "exceeded" not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"{}",
        b'"News"',
        b'[{"error": {"code": 400036}}]',
        b'[{"translations": []}]',
        b'[{"translations": [{"text": "A"}, {"text": "B"}]}]',
        b'[{"translations": [{"text": 7}]}]',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_any_other_body_is_a_bad_answer(body: bytes) -> None:
    """Errors in a list, several translations of one text and other shapes leave the segment open."""
    with Answering(Answer(body)) as peer, pytest.raises(BadAnswer):
        ask(peer)
