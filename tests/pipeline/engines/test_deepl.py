"""DeepL: what goes out with the texts, and the glossary it keeps for us."""

import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.engines.base import BadAnswer, EngineError, QuotaSpent, RateLimited, Rejected
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.engines.deepl import LONGEST_CONTEXT, DeepL
from pipeline.engines.deepl_glossaries import IN_USE, PREFIX
from schemas.language import Term
from tests.peers.base import Answer, Asked, Behaviour
from tests.peers.deepl import DeepLPeer, entries
from tests.pipeline.engines.conftest import KEY

TERMS = (
    Term(ko="한미동맹", en="ROK–US alliance", admitted_ko=("한·미 동맹",), forbidden_ko=("미한동맹",)),
    Term(ko="주한미군", en="U.S. Forces Korea"),
    Term(ko="KATUSA", en="KATUSA", keep=True),
)
BRIEFING = Briefing(context=["첫 <1>문장</1>.", "둘째 문장.", "셋째."], terms=TERMS)


def ask(peer: DeepLPeer, briefing: Briefing = BRIEFING, engine: DeepL | None = None) -> list[str]:
    return (engine or DeepL(KEY, peer.url)).translate(["소식"], "ko", "en", 10, briefing)


def glossary_requests(peer: DeepLPeer) -> list[str]:
    return [asked.method for asked in peer.requests if asked.path.startswith("/v3/glossaries")]


def test_what_is_asked(deepl: DeepLPeer) -> None:
    """All texts in one request, as XML that is not split, in American English, with the entry around them."""
    DeepL(KEY, deepl.url + "/").translate(["소식", "연혁"], "ko", "en", 10, BRIEFING)
    [question] = deepl.translations
    assert question["text"] == ["소식", "연혁"]
    assert (question["source_lang"], question["target_lang"]) == ("KO", "EN-US")
    assert (question["tag_handling"], question["outline_detection"], question["split_sentences"]) == ("xml", False, "0")
    assert question["context"] == "첫 문장.\n둘째 문장.\n셋째."
    assert "formality" not in question
    assert not any(KEY in asked.body.decode() + asked.path for asked in deepl.requests)


@pytest.mark.parametrize(("key", "host"), [("k:fx", "api-free.deepl.com"), ("k", "api.deepl.com")])
def test_the_key_tells_the_address(key: str, host: str) -> None:
    """Keys of free accounts end in `:fx` and belong to another host."""
    assert DeepL(key)._client(0).server_url == f"https://{host}"
    assert key not in repr(DeepL(key)).split()


def test_fifty_texts_go_at_once(deepl: DeepLPeer) -> None:
    """As many as DeepL takes make one request."""
    texts = [f"문장 {number} 오늘" for number in range(60)]
    assert all(outcome.target for outcome in Chain([DeepL(KEY, deepl.url)]).translate(texts, "ko", "en"))
    assert [len(question["text"]) for question in deepl.translations] == [50, 10]


def test_the_largest_request_is_one_that_deepl_takes(deepl: DeepLPeer) -> None:
    """Texts and context in Hangul at their limits stay below 128 KiB, by what is around the texts."""
    texts = ["한" * 399 + "." for _ in range(50)]
    DeepL(KEY, deepl.url).translate(texts, "ko", "en", 10, Briefing(context=["앞" * 300] * 100 + texts[:1]))
    [asked] = deepl.requests
    assert len(asked.body) <= 128 * 1024
    assert LONGEST_CONTEXT - 500 < len(deepl.translations[0]["context"]) <= LONGEST_CONTEXT


