"""An association's desk in the middle of its work, for pages to show: texts in every state, and hostile ones."""

from dataclasses import dataclass
from typing import Any

from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import accounts, drafting, editing, publishing, revisions
from content_api.workflow.accounts import Principal
from pipeline import engines
from pipeline.engines.chain import Chain
from schemas.decoding import convert
from schemas.entries import DraftWish, NewEntry, TextChange

HOSTILE = '<script>alert(1)</script><svg onload=alert(1)>[x](javascript:alert(1)) \u202e거꾸로" onfocus="alert(1)'
BODY = """## 참전용사의 날

협회는 2026년 11월 11일 서울에서 참전용사 120명을 모시고 **감사의 자리**를 마련했습니다.
한미동맹은 1953년 10월 1일에 맺어졌습니다.

- 첫째, 흥남 철수를 기억합니다.
- 둘째, [기록](https://example.org/records)을 남깁니다.

> 우리는 잊지 않겠습니다.

| 해 | 일 |
| --- | --- |
| 1950 | 전쟁 |
| 1953 | 정전 |
"""


@dataclass(frozen=True)
class Made:
    """What was written: `addresses` are the pages that show it."""

    draft: str
    entries: dict[str, str]
    addresses: list[str]


def written(database: Database) -> Made:
    """Write entries in every state a page can show; return where they are seen."""
    with database.write() as tx:
        who = accounts.local(tx.connection)
    news = {"kind": "news", "date": "2026-11-11", "tags": ["veterans", "서울"]}
    entries = {
        "reviewed": entry(database, who, "참전용사의 날", BODY, **news),
        "published": entry(database, who, "추수감사절 음악회", "음악회를 엽니다. 오세요.", kind="history", date="1953"),
        "hostile": entry(database, who, HOSTILE[:290], HOSTILE * 20),
        "long": entry(database, who, "가" * 300, "띄어쓰기가없는아주긴낱말" * 40),
        "outdated": entry(database, who, "새해 인사", "새해 복 많이 받으십시오. 건강하십시오."),
    }
    worker = Worker(database, Chain(engines.build(["pseudo"], {})))
    drafts = {name: ask(database, who, entries[name]) for name in ("reviewed", "hostile", "outdated")}
    while worker.work_once():
        pass
    with database.write(who.account_id) as tx:
        publishing.publish(tx, entries["published"], ["ko"], None)
        text = {"title": "Greetings", "body": "A happy new year to you all."}
        editing.save_text(tx, who, entries["outdated"], "en", convert(text, TextChange), None)
        again = {"title": "새해 인사", "body": "새해 복 많이 받으십시오. 내년에 뵙겠습니다."}
        editing.save_text(tx, who, entries["outdated"], "ko", convert(again, TextChange), None)
    shown = [f"/desk/entries/{entry_id}" for entry_id in entries.values()]
    pages = ["/desk", "/desk/entries", "/desk/entries?q=%EC%B0%B8%EC%A0%84", "/desk/entries/new", *shown]
    pages += [f"{shown[0]}/history/ko", f"{shown[4]}/history/ko", f"{shown[0]}/delete"]
    pages += [f"/desk/drafts/{draft_id}" for draft_id in drafts.values()]
    pages += ["/desk/glossary", "/desk/memory", "/desk/account", "/desk/nothing-here", "/desk/sign-in"]
    return Made(drafts["reviewed"], entries, pages)


def entry(database: Database, who: Principal, title: str, body: str, **fields: Any) -> str:
    """Add an entry written in Korean; return its id."""
    texts = {"ko": {"title": title, "summary": "요약: " + title[:200], "body": body}}
    wish = {"kind": "news", "source_locale": "ko", "texts": texts} | fields
    with database.write(who.account_id) as tx:
        return editing.create_entry(tx, who, convert(wish, NewEntry))


def ask(database: Database, who: Principal, entry_id: str) -> str:
    """Ask for the English draft of an entry; return its id."""
    with database.write(who.account_id) as tx:
        at = revisions.lock_entry(tx, entry_id, None)
        return drafting.ask(tx, who, at, DraftWish(target_locale="en"), pointer="/target_locale")
