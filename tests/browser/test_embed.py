"""`<hanmi-news>` on a partner's page, of another origin and under a strict policy: as readers see it and use it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from content_api.settings import Settings, load
from content_api.storage.database import Database
from content_api.workflow import accounts, editing, publishing
from schemas.decoding import convert
from schemas.entries import NewEntry
from tests.browser.host import Host, serving
from tests.browser.making import HOSTILE
from tests.npm import package
from tests.server import Server

OpenPage = Callable[..., Page]
PARTNERS = Path(__file__).parents[2] / "docs" / "partners.md"
ITEM_URL = "https://site.example/{locale}/news/{slug}?id={id}"
ELEMENT = '<hanmi-news locale="auto" count="5"></hanmi-news>'
PARAGRAPH = "참전용사를 기억하는 자리에 많은 분이 함께하셨습니다. "
LIGHTNESS = """(each) => {
  const [red, green, blue] = getComputedStyle(each).backgroundColor.match(/[\\d.]+/g).map(Number);
  return (red + green + blue) / 3 / 255;
}"""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, template: Path) -> Settings:
    """Settings of an installation that all these tests read, and none changes."""
    folder = tmp_path_factory.mktemp("embed")
    shutil.copy(template, folder / "hanmi.db")
    return load({"HANMI_DATA_DIR": str(folder), "HANMI_MORPHOLOGY": "none"})


@pytest.fixture(scope="module")
def ids(settings: Settings) -> list[str]:
    """What is published: three news, five events of one line each, and a mission of hostile and long texts."""
    database = Database(settings.url)
    found = [
        publish(database, "첫째 소식", "First news", PARAGRAPH, date="1953", slug="first"),
        publish(database, "둘째 소식", "Second news", PARAGRAPH, date="1953-07", slug="second", tags=["veterans"]),
        publish(database, "셋째 소식", "Third news", PARAGRAPH, date="2026-11-11", slug="감사"),
    ]
    for number in range(5):
        publish(
            database, f"연혁 {number}", f"Event {number}", "한 줄로 된 글.", kind="history", date=f"195{number}-10-01"
        )
    publish(database, HOSTILE, HOSTILE, HOSTILE * 3, kind="mission", tags=["hostile"], date="1953-07-27")
    publish(database, "가" * 300, "W" * 300, "나" * 1_000, kind="mission")
    publish(database, "한국어로만 실린 글", None, "한국어 요약", kind="mission", date="2026-11")
    database.close()
    return found


@pytest.fixture(scope="module")
def server(settings: Settings, ids: list[str]) -> Iterator[Server]:
    """A server that knows where a site shows its news."""
    with Server(settings, HANMI_ITEM_URL_NEWS=ITEM_URL) as running:
        yield running


@pytest.fixture
def host(server: Server) -> Iterator[Host]:
    with serving(server.url) as host:
        yield host


@pytest.fixture(scope="session")
def axe() -> str:
    return (package("axe-core") / "axe.min.js").read_text(encoding="utf-8")


def publish(database: Database, ko: str, en: str | None, summary: str = "", **fields: Any) -> str:
    """Publish an entry in Korean, and in English where it has a title in it; return its id."""
    texts = {
        locale: {"title": title, "summary": summary, "body": "본문"}
        for locale, title in (("ko", ko), ("en", en))
        if title
    }
    wish = {"kind": "news", "source_locale": "ko", "texts": texts} | fields
    with database.write() as tx:
        entry_id = editing.create_entry(tx, accounts.local(tx.connection), convert(wish, NewEntry))
        publishing.publish(tx, entry_id, list(texts), None)  # type: ignore[arg-type]
    return entry_id


def hold(page: Page, addresses: str) -> list[Route]:
    """Return the requests to `addresses` that wait, from now on, until a test lets them go."""
    held: list[Route] = []
    page.route(addresses, lambda route: held.append(route))
    return held


def titles(page: Page, element: str = "hanmi-news") -> Locator:
    return page.locator(f"{element} .title")


KOREAN, ENGLISH = ["셋째 소식", "둘째 소식", "첫째 소식"], ["Third news", "Second news", "First news"]


def test_it_shows_the_list_in_the_pages_language(open_page: OpenPage, host: Host, ids: list[str]) -> None:
    """Titles lead to where the site shows them, dates are written as far as they are known, languages are told."""
    page = open_page(language="en")
    page.goto(host.page(ELEMENT))
    expect(titles(page)).to_have_text(KOREAN)
    expect(page.locator("hanmi-news .date")).to_have_text(["2026년 11월 11일", "1953년 7월", "1953년"])
    assert page.locator("hanmi-news .date").first.get_attribute("datetime") == "2026-11-11"
    assert titles(page).first.get_attribute("href") == f"https://site.example/ko/news/%EA%B0%90%EC%82%AC?id={ids[2]}"
    expect(page.locator("hanmi-news .frame")).to_have_attribute("lang", "ko")
    page.goto(host.page(ELEMENT, lang="en-GB"))
    expect(titles(page)).to_have_text(ENGLISH)
    expect(page.locator("hanmi-news .date")).to_have_text(["November 11, 2026", "July 1953", "1953"])
    expect(page.locator("hanmi-news .frame")).to_have_attribute("lang", "en")
    expect(page.get_by_role("region", name="US & Korea Alliance Association News")).to_be_visible()


@pytest.mark.parametrize(("language", "expected"), [("ko", KOREAN), ("en", ENGLISH)])
def test_a_page_in_neither_language_follows_the_browser(
    open_page: OpenPage, host: Host, language: str, expected: list[str]
) -> None:
    """And so does one that asks for it (`locale="browser"`), whatever its own language."""
    page = open_page(language=language)
    page.goto(host.page(ELEMENT, lang="fr"))
    expect(titles(page)).to_have_text(expected)
    page.goto(host.page('<hanmi-news locale="browser"></hanmi-news>', lang="en" if language == "ko" else "ko"))
    expect(titles(page)).to_have_text(expected)


def test_the_reader_chooses_the_language_and_it_is_remembered(open_page: OpenPage, host: Host) -> None:
    """By keyboard; all elements follow that leave it to the reader, it is said aloud, and holds on the next page."""
    fixed = '<hanmi-news id="fixed" locale="ko"></hanmi-news>'
    page = open_page()
    page.goto(
        host.page('<hanmi-news id="one"></hanmi-news>', '<hanmi-news id="two" locale="auto"></hanmi-news>', fixed)
    )
    expect(titles(page, "#two")).to_have_text(KOREAN)
    english = page.locator("#one").get_by_role("button", name="English")
    expect(english).to_have_attribute("aria-pressed", "false")
    expect(english).to_have_attribute("lang", "en")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(english).to_be_focused()
    page.keyboard.press("Enter")
    for element in ("#one", "#two"):
        expect(titles(page, element)).to_have_text(ENGLISH)
        expect(page.locator(f"{element} .frame")).to_have_attribute("lang", "en")
    expect(english).to_be_focused()
    expect(english).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#one").get_by_role("status")).to_have_text("Showing 3 in English.")
    expect(page.locator("#two").get_by_role("status")).to_have_text("")
    expect(titles(page, "#fixed")).to_have_text(KOREAN)
    page.goto(host.page(ELEMENT, lang="ko"))
    expect(titles(page)).to_have_text(ENGLISH)


def test_a_language_that_the_page_names_is_the_pages(open_page: OpenPage, host: Host) -> None:
    """The reader may switch there and then; neither other elements nor the next page take that for a choice."""
    page = open_page()
    address = host.page(
        '<hanmi-news id="left" locale="ko"></hanmi-news>', '<hanmi-news id="right" locale="en"></hanmi-news>'
    )
    page.goto(address)
    expect(titles(page, "#right")).to_have_text(ENGLISH)
    page.locator("#left").get_by_role("button", name="English").click()
    expect(titles(page, "#left")).to_have_text(ENGLISH)
    page.goto(address)
    expect(titles(page, "#left")).to_have_text(KOREAN)
    page.goto(host.page(ELEMENT))
    expect(titles(page)).to_have_text(KOREAN)


def test_where_nothing_may_be_kept_the_switch_works_all_the_same(open_page: OpenPage, host: Host) -> None:
    """Storage that throws, as it does in some frames, costs no more than the memory."""
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })")
    page.goto(host.page(ELEMENT))
    page.get_by_role("button", name="English").click()
    expect(titles(page)).to_have_text(ENGLISH)


def test_hostile_content_is_text(open_page: OpenPage, host: Host) -> None:
    """Markup, scripts and handlers in every field are letters; none becomes an element or is run."""
    page = open_page(language="ko")
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(host.page('<hanmi-news kind="mission" tag="hostile"></hanmi-news>'))
    expect(titles(page)).to_have_count(1)
    assert titles(page).text_content() == HOSTILE
    assert page.locator("hanmi-news .summary").text_content() == HOSTILE * 3
    inside = page.locator("hanmi-news .body *").evaluate_all("all => all.map((each) => each.localName)")
    assert sorted(inside) == ["div", "li", "p", "span", "time", "ul"]
    assert dialogs == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_fits_and_is_sound(open_page: OpenPage, host: Host, axe: str, width: int, scheme: str) -> None:
    """At any width, light and dark, in both languages, with long and hostile texts: axe finds nothing serious."""
    for lang in ("ko", "en"):
        page = open_page(width=width, scheme=scheme, language=lang)
        elements = [f'<hanmi-news kind="{kind}" fallback="source"></hanmi-news>' for kind in ("news", "mission")]
        page.goto(host.page(*elements, lang=lang, scheme="light dark"))
        expect(titles(page)).to_have_count(6)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        too_wide = "all => all.filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"
        assert page.locator("hanmi-news :is(.frame, .item, .text, .title, .summary)").evaluate_all(too_wide) == []
        lightness = page.locator("hanmi-news .frame").first.evaluate(LIGHTNESS)
        assert lightness > 0.9 if scheme == "light" else lightness < 0.2
        assert_sound(page, axe)


def test_it_has_room_where_nobody_gives_it_any(open_page: OpenPage, host: Host) -> None:
    """In a row, floating, or in a cell it is as wide as it needs to be, and never wider than its place."""
    page = open_page(width=800)
    row = "main { display: flex } h1 { display: none }"
    for style in (row, "hanmi-news { float: left }", row + "main { inline-size: 200px }"):
        page.goto(host.page(ELEMENT, style=style))
        expect(titles(page)).to_have_text(KOREAN)
        wide = page.locator("hanmi-news").evaluate("each => each.getBoundingClientRect().width")
        assert wide == 200 if "200px" in style else 280 <= wide <= 400


def assert_sound(page: Page, axe: str) -> None:
    """Fail if axe finds something serious."""
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in serious] == []


@pytest.mark.parametrize(
    ("declared", "theme", "reader", "is_dark"),
    [
        ("", "", "dark", True),
        ("", "", "light", False),
        ("light", "", "dark", False),
        ("dark", "", "light", True),
        ("light dark", "", "dark", True),
        ("light", "dark", "light", True),
        ("dark", "light", "dark", False),
    ],
)
def test_light_and_dark(open_page: OpenPage, host: Host, declared: str, theme: str, reader: str, is_dark: bool) -> None:
    """A theme wins; else what the page declares; where it declares nothing, what the reader prefers."""
    page = open_page(scheme=reader)
    page.goto(host.page(f'<hanmi-news theme="{theme}"></hanmi-news>', scheme=declared))
    expect(titles(page)).to_have_count(3)
    assert (page.locator("hanmi-news .frame").evaluate(LIGHTNESS) < 0.5) is is_dark


def test_a_page_may_dress_it(open_page: OpenPage, host: Host) -> None:
    """By custom properties, and by the parts it is made of."""
    style = (
        "hanmi-news { --hanmi-background: rgb(1 2 3); --hanmi-text: rgb(250 250 250) } "
        "hanmi-news::part(title) { color: rgb(9 9 9) } hanmi-news::part(switch) { display: none }"
    )
    page = open_page()
    page.goto(host.page(ELEMENT, style=style))
    expect(page.locator("hanmi-news .frame")).to_have_css("background-color", "rgb(1, 2, 3)")
    expect(page.locator("hanmi-news .frame")).to_have_css("color", "rgb(250, 250, 250)")
    expect(titles(page).first).to_have_css("color", "rgb(9, 9, 9)")
    expect(page.get_by_role("button", name="English")).to_be_hidden()


def test_korean_is_broken_between_words(open_page: OpenPage, host: Host) -> None:
    """A word that is wider than its line is the only one that is cut."""
    page = open_page(width=320)
    page.goto(host.page(ELEMENT))
    expect(page.locator("hanmi-news .summary").first).to_have_css("word-break", "keep-all")
    expect(page.locator("hanmi-news .summary").first).to_have_css("overflow-wrap", "anywhere")
    page.get_by_role("button", name="English").click()
    expect(titles(page)).to_have_text(ENGLISH)
    expect(titles(page).first).to_have_css("word-break", "normal")


def test_while_it_waits_it_keeps_its_room(open_page: OpenPage, host: Host) -> None:
    """The page does not jump when the list comes, nor when the other language does."""
    page = open_page(width=768)
    held = hold(page, "**/v1/history**")
    page.goto(host.page('<hanmi-news kind="history"></hanmi-news>'))
    expect(page.locator("hanmi-news .waiting")).to_have_count(5)
    expect(page.locator("hanmi-news .body")).to_have_attribute("aria-busy", "true")
    waiting = height(page)
    held.pop().continue_()
    expect(titles(page).first).to_have_text("연혁 0")
    shown = height(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("status")).to_have_text("Loading.")
    expect(titles(page).first).to_have_text("연혁 0")
    assert height(page) == shown
    held.pop().continue_()
    expect(titles(page).first).to_have_text("Event 0")
    assert abs(waiting - shown) < 40


def height(page: Page) -> float:
    found: float = page.locator("hanmi-news .frame").evaluate("each => each.getBoundingClientRect().height")
    return found


def test_an_empty_list_says_so(open_page: OpenPage, host: Host, axe: str) -> None:
    """In words, to those who hear the page too."""
    page = open_page()
    page.goto(host.page('<hanmi-news tag="nobody-uses-it"></hanmi-news>'))
    expect(page.get_by_role("status")).to_have_text("아직 실린 글이 없습니다.")
    expect(page.get_by_role("button", name="다시 시도")).to_be_hidden()
    assert_sound(page, axe)


def test_a_server_that_is_away_is_told_and_tried_again(open_page: OpenPage, settings: Settings, axe: str) -> None:
    """The list gives way to a sentence and a button, by which it comes back; the focus is not lost on the way."""
    page, server = open_page(), Server(settings)
    with server, serving(server.url) as host:
        page.goto(host.page(ELEMENT))
        expect(titles(page)).to_have_text(KOREAN)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("status")).to_have_text("This could not be loaded just now.")
    expect(titles(page)).to_have_count(0)
    assert_sound(page, axe)
    again = page.get_by_role("button", name="Try again")
    again.focus()
    page.keyboard.press("Enter")
    expect(page.locator("hanmi-news .body")).not_to_have_attribute("aria-busy", "true")
    expect(again).to_be_focused()
    with server:
        page.keyboard.press("Enter")
        expect(titles(page)).to_have_text(ENGLISH)
        expect(again).to_be_hidden()
        expect(page.locator("hanmi-news .body")).to_be_focused()
        expect(page.get_by_role("status")).to_have_text("Showing 3 in English.")


@pytest.mark.parametrize("body", ["<html>", "[]", '{"items": 1}', "null"])
def test_an_answer_that_makes_no_sense_is_no_answer(open_page: OpenPage, host: Host, body: str) -> None:
    """What a proxy in between may say instead is told as what it is: a failure."""
    page = open_page()
    page.route("**/v1/news**", lambda route: route.fulfill(body=body, headers={"Access-Control-Allow-Origin": "*"}))
    page.goto(host.page(ELEMENT))
    expect(page.get_by_role("button", name="다시 시도")).to_be_visible()


def test_a_refused_question_has_no_answer(open_page: OpenPage, host: Host, server: Server) -> None:
    """What no tag can be called has no entries, in the element and in the page alike; whoever looks is told why."""
    page = open_page(language="ko")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for address in (host.page('<hanmi-news tag="No Slug" count="1e3"></hanmi-news>'), "/embed/news?tag=No+Slug"):
        page.goto(address)
        expect(page.get_by_role("status")).to_have_text("아직 실린 글이 없습니다.")
        expect(page.locator("hanmi-news .retry")).to_be_hidden()
        assert [each for each in said if each.startswith("hanmi-news: tag: ")]
        said.clear()


def test_the_list_is_in_one_language_whenever_the_pages_changes(open_page: OpenPage, host: Host) -> None:
    """Also while it is on its way: what was asked for in another language is not shown."""
    page = open_page()
    held = hold(page, "**/v1/news?locale=ko**")
    page.goto(host.page('<hanmi-news fallback="source"></hanmi-news>'))
    expect(page.locator("hanmi-news .waiting")).to_have_count(5)
    page.evaluate("document.documentElement.lang = 'en'")
    expect(titles(page)).to_have_text(ENGLISH)
    held.pop().continue_()
    page.wait_for_timeout(200)
    expect(titles(page)).to_have_text(ENGLISH)
    expect(page.locator("hanmi-news .frame")).to_have_attribute("lang", "en")
    expect(page.locator("hanmi-news .list")).to_have_attribute("lang", "en")
    expect(page.locator("hanmi-news .other")).to_have_count(0)


def test_a_list_is_in_the_language_it_was_asked_for_in(open_page: OpenPage, host: Host) -> None:
    """Though the page around it says another by then, where nobody could have told: nothing is marked as foreign."""
    page = open_page()
    held = hold(page, "**/v1/news?**")
    page.goto(host.page('<div id="around" lang="ko"><hanmi-news></hanmi-news></div>'))
    expect(page.locator("hanmi-news .waiting")).to_have_count(5)
    page.evaluate("document.querySelector('#around').lang = 'en'")
    held.pop().continue_()
    expect(titles(page)).to_have_text(KOREAN)
    expect(page.locator("hanmi-news .list")).to_have_attribute("lang", "ko")
    expect(page.locator("hanmi-news .other")).to_have_count(0)


def test_it_recovers(open_page: OpenPage, host: Host) -> None:
    """Where it failed it asks again when the network is back, or when it is put elsewhere; meanwhile it says so."""
    page = open_page()
    held = hold(page, "**/v1/news**")
    page.goto(host.page(ELEMENT, "<aside></aside>"))
    message = page.get_by_role("status")

    def fail() -> None:
        expect(page.locator("hanmi-news .body")).to_have_attribute("aria-busy", "true")
        held.pop().abort()
        expect(message).to_have_text("지금은 글을 불러오지 못했습니다.")

    fail()
    page.get_by_role("button", name="다시 시도").click()
    expect(message).to_have_text("불러오는 중입니다.")
    expect(message).to_have_attribute("data-manner", "shown")
    fail()
    page.evaluate("document.documentElement.className = 'scrolled'")  # is no reason to ask
    page.evaluate("dispatchEvent(new Event('online'))")
    fail()
    assert held == []
    page.evaluate("document.querySelector('aside').append(document.querySelector('hanmi-news'))")
    expect(page.locator("hanmi-news .body")).to_have_attribute("aria-busy", "true")
    held.pop().continue_()
    expect(titles(page)).to_have_text(KOREAN)
    expect(page.get_by_role("button", name="다시 시도")).to_be_hidden()


def test_only_what_a_reader_asked_for_is_said_aloud(open_page: OpenPage, host: Host) -> None:
    """To press the language that is shown asks for nothing: what changes later is not announced for it."""
    page = open_page()
    page.goto(host.page(ELEMENT))
    expect(titles(page)).to_have_text(KOREAN)
    page.get_by_role("button", name="한국어").click()
    page.locator("hanmi-news").evaluate("each => each.setAttribute('count', '1')")
    expect(titles(page)).to_have_text(KOREAN[:1])
    expect(page.get_by_role("status")).to_have_text("")


def test_it_keeps_room_for_what_fits_a_screen(open_page: OpenPage, host: Host) -> None:
    """However many are asked for: what comes may be few."""
    page = open_page()
    page.route("**/v1/news**", lambda route: None)
    page.goto(host.page('<hanmi-news count="100"></hanmi-news>', '<hanmi-news count="2"></hanmi-news>'))
    expect(page.locator("hanmi-news").first.locator(".waiting")).to_have_count(5)
    expect(page.locator("hanmi-news").last.locator(".waiting")).to_have_count(2)


@pytest.mark.parametrize("change", ["className = 'dark'", "dataset.theme = 'dark'", "style.colorScheme = 'dark'"])
def test_it_follows_a_pages_own_switch(open_page: OpenPage, host: Host, change: str) -> None:
    """By class, by `data-theme` or by style of the page's root."""
    page = open_page(scheme="light")
    page.goto(host.page(ELEMENT, style="[data-theme=dark], .dark { color-scheme: dark }"))
    expect(titles(page)).to_have_count(3)
    assert page.locator("hanmi-news .frame").evaluate(LIGHTNESS) > 0.9
    page.evaluate(f"document.documentElement.{change}")
    expect(page.locator("hanmi-news .frame")).to_have_attribute("data-scheme", "page")
    assert page.locator("hanmi-news .frame").evaluate(LIGHTNESS) < 0.2


