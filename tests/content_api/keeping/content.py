"""Content for backups and exports: one of everything an installation can hold, and much that is odd, from a seed."""

import random
from typing import Any

from tests.client import Api
from tests.content_api.keeping.places import Place

TEXTS = {
    "ko": {"title": "감사의 날", "summary": "요약입니다.", "body": "첫 문장입니다. 둘째 문장입니다."},
    "en": {"title": "Day of thanks", "summary": "A summary.", "body": "The first sentence. The second one."},
}
LONG_SLUG = "가나다라마" * 20  # a hundred syllables are three hundred bytes, more than a file's name may have
ODD = ["---\n", "\n", "  ", "\t", "* 목록\n", "| a | b |\n", "`code`", "가", "한미동맹", "é", "😀", "\u2028", "#", ": "]
ODD += ["{user_name}", "<b>", "&amp;", "\\", "1953", "~", "\n\n    code\n", "[link](https://example.org/가)", "...\n"]
ODD += ["'", '"']


def one_of_everything(api: Api, work: Any) -> None:
    """Make an entry in every state of its life; `work` lets the worker do all that is due."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전 용사", "en": "Veterans"}})
    published = api.create(slug="published", texts=TEXTS, date="1953-07-27", tags=["veterans", "new-tag"])["id"]
    api.publish(published, "ko", "en")
    api.ok("PATCH", f"entries/{published}", {"slug": "renamed"}, etag="*")
    api.save(published, "ko", **TEXTS["ko"] | {"body": "다른 문장입니다."})
    api.publish(published, "ko")  # the English text is outdated now
    api.schedule(published, "unpublish", "2100-01-01T00:00:00Z", "en")
    drafted = api.create(slug="drafted", kind="history")["id"]
    draft = api.ask(drafted)
    work()
    api.approve(api.draft(draft["id"]))
    api.publish(drafted, "en")
    reviewed = api.ask(api.create(slug=LONG_SLUG)["id"])
    work()
    segment = api.draft(reviewed["id"])["segments"][0]
    api.edit(reviewed["id"], segment, target="Ours", state="reviewed")
    superseded = api.create(slug="superseded", position=3, kind="mission")["id"]
    api.ask(superseded)
    api.save(superseded, "ko", **TEXTS["ko"] | {"body": "첫 문장입니다. 새 문장입니다."})
    gone = api.create(slug="gone", texts=TEXTS)["id"]
    api.publish(gone, "ko")
    api.ok("DELETE", f"entries/{gone}", etag="*")
    pinned = api.create(slug="pinned")["id"]
    api.schedule(pinned, "publish", "2100-01-01T00:00:00Z", "ko")
    typed = {"title": "", "summary": "", "body": "저장하지 않은 글", "base_revision": 1}
    api.ok("PUT", f"entries/{pinned}/texts/ko/working-copy", typed)


def odd_content(api: Api, seed: str, entries: int = 12) -> None:
    """Make entries whose words, dates, tags and publications come by chance."""
    chance = random.Random(seed)

    def odd(most: int) -> str:
        return "".join(chance.choices(ODD, k=chance.randint(1, most)))

    def text(word: str) -> dict[str, str]:
        title = odd(4).replace("\n", " ").replace("\t", " ") + word
        return {"title": title, "summary": odd(5).replace("\t", ""), "body": odd(30)}

    for number in range(entries):
        locales = chance.choice([["ko"], ["en"], ["ko", "en"]])
        entry = api.create(
            kind=chance.choice(["news", "history", "mission"]),
            source_locale=locales[0],
            texts={locale: text("끝" if locale == "ko" else "end") for locale in locales},
            slug=chance.choice([f"글-{number}", f"entry-{number}", None]),
            date=chance.choice([None, "1953", "1953-07", "2026-11-23"]),
            position=chance.choice([None, number]),
            tags=chance.sample(["one", "둘", "three-3"], k=chance.randint(0, 3)),
        )
        for locale in chance.choices(locales, k=2):
            api.save(entry["id"], locale, **text("x"))
            if chance.random() < 0.6:
                api.publish(entry["id"], locale)
        if chance.random() < 0.2:
            api.ok("DELETE", f"entries/{entry['id']}", etag="*")


def answers(place: Place) -> dict[str, tuple[int, str, bytes]]:
    """Return what readers get at every address there is: status, ETag and bytes."""
    found = {}
    with place.client() as client:

        def read(address: str) -> Any:
            answer = client.get(address)
            found[address] = (answer.status_code, answer.headers.get("etag", ""), answer.content)
            return answer.json()

        for locale in ("ko", "en", "all"):
            read(f"/v1/tags?locale={locale}&limit=100")
            for kind in ("news", "history", "mission"):
                page = read(f"/v1/{kind}?locale={locale}&limit=100&fallback=source")
                assert page["next"] is None
                for item in page["items"]:
                    read(f"/v1/{kind}/{item['slug']}?locale={locale}&fallback=source")
    return found
