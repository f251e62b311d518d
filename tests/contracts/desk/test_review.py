"""The review page: what it shows, and what its forms do without the script."""

from collections.abc import Callable
from html import escape
from typing import Any

import pytest
from msgspec.structs import replace

from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import drafting, memory, terms, views
from content_api.workflow.assisting import so_far
from content_api.workflow.reviewing import STRUCTURAL
from pipeline.memory import context
from schemas.accounts import Role
from schemas.language import Issue, Term, Unit
from tests.client import Api
from tests.contracts.desk.desk import Desk
from tests.contracts.desk.reviewing import ARTICLE, drafted, text_of, version

BACKENDS = ("sqlite",)
HOSTILE = "<script>alert(1)</script><svg onload=alert(2)> [x](javascript:alert(3)) \u202eback \"'`{{ 7*7 }}"


def address(draft: Any, segment: Any = None) -> str:
    return f"/desk/drafts/{draft['id']}" + (f"/segments/{segment['id']}" if segment else "")


def save(desk: Desk, draft: Any, segment: Any, **fields: str) -> Any:
    """Send a segment's form as the page would."""
    return desk.post(
        address(draft, segment), **{"version": version(segment), "target": segment["target"], "do": "save"} | fields
    )


def test_the_page_shows_every_segment_in_the_order_of_the_text(desk: Desk, api: Api, worker: Worker) -> None:
    """Each segment is a form of its own, and its block can be told."""
    draft = drafted(api, worker)
    page = desk.get(address(draft))
    assert page.status_code == 200, page.text
    places = [page.text.index(f'id="s-{each["id"]}"') for each in draft["segments"]]
    assert places == sorted(places)
    for kind in ("title", "summary", "heading", "paragraph", "item", "quote", "cell"):
        assert f'class="segment {kind} begins"' in page.text, kind
    assert '<span class="chip">&lt;1&gt;</span>둘째<span class="chip">&lt;/1&gt;</span>' in page.text


def test_the_text_so_far_stands_beside_as_readers_see_it(desk: Desk, api: Api, worker: Worker) -> None:
    """The preview is assembled from the targets; what cannot be assembled stays in the source's language."""
    draft = drafted(api, worker)
    third = next(each for each in draft["segments"] if "<1>" in each["source"])
    api.edit(draft["id"], draft["segments"][0], target="Day of Thanks")
    api.edit(draft["id"], third, target="The placeholders are lost.")
    read = desk.get(f"{address(draft)}/article")
    assert "<h1>Day of Thanks</h1>" in read.text
    assert "<strong>둘째</strong>" in read.text
    assert "placeholders are lost" not in read.text
    assert "<h1>Day of Thanks</h1>" in desk.get(address(draft)).text


def test_the_text_so_far_has_what_a_reviewer_let_pass(api: Api, worker: Worker, database: Database) -> None:
    """An error in how a segment is built counts no more once it was set aside."""
    draft_id = drafted(api, worker, summary="", body="")["id"]
    with database.read() as connection:
        document = drafting.source_of(connection, drafting.get(connection, draft_id)).document
        (segment,) = (views.segment(row) for row in drafting.segments_of(connection, draft_id))
    issue = Issue(check=STRUCTURAL[0], severity="error", message="odd")
    segment = replace(segment, target="Odd", issues=[issue])
    assert so_far(document, [segment]).title == segment.source
    assert so_far(document, [replace(segment, issues=[replace(issue, dismissed=True)])]).title == "Odd"


def test_saving_leads_back_and_accepting_leads_on(desk: Desk, api: Api, worker: Worker) -> None:
    """The form saves the target; accepted, the next segment that is not accepted is the one in hand."""
    draft = drafted(api, worker)
    first, second, third = draft["segments"][:3]
    answer = save(desk, draft, first, target="Day of Thanks\r\n")
    assert answer.headers["location"] == f"{address(draft)}?show=all&segment={first['id']}#s-{first['id']}"
    now = api.draft(draft["id"])["segments"][0]
    assert (now["target"], now["state"], now["origin"]) == ("Day of Thanks\n", "translated", "human")
    save(desk, draft, second, do="accept")
    answer = save(desk, draft, now, do="accept")
    assert answer.headers["location"].endswith(f"#s-{third['id']}")
    accepted = api.draft(draft["id"])["segments"][0]
    assert accepted["state"] == "reviewed"
    save(desk, draft, accepted, do="reopen")
    assert api.draft(draft["id"])["segments"][0]["state"] == "translated"