def test_a_pages_type_does_not_leak_in(open_page: OpenPage, host: Host) -> None:
    """Nor where the page breaks, hyphenates and shades all of its text."""
    page = open_page()
    page.goto(
        host.page(ELEMENT, style="* { word-break: break-all; hyphens: auto; text-shadow: 1px 1px red }", lang="en")
    )
    expect(titles(page)).to_have_text(ENGLISH)
    title = titles(page).first
    for name, value in (("word-break", "normal"), ("hyphens", "manual"), ("text-shadow", "none")):
        expect(title).to_have_css(name, value)


def test_attributes_may_change(open_page: OpenPage, host: Host) -> None:
    """At any time, several at once with a single question; what is no count, kind or theme counts as none."""
    page = open_page()
    asked = questions(page)
    page.goto(host.page('<hanmi-news count="1e3" kind="drafts" theme="pink"></hanmi-news>'))
    expect(titles(page)).to_have_text(KOREAN)
    change = "(each, given) => Object.entries(given).forEach(([name, value]) => each.setAttribute(name, value))"
    element = page.locator("hanmi-news")
    element.evaluate(change, {"count": "1", "locale": "en"})
    expect(titles(page)).to_have_text(["Third news"])
    element.evaluate(change, {"tag": "veterans"})
    expect(titles(page)).to_have_text(["Second news"])
    element.evaluate(change, {"kind": "history", "tag": "", "count": "500", "theme": "dark", "target": "_blank"})
    expect(titles(page)).to_have_text([f"Event {number}" for number in range(5)])
    expect(page.get_by_role("heading", level=2)).to_have_text("US & Korea Alliance Association History")
    asked_for = ["locale=ko&limit=5", "locale=en&limit=1", "locale=en&limit=1&tag=veterans", "locale=en&limit=100"]
    assert [each.partition("?")[2] for each in asked] == asked_for


