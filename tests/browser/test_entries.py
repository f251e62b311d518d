"""Writing in a real browser: nothing typed is lost, whoever collides is shown both texts, and Korean is left alone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from content_api.http.access import SESSION_COOKIE
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import accounts
from schemas.accounts import NewKey, Role
from schemas.values import Name
from tests.client import Api, http_to
from tests.npm import package
from tests.people import account, signed_in
from tests.server import Server
from tests.waiting import until

PageAs = Callable[..., Page]


@pytest.fixture
def api(server: Server, database: Database) -> Any:
    """The editorial API of the server, through an administrator's key."""
    account(database, "admin")
    with database.write() as tx:
        wish = NewKey(name=Name("test"), scopes=["admin"], account=Name("admin@example.org"))
        key = accounts.create_key(tx, wish).key
    with http_to() as http:
        yield Api(http, key, server.url)


@pytest.fixture
def entry(api: Api) -> Any:
    """An entry in both languages."""
    return api.create(
        texts={"ko": {"title": "감사의 날", "body": "첫 글입니다."}, "en": {"title": "Thanks", "body": "First text."}}
    )


def opened(page: Page, entry: Any) -> Page:
    """Open an entry's form."""
    page.goto(f"/desk/entries/{entry['id']}")
    return page


def kept(page: Page, locale: str = "ko") -> Any:
    """The place that says what became of what was typed in a language."""
    return page.locator(f"[data-locale={locale}] .kept")


def copy(api: Api, entry: Any, locale: str = "ko") -> Any:
    """Return the administrator's working copy, `None` where there is none."""
    answer = api.call("GET", f"entries/{entry['id']}/texts/{locale}/working-copy")
    return answer.json() if answer.status_code == 200 else None


def test_what_is_typed_is_kept_and_found_again(page_as: PageAs, api: Api, entry: Any) -> None:
    """The server has it soon, the page says so, and the form opens with it; nobody else sees it."""
    page = opened(page_as(), entry)
    page.fill("#body_ko", "고치는 중입니다.")
    expect(kept(page)).to_have_text("Not saved · kept on the server")
    assert copy(api, entry)["body"] == "고치는 중입니다."
    again = opened(page_as(), entry)
    expect(again.locator("#body_ko")).to_have_value("고치는 중입니다.")
    expect(again.get_by_text("You have not saved this yet")).to_be_visible()
    expect(opened(page_as("author"), entry).locator("#body_ko")).to_have_value("첫 글입니다.")
    again.get_by_role("button", name="Discard it").click()
    expect(again.locator("#body_ko")).to_have_value("첫 글입니다.")


def test_a_session_that_ends_while_somebody_types(
    page_as: PageAs, api: Api, entry: Any, server: Server, database: Database
) -> None:
    """The page says so and leads to signing in; once that is done elsewhere it goes on by itself."""
    page = opened(page_as(), entry)
    with database.write() as tx:
        tx.execute(update(tables.session).values(ended_at=tx.now))
    page.fill("#body_ko", "로그인이 끝난 뒤의 글")
    link = page.get_by_role("link", name="Sign in in a new tab")
    expect(link).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator("#body_ko")).to_have_value("로그인이 끝난 뒤의 글")
    with page.expect_popup() as popup:
        link.click()
    assert "/desk/sign-in" in popup.value.url
    token = signed_in(database, "admin")
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": server.url}])
    popup.value.close()
    expect(link).to_be_hidden()
    until(lambda: copy(api, entry), lambda found: bool(found) and found["body"] == "로그인이 끝난 뒤의 글")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "로그인이 끝난 뒤의 글"


