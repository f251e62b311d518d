"""Drafts: asked for, run, approved, rejected, retried, cancelled, as the design's table of states has it."""

from collections.abc import Callable
from typing import Any

import pytest

from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.contracts.editorial.conftest import CHANGED, KOREAN, assert_problem

MOVES = ("approve", "reject", "retry", "cancel")


def move(api: Api, draft: Any, step: str, etag: str | None = None) -> Any:
    """Take one step with a draft as it was read."""
    body = {"reason": "wrong tone"} if step == "reject" else None
    return api.call("POST", f"drafts/{draft['id']}/{step}", body, etag or draft["etag"])


def test_a_draft_is_asked_for(api: Api) -> None:
    """`POST …/drafts` answers 202 with Location, ETag and the queued draft, whose segments are all open."""
    entry = api.create()
    answer = api.call("POST", f"entries/{entry['id']}/drafts", {"target_locale": "en"})
    draft = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (202, f"/v1/editorial/drafts/{draft['id']}")
    assert answer.headers["etag"] == draft["etag"]
    assert (draft["state"], draft["entry_id"], draft["source_revision"]) == ("queued", entry["id"], 1)
    assert (draft["source_locale"], draft["target_locale"]) == ("ko", "en")
    assert draft["progress"] == {"done": 0, "total": 4}
    assert (draft["supersedes"], draft["superseded_by"]) == (None, None)
    assert {(each["target"], each["state"], each["origin"]) for each in draft["segments"]} == {("", "initial", "none")}
    assert api.entry(entry["id"])["etag"] == entry["etag"]


def test_the_worker_brings_a_draft_to_review(api: Api, drafted: Callable[..., Any]) -> None:
    """Every segment is tried, in the order of the text, and says where its target came from."""
    draft = drafted()
    assert (draft["state"], draft["progress"]) == ("needs_review", {"done": 4, "total": 4})
    assert [each["source"] for each in draft["segments"]] == [
        "감사의 날",
        "요약입니다.",
        "첫 문장입니다.",
        "둘째 문장입니다.",
    ]
    assert [each["field"] for each in draft["segments"]] == ["title", "summary", "body", "body"]
    assert [each["position"] for each in draft["segments"]] == [0, 1, 2, 3]
    assert {(each["state"], each["origin"], each["engine"]) for each in draft["segments"]} == {
        ("translated", "machine", "pseudo")
    }
    (shown,) = api.entry(draft["entry_id"])["drafts"]
    assert shown == {name: value for name, value in draft.items() if name != "segments"}


def test_a_second_open_draft_is_refused_with_the_address_of_the_first(api: Api) -> None:
    """One open draft per entry and target: 409, whose `draft` is where the open one is."""
    entry = api.create()
    first = api.ask(entry["id"])
    answer = api.call("POST", f"entries/{entry['id']}/drafts", {"target_locale": "en"})
    assert assert_problem(answer, 409, "draft-open")["draft"] == f"/v1/editorial/drafts/{first['id']}"


# From the design's table of states: what each step does from each state; any other step is a 409.
NEXT = {
    ("needs_review", "approve"): "approved",
    ("needs_review", "reject"): "rejected",
    ("failed", "retry"): "queued",
    ("rejected", "retry"): "queued",
    ("cancelled", "retry"): "queued",
    ("queued", "cancel"): "cancelled",
    ("running", "cancel"): "cancelled",
    ("needs_review", "cancel"): "cancelled",
    ("failed", "cancel"): "cancelled",
}
STATES = ["queued", "running", "needs_review", "approved", "rejected", "failed", "cancelled", "superseded"]


@pytest.mark.parametrize("state", STATES)
def test_a_draft_moves_as_the_table_of_states_says_and_no_other_way(
    api: Api, draft_in: Callable[[str], Any], picture: Callable[[], Any], state: str
) -> None:
    """Each step from each state leads where the table says, with a new ETag, or is a 409 that stores nothing."""
    refused = [step for step in MOVES if (state, step) not in NEXT]
    draft = draft_in(state)
    assert draft["state"] == state
    before = picture()
    for step in refused:
        assert_problem(move(api, draft, step), 409, "wrong-state")
    assert picture() == before
    for step in set(MOVES) - set(refused):
        draft = draft_in(state)
        answer = move(api, draft, step)
        moved = answer.json()
        assert moved["state"] == NEXT[state, step], step
        assert answer.headers["etag"] == moved["etag"] != draft["etag"]
        assert api.draft(draft["id"]) == moved


def test_the_etag_is_the_same_for_queued_and_running(api: Api, draft_in: Callable[[str], Any]) -> None:
    """A worker that starts does not make an author's ETag stale."""
    draft = draft_in("running")
    assert draft["etag"] == '"1"'
    assert move(api, draft, "cancel", '"1"').status_code == 200


def test_approval_makes_the_next_revision(api: Api, drafted: Callable[..., Any]) -> None:
    """`approve` makes all segments final and the target's next revision, which nobody can read before `publish`."""
    draft = drafted(slug="day")
    entry = api.entry(draft["entry_id"])
    approved = api.approve(draft)
    assert {each["state"] for each in approved["segments"]} == {"final"}
    after = api.entry(draft["entry_id"])
    assert after["etag"] != entry["etag"]
    assert after["texts"]["en"] == {
        "title": "⟦pseudo⟧ gamsaui nal",
        "summary": "⟦pseudo⟧ yoyakipnida.",
        "body": "⟦pseudo⟧ cheot munjangipnida. ⟦pseudo⟧ duljjae munjangipnida.",
        "revision": 1,
        "origin": "machine_reviewed",
        "published_revision": None,
        "outdated": False,
        "outdated_because": [],
        "outdated_segments": [],
        "reordered": False,
    }
    assert api.http.get("/v1/news/day?locale=en").status_code == 404