def questions(page: Page) -> list[str]:
    """Note what the page asks the API for, from now on."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/v1/" in request.url else None)
    return asked


def test_it_may_be_moved(open_page: OpenPage, host: Host) -> None:
    """Within the page it keeps its list, and asks for it anew only where it had none yet."""
    page = open_page()
    asked = questions(page)
    page.goto(host.page(ELEMENT, "<aside></aside>"))
    expect(titles(page)).to_have_text(KOREAN)
    page.evaluate("document.querySelector('aside').append(document.querySelector('hanmi-news'))")
    expect(titles(page, "aside hanmi-news")).to_have_text(KOREAN)
    assert len(asked) == 1
    page.evaluate("""() => {
      const made = document.createElement("hanmi-news");
      document.body.append(made);
      queueMicrotask(() => document.querySelector("main").append(made));
    }""")
    expect(titles(page, "main > hanmi-news")).to_have_text(KOREAN)


def test_a_key_is_sent_where_there_is_one(open_page: OpenPage, host: Host) -> None:
    """As `X-Api-Key`; without one nothing is sent that would make a browser ask first, and never a cookie."""
    page = open_page()
    sent: list[dict[str, str]] = []
    page.on("request", lambda request: sent.append(request.all_headers()) if "/v1/" in request.url else None)
    page.goto(host.page('<hanmi-news key="hanmi_123" locale="ko"></hanmi-news>'))
    expect(titles(page)).to_have_text(KOREAN)
    page.goto(host.page(ELEMENT))
    expect(titles(page)).to_have_text(KOREAN)
    assert [headers.get("x-api-key") for headers in sent] == ["hanmi_123", None]
    assert not any("cookie" in headers for headers in sent)


def test_what_stands_in_for_another_language_is_marked(open_page: OpenPage, host: Host) -> None:
    """Only where the page wants it: with the language it is in, for eyes, and for voices that read it."""
    page = open_page()
    page.goto(host.page('<hanmi-news kind="mission"></hanmi-news>', lang="en"))
    expect(titles(page)).to_have_count(2)
    page.goto(host.page('<hanmi-news kind="mission" fallback="source"></hanmi-news>', lang="en"))
    expect(titles(page)).to_have_count(3)
    other = page.locator("hanmi-news .item", has_text="한국어로만")
    expect(other).to_have_attribute("lang", "ko")
    expect(other.locator(".other")).to_have_text("한국어")
    expect(other.locator(".date")).to_have_text("2026년 11월")
    expect(page.locator("hanmi-news .list")).to_have_attribute("lang", "en")


def test_where_no_site_shows_it_a_title_is_no_link(open_page: OpenPage, host: Host) -> None:
    """Nobody is led to JSON."""
    page = open_page()
    page.goto(host.page('<hanmi-news kind="history"></hanmi-news>'))
    expect(titles(page)).to_have_text([f"연혁 {number}" for number in range(5)])
    expect(page.locator("hanmi-news a")).to_have_count(0)


def test_an_older_browser_has_the_style_too(open_page: OpenPage, host: Host) -> None:
    """Where style sheets cannot be constructed they are an element, which only a page's own policy may refuse."""
    page = open_page()
    page.add_init_script("delete CSSStyleSheet.prototype.replaceSync")
    host.policy = "default-src * 'unsafe-inline' data:"
    page.goto(host.page(ELEMENT, ELEMENT))
    expect(titles(page)).to_have_count(6)
    for title in (titles(page).first, titles(page).last):
        expect(title).to_have_css("font-weight", "600")


