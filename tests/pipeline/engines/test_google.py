"""What deep-translator's Google module does behind our back, and what holds it."""

import subprocess
import sys
from pathlib import Path

import deep_translator.google as scraper
import pytest
import requests
from deep_translator import exceptions as theirs

from pipeline.engines.base import BadAnswer, EngineError, RateLimited, Rejected, TimedOut, Unreachable
from pipeline.engines.borrowed import Guard
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.engines.google import Google
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.google import GooglePeer


def test_its_requests_are_guarded_once() -> None:
    """However many engines are made, the module's `requests` is one guard; other modules keep theirs."""
    Google()
    guard = vars(scraper)["requests"]
    Google()
    assert vars(scraper)["requests"] is guard
    assert isinstance(guard, Guard)
    assert not isinstance(requests, Guard)


@pytest.mark.parametrize(
    ("leaked", "expected"),
    [
        (theirs.TooManyRequests(), RateLimited),
        (theirs.RequestError(), Unreachable),
        (theirs.TranslationNotFound("비밀"), BadAnswer),
        (theirs.NotValidLength("비밀", 0, 5000), Rejected),
        (theirs.NotValidPayload("비밀"), BadAnswer),
        (theirs.LanguageNotSupportedException("비밀"), Rejected),
        (theirs.AuthorizationException("비밀"), BadAnswer),
        (Exception("비밀"), BadAnswer),
        (KeyError("비밀"), BadAnswer),
        (StopIteration("비밀"), BadAnswer),
        (AttributeError("비밀"), BadAnswer),
        (RecursionError("비밀"), BadAnswer),
    ],
)
def test_every_error_that_leaks_becomes_ours(
    monkeypatch: pytest.MonkeyPatch, leaked: Exception, expected: type[EngineError]
) -> None:
    """Errors of two families come out as one, without what they carry in their messages."""

    def fail(self: object, text: str) -> str:
        raise leaked

    monkeypatch.setattr(scraper.GoogleTranslator, "translate", fail)
    with pytest.raises(EngineError) as caught:
        Google().translate(["비밀"], "ko", "en", 10, Briefing())
    assert type(caught.value) is expected
    assert "비밀" not in str(caught.value)


@pytest.mark.parametrize("text", ["!!!", "🎉", "..."])
def test_none_is_a_bad_answer(google: GooglePeer, text: str) -> None:
    """deep-translator's `None` for marks and emoji is refused, should one ever be sent."""
    google.phrases[text] = text
    with pytest.raises(BadAnswer, match="no translation"):
        Google(google.url + "/m").translate([text], "ko", "en", 10, Briefing())


def test_an_answer_like_the_question_is_an_answer(google: GooglePeer) -> None:
    """A name that is the same in both languages comes back as it is."""
    google.phrases["NATO"] = "NATO"
    assert Google(google.url + "/m").translate(["NATO"], "ko", "en", 10, Briefing()) == ["NATO"]


def test_lines_are_not_glued_together(google: GooglePeer) -> None:
    """Line breaks in the page stay line breaks."""
    google.phrases["첫 줄\n둘째 줄"] = "Line1\nLine2"
    [outcome] = Chain([Google(google.url + "/m")]).translate(["첫 줄\n둘째 줄"], "ko", "en")
    assert outcome.target == "Line1\nLine2"


def test_markup_in_the_answer_is_not_glued_over(google: GooglePeer) -> None:
    """deep-translator would turn `One <b>two</b> three` into `Onetwothree`: it is refused before."""
    google.behaviour = "wrong count"
    with pytest.raises(BadAnswer, match="markup"):
        Google(google.url + "/m").translate(["하나 둘 셋"], "ko", "en", 10, Briefing())


def test_a_text_at_the_limit_is_sent_and_one_beyond_is_not(google: GooglePeer) -> None:
    """The limit is kept by the chain, before anything is sent."""
    engine = Google(google.url + "/m")
    longest = ("오늘 행사. " * 400)[: engine.max_characters - 1] + "."
    outcomes = Chain([engine]).translate([longest, longest + "."], "ko", "en")
    assert outcomes[0].target is not None, outcomes[0].reason
    assert outcomes[1].reason == "google takes no text of over 1600 characters"
    assert len(google.requests) == 1


def test_the_page_for_robots_is_a_rate_limit() -> None:
    """Google's redirect to its page for robots means: fewer requests."""
    with GooglePeer() as peer:
        peer.elsewhere = "https://www.google.example/sorry/index?continue=x"
        peer.behaviour = "redirect"
        with pytest.raises(RateLimited):
            Google(peer.url + "/m").translate(["소식"], "ko", "en", 10, Briefing())


def test_a_redirect_on_the_same_host_is_followed() -> None:
    """A moved page on Google's own host is found."""
    with GooglePeer() as peer:
        peer.elsewhere = "/m?sl=ko&tl=en&q=%EC%86%8C%EC%8B%9D"
        peer.then("redirect")
        assert Google(peer.url + "/m").translate(["소식"], "ko", "en", 10, Briefing()) == ["News"]


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 20_000,
        b'<div class="t0">' * 8_000,
        b'<div class="t0" ' * 8_000,
        b'<div class="t0">' + b"<br" * 30_000 + b"</div>",
    ],
)
def test_a_page_made_to_exhaust_the_parser_costs_one_segment(body: bytes) -> None:
    """Nesting and openings without end never hold up the process: searching a page takes one pass."""

    class Nested(GooglePeer):
        def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
            return Answer(body, content_type="text/html")

    with Nested() as peer, pytest.raises((BadAnswer, TimedOut)):
        Google(peer.url + "/m").translate(["소식"], "ko", "en", 10, Briefing())


def test_no_password_from_netrc_goes_out(google: GooglePeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`requests` would send what .netrc holds for the host; the guard does not."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password hidden\n")
    monkeypatch.setenv("NETRC", str(netrc))
    Google(google.url + "/m").translate(["소식"], "ko", "en", 10, Briefing())
    assert "authorization" not in google.requests[0].headers


def test_deep_translator_is_loaded_only_for_google() -> None:
    """A chain without Google does not pay for importing deep-translator."""
    code = (
        "import sys; from pipeline.engines import build;"
        "build(['libre', 'pseudo'], {'LIBRE_URL': 'http://localhost'}); print('deep_translator' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
