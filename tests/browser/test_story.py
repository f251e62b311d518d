"""A new editor's first hour: from the link that the server prints to a Korean article published in English too."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.client import get
from tests.server import Server

PASSWORD = "참전용사를 기억합니다 함께"
SENTENCES = (
    "협회는 서울에서 참전용사의 날 행사를 열었습니다.",
    "많은 회원과 가족이 자리를 함께했습니다.",
    "참전용사들은 젊은 날의 이야기를 들려주었습니다.",
    "학생들은 편지를 읽었습니다.",
    "합창단은 두 나라의 노래를 불렀습니다.",
)
# Twenty sentences in four paragraphs.
ARTICLE = "\n\n".join(" ".join(SENTENCES) for _ in range(4))


class Hand:
    """Clicks and types as a person does, and counts it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = 0

    def click(self, role: str, name: str | re.Pattern[str]) -> None:
        """Click what has this role and name."""
        self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]
        self.clicks += 1

    def fill(self, label: str, text: str) -> None:
        """Click into a field and type or paste."""
        self.page.get_by_label(label, exact=True).fill(text)
        self.clicks += 1


def test_from_the_link_to_a_published_translation(server: Server, open_page: Callable[..., Page]) -> None:
    """Nothing but the page is needed, eight clicks after signing in, and both languages are there for readers."""
    link = re.search(r"http://\S+/desk/welcome\?token=\S+", server.log)
    assert link, server.log
    hand = Hand(open_page(language="ko"))
    hand.page.goto(link[0])
    hand.fill("이메일", "editor@example.org")
    hand.fill("새 비밀번호", PASSWORD)
    hand.fill("새 비밀번호 다시", PASSWORD)
    hand.page.keyboard.press("Enter")
    expect(hand.page).to_have_url(re.compile(r"/desk$"))
    hand.clicks = 0

    hand.click("link", "새 글 쓰기")
    hand.page.locator("#title_ko").fill("참전용사의 날")
    hand.page.locator("#body_ko").fill(ARTICLE)
    hand.clicks += 2
    hand.click("button", "저장")
    hand.click("button", "한국어 공개")
    hand.click("link", re.compile("번역 초안 (검토|보기)"))
    expect(hand.page.get_by_role("button", name="승인하고 공개")).to_be_visible(timeout=30_000)
    hand.click("button", "승인하고 공개")
    expect(hand.page.get_by_role("status").first).to_be_visible()

    for locale in ("ko", "en"):
        items = get(f"{server.url}/v1/news?locale={locale}").json()["items"]
        assert [item["locale"] for item in items] == [locale]
    print(f"{hand.clicks} clicks after signing in")
    assert hand.clicks <= 8
