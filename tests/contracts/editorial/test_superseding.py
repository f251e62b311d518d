"""A save of the source under a draft: superseded where content changed, and nothing done is done or sent out twice."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from pipeline.engines.pseudo import Pseudo
from schemas.language import Locale
from tests.client import Api
from tests.contracts.editorial.conftest import CHANGED, KOREAN, Broken


class Listening(Pseudo):
    """The pseudo engine, which keeps what it was asked for."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        self.heard += texts
        return super().translate(texts, source, target, timeout, briefing)


@pytest.fixture
def engine() -> Listening:
    return Listening()


@pytest.fixture
def worker(database: Database, engine: Listening) -> Worker:
    return Worker(database, Chain([engine]))


def newest(api: Api, entry_id: str) -> Any:
    """Return an entry's newest draft."""
    return api.draft(api.entry(entry_id)["drafts"][0]["id"])


def test_a_changed_source_supersedes_the_draft_and_carries_over_what_is_the_same(
    api: Api, worker: Worker, engine: Listening, drafted: Callable[..., Any]
) -> None:
    """Targets, states and dismissals of unchanged segments go over; only the changed segment is sent out."""
    draft = drafted()
    api.edit(draft["id"], draft["segments"][0], target="Day of Thanks", state="reviewed")
    same = {"target": "요약입니다.", "dismiss": [{"check": "untranslated", "note": "a quotation"}]}
    api.edit(draft["id"], draft["segments"][1], **same)
    engine.heard.clear()

    api.save(draft["entry_id"], "ko", **CHANGED)
    old, new = api.draft(draft["id"]), newest(api, draft["entry_id"])
    assert (old["state"], old["superseded_by"], new["supersedes"]) == ("superseded", new["id"], old["id"])
    assert (new["state"], new["source_revision"], new["progress"]) == ("queued", 2, {"done": 3, "total": 4})

    assert worker.work_once()
    assert engine.heard == ["다른 문장입니다."]
    done = api.draft(new["id"])
    assert done["state"] == "needs_review"
    kept = ("target", "state", "origin", "engine", "issues")
    for before, after in zip(api.draft(draft["id"])["segments"][:3], done["segments"][:3], strict=True):
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert done["segments"][0]["state"] == "reviewed"
    assert done["segments"][1]["issues"][0]["dismissed"] is True


@pytest.mark.parametrize(
    "text",
    [
        KOREAN,
        KOREAN | {"body": "첫 문장입니다.\n둘째 문장입니다.\n"},
        KOREAN | {"body": "둘째 문장입니다. 첫 문장입니다."},
    ],
    ids=["the same", "white space", "another order"],
)
def test_a_save_with_the_same_segments_leaves_the_draft(api: Api, drafted: Callable[..., Any], text: Any) -> None:
    """The same segments, also moved, keep the draft with its ETag; approval assembles the source as it is now."""
    draft = drafted()
    api.save(draft["entry_id"], "ko", **text)
    assert api.draft(draft["id"]) == draft
    api.approve(draft)
    english = api.entry(draft["entry_id"])["texts"]["en"]
    places = [text["body"].index(korean) for korean in ("첫 문장입니다.", "둘째 문장입니다.")]
    found = [english["body"].index(latin) for latin in ("cheot", "duljjae")]
    assert (found[0] < found[1]) == (places[0] < places[1])
    assert english["outdated"] is False


def test_a_save_of_the_translation_supersedes_nothing(api: Api, drafted: Callable[..., Any]) -> None:
    """Only the source's changes touch a draft."""
    draft = drafted()
    api.save(draft["entry_id"], "en", title="By hand", body="")
    assert api.draft(draft["id"]) == draft


def test_a_queued_draft_is_superseded_with_its_job(api: Api, worker: Worker, engine: Listening) -> None:
    """The old source's segments are never sent out once it was replaced."""
    entry = api.create()
    api.ask(entry["id"])
    api.save(entry["id"], "ko", **CHANGED)
    while worker.work_once():
        pass
    assert "둘째 문장입니다." not in engine.heard
    assert [draft["state"] for draft in api.entry(entry["id"])["drafts"]] == ["needs_review", "superseded"]


@pytest.mark.parametrize("again", [0, 1, 2])
def test_failed_drafts_have_one_successor_together(api: Api, database: Database, worker: Worker, again: int) -> None:
    """A failed draft is superseded too; also beside newer ones the save is taken, and one draft is open."""
    entry = api.create()
    for failing in (True, *[n == 0 and again == 2 for n in range(again and 1)]):
        api.ask(entry["id"])
        if failing:
            assert Worker(database, Broken(())).work_once()
    if again == 2:
        api.ask(entry["id"])
        assert worker.work_once()
    api.save(entry["id"], "ko", **CHANGED)
    states = [draft["state"] for draft in api.entry(entry["id"])["drafts"]]
    assert states == ["queued"] + ["superseded"] * (again + 1)
    assert newest(api, entry["id"])["supersedes"] == api.entry(entry["id"])["drafts"][1]["id"]