def test_a_button_puts_something_in(desk: Desk, api: Api, worker: Worker) -> None:
    """`instead` takes the place of what is typed, `add` comes after it."""
    draft = drafted(api, worker)
    first = draft["segments"][0]
    save(desk, draft, first, target="typed", instead=first["source"])
    now = api.draft(draft["id"])["segments"][0]
    assert now["target"] == ARTICLE["title"]
    save(desk, draft, now, target="typed", add="veterans")
    assert api.draft(draft["id"])["segments"][0]["target"] == "typed veterans"
    save(desk, draft, api.draft(draft["id"])["segments"][0], target="typed", instead="")
    assert api.draft(draft["id"])["segments"][0]["target"] == ""


def test_what_helps_is_shown_for_the_segment_in_hand(desk: Desk, api: Api, worker: Worker, database: Database) -> None:
    """Matches with score and differences, the best first, and the glossary's terms, marked and to be inserted."""
    with database.write() as tx:
        terms.take_in(tx, [(Term(ko="한미동맹", en="ROK-US alliance"), "")], overwrite=True)
        units = [
            Unit(ko="누구나 올 수 있습니다.", en="Everyone may come.", confirmed=True),
            Unit(ko="누구나 한미동맹 행사에 올 수 있었습니다.", en="Everyone could come to it.", confirmed=True),
            Unit(ko="아무 상관이 없는 문장이 여기에 있습니다.", en="Nothing alike.", confirmed=True),
        ]
        memory.remember(tx, units, "test")
    draft = drafted(api, worker, summary="누구나 한미동맹 행사에 올 수 있습니다.")
    segment = draft["segments"][1]
    page = desk.get(f"{address(draft)}?segment={segment['id']}").text
    assert page.index("Everyone could come to it.") < page.index("Everyone may come.")
    assert "Nothing alike." not in page
    assert "<del>있었습니다</del>" in page
    assert "<ins>있습니다</ins>" in page
    assert 'class="term warning" title="ROK-US alliance' in page  # the draft does not have it yet
    assert 'name="add" value="ROK-US alliance"' in page


def test_a_match_tells_where_it_came_from_and_how_it_was_made_to_fit(
    desk: Desk, api: Api, worker: Worker, database: Database
) -> None:
    """Each match shows its origin, who approved it and when, and what of it was adapted or does not fit."""
    api.ok("POST", "memory", {"ko": "2025년 행사에 100명이 왔습니다.", "en": "100 came in 2025."})
    with database.write() as tx:
        learned = [Unit(ko="2025년 11월 행사에 90명이 왔습니다.", en="In November, 90 came.")]
        memory.remember(tx, learned, "2025.ko.md", origin="alignment", confidence=[0.8])
    draft = drafted(api, worker, summary="2026년 행사에 120명이 왔습니다.", body="")
    segment = draft["segments"][1]
    assert (segment["target"], segment["origin"], segment["score"]) == ("120 came in 2026.", "fuzzy", 98)
    page = text_of(desk.get(f"{address(draft)}?segment={segment['id']}").text)
    assert "98% numbers adapted 120 came in 2026." in page
    assert "Added by hand · approved by admin@example.org" in page
    assert "unconfirmed ! numbers differ In November, 90 came." in page
    assert "Two texts aligned · 2025.ko.md · 80% sure · brought in by" in page


def test_a_match_in_the_same_context_comes_first(desk: Desk, api: Api, worker: Worker, database: Database) -> None:
    """Of two translations of the same source the one with the same neighbours is offered first, and says so."""
    around = context("감사의 날 행사", "")
    with database.write() as tx:
        here = Unit(ko="같은 말입니다.", en="The same, here.", context_ko=around, confirmed=True)
        memory.remember(tx, [here, Unit(ko="같은 말입니다.", en="The same, elsewhere.", confirmed=True)], "test")
    draft = drafted(api, worker, summary="같은 말입니다.", body="")
    page = desk.get(f"{address(draft)}?segment={draft['segments'][1]['id']}").text
    page = page[page.index('<ol class="matches">') :]
    assert page.index("The same, here.") < page.index("The same, elsewhere.")
    assert "100% · same context" in page


def test_issues_stand_where_they_are(desk: Desk, api: Api, worker: Worker) -> None:
    """The places are marked in source and target, a fix is a button, and what blocks approval is linked."""
    draft = drafted(api, worker)
    api.edit(draft["id"], draft["segments"][1], target="News of 2027.")
    page = desk.get(address(draft)).text
    assert '<mark class="error" title="' in page
    assert ">2027</mark>" in page
    assert f'<a href="#s-{draft["segments"][1]["id"]}"><span class="number">2</span>Dates</a>' in page