def test_the_page_for_a_frame_tells_its_height(open_page: OpenPage, host: Host, server: Server) -> None:
    """In anybody's frame it shows the list, follows its own reader, opens links outside, and says how high it is."""
    page = open_page(language="en", scheme="dark")
    page.add_init_script(
        """addEventListener("message", ({ data, origin }) => (window.told ??= []).push({ data, origin }))"""
    )
    page.goto(
        host.page(f'<iframe src="{server.url}/embed/news?count=2" width="400" height="100"></iframe>', script=False)
    )
    frame = page.frame_locator("iframe")
    expect(frame.locator("hanmi-news .title")).to_have_text(ENGLISH[:2])
    expect(frame.locator("hanmi-news .title").first).to_have_attribute("target", "_blank")
    assert frame.locator("hanmi-news .frame").evaluate(LIGHTNESS) < 0.2
    height = frame.locator("html").evaluate("each => Math.ceil(each.getBoundingClientRect().height)")
    expect(frame.locator("hanmi-news .waiting")).to_have_count(0)
    told = page.evaluate("window.told")
    assert told[-1] == {"data": {"type": "hanmi:height", "height": height}, "origin": server.url}
    frame.get_by_role("button", name="한국어").click()
    expect(frame.locator("hanmi-news .title")).to_have_text(KOREAN[:2])


