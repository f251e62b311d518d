"""What the memory recalls: in context before exact, confirmed before not, the latest before earlier ones."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence

import pytest

from content_api.storage.database import Database
from content_api.workflow import likeness
from content_api.workflow import memory as stored
from pipeline.memory import UNCONFIRMED_SCORE, ListMemory, Memory, context, contexts, key, matches, recall
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

        def alike(self, texts: Sequence[str], locale: Locale, most: int, least: float) -> list[list[str]]:
            return [[] for _ in texts]

    recall(["가.", "나.", "가."] * 50, "ko", Store())
    assert [sorted(hashes) for hashes in asked if hashes] == [sorted([key("가."), key("나.")])]


def test_more_segments_than_one_statement_binds_are_recalled(make: Make) -> None:
    """A text of thousands of segments is looked up whole."""
    sources = [f"문장 {number}." for number in range(likeness.BATCH * 2 + 1)]
    memory = make([unit("Last.", ko=sources[-1]), unit("First.", ko=sources[0])])
    found = recall(sources, "ko", memory)
    assert [match.target for match in found if match] == ["First.", "Last."]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2026년 11월 행사에 오세요.", ("Come to the event of 2026.", "fuzzy", 98, False)),
        ("2025년 11월 행사에 <1>오세요.</1>", None),
        ("<1>2025년 11월 행사에 오세요.</1>", ("<1>Come to the event of 2025.</1>", "fuzzy", 98, False)),
        ("2025년 12월 행사에 오세요.", None),
        ("2025년 11월 행사에 꼭 오세요.", ("Come to the event of 2025.", "fuzzy", 93, False)),
        ("2025년에 끝난 일입니다.", None),
    ],
    ids=["another year", "lost emphasis", "emphasis around", "a month in letters", "a word more", "another sense"],
)
def test_what_is_nearly_the_same_is_recalled_where_it_can_be_made_to_fit(
    make: Make, source: str, expected: object
) -> None:
    """Numbers and placeholders are adapted a little below 100; what cannot be made to fit stands in no draft."""
    memory = make([unit("Come to the event of 2025.", ko="2025년 11월 행사에 오세요.")])
    assert recalled(memory, [source]) == [expected]


def test_what_is_offered_tells_its_differences_and_scores_lower_where_it_does_not_fit(make: Make) -> None:
    """A reviewer is offered what stands in no draft, with how the sources differ and what was not made to fit."""
    memory = make(
        [unit("An event in November.", ko="11월에 행사가 있습니다."), unit("Far off.", ko="전혀 다른 말이지요.")]
    )
    (match,) = matches("12월에 행사가 있습니다.", "", "ko", memory, 3)
    assert (match.target, match.score, match.misfits) == ("An event in November.", 84, ("numbers",))
    assert [(each.op, each.text) for each in match.changes][:2] == [("delete", "11월에"), ("insert", "12월에")]


def test_what_nobody_confirmed_scores_lower_when_it_is_only_alike(make: Make) -> None:
    """An unconfirmed unit loses the same, whether its source is equal or alike."""
    memory = make([unit("Come in 2025.", ko="2025년에 오세요.", confirmed=False)])
    assert recalled(memory, ["2026년에 오세요."]) == [("Come in 2026.", "fuzzy", 93, False)]


@pytest.mark.parametrize("other", ["‘우리’ 함께 - 갑시다...", "「우리」 함께 — 갑시다…", '"우리"\u200b 함께 – 갑시다…'])
def test_quotes_dashes_and_ellipses_are_the_same_however_they_are_set(make: Make, other: str) -> None:
    """What typists and typesetters write differently is an exact match."""
    assert recalled(make([unit("Let us go.", ko="“우리” 함께 – 갑시다…")]), [other]) == [
        ("Let us go.", "memory", 100, False)
    ]


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
    assert stored.StoredMemory(database).alike(["함께 갑시다"], "ko", 1, 60) == [[]]

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
    assert stored.StoredMemory(database).alike(["함께 갑시다"], "ko", 1, 60) == [[key("함께 갑시다!")]]


def test_approval_confirms_what_waited(api: Api, worker: object, database: Database) -> None:
    """A pair that was imported is confirmed, by whoever approved it, where a draft says just the same."""
    with database.write() as tx:
        stored.remember(tx, [Unit(ko="첫째 글", en="The first text"), Unit(ko="첫째 글", en="Other")], "pairs.csv")
    entry = api.create(texts={"ko": {"title": "첫째 글", "body": ""}})
    draft = api.ask(entry["id"])
    worker.work_once()  # type: ignore[attr-defined]
    draft = api.draft(draft["id"])
    api.edit(draft["id"], draft["segments"][0], target="The first text")
    api.approve(api.draft(draft["id"]))
    units = stored.StoredMemory(database).among([key("첫째 글")], "ko")[key("첫째 글")]
    told = {(unit.en, unit.confirmed, unit.provenance.origin, unit.provenance.by) for unit in units if unit.provenance}
    assert told == {
        ("The first text", True, "draft", "admin@example.org"),
        ("The first text", True, "file", "admin@example.org"),
        ("Other", False, "file", None),
    }
