"""Reviewing a draft in a real browser: by keyboard, by phone, in Korean, through lost connections, without script."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Locator, Page, Route, expect

from content_api.http.access import SESSION_COOKIE
from content_api.storage.database import Database
from content_api.workflow import sessions
from tests.client import Api, http_to
from tests.contracts.desk.reviewing import ARTICLE
from tests.people import account, signed_in
from tests.server import Server
from tests.waiting import until

PageAs = Callable[..., Page]


@pytest.fixture
def api(server: Server, make_key: Callable[..., str]) -> Iterator[Api]:
    with http_to() as http:
        yield Api(http, make_key("admin"), server.url)


@pytest.fixture
def drafted(api: Api) -> Callable[..., Any]:
    """Make an entry (in Korean) with a draft that awaits review; give the draft."""

    def make(**text: str) -> Any:
        draft = api.ask(api.create(texts={"ko": ARTICLE | text})["id"])
        return until(lambda: api.draft(draft["id"]), lambda now: now["state"] == "needs_review")

    return make


def segment(page: Page, number: int) -> Locator:
    """Return the form of a segment, counted from 0."""
    return page.locator("form.segment").nth(number)


def saved(page: Page, number: int) -> None:
    """Wait until the page says that a segment is saved."""
    expect(segment(page, number).locator(".status")).to_have_text("Saved")


def targets(api: Api, draft: Any) -> list[str]:
    return [each["target"] for each in api.draft(draft["id"])["segments"]]


def test_from_the_queue_to_a_published_text_by_keyboard_alone(
    page_as: PageAs, api: Api, drafted: Callable[..., Any]
) -> None:
    """Enter opens the draft, Ctrl+Enter accepts segment after segment, Enter approves and publishes."""
    draft = drafted(body="첫 문장입니다. 둘째 문장입니다.", summary="요약입니다.")
    page = page_as("reviewer")
    page.goto("/desk")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#queue a')"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/drafts/{draft['id']}")
    page.keyboard.press("Alt+ArrowDown")
    for number, each in enumerate(draft["segments"]):
        expect(segment(page, number).locator("textarea")).to_be_focused()
        if number == 0:
            page.keyboard.press("Control+a")
            page.keyboard.type("A day of thanks")
        page.keyboard.press("Control+Enter")
        expect(segment(page, number)).to_have_attribute("data-state", "reviewed")
        assert each["state"] == "translated"
    expect(page.get_by_role("button", name="Approve and publish")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk?done=publish*")
    expect(page.get_by_role("status")).to_contain_text("approved and published")
    entry = api.entry(draft["entry_id"])
    assert entry["texts"]["en"]["published_revision"] == 1
    assert entry["texts"]["en"]["title"] == "A day of thanks"


def test_a_pause_saves_and_the_preview_follows(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """What is typed is saved after a short pause, checked again, and shown as readers will see it."""
    draft = drafted()
    page = page_as("author")
    page.goto(f"/desk/drafts/{draft['id']}")
    segment(page, 1).locator("textarea").fill("News for 2027.")
    saved(page, 1)
    assert targets(api, draft)[1] == "News for 2027."
    expect(page.locator("#article .lead")).to_contain_text("News for 2027.")
    expect(segment(page, 1).locator(".issue.error")).to_contain_text("Dates")
    expect(segment(page, 1).locator(".marks mark.error")).to_have_text("2027")
    expect(segment(page, 1).locator(".origin")).to_contain_text("Person")
    expect(page.get_by_role("button", name="Approve", exact=True)).to_have_count(0)


def compose(cdp: CDPSession, *syllables: str) -> None:
    """Let an input method compose one syllable in these steps, without ending it."""
    for each in syllables:
        cdp.send("Input.imeSetComposition", {"text": each, "selectionStart": len(each), "selectionEnd": len(each)})


def test_nothing_happens_while_a_syllable_is_composed(page_as: PageAs, api: Api) -> None:
    """No key acts, nothing is saved or put anew until the syllable is done; then it is saved whole."""
    text = {"title": "Thanks", "body": "First sentence. Second sentence."}
    entry = api.create(source_locale="en", texts={"en": text})
    draft = api.ask(entry["id"], "ko")
    until(lambda: api.draft(draft["id"]), lambda now: now["state"] == "needs_review")
    page = page_as("reviewer", language="ko")
    page.goto(f"/desk/drafts/{draft['id']}")
    field = segment(page, 1).locator("textarea")
    field.fill("")
    field.focus()
    expect(segment(page, 1)).to_have_attribute("data-aided", "")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    cdp = page.context.new_cdp_session(page)
    compose(cdp, "ㅎ", "하", "한")
    cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229})
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', "
        "{key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true, cancelable: true}))"
    )
    page.wait_for_timeout(1500)  # longer than the pause after which anything else is saved
    assert asked == []
    assert field.input_value() == "한"
    expect(field).to_be_focused()
    cdp.send("Input.insertText", {"text": "한"})
    page.keyboard.insert_text("글")
    expect(segment(page, 1).locator(".status")).to_have_text("저장됨")
    assert targets(api, draft)[1] == "한글"
    assert field.input_value() == "한글"


LATE = """() => {
  const ask = window.fetch;
  window.fetch = async (...what) => {
    const answer = await ask(...what);
    await new Promise((done) => setTimeout(done, 600));
    return answer;
  };
}"""


def test_an_answer_that_comes_during_composition_waits(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """What an earlier save changes on the page is shown after the syllable is done, and nothing of it is lost."""
    draft = drafted()
    page = page_as("reviewer")
    page.goto(f"/desk/drafts/{draft['id']}")
    field = segment(page, 0).locator("textarea")
    page.evaluate(LATE)
    field.fill("Thanks ")
    field.focus()
    page.wait_for_timeout(900)
    cdp = page.context.new_cdp_session(page)
    compose(cdp, "ㄱ", "가")
    page.wait_for_timeout(1200)
    assert field.input_value() == "Thanks 가"
    cdp.send("Input.insertText", {"text": "가"})
    until(lambda: targets(api, draft)[0], lambda now: now == "Thanks 가")
    assert field.input_value() == "Thanks 가"


def test_the_connection_lost_and_back(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """Without a connection the page says so and keeps what is typed, over a reload too; it is sent when it is back."""
    draft = drafted()
    page = page_as("author")
    page.goto(f"/desk/drafts/{draft['id']}")
    page.context.set_offline(True)
    segment(page, 0).locator("textarea").fill("Kept on the device")
    expect(page.locator("[data-tells=offline]")).to_be_visible()
    segment(page, 1).locator("textarea").fill("This too for 2026")
    expect(segment(page, 1).locator(".status")).to_contain_text("kept on this device")
    page.context.set_offline(False)
    until(lambda: targets(api, draft)[:2], lambda now: now == ["Kept on the device", "This too for 2026"])
    expect(page.locator("[data-tells=offline]")).to_be_hidden()
    page.route("**/segments/*", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    segment(page, 0).locator("textarea").fill("Typed just before the browser fell over")
    page.reload()
    page.unroute_all()
    expect(segment(page, 0).locator("textarea")).to_have_value("Typed just before the browser fell over")
    until(lambda: targets(api, draft)[0], lambda now: now == "Typed just before the browser fell over")


def test_a_session_that_ends_while_typing(
    page_as: PageAs, api: Api, drafted: Callable[..., Any], database: Database, server: Server
) -> None:
    """The page says that one was signed out and keeps what is typed; after signing in elsewhere it saves by itself."""
    draft = drafted()
    page = page_as("author")
    page.goto(f"/desk/drafts/{draft['id']}")
    who = account(database, "author")
    with database.write() as tx:
        sessions.end_all(tx, who)
    segment(page, 0).locator("textarea").fill("Typed while signed out")
    expect(page.locator("[data-tells=signed_out]")).to_be_visible()
    expect(page.get_by_role("link", name="Sign in in a new tab")).to_have_attribute("href", "/desk/sign-in")
    token = signed_in(database, "author")
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.url}])
    until(lambda: targets(api, draft)[0], lambda now: now == "Typed while signed out")
    expect(page.locator("[data-tells=signed_out]")).to_be_hidden()
    segment(page, 1).locator("textarea").fill("And goes on")
    saved(page, 1)


def test_two_reviewers_on_one_segment(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """The second sees both texts and their difference, and neither is lost: theirs or mine is taken by one click."""
    draft = drafted()
    first, second = page_as("reviewer"), page_as("admin")
    for page in (first, second):
        page.goto(f"/desk/drafts/{draft['id']}")
    segment(first, 0).locator("textarea").fill("Theirs came first")
    saved(first, 0)
    mine = segment(second, 0)
    mine.locator("textarea").fill("Mine came second")
    expect(mine.get_by_role("alert")).to_contain_text("Theirs came first")
    expect(mine.locator("textarea")).to_have_value("Mine came second")
    assert targets(api, draft)[0] == "Theirs came first"
    mine.get_by_role("button", name="Save mine").click()
    saved(second, 0)
    assert targets(api, draft)[0] == "Mine came second"
    segment(first, 0).locator("textarea").fill("Once more")
    segment(first, 0).get_by_role("button", name="Take theirs").click()
    expect(segment(first, 0).locator("textarea")).to_have_value("Mine came second")
    saved(first, 0)
    assert targets(api, draft)[0] == "Mine came second"


def test_accepting_overwrites_nobody_unseen(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """Where a clash comes to light while accepting waits, and as long as it stands, nothing goes over their text."""
    draft = drafted()
    page = page_as("reviewer")
    page.goto(f"/desk/drafts/{draft['id']}")
    page.evaluate(LATE)
    api.edit(draft["id"], draft["segments"][0], target="Theirs came first")
    mine = segment(page, 0)
    mine.locator("textarea").fill("Mine")
    page.wait_for_timeout(1000)  # what was typed is on its way
    page.keyboard.press("Control+Enter")
    expect(mine.get_by_role("alert")).to_contain_text("Theirs came first")
    page.wait_for_timeout(1000)
    assert targets(api, draft)[0] == "Theirs came first"
    mine.locator("textarea").press("Control+Enter")
    mine.get_by_role("button", name="Accept").click()
    mine.locator("textarea").press("End")
    page.keyboard.type(" still")
    page.wait_for_timeout(1800)
    assert targets(api, draft)[0] == "Theirs came first"
    mine.get_by_role("button", name="Save mine").click()
    until(lambda: targets(api, draft)[0], lambda now: now == "Mine still")


@pytest.mark.parametrize("status", [200, 502])
def test_a_page_of_somebody_between_is_no_answer(
    page_as: PageAs, api: Api, drafted: Callable[..., Any], status: int
) -> None:
    """What a proxy answers saves nothing: the page keeps what is typed, says so and tries again."""
    draft = drafted()
    page = page_as("author")
    page.goto(f"/desk/drafts/{draft['id']}")
    page.route("**/segments/*", lambda route: route.fulfill(status=status, content_type="text/html", body="Hm"))
    segment(page, 0).locator("textarea").fill("Typed behind a proxy")
    expect(segment(page, 0).locator(".status")).to_contain_text("kept on this device")
    page.unroute_all()
    until(lambda: targets(api, draft)[0], lambda now: now == "Typed behind a proxy")
    saved(page, 0)


def test_nothing_goes_out_under_somebody_elses_name(
    page_as: PageAs, api: Api, drafted: Callable[..., Any], database: Database, server: Server
) -> None:
    """Where somebody else signs in in another tab, what was typed waits for its writer to come back."""
    draft = drafted()
    page = page_as("author")
    page.goto(f"/desk/drafts/{draft['id']}")
    other = {"name": SESSION_COOKIE, "value": signed_in(database, "reviewer"), "url": server.url}
    page.context.add_cookies([other])
    segment(page, 0).locator("textarea").fill("An author's words")
    expect(page.locator("[data-tells=signed_out]")).to_be_visible()
    with page.expect_response("**/desk/session"):
        pass
    segment(page, 0).locator("textarea").fill("An author's own words")
    page.wait_for_timeout(7000)
    assert targets(api, draft)[0] == draft["segments"][0]["target"]
    page.context.add_cookies([other | {"value": signed_in(database, "author")}])
    until(lambda: targets(api, draft)[0], lambda now: now == "An author's own words")


def test_a_reason_goes_out_by_its_own_button(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """A reason that is being written is not saved with the text; Enter in it sets the issue aside."""
    draft = drafted()
    api.edit(draft["id"], draft["segments"][1], target="News of 2027.")
    page = page_as("reviewer")
    page.goto(f"/desk/drafts/{draft['id']}")
    row = segment(page, 1)
    row.locator("summary").click()
    reason = row.locator("input[name^='note.']")
    reason.fill("The ye")
    row.locator("textarea").fill("News of 2027!")
    saved(page, 1)
    assert not any(issue["dismissed"] for issue in api.draft(draft["id"])["segments"][1]["issues"])
    if not reason.is_visible():
        row.locator("summary").click()
    reason.fill("The year is right.")
    reason.press("Enter")
    expect(row.locator(".issue.aside")).to_contain_text("The year is right.")


def test_keys_insert_undo_and_tell_what_they_do(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """Alt+0 copies the source, Alt+Z takes the last saved change back, `?` lists the keys, Escape closes the list."""
    draft = drafted()
    page = page_as("reviewer")
    page.goto(f"/desk/drafts/{draft['id']}")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    field = segment(page, 0).locator("textarea")
    before = field.input_value()
    field.focus()
    expect(segment(page, 0)).to_have_attribute("data-aided", "")
    page.keyboard.press("Alt+0")
    saved(page, 0)
    assert targets(api, draft)[0] == ARTICLE["title"]
    page.keyboard.press("Alt+z")
    expect(field).to_have_value(before)
    until(lambda: targets(api, draft)[0], lambda now: now == before)
    field.press("?")  # a question mark, while typing
    expect(page.locator("dialog#keys")).to_be_hidden()
    placeholder = next(n for n, each in enumerate(draft["segments"]) if "<1>" in each["source"])
    words = segment(page, placeholder).locator("textarea")
    words.fill("one two")
    words.evaluate("each => each.setSelectionRange(4, 7)")
    segment(page, placeholder).get_by_role("button", name="<1></1>").click()
    expect(words).to_have_value("one <1>two</1>")


def test_a_phone(page_as: PageAs, drafted: Callable[..., Any]) -> None:
    """On a phone nothing scrolls sideways, the preview opens by a button, and everything is there."""
    draft = drafted(title="아주 긴 제목이 " * 12)
    page = page_as("reviewer", width=390, height=800, language="ko")
    for address in ("/desk", f"/desk/drafts/{draft['id']}"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, address
    expect(page.locator("#preview")).to_be_hidden()
    page.get_by_role("link", name="미리보기").click()
    expect(page.locator("#preview")).to_be_visible()
    page.get_by_role("link", name="미리보기").click()
    segment(page, 3).locator("textarea").click()
    expect(segment(page, 3)).to_have_attribute("data-aided", "")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_role("button", name="승인하고 공개")).to_be_in_viewport()


def test_without_the_script(page_as: PageAs, api: Api, drafted: Callable[..., Any]) -> None:
    """Saving, matches, accepting, approving and publishing work by forms and links alone."""
    draft = drafted(body="문장입니다.", summary="")
    page = page_as("reviewer", script=False)
    page.goto("/desk")
    page.locator("#queue .name").click()
    segment(page, 0).locator("textarea").fill("Without script")
    segment(page, 0).get_by_role("button", name="Save").click()
    assert targets(api, draft)[0] == "Without script"
    segment(page, 1).get_by_role("link", name="Matches and terms").click()
    segment(page, 1).get_by_role("button", name="Copy source").click()
    assert targets(api, draft)[1] == "문장입니다."
    segment(page, 1).locator("textarea").fill("A sentence.")
    segment(page, 1).get_by_role("button", name="Accept").click()
    assert api.draft(draft["id"])["segments"][1]["state"] == "reviewed"
    page.get_by_role("button", name="Approve and publish").click()
    expect(page.get_by_role("status")).to_contain_text("approved and published")
    assert api.entry(draft["entry_id"])["texts"]["en"]["published_revision"] == 1


def test_progress_is_followed(page_as: PageAs, api: Api, drafted: Callable[..., Any], database: Database) -> None:
    """The queue shows a draft as it grows, and its end, without anybody loading the page again."""
    draft = drafted()
    running(database, 1)
    page = page_as("author")
    page.goto("/desk")
    total = len(draft["segments"])
    expect(page.locator("#queue .count")).to_have_text(f"1/{total}")
    running(database, 3)
    expect(page.locator("#queue .count")).to_have_text(f"3/{total}")
    assert page.locator("#queue progress").evaluate("each => each.value") == 3
    api.call("POST", f"drafts/{draft['id']}/cancel", None, "*")
    expect(page.get_by_role("heading", name="Nothing waits for you")).to_be_visible()


def running(database: Database, done: int) -> None:
    """Let all drafts be under way, with so many segments done."""
    with database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE draft SET state = 'running'")
        tx.connection.exec_driver_sql(f"UPDATE segment SET tried = (position < {done})")


def test_an_end_before_the_page_listens_is_noticed(
    page_as: PageAs, api: Api, drafted: Callable[..., Any], database: Database
) -> None:
    """What happens between the page's making and its listening is told all the same."""
    draft = drafted()
    running(database, 1)
    page = page_as("author")
    held: list[Route] = []
    page.route("**/v1/editorial/events*", lambda route: held.append(route))
    page.goto(f"/desk/drafts/{draft['id']}")
    expect(page.locator("[data-follow]")).to_be_visible()
    page.wait_for_timeout(300)
    api.call("POST", f"drafts/{draft['id']}/cancel", None, "*")
    held[0].continue_()
    expect(page.locator("[data-follow]")).to_have_count(0)


SLOWEST = """async (form) => {
  const field = form.elements.target, took = [];
  field.focus();
  for (let n = 0; n < 40; n++) {
    const began = performance.now();
    document.execCommand("insertText", false, "가");
    field.getBoundingClientRect();
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done));
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b);
}"""


def test_five_hundred_segments(page_as: PageAs, drafted: Callable[..., Any], record_property: Any) -> None:
    """A text of 500 segments opens, scrolls and takes typing; how long keys took is told, not judged."""
    body = "\n\n".join(f"이것은 {number}번째 문장이며 조금 길게 이어집니다." for number in range(500))
    draft = drafted(body=body)
    page = page_as("reviewer")
    began = time.monotonic()
    page.goto(f"/desk/drafts/{draft['id']}")
    opened = time.monotonic() - began
    last = segment(page, len(draft["segments"]) - 1)
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    took = segment(page, 250).evaluate(SLOWEST)
    record_property("opened", round(opened, 2))
    record_property("slowest_key_ms", round(took[-1], 1))
    print(f"opened in {opened:.2f} s; keys: median {took[len(took) // 2]:.1f} ms, slowest {took[-1]:.1f} ms")
    saved(page, 250)
