"""Segments under review: edited, rechecked, dismissed; what cannot be assembled is never dismissed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

TEXT = {
    "ko": {
        "title": "봉사",
        "body": "학생 **40명**이 [묘지](https://example.org)를 찾았습니다. 문의는 office@example.org로 주십시오.",
    }
}
MARKED = "학생 <1>40명</1>이 <2>묘지</2>를 찾았습니다."
MENDED = "<1>Forty</1> students visited the <2>cemetery</2>."


@pytest.fixture
def draft(drafted: Callable[..., Any]) -> Any:
    return drafted(texts=TEXT)


def of(draft: Any, source: str) -> Any:
    """Return the draft's segment with this source."""
    return next(segment for segment in draft["segments"] if segment["source"] == source)


def checks(segment: Any) -> list[tuple[str, str, bool]]:
    """Return check, severity and dismissal of a segment's issues."""
    return [(issue["check"], issue["severity"], issue["dismissed"]) for issue in segment["issues"]]


def test_an_edit_is_stored_as_a_persons_and_rechecked(api: Api, draft: Any) -> None:
    """`PATCH` answers the segment with a new ETag: `human`, without score or engine, with the new text's issues."""
    segment = of(draft, MARKED)
    path = f"drafts/{draft['id']}/segments/{segment['id']}"
    answer = api.call("PATCH", path, {"target": "Students <1>came</1>."}, segment["etag"])
    edited = answer.json()
    assert answer.headers["etag"] == edited["etag"] != segment["etag"]
    assert (edited["target"], edited["state"], edited["origin"]) == ("Students <1>came</1>.", "translated", "human")
    assert (edited["score"], edited["engine"]) == (None, None)
    assert ("markup", "error", False) in checks(edited)
    assert ("numbers", "error", False) in checks(edited)
    mended = api.edit(draft["id"], edited, target=MENDED)
    assert mended["issues"] == []
    assert of(api.draft(draft["id"]), MARKED) == mended


def test_an_edit_leaves_draft_entry_and_other_segments_alone(api: Api, draft: Any) -> None:
    """Each segment has an ETag of its own; two reviewers in two segments do not meet."""
    entry = api.entry(draft["entry_id"])
    api.edit(draft["id"], draft["segments"][0], target="Service")
    after = api.draft(draft["id"])
    assert after["etag"] == draft["etag"]
    assert after["segments"][1:] == draft["segments"][1:]
    assert api.entry(draft["entry_id"])["etag"] == entry["etag"]
    api.edit(draft["id"], draft["segments"][1], target=MENDED)


@pytest.mark.parametrize("state", ["translated", "reviewed"])
def test_a_state_alone_keeps_the_machines_target(api: Api, draft: Any, state: str) -> None:
    """A person who accepts a target as it is changes its state, not where it came from."""
    segment = draft["segments"][0]
    changed = api.edit(draft["id"], segment, state=state)
    assert (changed["state"], changed["origin"], changed["engine"]) == (state, "machine", "pseudo")
    assert changed["target"] == segment["target"]


def test_an_empty_change_changes_nothing_but_the_etag(api: Api, draft: Any) -> None:
    """`{}` is a valid change."""
    segment = draft["segments"][0]
    assert api.edit(draft["id"], segment) | {"etag": segment["etag"]} == segment


@pytest.mark.parametrize("blank", ["", "  ", "\n"])
def test_a_blank_target_opens_the_segment(api: Api, draft: Any, blank: str) -> None:
    """A segment whose target is blank is open: `initial`, of nobody, and carries the error `untranslated`."""
    changed = api.edit(draft["id"], draft["segments"][0], target=blank, state="reviewed")
    assert (changed["state"], changed["origin"]) == ("initial", "none")
    assert ("untranslated", "error", False) in checks(changed)
    retried = api.ok("POST", f"drafts/{draft['id']}/retry", etag=draft["etag"])
    assert retried["progress"]["done"] == retried["progress"]["total"] - 1


def test_a_dismissal_stays_as_long_as_the_target_it_was_made_for(api: Api, draft: Any) -> None:
    """A dismissed issue says so, with its note, whatever else changes; of another target nobody has said anything."""
    segment = of(draft, MARKED)
    wrong = MENDED.replace("Forty", "Fifty")
    dismissal = {"check": "numbers", "note": "the figure was corrected by phone"}
    dismissed = api.edit(draft["id"], segment, target=wrong, dismiss=[dismissal])
    assert checks(dismissed) == [("numbers", "error", True)]
    assert dismissed["issues"][0]["note"] == dismissal["note"]
    kept = api.edit(draft["id"], dismissed, target=wrong, state="reviewed")
    assert kept["issues"] == dismissed["issues"]
    other = api.edit(draft["id"], kept, target=MENDED.replace("Forty", "Sixty"))
    assert checks(other) == [("numbers", "error", False)]