def test_the_connection_is_lost_and_comes_back(page_as: PageAs, api: Api, entry: Any) -> None:
    """What is typed meanwhile stays on the device, also through a page that is closed, and is sent when it can be."""
    page = opened(page_as(), entry)
    page.context.set_offline(True)
    page.fill("#body_ko", "끊긴 동안의 글")
    expect(kept(page)).to_have_text("No connection · kept on this device")
    page.keyboard.press("Control+s")
    expect(page.locator(".saving")).to_have_text("No connection · kept on this device")
    page.context.set_offline(False)
    expect(kept(page)).to_have_text("Not saved · kept on the server")
    assert copy(api, entry)["body"] == "끊긴 동안의 글"

    page.context.set_offline(True)
    page.fill("#body_ko", "끊긴 채 닫은 글")
    expect(kept(page)).to_have_text("No connection · kept on this device")
    page.context.new_page()
    page.close()
    page.context.set_offline(False)
    again = opened(page.context.pages[-1], entry)
    expect(again.locator("#body_ko")).to_have_value("끊긴 채 닫은 글")
    until(lambda: copy(api, entry), lambda found: found["body"] == "끊긴 채 닫은 글")


def test_what_one_device_holds_does_not_take_the_place_of_what_another_kept_since(
    page_as: PageAs, api: Api, entry: Any
) -> None:
    """The newer words stand in the form; the others wait beside them, are a click away, and so is the way back."""
    here = opened(page_as(), entry)
    here.context.set_offline(True)
    here.fill("#body_ko", "지하철에서 쓴 글")
    expect(kept(here)).to_have_text("No connection · kept on this device")
    here.context.new_page()
    here.close()
    elsewhere = opened(page_as(), entry)
    elsewhere.fill("#body_ko", "집에서 쓴 글")
    expect(kept(elsewhere)).to_have_text("Not saved · kept on the server")

    here.context.set_offline(False)
    for _ in range(2):  # also when the page is left and opened once more
        back = opened(here.context.pages[-1], entry)
        expect(back.locator("#body_ko")).to_have_value("집에서 쓴 글")
    swap = back.get_by_role("button", name="Swap the two")
    swap.click()
    expect(back.locator("#body_ko")).to_have_value("지하철에서 쓴 글")
    until(lambda: copy(api, entry), lambda found: found["body"] == "지하철에서 쓴 글")
    swap.click()
    expect(back.locator("#body_ko")).to_have_value("집에서 쓴 글")
    back.get_by_role("button", name="Save", exact=True).click()
    expect(back.get_by_text("Saved.").first).to_be_visible()
    expect(opened(back, entry).get_by_role("button", name="Swap the two")).to_be_hidden()


def test_a_new_entry_is_kept_on_the_device_until_it_is_saved(page_as: PageAs) -> None:
    """Whoever leaves the page finds it as it was; once saved, the next new entry is empty."""
    page = page_as()
    page.goto("/desk/entries/new")
    page.fill("#title_ko", "새 소식")
    page.goto("/desk/entries")
    page.goto("/desk/entries/new")
    expect(page.locator("#title_ko")).to_have_value("새 소식")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The entry is made.").first).to_be_visible()
    page.goto("/desk/entries/new")
    expect(page.locator("#title_ko")).to_have_value("")


def test_two_editors_collide(page_as: PageAs, api: Api, entry: Any) -> None:
    """The second sees both versions and what differs, merges them in the field, and saves over what they saw."""
    first, second = opened(page_as("reviewer"), entry), opened(page_as(), entry)
    first.fill("#body_ko", "첫 글을 고쳤습니다.")
    first.keyboard.press("Control+s")
    expect(first.get_by_text("Saved.").first).to_be_visible()
    second.fill("#body_ko", "첫 글을 나도 고쳤습니다.")
    second.keyboard.press("Control+s")
    expect(second.get_by_role("heading", name="Somebody else saved this text meanwhile")).to_be_visible()
    expect(second.locator(".versions ins")).to_contain_text("나도")
    expect(second.locator("#body_ko")).to_have_value("첫 글을 나도 고쳤습니다.")
    second.fill("#body_ko", "첫 글을 둘이 고쳤습니다.")
    second.keyboard.press("Control+s")
    expect(second.get_by_text("Saved.").first).to_be_visible()
    text = api.entry(entry["id"])["texts"]["ko"]
    assert (text["revision"], text["body"]) == (3, "첫 글을 둘이 고쳤습니다.")


