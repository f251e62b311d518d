"""What the memory recalls: in context before exact, confirmed before not, the latest before earlier ones."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence

import pytest

from content_api.storage.database import Database
from content_api.workflow import memory as stored
from pipeline.memory import UNCONFIRMED_SCORE, ListMemory, Memory, context, contexts, key, recall
from schemas.language import Locale, Unit
from tests.client import Api
from tests.conftest import Clock

SOURCES = ["앞 문장.", "안녕하세요.", "뒤 문장."]
HERE = context("앞 문장.", "뒤 문장.")

Make = Callable[[Sequence[Unit]], Memory]


@pytest.fixture(params=["list", "database"])
def make(request: pytest.FixtureRequest) -> Make:
    """Make a memory of units, the latest last: one suite for both stores."""
    if request.param == "list":
        return ListMemory
    database: Database = request.getfixturevalue("database")

    def filled(units: Sequence[Unit]) -> Memory:
        for unit in units:
            with database.write() as tx:
                stored.remember(tx, [unit], "a test")
        return stored.StoredMemory(database)

    return filled


def unit(en: str, ko: str = "안녕하세요.", *, confirmed: bool = True, context_ko: str = "") -> Unit:
    return Unit(ko=ko, en=en, confirmed=confirmed, context_ko=context_ko)


def recalled(memory: Memory, sources: Sequence[str] = SOURCES) -> list[tuple[str, str, int, bool] | None]:
    found = recall(sources, "ko", memory)
    return [match and (match.target, match.origin, match.score, match.in_context) for match in found]


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([], None),
        ([unit("Goodbye.", ko="안녕히 가세요.")], None),
        ([unit("Hello.")], ("Hello.", "memory", 100, False)),
        ([unit("Hello.", context_ko=HERE)], ("Hello.", "memory", 100, True)),
        ([unit("Hello.", confirmed=False)], ("Hello.", "fuzzy", UNCONFIRMED_SCORE, False)),
        ([unit("Hello.", confirmed=False, context_ko=HERE)], ("Hello.", "fuzzy", UNCONFIRMED_SCORE, False)),
        ([unit("Old."), unit("New.")], ("New.", "memory", 100, False)),
        ([unit("Here.", context_ko=HERE), unit("New.")], ("Here.", "memory", 100, True)),
        ([unit("Old.", context_ko=HERE), unit("New.", context_ko=HERE)], ("New.", "memory", 100, True)),
        ([unit("Sure."), unit("New.", confirmed=False)], ("Sure.", "memory", 100, False)),
        ([unit("Old.", confirmed=False), unit("New.", confirmed=False)], ("New.", "fuzzy", UNCONFIRMED_SCORE, False)),
    ],
    ids=[
        "nothing known", "another text", "exact", "in context", "unconfirmed", "unconfirmed in context", "latest wins",
        "context beats later", "latest in context", "confirmed beats later", "latest unconfirmed",
    ],
)  # fmt: skip
def test_the_best_match_is_taken(make: Make, units: list[Unit], expected: object) -> None:
    """In context, else exact, else unconfirmed as fuzzy; of equals the latest."""
    assert recalled(make(units)) == [None, expected, None]


def test_both_directions_are_remembered(make: Make) -> None:
    """A pair serves Korean into English and English into Korean."""
    memory = make([unit("Hello.")])
    (match,) = recall(["Hello."], "en", memory)
    assert match is not None
    assert match.target == "안녕하세요."


def test_every_segment_gets_its_own_match(make: Make) -> None:
    """The answer has one place per segment, in order; the same sentence elsewhere has another context."""
    memory = make([unit("Here.", context_ko=HERE), unit("Anywhere.")])
    assert recalled(memory, [*SOURCES, "안녕하세요."]) == [
        None,
        ("Here.", "memory", 100, True),
        None,
        ("Anywhere.", "memory", 100, False),
    ]


def test_the_store_is_asked_once_for_a_whole_text() -> None:
    """However long a text is, the memory gets one question, with each hash once."""
    asked: list[Sequence[str]] = []

    class Store:
        def among(self, hashes: Sequence[str], locale: Locale) -> Mapping[str, Sequence[Unit]]:
            asked.append(hashes)
            return {}

    recall(["가.", "나.", "가."] * 50, "ko", Store())
    assert [sorted(hashes) for hashes in asked] == [sorted([key("가."), key("나.")])]


def test_more_segments_than_one_statement_binds_are_recalled(make: Make) -> None:
    """A text of thousands of segments is looked up whole."""
    sources = [f"문장 {number}." for number in range(stored.BATCH * 2 + 1)]
    memory = make([unit("Last.", ko=sources[-1]), unit("First.", ko=sources[0])])
    found = recall(sources, "ko", memory)
    assert [match.target for match in found if match] == ["First.", "Last."]


@pytest.mark.parametrize("other", [unicodedata.normalize("NFD", "한미 동맹."), " 한미  동맹. ", "한미\n동맹."])
def test_the_key_folds_what_a_reader_does_not_see(other: str) -> None:
    """Unicode composition and white space make no other segment; letters and marks do."""
    assert key(other) == key("한미 동맹.")
    assert key("한미동맹.") != key("한미 동맹.") != key("한미 동맹")


def test_context_is_both_neighbours() -> None:
    """The hash tells which neighbour stands on which side, and where a text begins and ends."""
    assert contexts(["가", "나", "다"]) == [context("", "나"), context("가", "다"), context("나", "")]
    assert len({context("가", "나"), context("나", "가"), context("가", ""), context("", "가")}) == 4


def test_approval_teaches_and_the_next_draft_sends_less(
    api: Api, worker: object, clock: Clock, database: Database
) -> None:
    """An approved draft's pairs are exact matches in another text, with their context, and the latest approval wins."""
    first = api.create(texts={"ko": {"title": "첫째 글", "body": "함께 갑시다! 고맙습니다."}})
    targets = iter(["We go together!", "Let us go together!"])

    def approve(entry_id: str) -> list[tuple[str, str, int | None]]:
        draft = api.ask(entry_id)
        worker.work_once()  # type: ignore[attr-defined]
        draft = api.draft(draft["id"])
        before = [(each["target"], each["origin"], each["score"]) for each in draft["segments"]]
        (slogan,) = [each for each in draft["segments"] if each["source"] == "함께 갑시다!"]
        for each in draft["segments"]:
            if each["id"] == slogan["id"]:
                api.edit(draft["id"], each, target=next(targets))
            elif any(issue["severity"] == "error" for issue in each["issues"]):
                api.edit(draft["id"], each, target="A text in English.")
        api.approve(api.draft(draft["id"]))
        return before

    approve(first["id"])
    second = api.create(texts={"ko": {"title": "둘째 글", "body": "함께 갑시다! 또 만납시다."}})
    assert approve(second["id"])[1] == ("We go together!", "memory", 100)
    third = api.create(texts={"ko": {"title": "셋째 글", "body": "함께 갑시다!"}})
    api.ask(third["id"])
    worker.work_once()  # type: ignore[attr-defined]
    draft = api.draft(api.entry(third["id"])["drafts"][0]["id"])
    assert draft["segments"][1]["target"] == "Let us go together!"
