"""An association has a text in both languages in one document; it becomes an entry that the world can read."""

from pathlib import Path

import msgspec

from content_api.settings import Settings
from tests.client import Api, http_to
from tests.server import Server, hanmi

DOCUMENT = """\
참전용사 감사의 밤을 엽니다
An Evening of Thanks to Veterans

참전용사 감사의 밤을 엽니다

한미동맹협의회는 2026년 11월 11일 참전용사 감사의 밤을 엽니다. 행사에는 참전용사와 가족 120명이 함께합니다.

저녁 식사에 앞서 학생들이 편지를 낭독합니다.

행사는 오후 6시에 시작합니다. 참가비는 없습니다.

한미동맹협의회 회장

An Evening of Thanks to Veterans

The US & Korea Alliance Association will hold an evening of thanks to veterans on November 11, 2026. \
One hundred twenty veterans and family members will take part.

Before dinner, students will read letters aloud. The event begins at 6 p.m. There is no fee.

US & Korea Alliance Association, President
"""


def test_a_bilingual_document_is_imported_reviewed_published_and_read(
    settings: Settings, server: Server, tmp_path: Path
) -> None:
    """A document in both languages goes import, review, approve, publish, and is read in both through HTTP."""
    file = tmp_path / "evening.txt"
    file.write_text(DOCUMENT, encoding="utf-8")

    # The secretary imports the document; Korean comes first, so Korean is the source.
    imported = hanmi(settings, "import", str(file), "--kind", "news", "--json")
    assert imported.returncode == 0, imported.stderr
    report = msgspec.json.decode(imported.stdout)
    (entry,) = report["entries"]
    assert entry["draft"]

    key = hanmi(settings, "keys", "create", "--name", "desk", "--scopes", "entries:write,review,publish", "--json")
    with http_to(server.url) as http:
        api = Api(http, msgspec.json.decode(key.stdout)["key"])

        # The English waits for review: a person's words, side by side with the Korean, sentence by sentence.
        draft = api.draft(entry["draft"])
        assert draft["state"] == "needs_review"
        by_source = {segment["source"]: segment for segment in draft["segments"]}
        assert by_source["참가비는 없습니다."]["target"] == "There is no fee."
        assert by_source["참가비는 없습니다."]["origin"] == "human"
        english = " ".join(segment["target"] for segment in draft["segments"])
        for sentence in ("students will read letters aloud", "begins at 6 p.m.", "President"):
            assert sentence in english

        # Nothing can be read yet, in either language, and nothing can be published that nobody approved.
        assert http.get(f"/v1/news/{entry['slug']}?locale=ko").status_code == 404
        early = api.call("POST", f"entries/{entry['id']}/publish", {"locales": ["ko", "en"]}, etag="*")
        assert (early.status_code, early.json()["type"]) == (409, "/problems/nothing-to-publish")

        # The reviewer settles what the checks still say, and approves.
        for segment in draft["segments"]:
            errors = [issue["check"] for issue in segment["issues"] if issue["severity"] == "error"]
            if errors:
                dismissals = [{"check": check, "note": "Read and found right."} for check in dict.fromkeys(errors)]
                api.edit(draft["id"], segment, dismiss=dismissals)
        assert api.approve(draft)["state"] == "approved"
        api.publish(entry["id"], "ko", "en")

        korean = http.get(f"/v1/news/{entry['slug']}?locale=ko").json()
        assert korean["title"] == "참전용사 감사의 밤을 엽니다"
        assert korean["translation"] == {"origin": "original", "source_locale": "ko", "outdated": False}
        english_item = http.get(f"/v1/news/{entry['slug']}?locale=en").json()
        assert english_item["title"] == "An Evening of Thanks to Veterans"
        assert english_item["translation"]["origin"] == "human"
        assert english_item["body_html"].count("<p>") == korean["body_html"].count("<p>")
        assert http.get("/v1/news?locale=en").json()["items"][0]["slug"] == entry["slug"]

    # The same command with a broken file says so in one line, and stores nothing.
    broken = tmp_path / "broken.txt"
    broken.write_bytes(b"\xff\xfe not text")
    refused = hanmi(settings, "import", str(file), str(broken), "--kind", "news")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("hanmi: ")
    assert len(refused.stderr.strip().splitlines()) == 1
