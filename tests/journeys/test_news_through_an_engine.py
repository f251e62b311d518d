"""An author writes news in Korean and asks for English; an engine drafts, a person reviews, the world reads."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from content_api.settings import Settings, load
from tests.client import Api, http_to
from tests.peers.libretranslate import LibreTranslatePeer
from tests.server import Server, hanmi
from tests.waiting import until

BODY = """\
## 봉사의 날

학생 **40명**이 [국립묘지](https://example.org/cemetery)를 찾았습니다. 문의는 office@example.org로 해 주십시오.

- 묘역을 청소했습니다.
- 꽃을 놓았습니다.
"""


@pytest.fixture
def peer() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer(api_key="secret-of-the-test") as peer:
        peer.phrases.update(
            {
                "학생 봉사의 날": "Student Volunteer Day",
                "봉사의 날": "A Day of Service",
                "묘역을 청소했습니다.": "They cleaned the graves.",
                "꽃을 놓았습니다.": "They laid flowers.",
            }
        )
        yield peer


@pytest.fixture
def settings(settings: Settings, peer: LibreTranslatePeer, tmp_path: Path) -> Settings:
    return load(
        {
            "HANMI_DATA_DIR": str(tmp_path),
            "HANMI_DATABASE_URL": settings.database_url,
            "HANMI_SECRET_KEY": settings.secret_key,
            "HANMI_ENGINES": "libre",
            "HANMI_LIBRE_URL": peer.url,
            "HANMI_LIBRE_API_KEY": "secret-of-the-test",
        }
    )


def test_korean_news_is_drafted_by_an_engine_reviewed_and_read_in_english(
    settings: Settings, server: Server, peer: LibreTranslatePeer
) -> None:
    """A Korean news entry is drafted through LibreTranslate's protocol, mended by a person, and read in English."""
    key = hanmi(settings, "keys", "create", "--name", "desk", "--scopes", "entries:write,review,publish", "--json")
    with http_to(server.url) as http:
        api = Api(http, msgspec.json.decode(key.stdout)["key"])

        # The author saves the Korean text and asks for the English in the same step; the Korean is published at once.
        entry = api.create(
            texts={"ko": {"title": "학생 봉사의 날", "body": "곧 씁니다."}}, tags=["youth"], date="2026-11-22"
        )
        saved = api.save(entry["id"], "ko", title="학생 봉사의 날", body=BODY, draft={"target_locale": "en"})
        api.publish(entry["id"], "ko")
        (asked,) = saved["drafts"]
        draft = until(lambda: api.draft(asked["id"]), lambda found: found["state"] == "needs_review")
        assert draft["progress"] == {"done": len(draft["segments"]), "total": len(draft["segments"])}

        # The engine saw placeholders in place of markup and address, and its key came in the body, never in the URL.
        assert not any("office@example.org" in text or "**" in text for text in peer.texts)
        assert all("secret-of-the-test" not in request.path + str(request.query) for request in peer.requests)

        # Readers of English still get nothing; with fallback they get the Korean, marked.
        assert http.get(f"/v1/news/{entry['slug']}?locale=en").status_code == 404
        fallback = http.get(f"/v1/news/{entry['slug']}?locale=en&fallback=source").json()
        assert (fallback["locale"], fallback["fallback"]) == ("ko", True)

        # The reviewer mends what the machine got wrong and keeps what it got right.
        mended = {
            "학생 <1>40명</1>이 <2>국립묘지</2>를 찾았습니다.": (
                "<1>Forty</1> students visited the <2>national cemetery</2>."
            ),
            "문의는 <1/>로 해 주십시오.": "For questions, write to <1/>.",
        }
        for segment in draft["segments"]:
            if segment["source"] in mended:
                api.edit(draft["id"], segment, target=mended[segment["source"]], state="reviewed")
        assert api.approve(draft)["state"] == "approved"
        api.publish(entry["id"], "en")

        item = http.get(f"/v1/news/{entry['slug']}?locale=en").json()
        assert item["title"] == "Student Volunteer Day"
        assert item["body"] == (
            "## A Day of Service\n\n"
            "**Forty** students visited the [national cemetery](https://example.org/cemetery). "
            "For questions, write to office@example.org.\n\n"
            "- They cleaned the graves.\n- They laid flowers.\n"
        )
        assert item["translation"] == {"origin": "machine_reviewed", "source_locale": "ko", "outdated": False}

        # One sentence more in Korean: only that sentence goes out; the rest is what was approved.
        before = len(peer.texts)
        api.save(entry["id"], "ko", title="학생 봉사의 날", body=BODY + "\n내년에 다시 만납니다.\n")
        second = api.ask(entry["id"])
        second = until(lambda: api.draft(second["id"]), lambda found: found["state"] == "needs_review")
        assert len(peer.texts) - before == 1
        assert {segment["origin"] for segment in second["segments"]} == {"human", "machine"}
        assert [segment["state"] for segment in second["segments"]].count("reviewed") == len(second["segments"]) - 1
        assert api.entry(entry["id"])["texts"]["en"]["outdated"] is True
