"""The chain: per segment to the next engine, and no more requests than needed."""

import threading

import pytest

from pipeline.engines.base import BadAnswer, EngineError, RateLimited, Rejected, TimedOut, Unreachable
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain, Outcome
from tests.pipeline.engines.scripted import Clock, Reply, Scripted, upper


def failing(error: Exception) -> Reply:
    def reply(texts: list[str]) -> list[str]:
        raise error

    return reply


def test_no_engine() -> None:
    """An empty chain leaves every segment open and says why."""
    assert Chain([]).translate(["글", "말"], "ko", "en") == [
        Outcome(None, None, "no engine is configured", False),
        Outcome(None, None, "no engine is configured", False),
    ]


@pytest.mark.parametrize("text", ["", "  ", "!!!", "1953", "<1>27</1>.", "🎉", "— <2/> —"])
@pytest.mark.parametrize("engines", [[], ["a"]])
def test_what_has_no_words_is_copied(text: str, engines: list[str]) -> None:
    """Marks, digits, emoji and placeholders alone are never sent."""
    asked = [Scripted(name) for name in engines]
    assert Chain(asked).translate([text], "ko", "en") == [Outcome(text, None, None, False)]
    assert all(engine.asked == [] for engine in asked)


def test_requests_keep_to_the_engines_bounds() -> None:
    """Texts are grouped in order under both limits."""
    engine = Scripted("a", max_texts=3, max_characters=10)
    outcomes = Chain([engine]).translate(["aaaa", "bbbb", "cccc", "d", "e", "f", "g"], "en", "ko")
    assert engine.asked == [["aaaa", "bbbb"], ["cccc", "d", "e"], ["f", "g"]]
    assert [outcome.target for outcome in outcomes] == ["AAAA", "BBBB", "CCCC", "D", "E", "F", "G"]


def test_a_text_too_long_for_one_goes_to_the_next() -> None:
    """An engine never gets a text beyond its limit."""
    short, long = Scripted("short", max_characters=10), Scripted("long")
    outcomes = Chain([short, long]).translate(["a" * 11, "b"], "en", "ko")
    assert [outcome.engine for outcome in outcomes] == ["long", "short"]


def test_the_same_text_is_asked_for_once() -> None:
    """Repeated segments share an answer."""
    engine = Scripted("a")
    outcomes = Chain([engine]).translate(["one", "two", "one"], "en", "ko")
    assert engine.asked == [["one", "two"]]
    assert [outcome.target for outcome in outcomes] == ["ONE", "TWO", "ONE"]


def test_one_bad_answer_falls_to_the_next_engine_alone() -> None:
    """Fallback is per segment: good answers of the first engine stay."""
    first = Scripted("first", lambda texts: ["" if text == "two" else text.upper() for text in texts])
    second = Scripted("second")
    outcomes = Chain([first, second]).translate(["one", "two", "three"], "en", "ko")
    assert [(outcome.target, outcome.engine) for outcome in outcomes] == [
        ("ONE", "first"),
        ("TWO", "second"),
        ("THREE", "first"),
    ]
    assert second.asked == [["two"]]


@pytest.mark.parametrize(
    "error", [TimedOut("slow"), RateLimited("429"), Rejected("key"), BadAnswer("page"), Unreachable("down")]
)
def test_a_failed_request_falls_with_all_its_segments(error: EngineError) -> None:
    """A request that gives nothing is asked of the next engine whole."""
    second = Scripted("second")
    outcomes = Chain([Scripted("first", failing(error)), second]).translate(["one", "two"], "en", "ko")
    assert second.asked == [["one", "two"]]
    assert [outcome.engine for outcome in outcomes] == ["second", "second"]


def test_a_batch_is_asked_again_one_by_one_where_one_text_may_be_at_fault() -> None:
    """One bad item never loses the batch, and costs one request per text, once."""

    def reply(texts: list[str]) -> list[str]:
        if "bad" in texts:
            raise BadAnswer("first choked", one_text=True)
        return upper(texts)

    first, second = Scripted("first", reply), Scripted("second")
    outcomes = Chain([first, second]).translate(["one", "bad", "two"], "en", "ko")
    assert first.asked == [["one", "bad", "two"], ["one"], ["bad"], ["two"]]
    assert [outcome.engine for outcome in outcomes] == ["first", "second", "first"]


@pytest.mark.parametrize("extra", [[], ["x"], ["x", "y", "z"]])
def test_a_wrong_count_is_never_matched_up(extra: list[str]) -> None:
    """Answers that cannot be told to their texts are thrown away; asked alone, each text has its own."""
    engine = Scripted("first", lambda texts: upper(texts) if len(texts) == 1 else extra)
    outcomes = Chain([engine]).translate(["one", "two"], "en", "ko")
    assert [outcome.target for outcome in outcomes] == ["ONE", "TWO"]
    [alone] = Chain([Scripted("first", lambda texts: [])]).translate(["one"], "en", "ko")
    assert alone == Outcome(None, None, "first gave 0 answers for 1 texts", False)