@pytest.mark.parametrize(
    ("status", "expected"), [(456, QuotaSpent), (529, RateLimited), (413, Rejected), (400, Rejected)]
)
def test_its_statuses_are_told_apart(status: int, expected: type[EngineError]) -> None:
    """DeepL has numbers of its own for a spent quota and for too many requests; it is asked once."""

    class Refusing(DeepLPeer):
        def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
            return Answer(b'{"message": "Quota Exceeded"}', status)

    with Refusing(KEY) as peer:
        with pytest.raises(expected):
            ask(peer, Briefing())
        assert len(peer.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"7",
        b'{"translations": 7}',
        b'{"translations": [7]}',
        b'{"translations": {"text": "x"}}',
        b'{"translations": [{"text": "News"}]}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_any_other_body_is_a_bad_answer(body: bytes) -> None:
    """What the client stumbles over is no more than a bad answer."""

    class Odd(DeepLPeer):
        def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
            return Answer(body)

    with Odd(KEY) as peer, pytest.raises(BadAnswer):
        ask(peer, Briefing())


def test_the_glossary_is_made_once_for_both_directions(deepl: DeepLPeer) -> None:
    """Preferred and admitted forms lead to the preferred one of the other language; a new engine finds it by name."""
    engine = DeepL(KEY, deepl.url)
    ask(deepl, engine=engine)
    ask(deepl, engine=engine)
    assert glossary_requests(deepl) == ["GET", "POST"]
    ask(deepl)
    assert glossary_requests(deepl) == ["GET", "POST", "GET"]
    [kept] = deepl.glossaries.values()
    assert {question["glossary_id"] for question in deepl.translations} == {kept["glossary_id"]}
    korean, english = (
        {each["source_lang"]: entries(each) for each in kept["dictionaries"]}[code] for code in ("KO", "EN")
    )
    assert korean == {
        "한미동맹": "ROK–US alliance",
        "한·미 동맹": "ROK–US alliance",
        "주한미군": "U.S. Forces Korea",
        "KATUSA": "KATUSA",
    }
    assert english == {"ROK–US alliance": "한미동맹", "U.S. Forces Korea": "주한미군", "KATUSA": "KATUSA"}


def test_without_terms_there_is_no_glossary(deepl: DeepLPeer) -> None:
    """Nothing is asked for about glossaries, nor for terms that DeepL could not take."""
    ask(deepl, Briefing(terms=[Term(ko="가" * 400, en="long"), Term(ko="줄\n바꿈", en="break"), Term(ko=" ", en="-")]))
    assert glossary_requests(deepl) == []
    assert "glossary_id" not in deepl.translations[0]


def test_another_glossary_takes_the_place_of_old_ones(deepl: DeepLPeer) -> None:
    """Ours that are older than an hour are removed; newer ones may be in use, others' are not ours."""
    recent = (datetime.now(UTC) - IN_USE + timedelta(minutes=5)).isoformat().replace("+00:00", "Z")
    dictionary: dict[str, Any] = {"source_lang": "ko", "target_lang": "en", "entries": "가\ta"}
    deepl.keep("Legal", [dictionary])
    deepl.keep(PREFIX + "old", [dictionary])
    deepl.keep(PREFIX + "new", [dictionary], recent)
    ask(deepl)
    names = [kept["name"] for kept in deepl.glossaries.values()]
    assert names[:2] == ["Legal", PREFIX + "new"]
    assert len(names) == 3


@pytest.mark.parametrize("status", [403, 404, 429, 456, 500])
def test_without_its_glossary_deepl_still_translates(deepl: DeepLPeer, status: int) -> None:
    """An account without glossaries, or with none left, costs the glossary and no more; it is not asked each time."""
    deepl.glossary_status = status
    engine = DeepL(KEY, deepl.url)
    assert ask(deepl, engine=engine) == ask(deepl, engine=engine) == ["News"]
    assert glossary_requests(deepl) == ["GET"]
    assert all("glossary_id" not in question for question in deepl.translations)


def test_a_slow_glossary_leaves_time_for_the_translation(deepl: DeepLPeer) -> None:
    """Half of the time is the translation's, whatever becomes of the glossary."""
    deepl.glossary_delay = 20
    assert DeepL(KEY, deepl.url).translate(["소식"], "ko", "en", 2, BRIEFING) == ["News"]
    assert "glossary_id" not in deepl.translations[0]


def test_threads_share_one_glossary(deepl: DeepLPeer) -> None:
    """Eight threads that begin at once make one glossary, and all of them use it."""
    deepl.glossary_delay = 0.05
    engine = DeepL(KEY, deepl.url)
    with ThreadPoolExecutor(8) as pool:
        assert [*pool.map(lambda _: ask(deepl, engine=engine), range(8))] == [["News"]] * 8
    assert glossary_requests(deepl) == ["GET", "POST"]
    assert {question["glossary_id"] for question in deepl.translations} == {"g1"}


def test_a_glossary_that_was_removed_is_done_without_and_made_again(deepl: DeepLPeer) -> None:
    """A glossary somebody removed at DeepL costs one more request, and is there again for the next."""
    engine = DeepL(KEY, deepl.url)
    ask(deepl, engine=engine)
    deepl.glossaries.clear()
    assert ask(deepl, engine=engine) == ["News"]
    assert ["glossary_id" in question for question in deepl.translations] == [True, True, False]
    ask(deepl, engine=engine)
    assert "glossary_id" in deepl.translations[-1]


def test_nothing_of_a_text_is_logged(deepl: DeepLPeer, caplog: pytest.LogCaptureFixture) -> None:
    """The client would write texts and answers into a log that is set to debug."""
    with caplog.at_level(logging.DEBUG):
        ask(deepl)
    assert "소식" not in caplog.text
    assert "News" not in caplog.text
    assert KEY not in caplog.text


def test_the_client_is_loaded_only_for_deepl() -> None:
    """A chain without DeepL does not pay for importing its client."""
    code = "import sys; from pipeline.engines import build; build(['pseudo'], {}); print('deepl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
