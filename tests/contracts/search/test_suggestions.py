"""What `/v1/suggest` offers: titles, tags, terms and frequent words of what is public, by letters and by initials."""

from collections.abc import Callable
from typing import Any

import pytest
from litestar.testing import TestClient

from content_api.search.following import Indexer
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow import accounts, publishing, purging
from content_api.workflow.repeating import Seal
from tests.client import Api
from tests.contracts.search.conftest import Publish

MORPHOLOGY = "kiwi"
Client = TestClient[Any]
Index = Callable[[], None]


@pytest.fixture
def suggest(client: Client) -> Callable[..., list[str]]:
    """Ask for completions; give their texts."""

    def ask(typed: str, locale: str = "ko", **more: Any) -> list[str]:
        answer = client.get("/v1/suggest", params={"q": typed, "locale": locale, **more})
        assert answer.status_code == 200, answer.text
        return [each["text"] for each in answer.json()["items"]]

    return ask


Suggest = Callable[..., list[str]]


def test_completions_by_letters_and_initials(publish: Publish, index: Index, suggest: Suggest, api: Api) -> None:
    """What was typed may end within a syllable, leave blanks out, or be initials alone."""
    api.ok("POST", "tags", {"slug": "alliance", "name": {"ko": "한미동맹", "en": "Alliance"}})
    api.ok("POST", "glossary", {"ko": "한미상호방위조약", "en": "Mutual Defense Treaty"})
    publish(ko="한미 동맹의 날", en="Alliance Day", body="한미상호방위조약을 읽다.", tags=["alliance"])
    index()
    for typed in ("ㅎㅁㄷㅁ", "한ㅁ", "하", "한미도", "한미 동"):
        assert suggest(typed)[0] == "한미동맹", typed
    assert "한미 동맹의 날" in suggest("한미동맹의")
    assert suggest("ㅎㅁㅅㅎ") == ["한미상호방위조약"]
    assert suggest("alli", "en") == ["Alliance", "Alliance Day"]
    assert suggest("zzz") == suggest("!!!") == []


def test_the_limit_and_the_readers_language(publish: Publish, index: Index, suggest: Suggest, client: Client) -> None:
    """Readers get their own language first, as many as they ask for, each text once."""
    publish(ko="Korea 소식", en="Korea news")
    index()
    assert suggest("korea", "ko")[0] == "Korea 소식"
    assert suggest("korea", "en")[0] == "Korea news"
    assert suggest("korea", "en", limit=1) == ["Korea news"]
    item = client.get("/v1/suggest?q=korea&locale=en&limit=1").json()["items"][0]
    assert item == {"text": "Korea news", "locale": "en"}


def test_a_word_is_suggested_when_two_entries_have_it(publish: Publish, index: Index, suggest: Suggest) -> None:
    """What one text alone says is no frequent word; verbs, particles and joined words are none either."""
    publish(ko="가을 소식", body="느티나무를 심고 가꾸었습니다.")
    index()
    assert suggest("느티") == []
    publish(ko="겨울 소식", body="느티나무가 자랐습니다.")
    index()
    assert suggest("느티") == ["느티나무"]
    assert suggest("심") == []


@pytest.mark.parametrize("how", ["purged", "swept"])
def test_a_word_that_one_entry_is_left_with_is_no_frequent_one(
    publish: Publish, index: Index, suggest: Suggest, database: Database, settings: Settings, indexer: Indexer, how: str
) -> None:
    """What an entry said counts no more when it was purged, nor when the index is made anew without it."""
    publish(ko="가을 소식", body="느티나무를 심었습니다.")
    entry = publish(ko="겨울 소식", body="느티나무가 자랐습니다.")
    index()
    assert suggest("느티") == ["느티나무"]
    with database.write() as tx:
        if how == "purged":
            purging.purge(tx, accounts.local(tx.connection), entry["id"], Seal(settings.key()))
        else:
            publishing.withdraw(tx, entry["id"], ["ko"], None)
    if how == "swept":
        indexer.renew()
    assert suggest("느티") == []
    assert "가을 소식" in suggest("가을")


def test_nothing_is_suggested_that_is_not_public(
    publish: Publish, index: Index, suggest: Suggest, api: Api, database: Database
) -> None:
    """A withdrawn text's words are gone at once, indexed or not; so are those of a text that another replaced."""
    entry = publish(ko="비밀스러운 모임", en="A secret meeting", body="암호명 무지개")
    index()
    assert suggest("비밀") == ["비밀스러운 모임"]
    api.save(entry["id"], "ko", title="열린 모임", body="모두 오세요.")
    assert suggest("비밀") == ["비밀스러운 모임"]
    api.publish(entry["id"], "ko")
    assert suggest("비밀") == []
    index()
    assert suggest("열린") == ["열린 모임"]
    with database.write() as tx:
        publishing.withdraw(tx, entry["id"], ["ko"], None)
    assert suggest("열린") == suggest("열린", "en") == suggest("열린", "all") == []
    assert suggest("a sec", "en") == ["A secret meeting"]
    index()
    assert suggest("열린", "all") == []


def test_a_draft_is_never_suggested(api: Api, index: Index, suggest: Suggest) -> None:
    """What was only saved is nobody's to see."""
    api.create(texts={"ko": {"title": "아직 쓰는 글", "body": "본문"}})
    index()
    assert suggest("아직", locale="all") == []
