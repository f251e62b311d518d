"""What the chain relies on, asked of every engine."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline import protect
from pipeline.engines.base import (
    BadAnswer,
    Engine,
    EngineError,
    RateLimited,
    Rejected,
    TimedOut,
    Unreachable,
)
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from schemas.language import Locale
from tests.peers.base import Behaviour, Peer
from tests.pipeline.engines.conftest import KEY, Remote

TEXT = "비밀스러운 문장입니다."
HANGUL = re.compile("[가-힣]")
LATIN = re.compile("[A-Za-z]")


def test_it_says_what_it_takes(engine: Engine) -> None:
    """An engine names itself, its markup and its bounds."""
    assert re.fullmatch("[a-z]+", engine.name)
    assert engine.markup in ("html", "plain")
    assert engine.max_texts >= 1
    assert engine.max_characters >= 499


@pytest.mark.parametrize(("source", "target", "script"), [("ko", "en", LATIN), ("en", "ko", HANGUL)])
def test_it_translates_both_ways(engine: Engine, source: Locale, target: Locale, script: re.Pattern[str]) -> None:
    """One answer per text, in order, in the target's script."""
    texts = {"ko": ["오늘 행사", "함께 갑시다!"], "en": ["the event today", "We go together!"]}[source]
    answers = [engine.translate([text], source, target, 10, Briefing())[0] for text in texts]
    assert all(script.search(answer) for answer in answers)
    assert len(set(answers)) == 2
    if engine.max_texts > 1:
        assert engine.translate(texts, source, target, 10, Briefing()) == answers


def test_it_keeps_placeholders(engine: Engine) -> None:
    """Placeholders survive mask, engine and unmask."""
    source = "<1>한미동맹</1>의 <2>오늘 & 내일 <3/></2>"
    [outcome] = Chain([engine]).translate([source], "ko", "en")
    assert outcome.reason is None
    assert outcome.engine == engine.name
    assert outcome.target is not None
    assert all(tag in outcome.target for tag in ("<1>", "</1>", "<2>", "<3/>", "</2>"))


def test_edge_white_space_is_ours(engine: Engine) -> None:
    """What stands around a text stands around its translation."""
    [outcome] = Chain([engine]).translate(["\n  오늘 행사 \t"], "ko", "en")
    assert outcome.target is not None
    assert re.fullmatch(r"\n  \S.*\S \t", outcome.target)


def test_threads_get_their_own_answers(engine: Engine) -> None:
    """Shared by threads, an engine gives each the answer to its own question."""

    def ask(number: int) -> bool:
        [answer] = engine.translate([f"문장 {number} 오늘"], "ko", "en", 30, Briefing())
        return re.findall(r"\d+", answer) == [str(number)]

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(100, 180)))


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("429", RateLimited),
        ("500", Unreachable),
        ("503", Unreachable),
        ("403", Rejected),
        ("404", Rejected),
        ("redirect", Rejected),
        ("redirect here", Rejected),
        ("cut", Unreachable),
        ("closed", Unreachable),
        ("reset", Unreachable),
        ("no http", Unreachable),
        ("endless headers", Unreachable),
        ("endless", BadAnswer),
        ("html", BadAnswer),
        ("wrong json", BadAnswer),
        ("huge", BadAnswer),
        ("compressed", BadAnswer),
        ("wrong count", BadAnswer),
    ],
)
def test_a_bad_service_gives_one_of_our_errors(
    remote: Remote, behaviour: Behaviour, expected: type[EngineError]
) -> None:
    """Whatever the service does, the error is ours, says who, and holds neither key nor text nor address."""
    remote.peer.behaviour = behaviour
    engine = remote.engine
    with pytest.raises(EngineError) as caught:
        engine.translate([TEXT], "ko", "en", 10, Briefing())
    assert type(caught.value) is expected
    assert engine.name in caught.value.reason
    for secret in (KEY, "비밀", "127.0.0.1", "Traceback"):
        assert secret not in caught.value.reason
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("behaviour", ["slow", "drip", "drip headers"])
def test_a_slow_service_is_given_up_on(remote: Remote, behaviour: Behaviour) -> None:
    """A service that is silent, or sends a byte now and then for 30 seconds, is left at the deadline."""
    remote.peer.behaviour = behaviour
    with pytest.raises(TimedOut):
        remote.engine.translate([TEXT], "ko", "en", 0.3, Briefing())


