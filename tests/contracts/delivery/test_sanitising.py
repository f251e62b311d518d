"""`body_html` may be put into any page: whatever an editor or an engine wrote, it runs and frames nothing there."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from litestar.testing import TestClient

from tests.client import Api
from tests.contracts.delivery.making import EN, published

Client = TestClient[Any]

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=https://evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<p onclick="alert(1)">click</p>',
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<math><mtext><style><img src=x onerror="alert(1)"></style></mtext></math>',
    '<iframe src="https://evil.example/"></iframe>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    '<object data="x.swf"></object><embed src="x.swf">',
    "<style>body{display:none}</style>",
    '<p style="position:fixed;inset:0">over everything</p>',
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<base href="https://evil.example/">',
    '<form action="https://evil.example/"><input name="password"><button>Go</button></form>',
    "[link](javascript:alert(1))",
    "[link](  JaVaScRiPt:alert(1))",
    "[link](data:text/html,<script>alert(1)</script>)",
    "[link](vbscript:msgbox(1))",
    "<javascript:alert(1)>",
    "![image](javascript:alert(1))",
    '<a href="java\nscript:alert(1)">link</a>',
    '<a href="java&#9;script:alert(1)">link</a>',
    '<a href="&#106;avascript:alert(1)">link</a>',
    '<a href="\x01javascript:alert(1)">link</a>'.replace("\x01", "&#1;"),
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<template><script>alert(1)</script></template>",
    '<a target="_blank" href="https://example.org/">out</a>',
    "```html\n<script>alert(1)</script>\n```",
]
ELEMENTS = {"script", "style", "iframe", "object", "embed", "form", "input", "button", "link", "meta", "base", "svg"}
# The scheme as a browser reads it: it strips controls and spaces before, and leaves out tabs and line ends within.
SCHEME = re.compile(r"[\x00-\x20]*([a-z][a-z0-9+.-]*):", re.IGNORECASE)


class Read(HTMLParser):
    """The elements of an HTML text as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def html_of(client: Client, api: Api, body: str) -> str:
    """Publish a body; return its HTML as readers get it."""
    entry = published(api, texts={"ko": EN | {"body": body}, "en": EN})
    html: str = client.get(f"/v1/news/{entry['slug']}?locale=ko").json()["body_html"]
    return html


def test_hostile_html_and_markdown_are_defused(client: Client, api: Api) -> None:
    """Scripts, handlers, styles, frames, forms and addresses that run code are gone, one by one and all together."""
    for body in [*HOSTILE, "\n\n".join(HOSTILE), "".join(HOSTILE)]:
        html = html_of(client, api, body)
        for tag, attributes in Read(html).elements:
            assert tag not in ELEMENTS, body
            assert not any(name.startswith("on") or name in ("style", "srcdoc") for name in attributes), body
            for name in attributes.keys() & {"href", "src", "cite"}:
                scheme = SCHEME.match(re.sub(r"[\t\r\n]", "", attributes[name] or ""))
                assert scheme is None or scheme[1].lower() in ("http", "https", "mailto", "tel"), body
            if tag == "a":
                assert attributes.get("rel") == "noopener noreferrer", body


@pytest.mark.parametrize(
    ("body", "html"),
    [
        (
            "# 제목\n\n**굵게** *기울임* `코드`",
            "<h1>제목</h1>\n<p><strong>굵게</strong> <em>기울임</em> <code>코드</code></p>\n",
        ),
        ("- 하나\n- 둘", "<ul>\n<li>하나</li>\n<li>둘</li>\n</ul>\n"),
        ("3. 셋", '<ol start="3">\n<li>셋</li>\n</ol>\n'),
        ("> 인용", "<blockquote>\n<p>인용</p>\n</blockquote>\n"),
        ("[글](/v1/news)", '<p><a href="/v1/news" rel="noopener noreferrer">글</a></p>\n'),
        ("<a@b.org>", '<p><a href="mailto:a@b.org" rel="noopener noreferrer">a@b.org</a></p>\n'),
        ("![그림](https://example.org/a.png)", '<p><img src="https://example.org/a.png" alt="그림"></p>\n'),
        ("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>\n"),
        ("~~옛~~ 새", "<p><s>옛</s> 새</p>\n"),
        ("---", "<hr>\n"),
        ("", ""),
    ],
)
def test_what_markdown_means_stays(client: Client, api: Api, body: str, html: str) -> None:
    """Sanitising takes nothing from ordinary Markdown."""
    assert html_of(client, api, body) == html


def test_titles_and_summaries_are_plain_text(client: Client, api: Api) -> None:
    """They come back as they were written, markup and all: whoever shows them escapes them."""
    text = {"title": "<b>A & B</b> *c*", "summary": "<script>1</script>", "body": "x"}
    item = client.get(f"/v1/news/{published(api, texts={'ko': text, 'en': EN})['slug']}?locale=ko").json()
    assert (item["title"], item["summary"]) == (text["title"], text["summary"])
