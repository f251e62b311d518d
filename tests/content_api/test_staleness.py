"""Invariant 7: staleness and carried-over work are keyed by what the text says, never by the act of saving."""

from typing import Any

import pytest

from content_api.worker import Worker
from tests.client import Api

BODY = "첫 문장입니다. 둘째 [문장](https://example.org/a)입니다.\n\n셋째 문장입니다."


@pytest.fixture
def reviewed(api: Api, worker: Worker) -> Any:
    """An entry whose English was drafted, approved and published beside its Korean."""
    entry = api.create(texts={"ko": {"title": "제목입니다", "body": BODY}})
    draft = api.ask(entry["id"])
    worker.work_once()
    api.approve(api.draft(draft["id"]))
    return api.publish(entry["id"], "ko", "en")


@pytest.mark.parametrize(
    ("body", "outdated"),
    [
        (BODY, False),
        (BODY.replace("\n\n", "\n\n\n"), False),
        ("셋째 문장입니다.\n\n첫 문장입니다. 둘째 [문장](https://example.org/a)입니다.", False),
        (BODY.replace("셋째", "넷째"), True),
        (BODY.replace("example.org/a", "example.org/b"), True),
        (BODY + "\n\n새 문장입니다.", True),
        (BODY.split("\n\n", maxsplit=1)[0], True),
    ],
    ids=["same", "white space", "moved", "a word", "a link's address", "one more", "one less"],
)
def test_a_translation_is_outdated_when_a_segment_of_its_source_changed(
    api: Api, reviewed: Any, body: str, outdated: bool
) -> None:
    """Saving or moving says nothing; a changed, added or removed segment makes the translation outdated."""
    entry = api.save(reviewed["id"], "ko", title="제목입니다", body=body)
    assert entry["texts"]["en"]["outdated"] is outdated
    assert bool(entry["texts"]["en"]["outdated_because"]) is outdated


@pytest.mark.parametrize("block", ["<p>{}</p>", "```\n{}\n```", "![]({})"], ids=["HTML", "code", "image"])
def test_a_translation_is_outdated_when_what_is_not_translated_changed(api: Api, worker: Worker, block: str) -> None:
    """HTML blocks, code and images stand in no segment, but a translation holds the source's: they count too."""
    body = f"첫 문장입니다.\n\n{block.format('https://example.org/a')}\n"
    entry = api.create(texts={"ko": {"title": "제목입니다", "body": body}})
    draft = api.ask(entry["id"])
    worker.work_once()
    api.approve(api.draft(draft["id"]))
    saved = api.save(entry["id"], "ko", title="제목입니다", body=body.replace("org/a", "org/b"))
    assert saved["texts"]["en"]["outdated"] is True


def test_a_moved_paragraph_is_shown_as_reordered(api: Api, reviewed: Any) -> None:
    """When only the order of the source changed, the translation is not outdated, but editors are told."""
    first, second = BODY.split("\n\n")
    moved = api.save(reviewed["id"], "ko", title="제목입니다", body=f"{second}\n\n{first}")
    assert (moved["texts"]["en"]["outdated"], moved["texts"]["en"]["reordered"]) == (False, True)
    back = api.save(reviewed["id"], "ko", title="제목입니다", body=BODY)
    assert back["texts"]["en"]["reordered"] is False


def test_readers_are_told_only_when_the_new_source_is_public(api: Api, reviewed: Any) -> None:
    """`translation.outdated` compares with the published source, not with what an author is writing."""
    api.save(reviewed["id"], "ko", title="제목입니다", body="다 새로 썼습니다.")
    address = f"/v1/news/{reviewed['slug']}?locale=en"
    assert api.http.get(address).json()["translation"]["outdated"] is False
    api.publish(reviewed["id"], "ko")
    assert api.http.get(address).json()["translation"]["outdated"] is True


def test_what_a_person_left_open_stays_open_after_a_change_elsewhere(api: Api, worker: Worker) -> None:
    """A dismissed open segment is carried over as it was decided, and not sent to an engine again."""
    entry = api.create(texts={"ko": {"title": "제목입니다", "body": BODY}})
    draft = api.ask(entry["id"])
    worker.work_once()
    first = next(segment for segment in api.draft(draft["id"])["segments"] if segment["source"] == "첫 문장입니다.")
    emptied = api.edit(draft["id"], first, target="")
    api.edit(draft["id"], emptied, dismiss=[{"check": "untranslated", "note": "Stays Korean."}])
    api.save(entry["id"], "ko", title="제목입니다", body=BODY.replace("셋째", "넷째"))
    worker.work_once()
    worker.work_once()
    successor = api.draft(api.draft(draft["id"])["superseded_by"])
    kept = next(segment for segment in successor["segments"] if segment["id"] == first["id"])
    assert (successor["state"], kept["target"]) == ("needs_review", "")
    assert [issue["dismissed"] for issue in kept["issues"]] == [True]