def test_the_saved_text_is_taken_and_stays(page_as: PageAs, api: Api, entry: Any) -> None:
    """One press puts it into the field, and what was typed before does not come back over it."""
    page = opened(page_as(), entry)
    api.save(entry["id"], "ko", title="감사의 날", body="남의 글")
    page.fill("#body_ko", "내 글")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Use the saved text").click()
    expect(page.locator("#body_ko")).to_have_value("남의 글")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    expect(page.locator("#body_ko")).to_have_value("남의 글")
    assert api.entry(entry["id"])["texts"]["ko"]["revision"] == 2


def test_a_syllable_being_composed_is_left_alone(page_as: PageAs, api: Api, entry: Any) -> None:
    """Nothing is sent and no key acts until it is done; then the whole syllable is kept."""
    page = opened(page_as(), entry)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.method))
    page.locator("#preview-ko summary").click()
    page.fill("#body_ko", "")
    page.wait_for_timeout(2_500)
    asked.clear()
    page.focus("#body_ko")
    keyboard = page.context.new_cdp_session(page)
    for syllable in ("ㅎ", "하", "한"):
        keyboard.send("Input.imeSetComposition", {"text": syllable, "selectionStart": 1, "selectionEnd": 1})
    keyboard.send(
        "Input.dispatchKeyEvent",
        {"type": "rawKeyDown", "key": "s", "code": "KeyS", "windowsVirtualKeyCode": 229, "modifiers": 2},
    )
    page.wait_for_timeout(2_500)
    assert asked == []
    keyboard.send("Input.insertText", {"text": "한"})
    expect(page.locator("#body_ko")).to_have_value("한")
    until(lambda: copy(api, entry)["body"], lambda body: body == "한")
    expect(page.locator("#preview-ko .reader")).to_have_text("한")


def test_whoever_types_on_while_saving_loses_nothing(page_as: PageAs, api: Api, entry: Any) -> None:
    """What is typed between the press and the answer stays in the field, with the cursor, and is kept."""
    page = opened(page_as(), entry)
    page.route("**/desk/entries/*", lambda route: (page.wait_for_timeout(700), route.continue_())[1])
    page.fill("#body_ko", "앞")
    page.keyboard.press("Control+s")
    page.keyboard.type(" and on")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    expect(page.locator("#body_ko")).to_have_value("앞 and on")
    expect(page.locator("#body_ko")).to_be_focused()
    page.keyboard.type("!")
    expect(page.locator("#body_ko")).to_have_value("앞 and on!")
    expect(kept(page)).to_have_text("Not saved · kept on the server")
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "앞"
    assert copy(api, entry)["body"] == "앞 and on!"


def test_a_syllable_is_composed_while_the_answer_arrives(page_as: PageAs, api: Api, entry: Any) -> None:
    """The page is not changed under it; once it is done it stands in the field, whole and kept."""
    page = opened(page_as(), entry)
    page.route("**/desk/entries/*", lambda route: (page.wait_for_timeout(500), route.continue_())[1])
    page.fill("#body_ko", "앞")
    page.keyboard.press("Control+s")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "하", "selectionStart": 1, "selectionEnd": 1})
    page.wait_for_timeout(2_500)
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "앞"
    expect(page.locator(".saving")).not_to_have_text("Saved.")
    keyboard.send("Input.imeSetComposition", {"text": "한", "selectionStart": 1, "selectionEnd": 1})
    keyboard.send("Input.insertText", {"text": "한"})
    expect(page.get_by_text("Saved.").first).to_be_visible()
    expect(page.locator("#body_ko")).to_have_value("앞한")
    until(lambda: copy(api, entry), lambda found: bool(found) and found["body"] == "앞한")


def test_a_page_that_is_none_of_ours_is_no_answer(page_as: PageAs, api: Api, entry: Any) -> None:
    """A gateway's error page leaves the form as it is, on this device too; saving again saves."""
    page = opened(page_as(), entry)
    page.route(
        "**/desk/entries/*", lambda route: route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway")
    )
    page.fill("#body_ko", "잃지 않을 글")
    page.keyboard.press("Control+s")
    expect(page.locator(".saving")).to_have_text("No connection · kept on this device")
    expect(kept(page)).to_have_text("Not saved · kept on the server")
    page.unroute("**/desk/entries/*")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "잃지 않을 글"