def test_an_issue_is_set_aside_with_a_note(desk: Desk, api: Api, worker: Worker) -> None:
    """A note given for a check sets its issue aside, by the button beside it alone; what was typed is saved with it."""
    draft = drafted(api, worker)
    segment = api.edit(draft["id"], draft["segments"][1], target="News of 2027.")
    save(desk, draft, segment, target="News of 2028.", **{"note.dates": "The ye"})
    segment = api.draft(draft["id"])["segments"][1]
    assert not segment["issues"][0]["dismissed"]
    save(desk, draft, segment, do="dismiss", **{"note.dates": "The year is wrong in the source."})
    (issue,) = api.draft(draft["id"])["segments"][1]["issues"]
    assert issue["dismissed"]
    assert "The year is wrong in the source." in text_of(desk.get(address(draft)).text)


def test_nothing_typed_is_lost_to_somebody_elses_change(desk: Desk, api: Api, worker: Worker) -> None:
    """A stale form is a 412 page that shows both texts; sent again from there, it is saved."""
    draft = drafted(api, worker)
    first = draft["segments"][0]
    api.edit(draft["id"], first, target="Theirs")
    answer = save(desk, draft, first, target="Mine & yours")
    assert answer.status_code == 412
    assert ">\nMine &amp; yours</textarea>" in answer.text
    assert "Somebody else changed this meanwhile." in answer.text
    assert 'name="instead" value="Theirs"' in answer.text
    now = api.draft(draft["id"])["segments"][0]
    assert now["target"] == "Theirs"
    assert f'name="version" value="{version(now)}"' in answer.text
    save(desk, draft, now, target="Mine & yours")
    assert api.draft(draft["id"])["segments"][0]["target"] == "Mine & yours"


def test_the_same_saved_twice_is_saved(desk: Desk, api: Api, worker: Worker) -> None:
    """When the answer was lost on its way and the form comes again, it finds what it asked for, and no conflict."""
    draft = drafted(api, worker)
    for _ in range(2):
        assert save(desk, draft, draft["segments"][0], target="Once", do="accept").status_code == 303


@pytest.mark.parametrize("typed", ["a\x07b", "x" * 200_001])
def test_nothing_typed_is_lost_to_a_rule(desk: Desk, api: Api, worker: Worker, typed: str) -> None:
    """What the rules refuse stays in its field, with the reason."""
    draft = drafted(api, worker)
    answer = save(desk, draft, draft["segments"][0], target=typed)
    assert answer.status_code == 422
    assert f">\n{typed}</textarea>" in answer.text
    assert "not right yet" in answer.text


def test_the_script_gets_the_parts_that_changed(desk: Desk, api: Api, worker: Worker) -> None:
    """With the token in a header a saved segment is answered by its form and the standing, without the page."""
    draft = drafted(api, worker)
    segment = draft["segments"][0]
    fields = {"version": version(segment), "target": "Sent by the script"}
    headers = {"X-CSRF-Token": desk.csrf}
    answer = desk._send("POST", address(draft, segment), headers=headers, data=fields)
    assert answer.status_code == 200
    assert "Sent by the script" in answer.text
    assert 'id="standing"' in answer.text
    assert "<html" not in answer.text
    again = desk._send("POST", address(draft, segment), headers=headers, data=fields | {"target": "Other"})
    assert again.status_code == 412
    assert "Sent by the script" in again.text
    assert desk._send("GET", address(draft, segment), headers=headers).status_code == 200
    assert desk.get(address(draft, segment)).headers["location"].endswith(f"#s-{segment['id']}")


def test_approving_and_publishing_is_one_step(desk: Desk, api: Api, worker: Worker) -> None:
    """One button makes the translation a text and publishes it; the queue says so."""
    draft = drafted(api, worker)
    answer = desk.post(address(draft), version=version(draft), do="publish")
    assert answer.status_code == 303
    page = desk.get(answer.headers["location"])
    assert f"The translation of “{ARTICLE['title']}” is approved and published." in page.text
    assert api.entry(draft["entry_id"])["texts"]["en"]["published_revision"] == 1


def test_approving_alone_publishes_nothing(desk: Desk, api: Api, worker: Worker) -> None:
    """Approve makes a revision that readers do not get yet."""
    draft = drafted(api, worker)
    desk.post(address(draft), version=version(draft), do="approve")
    text = api.entry(draft["entry_id"])["texts"]["en"]
    assert (text["revision"], text["published_revision"]) == (1, None)


def test_what_cannot_be_approved_says_why(desk: Desk, api: Api, worker: Worker) -> None:
    """Errors that are left, or a draft that changed, keep the page where it is, and nothing is published."""
    draft = drafted(api, worker)
    api.edit(draft["id"], draft["segments"][1], target="News of 2027.")
    answer = desk.post(address(draft), version=version(draft), do="publish")
    assert answer.status_code == 409
    assert "Errors are left to mend or set aside." in answer.text
    stale = desk.post(address(draft), version="99", do="publish")
    assert stale.status_code == 412
    assert api.entry(draft["entry_id"])["texts"]["en"] is None


