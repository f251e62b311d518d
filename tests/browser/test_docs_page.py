"""The page at `/docs` in a real browser: quiet, on its own, as wide as the window, and usable by keyboard."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, Page

from content_api.app import create_app
from content_api.http import docs, openapi
from content_api.settings import load

NARROW, WIDE = 360, 1440


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a loopback server serves the page with its policy."""
    folder = tmp_path_factory.mktemp("docs")
    page = docs.page(openapi.document(create_app(load({"HANMI_DATA_DIR": str(folder)}), with_worker=False)))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/docs"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", docs.CONTENT_SECURITY_POLICY)
            self.end_headers()
            self.wfile.write(page if found else b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/docs"
        server.shutdown()
        thread.join()


@pytest.fixture(params=[NARROW, WIDE], ids=["narrow", "wide"])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def page(browser: Browser, width: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800})
    yield context.new_page()
    context.close()


def test_the_page_is_quiet_and_asks_no_other_host(page: Page, address: str) -> None:
    """The console stays empty under the page's own policy, and one request is all it makes."""
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert said == []
    assert [each for each in asked if not each.startswith("data:")] == [address]


def test_the_style_is_applied(page: Page, address: str) -> None:
    """The policy's hash lets the style through."""
    page.goto(address)
    assert page.evaluate("getComputedStyle(document.body).margin") == "0px"


def test_nothing_overflows_sideways(page: Page, address: str, width: int) -> None:
    """The page is as wide as the window, even with every part unfolded."""
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    wider = """[...document.querySelectorAll('main *')].filter(each =>
        each.getClientRects().length && each.getBoundingClientRect().right > innerWidth + 1).length"""
    assert page.evaluate(wider) == 0


def test_every_link_within_the_page_leads_somewhere(page: Page, address: str) -> None:
    """Each `#…` names an element of the page."""
    page.goto(address)
    lost = """[...document.querySelectorAll('a[href^="#"]')].map(each => each.getAttribute('href').slice(1))
        .filter(id => !document.getElementById(decodeURIComponent(id)))"""
    assert page.evaluate(lost) == []


@pytest.mark.parametrize("width", [WIDE], indirect=True)
def test_the_keyboard_reaches_the_contents(page: Page, address: str) -> None:
    """The first stop skips to the reference, the next ones are the contents, and Enter goes there."""
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.locator("a.skip").evaluate("each => each === document.activeElement")
    assert page.locator("a.skip").bounding_box()["x"] >= 0  # type: ignore[index]
    first = page.locator("nav.side li a").first
    for _ in range(3):
        page.keyboard.press("Tab")
        if first.evaluate("each => each === document.activeElement"):
            break
    assert first.evaluate("each => each === document.activeElement")
    assert first.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.url.endswith("#start")


@pytest.mark.parametrize("width", [NARROW], indirect=True)
def test_the_contents_fold_on_a_narrow_screen(page: Page, address: str) -> None:
    """The contents start folded, open by keyboard, and are within reach from anywhere on the page."""
    page.goto(address)
    contents = page.locator("#contents")
    assert not page.locator("nav.side").is_visible()
    assert not contents.is_visible()
    page.locator(".folded > summary").focus()
    page.keyboard.press("Enter")
    assert contents.is_visible()
    page.goto(f"{address}#problems")
    page.locator(".folded").evaluate("each => { each.open = false }")
    page.locator("a.to-contents").click()
    contents.wait_for(state="visible")
    assert page.evaluate("scrollY") < 200


@pytest.mark.parametrize("width", [WIDE], indirect=True)
def test_the_navigation_stays_in_sight(page: Page, address: str) -> None:
    """On a wide screen the contents stand beside whatever is read."""
    page.goto(f"{address}#problems")
    assert page.evaluate("scrollY") > 1000
    assert page.locator("nav.side").evaluate("each => each.getBoundingClientRect().top") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE], indirect=True)
def test_the_page_follows_the_readers_colour_scheme(page: Page, address: str, scheme: str) -> None:
    """The ground is light or dark as the reader's system is."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (sum(ground) < 200) == (scheme == "dark")


@pytest.mark.parametrize("width", [WIDE], indirect=True)
def test_print_leaves_out_the_navigation(page: Page, address: str) -> None:
    """On paper only the reference stands, and no example is cut off."""
    page.goto(address)
    page.emulate_media(media="print")
    assert not page.locator("nav.side").is_visible()
    assert page.evaluate(
        "[...document.querySelectorAll('pre')].every(each => each.scrollHeight <= each.clientHeight + 1)"
    )