def test_nothing_is_left_behind_by_a_save(page_as: PageAs, api: Api, entry: Any) -> None:
    """Neither on the device nor on the server, however soon it comes after the last key."""
    page = opened(page_as(), entry)
    page.fill("#body_ko", "한 번에 저장")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.wait_for_timeout(2_000)
    assert page.evaluate("Object.keys(localStorage)") == []
    assert copy(api, entry) is None


def test_a_save_takes_back_what_was_kept_before(page_as: PageAs, api: Api, entry: Any) -> None:
    """Whoever makes the text as it was and saves has no working copy of it any more."""
    page = opened(page_as(), entry)
    page.fill("#body_ko", "고쳐 볼까")
    expect(kept(page)).to_have_text("Not saved · kept on the server")
    page.fill("#body_ko", "첫 글입니다.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert copy(api, entry) is None


def test_a_link_within_the_page_leaves_it_alone(page_as: PageAs, entry: Any) -> None:
    """Only the way back to another address loads that page."""
    page = opened(page_as(), entry)
    page.evaluate("window.same = true; location.hash = 'main'")
    page.go_back()
    page.wait_for_timeout(300)
    assert page.evaluate("window.same") is True


def test_what_one_person_wrote_is_not_sent_by_another(
    page_as: PageAs, api: Api, entry: Any, server: Server, database: Database
) -> None:
    """It waits on the device until the one who wrote it is signed in again."""
    page = opened(page_as(), entry)

    def sign_in(role: Role) -> None:
        url = {"name": SESSION_COOKIE, "value": signed_in(database, role), "url": server.url}
        page.context.add_cookies([url])

    sign_in("reviewer")
    page.fill("#body_ko", "관리자의 글")
    other = page.get_by_text("You are signed in with another account")
    expect(other.first).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.locator(".saving")).to_contain_text("this was written by admin@example.org")
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "첫 글입니다."
    sign_in("admin")
    expect(other.first).to_be_hidden()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "관리자의 글"


@pytest.mark.parametrize("damage", ["'{'", "'5'", "'{\"x\": 1}'", "null"])
def test_a_device_that_keeps_nothing_is_no_hindrance(page_as: PageAs, api: Api, entry: Any, damage: str) -> None:
    """Where storage is forbidden or damaged the form works all the same."""
    page = page_as()
    held = f"hanmi admin@example.org {entry['id']} ko"
    if damage == "null":
        page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })")
    else:
        page.add_init_script(f"localStorage.setItem({held!r}, {damage})")
    opened(page, entry).fill("#body_ko", "새 글")
    expect(kept(page)).to_have_text("Not saved · kept on the server")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Saved.").first).to_be_visible()


def test_the_preview_follows_what_is_typed(page_as: PageAs, entry: Any) -> None:
    """As readers will see it, while typing."""
    page = opened(page_as(), entry)
    page.locator("#preview-en summary").click()
    expect(page.locator("#preview-en .reader")).to_have_text("First text.")
    page.fill("#body_en", "**Bold** <script>alert(1)</script>")
    expect(page.locator("#preview-en .reader strong")).to_have_text("Bold")
    assert page.locator("#preview-en .reader script").count() == 0


def test_a_limit_is_shown_as_it_comes_near(page_as: PageAs, entry: Any) -> None:
    """Nothing is cut off: what is too long is said, and refused at its field."""
    page = opened(page_as(), entry)
    page.fill("#title_en", "x" * 290)
    expect(page.get_by_text("10 characters left")).to_be_visible()
    page.fill("#title_en", "x" * 305)
    expect(page.get_by_text("5 characters too many")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("At most 300 characters; it has 305.")).to_be_visible()
    expect(page.locator("#title_en")).to_be_focused()
    expect(page.locator("#title_en")).to_have_value("x" * 305)