def test_several_saves_make_a_chain(api: Api, drafted: Callable[..., Any]) -> None:
    """Each successor names the one before; what a person wrote goes over every step."""
    draft = drafted()
    api.edit(draft["id"], draft["segments"][0], target="Day of Thanks", state="reviewed")
    for number in range(3):
        api.save(draft["entry_id"], "ko", **KOREAN | {"body": f"문장 {number}."})
    drafts = api.entry(draft["entry_id"])["drafts"]
    assert [each["supersedes"] for each in drafts] == [*[each["id"] for each in drafts[1:]], None]
    assert [each["superseded_by"] for each in drafts] == [None, *[each["id"] for each in drafts[:-1]]]
    assert newest(api, draft["entry_id"])["segments"][0]["target"] == "Day of Thanks"


def suggested(draft: Any) -> dict[str, list[tuple[str, str, int]]]:
    """Return the suggestions of a draft's segments that have any, by source."""
    return {
        each["source"]: [(wish["source"], wish["target"], wish["score"]) for wish in each["suggestions"]]
        for each in draft["segments"]
        if each["suggestions"]
    }


def test_a_persons_target_of_a_changed_segment_is_suggested(
    api: Api, worker: Worker, drafted: Callable[..., Any]
) -> None:
    """What a person wrote for a sentence that changed stands beside the new one, and is no target of it."""
    draft = drafted()
    assert suggested(draft) == {}
    title, _, _, second = draft["segments"]
    api.edit(draft["id"], title, target="Day of Thanks")
    api.edit(draft["id"], second, target="The second sentence.")
    api.save(draft["entry_id"], "ko", **CHANGED)
    found = {"다른 문장입니다.": [("둘째 문장입니다.", "The second sentence.", 78)]}
    queued = newest(api, draft["entry_id"])
    assert suggested(queued) == found
    assert (queued["segments"][3]["target"], queued["segments"][3]["state"]) == ("", "initial")
    assert queued["progress"] == {"done": 3, "total": 4}
    assert worker.work_once()
    done = api.draft(queued["id"])
    assert suggested(done) == found
    assert done["segments"][3]["origin"] == "machine"
    edited = api.edit(done["id"], done["segments"][3], target="Another sentence.")
    assert edited["suggestions"] == done["segments"][3]["suggestions"]


def test_what_a_machine_wrote_is_not_suggested(api: Api, drafted: Callable[..., Any]) -> None:
    """Only a person's work is handed on: an engine can be asked again."""
    draft = drafted()
    api.save(draft["entry_id"], "ko", title="전혀 다른 제목", body="")
    assert suggested(newest(api, draft["entry_id"])) == {}


def test_suggestions_travel_on_until_a_person_wrote_something(
    api: Api, worker: Worker, drafted: Callable[..., Any]
) -> None:
    """An unused suggestion goes from draft to draft; where a person wrote a target, that is suggested in its place."""
    draft = drafted()
    api.edit(draft["id"], draft["segments"][3], target="The second sentence.")
    for number in range(3):
        api.save(draft["entry_id"], "ko", **KOREAN | {"body": f"첫 문장입니다. {number}째 문장입니다."})
        if number == 1:
            assert worker.work_once()
    assert suggested(newest(api, draft["entry_id"])) == {
        "2째 문장입니다.": [("둘째 문장입니다.", "The second sentence.", 89)]
    }
    assert worker.work_once()
    last = newest(api, draft["entry_id"])
    api.edit(last["id"], last["segments"][3], target="Sentence two.")
    api.save(draft["entry_id"], "ko", **KOREAN | {"body": "첫 문장입니다. 3째 문장입니다."})
    assert suggested(newest(api, draft["entry_id"])) == {"3째 문장입니다.": [("2째 문장입니다.", "Sentence two.", 89)]}


def test_none_is_lost_while_its_field_has_a_new_segment(api: Api, drafted: Callable[..., Any]) -> None:
    """Two sentences become one: it gets both suggestions, the most alike first; the title gets none of the body's."""
    draft = drafted()
    api.edit(draft["id"], draft["segments"][2], target="The first sentence.")
    api.edit(draft["id"], draft["segments"][3], target="The second sentence.")
    api.save(draft["entry_id"], "ko", title="새 제목", summary="요약입니다.", body="둘째의 문장입니다.")
    found = suggested(newest(api, draft["entry_id"]))
    assert list(found) == ["둘째의 문장입니다."]
    assert [target for _, target, _ in found["둘째의 문장입니다."]] == ["The second sentence.", "The first sentence."]


def test_a_suggestion_is_never_published(api: Api, worker: Worker, drafted: Callable[..., Any]) -> None:
    """Approval takes targets only: a segment left open keeps its source, whatever is suggested."""
    draft = drafted()
    api.edit(draft["id"], draft["segments"][3], target="SUGGESTED")
    api.save(draft["entry_id"], "ko", **CHANGED)
    assert worker.work_once()
    successor = newest(api, draft["entry_id"])
    opened = api.edit(successor["id"], successor["segments"][3], target="")
    api.edit(successor["id"], opened, dismiss=[{"check": "untranslated", "note": "stays"}])
    api.approve(api.draft(successor["id"]))
    assert api.entry(draft["entry_id"])["texts"]["en"]["body"].endswith("다른 문장입니다.")