def test_the_page_for_a_frame_is_sound(open_page: OpenPage, server: Server, axe: str) -> None:
    """By itself too, at the width of a phone, and where somebody wrote its address with a slash; it tells nobody."""
    page = open_page(width=320, language="ko")
    page.add_init_script("""addEventListener("message", ({ data }) => (window.told ??= []).push(data))""")
    page.goto("/embed/news/?theme=dark")
    expect(titles(page)).to_have_text(KOREAN)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert_sound(page, axe)
    page.set_viewport_size({"width": 640, "height": 800})  # were it to tell a height, it would now
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert page.evaluate("window.told ?? null") is None
    assert re.search("Hanmi|한미", page.title())


def test_what_partners_copy_fits_each_frame(open_page: OpenPage, host: Host, server: Server) -> None:
    """The script that the documentation gives makes each of two frames as high as its own page says."""
    copied = re.search(r"```js\n(.*?)```", PARTNERS.read_text(encoding="utf-8"), re.DOTALL)
    assert copied
    page = open_page(width=1280)
    page.add_init_script(copied[1].replace("https://api.example.org", server.url))
    frames = [f'<iframe src="{server.url}/embed/news?count={count}" width="600"></iframe>' for count in (3, 1)]
    page.goto(host.page(*frames, script=False))
    for number, frame in enumerate(page.locator("iframe").all()):
        inner = page.frame_locator("iframe").nth(number)
        expect(inner.locator("hanmi-news .title")).to_have_count([3, 1][number])
        high = inner.locator("html").evaluate("each => Math.ceil(each.getBoundingClientRect().height)")
        expect(frame).to_have_attribute("height", str(high))