def test_written_saved_and_published_by_keyboard_alone(page_as: PageAs, api: Api) -> None:
    """From the list to a published text, without a mouse."""
    page = page_as()
    page.goto("/desk/entries")
    press_on(page, "New entry")
    page.wait_for_url("**/desk/entries/new")
    tab_to(page, "title_ko")
    page.keyboard.type("열쇠로 쓴 글")
    tab_to(page, "body_ko")
    page.keyboard.type("본문입니다.")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("The entry is made.").first).to_be_visible()
    press_on(page, "Publish Korean")
    expect(page.get_by_text("Published.").first).to_be_visible()
    (entry,) = api.ok("GET", "entries")["items"]
    assert entry["texts"]["ko"]["published_revision"] == 1


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("width", [390, 768, 1440])
def test_nothing_scrolls_sideways(page_as: PageAs, api: Api, language: str, width: int) -> None:
    """Neither long words nor tables nor both texts beside each other make a page wider than its window."""
    long = {"title": "아주긴낱말" * 30, "body": f"{'x' * 300}\n\n| a | b |\n|---|---|\n| {'y' * 200} | z |"}
    entry = api.create(texts={"ko": long, "en": long}, tags=["veterans", "t" * 90])
    api.save(entry["id"], "ko", **long | {"body": "다름" * 200})
    page = page_as(width=width, language=language)
    for path in ("", f"/{entry['id']}", f"/{entry['id']}/history/ko", f"/{entry['id']}/delete", "/new"):
        page.goto(f"/desk/entries{path}")
        for each in page.locator("details > summary").all():
            each.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_everything_works_without_the_script(page_as: PageAs, api: Api) -> None:
    """Written, previewed, saved, published, scheduled and found by plain forms."""
    page = page_as(script=False)
    page.goto("/desk/entries")
    page.get_by_role("link", name="New entry").first.click()
    page.fill("#title_ko", "대본 없는 글")
    page.fill("#body_ko", "**굵은** 글입니다.")
    page.locator("#preview-ko summary").click()
    page.locator("#preview-ko button").click()
    expect(page.locator("#preview-ko .reader strong")).to_have_text("굵은")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The entry is made.")).to_be_visible()
    page.fill("#title_en", "Without a script")
    page.fill("#body_en", "Bold text.")
    page.get_by_role("button", name="Publish both").or_(
        page.get_by_role("button", name="Publish English")
    ).first.click()
    expect(page.get_by_text("Published.", exact=True)).to_be_visible()
    page.locator("#more-ko summary").click()
    page.fill("#at_ko", "2100-01-01T09:00")
    page.locator("[value='schedule.ko']").click()
    expect(page.get_by_text("1 Jan 2100, 09:00")).to_be_visible()
    page.goto("/desk/entries?q=script")
    expect(page.get_by_role("link", name="대본 없는 글")).to_be_visible()
    (entry,) = api.ok("GET", "entries")["items"]
    assert entry["texts"]["en"]["published_revision"] == 1


@pytest.mark.parametrize("looks", [{"language": "ko"}, {"language": "en", "scheme": "dark", "width": 390}], ids=str)
def test_a_form_full_of_troubles_is_sound(page_as: PageAs, api: Api, entry: Any, looks: Any) -> None:
    """Axe finds nothing serious where two texts meet, a field is wrong, a copy is unsaved and all is unfolded."""
    axe = (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    page = opened(page_as(**looks), entry)
    api.schedule(entry["id"], "publish", "2100-01-01T00:00:00Z", "en")
    api.save(entry["id"], "ko", title="감사의 날", body="남의 글\n" * 60)
    page.fill("#body_ko", "내 글\n" * 60)
    page.fill("#title_en", "x" * 301)
    page.keyboard.press("Control+s")
    expect(page.locator(".versions")).to_be_visible()
    page.locator("[value='link.ko']").evaluate("each => each.click()")
    expect(page.locator("#link")).to_be_visible()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.evaluate(axe)
    assert serious(page) == []
    page.goto(f"/desk/entries/{entry['id']}/history/ko")
    page.evaluate(axe)
    assert serious(page) == []


def serious(page: Page) -> list[str]:
    """Return what axe finds that matters."""
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in ("serious", "critical")
    ]


def tab_to(page: Page, field: str) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field:
            return
    raise AssertionError(f"no way to {field} by Tab")


def press_on(page: Page, name: str) -> None:
    """Press Tab until what has this name has the focus, then Enter."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"no way to {name} by Tab")