def test_the_reasons_of_all_engines_are_told() -> None:
    """An open segment says what each engine answered, and whether waiting may help."""
    chain = Chain([Scripted("a", failing(Rejected("a refuses"))), Scripted("b", failing(TimedOut("b is slow")))])
    assert chain.translate(["one"], "en", "ko") == [Outcome(None, None, "a refuses; b is slow", True)]
    alone = Chain([Scripted("a", failing(Rejected("a refuses")))])
    assert alone.translate(["one"], "en", "ko") == [Outcome(None, None, "a refuses", False)]


def test_a_fault_of_an_adapter_is_contained() -> None:
    """An error nobody foresaw costs one engine's turn, and its message is not repeated."""
    outcomes = Chain([Scripted("a", failing(ZeroDivisionError("secret"))), Scripted("b")]).translate(
        ["one"], "en", "ko"
    )
    assert outcomes == [Outcome("ONE", "b", None, False)]
    [outcome] = Chain([Scripted("a", failing(ZeroDivisionError("secret")))]).translate(["one"], "en", "ko")
    assert outcome.reason == "a failed in a way not foreseen (ZeroDivisionError)"


def test_an_engine_that_keeps_failing_is_left_alone() -> None:
    """After three failures in a row it is not asked until its pause is over; then one success brings it back."""
    clock = Clock()
    engine = Scripted("a", failing(Unreachable("a is down")), max_texts=1)
    chain = Chain([engine], clock=clock, failures=3, cool_down=60)
    outcomes = chain.translate(["one", "two", "three", "four", "five"], "en", "ko")
    assert len(engine.asked) == 3
    assert outcomes[4].reason == "a is left alone for a while, because a is down"
    assert outcomes[4].passing
    clock.now += 61
    engine.reply = upper
    assert [outcome.target for outcome in chain.translate(["six", "seven"], "en", "ko")] == ["SIX", "SEVEN"]


def test_one_by_one_ends_when_the_engine_is_down() -> None:
    """Asking a batch again text by text is bounded by the breaker."""
    engine = Scripted("a", failing(Unreachable("a failed", one_text=True)))
    Chain([engine], failures=3).translate([f"text {number}" for number in range(10)], "en", "ko")
    assert [len(texts) for texts in engine.asked] == [10, 1, 1]


def test_segments_are_told_as_soon_as_they_are_settled() -> None:
    """`outcomes` gives what the first request brought before the second is made."""
    engine = Scripted("a", max_texts=1)
    told = Chain([engine]).outcomes(["one", "two"], "en", "ko")
    assert next(told) == (0, Outcome("ONE", "a", None, False))
    assert engine.asked == [["one"]]
    assert next(told) == (1, Outcome("TWO", "a", None, False))


def test_every_engine_is_briefed() -> None:
    """What is known of the entry goes with each request, the first, those one by one, and those of the next engine."""

    def reply(texts: list[str]) -> list[str]:
        raise BadAnswer("first choked", one_text=True)

    first, second = Scripted("first", reply), Scripted("second")
    briefing = Briefing(title="제목", context=["one", "two", "three"], style="plain")
    Chain([first, second]).translate(["one", "two"], "en", "ko", briefing)
    assert [first.briefings, second.briefings] == [[briefing] * 3, [briefing]]
    Chain([second]).translate(["one"], "en", "ko")
    assert second.briefings[-1] == Briefing()


def test_a_choice_of_engines_shares_their_state() -> None:
    """`only` keeps the asked order and the breakers; an unknown name is an error."""
    down, up = Scripted("down", failing(Unreachable("down"))), Scripted("up")
    chain = Chain([down, up], failures=1)
    chain.only(["down"]).translate(["one"], "en", "ko")
    chain.only(["up", "down"]).translate(["two"], "en", "ko")
    chain.translate(["three"], "en", "ko")
    assert (down.asked, up.asked) == ([["one"]], [["two"], ["three"]])
    assert chain.only(["up", "down"]).names == ("up", "down")
    with pytest.raises(ValueError, match="deepl is not configured"):
        chain.only(["deepl"])


def test_threads_share_a_chain() -> None:
    """Many threads get each their own outcomes."""
    chain = Chain([Scripted("a", max_texts=2)])
    wrong: list[str] = []

    def ask(name: str) -> None:
        outcomes = chain.translate([f"{name} {number}" for number in range(20)], "en", "ko")
        wrong.extend(str(o) for n, o in enumerate(outcomes) if o.target != f"{name} {n}".upper())

    threads = [threading.Thread(target=ask, args=(f"thread {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