def test_a_draft_of_human_targets_alone_is_human(api: Api, drafted: Callable[..., Any]) -> None:
    """The revision is `human` when every target came from a person; one from a machine makes it `machine_reviewed`."""
    for left in (0, 1):
        draft = drafted()
        for number, segment in enumerate(draft["segments"][left:]):
            api.edit(draft["id"], segment, target=f"A human sentence, the {'abcd'[number]}.")
        api.approve(draft)
        origin = api.entry(draft["entry_id"])["texts"]["en"]["origin"]
        assert origin == ("machine_reviewed" if left else "human")


def test_undismissed_errors_stand_in_the_way_of_approval(api: Api, drafted: Callable[..., Any]) -> None:
    """A segment left open carries the error `untranslated`: 409 until it is mended or dismissed."""
    draft = drafted()
    segment = api.edit(draft["id"], draft["segments"][0], target="")
    assert [issue["check"] for issue in segment["issues"]] == ["untranslated"]
    problem = assert_problem(move(api, draft, "approve"), 409, "undismissed-errors")
    assert problem["segments"] == [segment["id"]]
    api.edit(draft["id"], segment, dismiss=[{"check": "untranslated", "note": "stays Korean"}])
    api.approve(draft)
    assert api.entry(draft["entry_id"])["texts"]["en"]["title"] == "감사의 날"


def test_a_rejected_draft_says_why(api: Api, draft_in: Callable[[str], Any]) -> None:
    """The reason given with `reject` is shown with the draft, until it is queued again."""
    draft = draft_in("rejected")
    assert draft["reason"] == "wrong tone"
    assert move(api, draft, "retry").json()["reason"] is None


def test_retry_asks_again_for_what_is_open_only(api: Api, database: Database, worker: Worker) -> None:
    """From `needs_review` a draft is retried while segments are open; what is translated stays."""
    draft = api.ask(api.create()["id"])
    assert Worker(database, Chain(())).work_once()
    draft = api.draft(draft["id"])
    assert (draft["state"], draft["progress"]) == ("needs_review", {"done": 4, "total": 4})
    assert {issue["check"] for each in draft["segments"] for issue in each["issues"]} == {"untranslated"}
    api.edit(draft["id"], draft["segments"][1], target="A summary.", state="reviewed")
    retried = move(api, draft, "retry").json()
    assert (retried["state"], retried["progress"]) == ("queued", {"done": 1, "total": 4})
    assert worker.work_once()
    done = api.draft(draft["id"])
    assert [each["origin"] for each in done["segments"]] == ["machine", "human", "machine", "machine"]
    assert_problem(move(api, done, "retry"), 409, "wrong-state")


@pytest.mark.parametrize("state", ["rejected", "cancelled"])
def test_retry_needs_the_source_it_was_made_of(api: Api, draft_in: Callable[[str], Any], state: str) -> None:
    """A draft that ended stays as it is when the source changes; to retry it then is a 409 that names the segments."""
    draft = draft_in(state)
    api.save(draft["entry_id"], "ko", **CHANGED)
    assert api.draft(draft["id"]) == draft
    problem = assert_problem(move(api, draft, "retry"), 409, "source-changed")
    assert problem["segments"] == ["다른 문장입니다.", "둘째 문장입니다."]
    api.save(draft["entry_id"], "ko", **KOREAN)
    assert move(api, draft, "retry").json()["state"] == "queued"


def test_retry_finds_another_draft_open(api: Api, draft_in: Callable[[str], Any]) -> None:
    """A draft that ended is not opened again beside an open one: 409 with the open one's address."""
    draft = draft_in("cancelled")
    other = api.ask(draft["entry_id"])
    problem = assert_problem(move(api, draft, "retry"), 409, "draft-open")
    assert problem["draft"] == f"/v1/editorial/drafts/{other['id']}"


@pytest.mark.parametrize("given", ["", "state=queued", "state=queued,needs_review", "state=approved"])
def test_the_queue_shows_drafts_by_state_oldest_first(api: Api, drafted: Callable[..., Any], given: str) -> None:
    """`GET drafts?state=` is a page of drafts without segments, in any of the states, that join by `next`."""
    made = [drafted(), drafted()]
    made += [api.ask(api.create()["id"]) for _ in range(2)]
    states = given.removeprefix("state=").split(",") if given else STATES
    wanted = [draft["id"] for draft in made if api.draft(draft["id"])["state"] in states]
    seen, cursor = [], ""
    while True:
        page = api.ok("GET", f"drafts?limit=1&{given}{cursor}")
        assert all("segments" not in item for item in page["items"])
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == wanted


def test_engines_are_chosen_from_the_configured_ones(api: Api, worker: Worker) -> None:
    """A draft may name its engines; one that is not configured is a 422, and no text goes there."""
    entry = api.create()
    path = f"entries/{entry['id']}/drafts"
    problem = assert_problem(
        api.call("POST", path, {"target_locale": "en", "engines": ["pseudo", "deepl"]}), 422, "invalid"
    )
    assert problem["errors"][0]["pointer"] == "/engines/1"
    draft = api.ok("POST", path, {"target_locale": "en", "engines": ["pseudo"]})
    assert worker.work_once()
    assert api.draft(draft["id"])["state"] == "needs_review"