def test_rejecting_needs_a_reason_and_can_be_taken_up_again(desk: Desk, api: Api, worker: Worker) -> None:
    """The reason is kept and shown; without one nothing happens; a retry leads to the draft that is made again."""
    draft = drafted(api, worker)
    assert desk.post(address(draft), version=version(draft), do="reject", reason=" ").status_code == 422
    desk.post(address(draft), version=version(draft), do="reject", reason="The tone is wrong.")
    assert "The tone is wrong." in desk.get(address(draft)).text
    answer = desk.post(address(draft), version=version(api.draft(draft["id"])), do="retry")
    assert answer.headers["location"] == address(draft)
    assert api.draft(draft["id"])["state"] == "queued"
    assert "It is being translated." in desk.get(address(draft)).text


def test_a_form_without_a_version_is_refused(desk: Desk, api: Api, worker: Worker) -> None:
    """No decision and no save without the version it was made from."""
    draft = drafted(api, worker)
    for given in ("", "*", "１", "9" * 30):
        assert desk.post(address(draft), version=given, do="approve").status_code == 428
        assert save(desk, draft, draft["segments"][0], version=given).status_code == 428


@pytest.mark.parametrize(("role", "may"), [("author", ["retry", "cancel"]), ("reviewer", ["approve", "publish"])])
def test_buttons_stand_only_where_the_role_allows(
    desk_as: Callable[..., Desk], api: Api, worker: Worker, role: Role, may: list[str]
) -> None:
    """An author edits and leaves the decision to a reviewer; what is sent all the same is a 403."""
    draft = drafted(api, worker)
    person = desk_as(role)
    page = person.get(address(draft)).text
    for decision in ("approve", "publish", "reject"):
        assert (f'value="{decision}"' in page) == (role == "reviewer")
        if role == "author":
            assert person.post(address(draft), version=version(draft), do=decision, reason="x").status_code == 403
    assert save(person, draft, draft["segments"][0], target="Edited").status_code == 303


def test_nobody_without_a_session_sees_or_changes_anything(client: Any, api: Api, worker: Worker) -> None:
    """Every address of the review leads a stranger to the sign-in page."""
    draft = drafted(api, worker)
    for path in ("/desk", address(draft), f"{address(draft)}/article", address(draft, draft["segments"][0])):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"][:13]) == (303, "/desk/sign-in")
    before = api.draft(draft["id"])
    client.post(address(draft), data={"version": version(draft), "do": "approve"}, follow_redirects=False)
    assert api.draft(draft["id"]) == before


def test_a_change_without_the_sessions_token_is_refused(desk: Desk, api: Api, worker: Worker) -> None:
    """A form that another site made is a 403 that changes nothing."""
    draft = drafted(api, worker)
    desk.csrf = "made up"
    assert desk.post(address(draft), version=version(draft), do="publish").status_code == 403
    assert save(desk, draft, draft["segments"][0], target="x").status_code == 403
    assert api.draft(draft["id"]) == draft


def test_hostile_texts_appear_as_texts(desk: Desk, api: Api, worker: Worker, database: Database) -> None:
    """Scripts, SVG, links to scripts and template code in every field stand there as they were written."""
    with database.write() as tx:
        terms.take_in(tx, [(Term(ko="행사", en=HOSTILE), "")], overwrite=True)
        memory.remember(tx, [Unit(ko="행사를 알립니다 모두에게.", en=HOSTILE, confirmed=True)], "test")
    body = f"행사 {HOSTILE}\n\n{HOSTILE}"
    draft = drafted(api, worker, title=HOSTILE, summary=f"행사를 알립니다. {HOSTILE}", body=body)
    for each in draft["segments"][:2]:
        segment = api.edit(draft["id"], each, target=HOSTILE)
        for issue in segment["issues"]:
            wish = [{"check": issue["check"], "note": HOSTILE}]
            api.call("PATCH", f"drafts/{draft['id']}/segments/{each['id']}", {"dismiss": wish}, "*")
    pages = [desk.get("/desk"), desk.get(f"{address(draft)}/article")]
    pages += [desk.get(f"{address(draft)}?segment={each['id']}") for each in draft["segments"]]
    for page in pages:
        assert page.status_code == 200
        for forbidden in ("<script>alert", "<svg", 'href="javascript', "onload=alert(2)>", " 49"):
            assert forbidden not in page.text.replace(escape(HOSTILE), ""), forbidden
    assert escape(HOSTILE).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in pages[-1].text


def test_a_draft_that_is_not_there(desk: Desk) -> None:
    """An unknown draft or segment is a page that says so."""
    assert desk.get("/desk/drafts/nobody").status_code == 404
    assert desk.post("/desk/drafts/nobody", version="1", do="approve").status_code == 404
    assert desk.post("/desk/drafts/nobody", version="1", do="nonsense").status_code == 404
