"""The list of entries: searched in both languages, narrowed by where they stand, page by page."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from content_api.storage import tables
from content_api.storage.database import Database
from content_api.worker import Worker
from tests.client import Api
from tests.contracts.desk.desk import Desk

TEXTS = {
    "ko": {"title": "한미동맹의 밤", "body": "글입니다."},
    "en": {"title": "An Evening for Friends", "body": "Text."},
}


def titles(desk: Desk, query: str = "") -> list[str]:
    """Return the titles on the list, in order."""
    answer = desk.get(f"/desk/entries{query}")
    assert answer.status_code == 200
    return re.findall(r'<a class="name"[^>]*>([^<]*)</a>', answer.text)


def test_newest_come_first(desk: Desk, api: Api) -> None:
    """The list begins with the entry that was added last."""
    for title in ("하나", "둘", "셋"):
        api.create(texts={"ko": {"title": title, "body": ""}})
    assert titles(desk) == ["셋", "둘", "하나"]


@pytest.mark.parametrize("words", ["동맹", "evening", "FRIENDS 한미", "night-of-friends"])
def test_words_of_either_language_and_of_the_address_find_an_entry(desk: Desk, api: Api, words: str) -> None:
    """Every word must be in a title or the address, in any case."""
    api.create(texts=TEXTS, slug="night-of-friends")
    api.create()
    assert titles(desk, f"?q={words}") == ["한미동맹의 밤"]


@pytest.mark.parametrize("words", ["100%25", "동맹 evening nowhere", "_", "\\", "%00", "%27"])
def test_what_is_searched_for_is_no_pattern(desk: Desk, api: Api, words: str) -> None:
    """A percent sign, an underscore or a quote finds itself and nothing else."""
    api.create(texts=TEXTS)
    found = titles(desk, f"?q={words}")
    assert found == [] or words == "%00"


def test_a_former_title_does_not_find_an_entry(desk: Desk, api: Api) -> None:
    """Only the newest text counts."""
    entry = api.create(texts=TEXTS, slug="evening")
    api.save(entry["id"], "ko", title="새 제목", body="글입니다.")
    assert titles(desk, "?q=한미동맹") == []
    assert titles(desk, "?q=새") == ["새 제목"]


def test_states_narrow_the_list(desk: Desk, api: Api, worker: Worker) -> None:
    """Each state finds the entries of which it is true in either language, or in the one asked for."""

    def make(title: str, **more: Any) -> Any:
        return api.create(texts={"ko": {"title": title, "body": "글입니다."}} | more)

    make("공개 전")
    public = make("공개됨")
    api.publish(public["id"], "ko")
    changed = make("수정됨")
    api.publish(changed["id"], "ko")
    api.save(changed["id"], "ko", title="수정됨", body="다릅니다.")
    outdated = make("지난 번역", en={"title": "Behind", "body": "Text."})
    api.save(outdated["id"], "ko", title="지난 번역", body="원문이 다릅니다.")
    again = make("그대로", en={"title": "Not behind", "body": "Text."})
    api.save(again["id"], "ko", title="그대로", body="글입니다.")
    drafted = make("번역됨")
    api.ask(drafted["id"])
    assert titles(desk, "?show=drafting") == ["번역됨"]
    worker.work_once()
    planned = make("예약됨")
    api.schedule(planned["id"], "publish", "2100-01-01T00:00:00Z", "ko")

    assert titles(desk, "?show=published") == ["수정됨", "공개됨"]
    assert titles(desk, "?show=published&language=en") == []
    assert titles(desk, "?show=changed") == ["수정됨"]
    assert titles(desk, "?show=outdated") == titles(desk, "?show=outdated&language=en") == ["지난 번역"]
    assert titles(desk, "?show=outdated&language=ko") == []
    assert titles(desk, "?show=review") == ["번역됨"]
    assert titles(desk, "?show=scheduled") == ["예약됨"]
    assert titles(desk, "?show=missing&language=ko") == []
    assert titles(desk, "?show=unpublished&language=en") == ["그대로", "지난 번역"]
    assert len(titles(desk, "?show=nonsense")) == 7
    page = desk.get("/desk/entries").text
    for badge in ("Edited since published", "Behind its source", "Waiting for review", "Scheduled", "Not written"):
        assert page.count(f">{badge}</span>") >= 1


def test_kind_and_tag_narrow_the_list(desk: Desk, api: Api) -> None:
    """What is chosen holds together with the words."""
    api.create(tags=["veterans"], texts=TEXTS)
    api.create(kind="history", tags=["veterans"], texts={"ko": {"title": "한미 연혁", "body": ""}})
    assert titles(desk, "?tag=veterans&kind=history") == ["한미 연혁"]
    assert titles(desk, "?tag=veterans&q=한미") == ["한미 연혁", "한미동맹의 밤"]
    assert titles(desk, "?tag=none") == []


def test_pages_follow_one_another(desk: Desk, api: Api) -> None:
    """The link to more leads on within the same search, until there is no more."""
    for number in range(23):
        api.create(texts={"ko": {"title": f"동맹 {number}", "body": ""}})
    api.create()
    first = desk.get("/desk/entries?q=동맹")
    more = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert more is not None
    second = desk.get(more[1].replace("&amp;", "&"))
    assert 'rel="next"' not in second.text
    both = re.findall(r'class="name"[^>]*>동맹 (\d+)<', first.text + second.text)
    assert [int(each) for each in both] == list(range(22, -1, -1))
    assert desk.get("/desk/entries?cursor=made-up").status_code == 400


def test_a_hostile_title_is_text(desk: Desk, api: Api) -> None:
    """Markup in a title is shown, not obeyed."""
    api.create(texts={"ko": {"title": "<script>alert(1)</script>\u202e\"'>", "body": ""}})
    page = desk.get("/desk/entries").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\u202e&#34;&#39;&gt;" in page


def test_deleting_asks_first(desk: Desk, api: Api) -> None:
    """The question comes on a page of its own; after the answer the entry is gone for readers and editors."""
    entry = api.create()
    address = f"/desk/entries/{entry['id']}/delete"
    version = api.publish(entry["id"], "ko")["etag"].strip('"')
    assert "gone for readers" in desk.get(address).text
    assert desk.post(address, version="1").status_code == 412
    assert api.call("GET", f"entries/{entry['id']}").status_code == 200
    assert desk.post(address, version=version).headers["location"] == "/desk/entries?done=deleted"
    assert "감사의 날" not in desk.get("/desk/entries?done=deleted").text
    assert desk.get(f"/desk/entries/{entry['id']}").status_code == 404


def test_an_author_may_not_delete_what_is_public(desk_as: Callable[..., Desk], api: Api) -> None:
    """Neither is the question asked, nor its answer taken."""
    author = desk_as("author")
    entry = api.create()
    version = api.publish(entry["id"], "ko")["etag"].strip('"')
    assert "/delete" not in author.get(f"/desk/entries/{entry['id']}").text
    assert author.get(f"/desk/entries/{entry['id']}/delete").status_code == 403
    assert author.post(f"/desk/entries/{entry['id']}/delete", version=version).status_code == 403
    assert api.entry(entry["id"])["texts"]["ko"]["published_revision"] == 1


def test_a_draft_that_failed_is_told_of_until_another_is_there(
    desk: Desk, api: Api, worker: Worker, database: Database
) -> None:
    """Asked for again and done, the language no longer stands as failed."""
    entry = api.create()
    draft = api.ask(entry["id"])
    while worker.work_once():
        pass
    with database.write() as tx:
        tx.execute(update(tables.draft).where(tables.draft.c.id == draft["id"]).values(state="failed"))
    assert "Translation failed" in desk.get("/desk/entries").text
    api.approve(_corrected(api, api.ask(entry["id"]), worker))
    assert "Translation failed" not in desk.get("/desk/entries").text


def _corrected(api: Api, draft: Any, worker: Worker) -> Any:
    while worker.work_once():
        pass
    for segment in api.draft(draft["id"])["segments"]:
        api.edit(draft["id"], segment, target="Words")
    return api.draft(draft["id"])