def test_work_on_a_draft_survives_a_change_of_its_source(api: Api, worker: Worker) -> None:
    """A save of the source supersedes the draft; targets and dismissals of unchanged segments are carried over."""
    entry = api.create(texts={"ko": {"title": "제목입니다", "body": BODY}})
    draft = api.ask(entry["id"])
    worker.work_once()
    first = next(segment for segment in api.draft(draft["id"])["segments"] if segment["source"] == "첫 문장입니다.")
    api.edit(draft["id"], first, target="The first sentence.", state="reviewed")

    api.save(entry["id"], "ko", title="제목입니다", body=BODY.replace("셋째", "넷째"))
    old = api.draft(draft["id"])
    assert old["state"] == "superseded"
    successor = api.draft(old["superseded_by"])
    assert (successor["state"], successor["supersedes"]) == ("queued", draft["id"])
    assert successor["progress"] == {"done": 3, "total": 4}
    worker.work_once()
    done = api.draft(successor["id"])
    assert done["state"] == "needs_review"
    assert [segment["target"] for segment in done["segments"] if segment["id"] == first["id"]] == [
        "The first sentence."
    ]


def test_an_outdated_translation_tells_where_its_source_went_on(api: Api, reviewed: Any) -> None:
    """Each changed place is told once: what it said and says, how the one came of the other, and what stands for it."""
    saved = api.save(
        reviewed["id"], "ko", title="제목입니다", body=BODY.replace("셋째 문장", "셋째 긴 문장") + " 새 문장입니다."
    )
    edited, added = saved["texts"]["en"]["outdated_segments"]
    assert (edited["before"], edited["now"]) == ("셋째 문장입니다.", "셋째 긴 문장입니다.")
    assert [(run["op"], run["text"]) for run in edited["differences"] if run["op"] != "equal"] == [("insert", "긴 ")]
    assert edited["target"] == "⟦pseudo⟧ setjjae munjangipnida."
    assert (added["before"], added["now"], added["target"]) == (None, "새 문장입니다.", None)
    back = api.save(reviewed["id"], "ko", title="제목입니다", body=BODY)
    assert back["texts"]["en"]["outdated_segments"] == []


def test_a_new_draft_keeps_what_was_approved_and_sends_out_only_what_changed(
    api: Api, worker: Worker, reviewed: Any
) -> None:
    """Approved segments come back reviewed, and the changed one has its old translation as a suggestion."""
    api.save(
        reviewed["id"], "ko", title="제목입니다", body=BODY.replace("셋째 문장입니다", "셋째 문장은 이제 더 깁니다")
    )
    draft = api.ask(reviewed["id"])
    assert draft["progress"] == {"done": 3, "total": 4}
    *kept, changed = api.draft(draft["id"])["segments"]
    assert {(each["state"], each["origin"], each["engine"]) for each in kept} == {("reviewed", "machine", "pseudo")}
    assert [(each["source"], each["target"]) for each in changed["suggestions"]] == [
        ("셋째 문장입니다.", "⟦pseudo⟧ setjjae munjangipnida.")
    ]
    worker.work_once()
    assert [each["engine"] for each in api.draft(draft["id"])["segments"]] == ["pseudo"] * 4


def test_a_moved_paragraph_sends_nothing_out(api: Api, worker: Worker, reviewed: Any) -> None:
    """After a move a new draft is complete before any engine is asked."""
    first, second = BODY.split("\n\n")
    api.save(reviewed["id"], "ko", title="제목입니다", body=f"{second}\n\n{first}")
    assert api.ask(reviewed["id"])["progress"] == {"done": 4, "total": 4}


def test_what_was_approved_but_is_no_longer_said_is_not_taken_over(api: Api, reviewed: Any) -> None:
    """A sentence of the translation that a person rewrote since is open in a new draft, as if never approved."""
    text = api.entry(reviewed["id"])["texts"]["en"]
    body = text["body"].replace("⟦pseudo⟧ setjjae munjangipnida.", "A third sentence.")
    assert body != text["body"]
    api.save(reviewed["id"], "en", title=text["title"], body=body)
    draft = api.ask(reviewed["id"])
    assert draft["progress"] == {"done": 3, "total": 4}
