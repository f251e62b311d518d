"""Drafts as tests of the review page need them, and what they look at on it."""

import re
from html import unescape
from typing import Any

from content_api.worker import Worker
from tests.client import Api

ARTICLE = {
    "title": "감사의 날 행사",
    "summary": "2026년 행사를 알립니다. 누구나 올 수 있습니다.",
    "body": (
        "# 순서\n\n첫 문장입니다. **둘째** 문장은 [누리집](https://example.org)에 있습니다.\n\n"
        "- 하나\n- 둘\n\n> 인용한 말입니다.\n\n| 때 | 곳 |\n| --- | --- |\n| 3시 | 서울 |\n"
    ),
}


def drafted(api: Api, worker: Worker, **text: str) -> Any:
    """Return a draft that awaits review, of an article with blocks of every kind."""
    entry = api.create(texts={"ko": ARTICLE | text})
    draft = api.ask(entry["id"])
    assert worker.work_once()
    return api.draft(draft["id"])


def version(thing: Any) -> str:
    """Return what forms send back as the version of what an API answer shows."""
    return str(thing["etag"]).strip('"')


def text_of(html: str) -> str:
    """Return a page's text as a reader sees it, white space folded."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())