def test_nobody_there(remote: Remote) -> None:
    """A refused connection is `Unreachable`."""
    engine = remote.engine
    remote.peer.close()
    with pytest.raises(Unreachable):
        engine.translate([TEXT], "ko", "en", 10, Briefing())


def test_a_redirect_to_another_host_is_not_followed(remote: Remote) -> None:
    """No text reaches a host nobody configured."""
    with Peer() as other:
        remote.peer.elsewhere = other.url
        remote.peer.behaviour = "redirect"
        with pytest.raises(Rejected):
            remote.engine.translate([TEXT], "ko", "en", 10, Briefing())
        assert other.requests == []
    assert len(remote.peer.requests) == 1


@pytest.mark.parametrize(("said", "heard"), [("7", 7.0), (None, None), ("soon", None)])
def test_the_wait_a_service_asks_for_is_heard(remote: Remote, said: str | None, heard: float | None) -> None:
    """`Retry-After` is passed on where it is there and makes sense."""
    remote.peer.behaviour = "429"
    remote.peer.retry_after = said
    with pytest.raises(RateLimited) as caught:
        remote.engine.translate([TEXT], "ko", "en", 10, Briefing())
    assert caught.value.retry_after == heard


def test_it_recovers(remote: Remote) -> None:
    """A failure leaves nothing behind: the next request is answered."""
    remote.peer.then("cut", "500", "html")
    engine = remote.engine
    for _ in range(3):
        with pytest.raises(EngineError):
            engine.translate([TEXT], "ko", "en", 10, Briefing())
    assert engine.translate(["소식"], "ko", "en", 10, Briefing()) == ["News"]


@pytest.mark.parametrize("behaviour", ["null", "empty", "warning", "html", "wrong count", "wrong json"])
def test_no_answer_leaves_the_segment_open(remote: Remote, behaviour: Behaviour) -> None:
    """What is not a translation never becomes a target."""
    remote.peer.behaviour = behaviour
    [outcome] = Chain([remote.engine]).translate([TEXT], "ko", "en")
    assert outcome.target is None
    assert outcome.engine is None
    assert outcome.reason is not None
    assert remote.engine.name in outcome.reason


PLACED = "함께 <1>갑시다</1>. <2/>"


@pytest.mark.parametrize("answer", ["Let us <1>go</1> together. <2/>", "<2/> <1>Let us go</1> together."])
def test_a_placeholder_may_move(remote: Remote, answer: str) -> None:
    """The target's word order is the engine's business."""
    engine = remote.engine
    remote.peer.phrases[protect.mask(PLACED, engine.markup)] = protect.mask(answer, engine.markup)
    [outcome] = Chain([engine]).translate([PLACED], "ko", "en")
    assert outcome.target == answer, outcome.reason


@pytest.mark.parametrize(
    "answer",
    [
        "Let us go together. <2/>",
        "Let us <1>go together. <2/>",
        "Let us <1>go</1> together.",
        "Let us <1>go</1> <1>together</1>. <2/>",
        "Let us <1>go</1> together. <2/> <2/>",
        "Let us </1>go<1> together. <2/>",
    ],
)
def test_a_placeholder_is_not_lost_or_doubled(remote: Remote, answer: str) -> None:
    """An engine that loses, doubles or turns placeholders around leaves the segment open."""
    engine = remote.engine
    remote.peer.phrases[protect.mask(PLACED, engine.markup)] = protect.mask(answer, engine.markup)
    [outcome] = Chain([engine]).translate([PLACED], "ko", "en")
    assert outcome.target is None
    assert "placeholder" in (outcome.reason or "")


def test_a_hostile_answer_is_literal_text(remote: Remote) -> None:
    """Tags in an answer are refused or stay text that `assemble` escapes; control characters never come through."""
    remote.peer.behaviour = "hostile"
    [outcome] = Chain([remote.engine]).translate(["오늘은 <1>평화</1>의 날입니다, 함께 기억합니다."], "ko", "en")
    assert outcome.target is None or not re.search("[\x00-\x1f\u202e]", outcome.target)


def test_the_whole_text_arrives(remote: Remote) -> None:
    """What the service is asked is the masked text, unchanged."""
    source = 'Q&A: <1>"평화"</1> + 100% #해시 ?&=; 끝'
    engine = remote.engine
    Chain([engine]).translate([source], "ko", "en")
    assert remote.peer.texts == [protect.mask(source, engine.markup)]