def test_an_issue_that_is_not_there_cannot_be_dismissed(api: Api, draft: Any, picture: Callable[[], Any]) -> None:
    """A dismissal of a check that found nothing is a 422 at its place in the list; nothing of the change is stored."""
    segment = of(draft, MARKED)
    wish = [{"check": "numbers", "note": "fine"}, {"check": "glossary", "note": "fine"}]
    before = picture()
    path = f"drafts/{draft['id']}/segments/{segment['id']}"
    answer = api.call("PATCH", path, {"target": MENDED.replace("Forty", "Fifty"), "dismiss": wish}, segment["etag"])
    assert assert_problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/dismiss/1/check"
    assert picture() == before


@pytest.mark.parametrize(
    ("source", "target", "check"),
    [
        (MARKED, "<1>Forty</1> students visited the cemetery.", "markup"),
        (MARKED, MENDED + " <1>Twice</1>.", "markup"),
        (MARKED, "<1>Forty <2>students</1> came</2>.", "markup"),
        ("문의는 <1/>로 주십시오.", "Write to us.", "placeholders"),
        ("문의는 <1/>로 주십시오.", "Write to <1/> or <1/>.", "placeholders"),
        ("문의는 <1/>로 주십시오.", "Write to <1/> or <7/>.", "placeholders"),
    ],
    ids=["lost pair", "doubled pair", "crossed pairs", "lost", "doubled", "unknown"],
)
def test_what_cannot_be_assembled_is_never_dismissed(
    api: Api, draft: Any, source: str, target: str, check: str
) -> None:
    """Placeholders lost, doubled or crossed are an error that even an admin cannot dismiss: 422; approval is a 409."""
    segment = api.edit(draft["id"], of(draft, source), target=target)
    assert (check, "error", False) in checks(segment)
    path = f"drafts/{draft['id']}/segments/{segment['id']}"
    answer = api.call("PATCH", path, {"dismiss": [{"check": check, "note": "please"}]}, segment["etag"])
    assert assert_problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/dismiss/0/check"
    assert_problem(api.call("POST", f"drafts/{draft['id']}/approve", etag=draft["etag"]), 409, "undismissed-errors")


@pytest.mark.parametrize("state", ["approved", "rejected", "cancelled", "queued"])
def test_segments_are_edited_while_the_draft_awaits_review_only(api: Api, draft: Any, state: str) -> None:
    """In any other state a change of a segment is a 409."""
    for segment in draft["segments"][1:]:
        api.edit(draft["id"], segment, target=MENDED if segment["source"] == MARKED else "Write to <1/>.")
    step = {"approved": "approve", "rejected": "reject", "cancelled": "cancel", "queued": "retry"}[state]
    if state == "queued":
        api.edit(draft["id"], draft["segments"][0], target="")
    body = {"reason": "wrong tone"} if state == "rejected" else None
    api.ok("POST", f"drafts/{draft['id']}/{step}", body, draft["etag"])
    segment = api.draft(draft["id"])["segments"][0]
    path = f"drafts/{draft['id']}/segments/{segment['id']}"
    assert_problem(api.call("PATCH", path, {"target": "Late"}, segment["etag"]), 409, "wrong-state")


def test_a_segment_of_another_draft_is_not_found(api: Api, draft: Any, drafted: Callable[..., Any]) -> None:
    """A segment is found in its own draft only."""
    other = drafted()
    path = f"drafts/{other['id']}/segments/{of(draft, MARKED)['id']}"
    assert_problem(api.call("PATCH", path, {}, "*"), 404, "not-found")


@pytest.mark.parametrize(("field", "limit"), [("title", 300), ("summary", 1_000)])
def test_a_text_over_its_limit_is_not_approved(api: Api, drafted: Callable[..., Any], field: str, limit: int) -> None:
    """What review makes keeps the limits that every text keeps: 409 with the limit said, until it is shortened."""
    draft = drafted()
    segment = next(each for each in draft["segments"] if each["field"] == field)
    longer = api.edit(draft["id"], segment, target="a" * (limit + 1))
    problem = assert_problem(api.call("POST", f"drafts/{draft['id']}/approve", etag=draft["etag"]), 409)
    assert f"at most {limit:,} characters" in problem["detail"]
    api.edit(draft["id"], longer, target="a" * limit)
    api.approve(draft)


def test_markup_a_target_would_introduce_is_escaped(api: Api, draft: Any) -> None:
    """Segments are plain text: Markdown or HTML written into a target stays what it says, as text."""
    texts = {
        "봉사": "*Service* <b>now</b>",
        MARKED: MENDED + " **Not bold** [no link](https://evil.example)",
        "문의는 <1/>로 주십시오.": "Write to <1/> `now` <script>alert(1)</script>",
    }
    for source, target in texts.items():
        api.edit(draft["id"], of(draft, source), target=target)
    draft = api.draft(draft["id"])
    for segment in draft["segments"]:
        wish = [{"check": issue["check"], "note": "as said"} for issue in segment["issues"]]
        if wish:
            api.edit(draft["id"], segment, dismiss=wish)
    api.approve(draft)
    slug = api.publish(draft["entry_id"], "en")["slug"]
    html = api.http.get(f"/v1/news/{slug}?locale=en").json()["body_html"]
    assert html.count("<strong>") == html.count("<a ") == 1  # the source's own
    assert "<code>" not in html
    assert "<script" not in html
    assert "**Not bold** [no link](" in html
