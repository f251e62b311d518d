"""What feeds list, under which ids, where they lead, and how they are cached."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree import ElementTree

import pytest
from litestar.testing import TestClient
from sqlalchemy import update

from content_api import syndication
from content_api.app import create_app, outside
from content_api.settings import Settings, load
from content_api.storage import tables
from content_api.storage.database import Database, new_id
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.delivery.making import EN, KO, published, written

Client = TestClient[Any]
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(client: Client, address: str) -> Any:
    answer = client.get(f"/feeds/{address}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def titles(client: Client, address: str) -> list[str]:
    """Return the titles a JSON feed lists, in order."""
    return [item["title"] for item in feed(client, address)["items"]]


def titled(title: str, **more: Any) -> dict[str, Any]:
    """Return fields of an entry whose texts have this title."""
    return {"texts": {"ko": KO | {"title": title}, "en": EN | {"title": f"{title} in English"}}, **more}


@pytest.fixture
def elsewhere(settings: Settings, database: Database) -> Callable[..., Any]:
    """Serve the same content with other settings: `with elsewhere(PUBLIC_URL="…") as client`."""

    @contextmanager
    def serve(**given: str) -> Iterator[Client]:
        environment = {"DATA_DIR": settings.data_dir, "DATABASE_URL": settings.database_url, "SECRET_KEY": "k" * 40}
        wanted = load({f"HANMI_{name}": value for name, value in (environment | given).items()})
        with TestClient(outside(create_app(wanted, database, with_worker=False))) as client:
            yield client

    return serve


def test_a_feed_lists_one_kind_in_one_language(client: Client, api: Api) -> None:
    """What is of another kind, or public in the other language alone, is not in it: a fallback is no publication."""
    published(api, **titled("both"))
    published(api, "ko", **titled("Korean"))
    published(api, "en", **titled("English"))
    published(api, **titled("history", kind="history"))
    written(api, **titled("not public"))
    assert titles(client, "ko/news.json") == ["Korean", "both"]
    assert titles(client, "en/news.json") == ["English in English", "both in English"]
    assert titles(client, "ko/history.json") == ["history"]
    assert titles(client, "ko/mission.json") == []
    for suffix in ("atom", "rss"):
        assert "English" not in client.get(f"/feeds/ko/news.{suffix}").text.replace("both in English", "")


def test_what_became_public_last_comes_first(client: Client, api: Api, clock: Clock) -> None:
    """Whatever day it tells of, and whenever it was written or changed."""
    early, late = written(api, **titled("early", date="2026")), written(api, **titled("late", date="1953"))
    clock.advance(minutes=1)
    api.publish(late["id"], "ko")
    clock.advance(minutes=1)
    api.publish(early["id"], "ko")
    assert titles(client, "ko/news.json") == ["early", "late"]
    clock.advance(minutes=1)
    api.save(late["id"], "ko", title="changed", body="다른 말")
    api.publish(late["id"], "ko")
    assert titles(client, "ko/news.json") == ["early", "changed"]


def test_of_what_became_public_at_once_the_latest_comes_first(
    client: Client, api: Api, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import makes many entries public at the same moment: they are listed by their own dates."""
    now = clock()
    monkeypatch.setattr(Clock, "__call__", lambda _: now)
    for year in ("1953", "2026", "1978"):
        published(api, **titled(year, date=year))
    published(api, **titled("undated"))
    assert titles(client, "ko/news.json") == ["2026", "1978", "1953", "undated"]


def test_a_feed_of_a_tag(client: Client, api: Api) -> None:
    """Only what carries the tag; the title names it in the feed's language; a tag nobody uses has an empty feed."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전용사", "en": "Veterans"}})
    published(api, **titled("with", tags=["veterans"]))
    published(api, **titled("without"))
    korean, english = feed(client, "ko/news.json?tag=veterans"), feed(client, "en/news.json?tag=veterans")
    assert [item["title"] for item in korean["items"]] == ["with"]
    assert korean["items"][0]["tags"] == ["참전용사"]
    assert (korean["title"], english["title"]) == (
        "한미동맹협의회 소식 · 참전용사",
        "US & Korea Alliance Association: News · Veterans",
    )
    assert feed(client, "ko/news.json?tag=nobody-uses-it")["items"] == []
    assert feed(client, "ko/news.json?tag=")["title"] == "한미동맹협의회 소식"


def test_what_is_withdrawn_leaves_the_feed_at_once(client: Client, api: Api) -> None:
    """The language that is withdrawn, and no other."""
    entry = published(api, **titled("a"))
    api.unpublish(entry["id"], "ko")
    assert titles(client, "ko/news.json") == []
    assert titles(client, "en/news.json") == ["a in English"]


def all_ids(client: Client) -> dict[str, list[str]]:
    """Return the ids of the feed and of its items in every language and format."""
    found = {}
    for locale in ("ko", "en"):
        found[f"{locale} json"] = [item["id"] for item in feed(client, f"{locale}/news.json")["items"]]
        atom = ElementTree.fromstring(client.get(f"/feeds/{locale}/news.atom").content)
        found[f"{locale} atom"] = [each.text or "" for each in atom.iter(f"{ATOM}id")]
        rss = ElementTree.fromstring(client.get(f"/feeds/{locale}/news.rss").content)
        found[f"{locale} rss"] = [each.text or "" for each in rss.iter("guid")]
    return found


def test_ids_never_change(client: Client, api: Api, elsewhere: Any, clock: Clock) -> None:
    """Neither with slug, date, tags or text, nor when it is withdrawn and comes back, nor when the service moves."""
    entry = published(api, slug="before")
    before = all_ids(client)
    (item,) = before["ko json"]
    assert before["ko rss"] == before["ko atom"][1:] == [item]
    assert before["en rss"] == before["en atom"][1:] == before["en json"] != [item]
    clock.advance(days=1)
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": "after", "date": "2026", "tags": ["veterans"]}, etag="*")
    api.save(entry["id"], "ko", title="다른 제목", body="다른 본문")
    api.unpublish(entry["id"], "ko")
    api.publish(entry["id"], "ko")
    assert all_ids(client) == before
    with elsewhere(PUBLIC_URL="https://other.example", ITEM_URL_NEWS="https://site.example/{slug}") as moved:
        assert all_ids(moved) == before
    with elsewhere(SITE_NAME_EN="Alliance Association", SITE_NAME_KO="한미협의회") as renamed:
        assert all_ids(renamed) == before


def test_two_installations_have_feeds_of_their_own(client: Client, database: Database) -> None:
    """What publishes is part of a feed's id, though two of them may be called the same."""
    before = all_ids(client)["ko atom"][0]
    with database.write() as tx:
        tx.execute(update(tables.log).values(installation=new_id()))
        tx.emit("tag.renamed")  # so that readers can tell
    assert all_ids(client)["ko atom"][0] != before


def test_only_a_new_text_is_an_update(client: Client, api: Api, clock: Clock) -> None:
    """The other language's new text, a tag's new name, a date: none of them makes an item new to its readers."""
    entry = published(api, tags=["veterans"])
    before = {locale: feed(client, f"{locale}/news.json")["items"][0] for locale in ("ko", "en")}
    clock.advance(hours=1)
    api.save(entry["id"], "ko", title="다른 제목", body="다른 본문")
    api.publish(entry["id"], "ko")
    clock.advance(hours=1)
    api.ok("PATCH", f"entries/{entry['id']}", {"date": "2020", "tags": []}, etag="*")
    assert client.get("/v1/news?locale=en").json()["items"][0]["updated_at"] > before["en"]["date_modified"]
    after = {locale: feed(client, f"{locale}/news.json")["items"][0] for locale in ("ko", "en")}
    assert after["en"]["date_modified"] == before["en"]["date_modified"]
    assert after["ko"]["date_modified"] > after["ko"]["date_published"] == before["ko"]["date_published"]
    lastmod = re.findall("<lastmod>(.*?)</lastmod>", client.get("/sitemap.xml").text)
    assert sorted(lastmod) == sorted(each["date_modified"] for each in after.values())


def test_times(client: Client, api: Api, clock: Clock) -> None:
    """Published when it became public, updated when what is public changed, the feed when any of its items did."""
    entry = published(api)
    (first,) = feed(client, "ko/news.json")["items"]
    clock.advance(hours=1)
    api.save(entry["id"], "ko", title="다른 제목", body="다른 본문")
    assert feed(client, "ko/news.json")["items"] == [first]
    api.publish(entry["id"], "ko")
    (second,) = feed(client, "ko/news.json")["items"]
    assert second["date_published"] == first["date_published"] == first["date_modified"] < second["date_modified"]
    atom = ElementTree.fromstring(client.get("/feeds/ko/news.atom").content)
    assert atom.findtext(f"{ATOM}updated") == second["date_modified"]


def links(element: Any) -> list[tuple[str | None, ...]]:
    return [
        tuple(link.get(name) for name in ("rel", "hreflang", "type", "href")) for link in element.findall(f"{ATOM}link")
    ]


def test_a_feed_leads_to_itself_and_to_its_alternates(elsewhere: Any, api: Api) -> None:
    """To itself, to the page of the same list, to the other formats and to the other language, the tag included."""
    published(api, tags=["veterans"])
    with elsewhere(PUBLIC_URL="https://api.example/hanmi/") as client:
        atom = ElementTree.fromstring(client.get("/feeds/ko/news.atom?tag=veterans&utm_source=x").content)
        rss = ElementTree.fromstring(client.get("/feeds/en/news.rss").content)
        json = feed(client, "en/news.json?tag=veterans")
    at = "https://api.example/hanmi"
    assert links(atom)[:3] == [
        ("alternate", "ko", "text/html", f"{at}/embed/news?locale=ko&tag=veterans"),
        ("alternate", "ko", "application/feed+json", f"{at}/feeds/ko/news.json?tag=veterans"),
        ("self", "ko", "application/atom+xml", f"{at}/feeds/ko/news.atom?tag=veterans"),
    ]
    assert ("alternate", "en", "application/atom+xml", f"{at}/feeds/en/news.atom?tag=veterans") in links(atom)
    assert ("self", "en", "application/rss+xml", f"{at}/feeds/en/news.rss") in links(rss[0])
    assert ("alternate", "ko", "application/rss+xml", f"{at}/feeds/ko/news.rss") in links(rss[0])
    assert rss.findtext("channel/link") == f"{at}/embed/news?locale=en"
    assert json["feed_url"] == f"{at}/feeds/en/news.json?tag=veterans"
    assert json["_hanmi"]["alternates"] == {"ko": f"{at}/feeds/ko/news.json?tag=veterans"}


def test_items_lead_to_where_a_site_shows_them(elsewhere: Any, api: Api) -> None:
    """By the kind's `ITEM_URL`, slug, id and locale put in; without one, to the item of the API itself."""
    entry = published(api, slug="감사-2026")
    published(api, kind="history", slug="armistice")
    korean = "%EA%B0%90%EC%82%AC-2026"
    with elsewhere(ITEM_URL_NEWS="https://site.example/{locale}/n/{slug}?id={id}") as client:
        (item,) = feed(client, "ko/news.json")["items"]
        assert item["url"] == f"https://site.example/ko/n/{korean}?id={entry['id']}"
        assert item["_hanmi"]["alternates"] == {"en": f"https://site.example/en/n/{korean}?id={entry['id']}"}
        (event,) = feed(client, "en/history.json")["items"]
        assert event["url"] == "http://127.0.0.1:8000/v1/history/armistice?locale=en"
        atom = ElementTree.fromstring(client.get("/feeds/ko/news.atom").content)
        assert [each[3] for each in links(atom.find(f"{ATOM}entry"))] == [
            item["url"],
            *item["_hanmi"]["alternates"].values(),
            item["url"],
        ]
        rss = ElementTree.fromstring(client.get("/feeds/ko/news.rss").content)
        assert rss.findtext("channel/item/link") == item["url"]


def test_an_item_leads_to_the_languages_it_is_public_in(client: Client, api: Api) -> None:
    """One that is public in one language alone names no other."""
    published(api, "ko")
    assert feed(client, "ko/news.json")["items"][0]["_hanmi"]["alternates"] == {}
    atom = ElementTree.fromstring(client.get("/feeds/ko/news.atom").content)
    assert [each[:2] for each in links(atom.find(f"{ATOM}entry"))] == [("alternate", "ko")]


def test_links_and_pictures_within_are_absolute(elsewhere: Any, api: Api) -> None:
    """As seen from where the item is shown."""
    body = "[a](../other) [b](/about#x) [c](#below) [d](?q=1) [e](//cdn.example/e) ![f](f.png) [g](mailto:a@b.example)"
    published(api, "ko", slug="here", texts={"ko": KO | {"body": body}})
    with elsewhere(ITEM_URL_NEWS="https://site.example/{locale}/news/{slug}") as client:
        (item,) = feed(client, "ko/news.json")["items"]
    expected = {
        'href="https://site.example/ko/other"',
        'href="https://site.example/about#x"',
        'href="https://site.example/ko/news/here#below"',
        'href="https://site.example/ko/news/here?q=1"',
        'href="https://cdn.example/e"',
        'src="https://site.example/ko/news/f.png"',
        'href="mailto:a@b.example"',
    }
    assert [each for each in expected if each not in item["content_html"]] == []


def test_an_item_of_a_feed_has_all_of_it(client: Client, api: Api) -> None:
    """The whole text, summary, tags, and the day it tells of, however little of it is known."""
    published(
        api, "ko", kind="history", date="1953-07", tags=["veterans"], texts={"ko": KO | {"body": "# 하나\n\n*둘*"}}
    )
    (item,) = feed(client, "ko/history.json")["items"]
    assert item["content_html"] == "<h1>하나</h1>\n<p><em>둘</em></p>"
    assert (item["summary"], item["tags"], item["_hanmi"]["date"]) == (KO["summary"], ["veterans"], "1953-07")
    atom = ElementTree.fromstring(client.get("/feeds/ko/history.atom").content)
    assert atom.findtext(f"{ATOM}entry/{ATOM}content") == item["content_html"]
    assert (atom.get(LANG), atom.find(f"{ATOM}entry").get(LANG)) == ("ko", "ko")  # type: ignore[union-attr]


def test_an_item_without_a_body_still_says_something(client: Client, api: Api) -> None:
    """Its summary, or else its title, stands for the text: as text, whatever is in it."""
    published(api, "ko", texts={"ko": {"title": "<b>제목</b>", "summary": "", "body": ""}})
    (item,) = feed(client, "ko/news.json")["items"]
    assert item["content_html"] == "<p>&lt;b&gt;제목&lt;/b&gt;</p>"


def test_who_publishes_is_configured(elsewhere: Any) -> None:
    """`SITE_NAME_KO` and `SITE_NAME_EN` are authors and titles; an unlisted feed is a feed all the same."""
    with elsewhere(SITE_NAME_KO="우리 모임", SITE_NAME_EN="Our <Society>") as client:
        english = feed(client, "en/history.json")
        assert (english["title"], english["authors"]) == ("Our <Society>: History", [{"name": "Our <Society>"}])
        assert feed(client, "ko/mission.json")["title"] == "우리 모임 소개"


@pytest.mark.parametrize("suffix", ["json", "atom", "rss"])
def test_feeds_are_cached_like_all_delivery(client: Client, api: Api, suffix: str) -> None:
    """An ETag that changes when the feed does, 304, HEAD, CORS, compression, and the language it is in."""
    entry = published(api)
    address = f"/feeds/ko/news.{suffix}"
    first = client.get(address)
    assert first.headers["cache-control"] == "public, max-age=60, stale-while-revalidate=30"
    assert (first.headers["content-language"], first.headers["vary"]) == ("ko", "Accept-Encoding")
    assert first.headers["access-control-allow-origin"] == "*"
    assert first.headers["content-encoding"] == "br"
    known = {"If-None-Match": first.headers["etag"]}
    assert (client.get(address, headers=known).status_code, client.get(address, headers=known).content) == (304, b"")
    head = client.head(address)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])
    api.save(entry["id"], "ko", title="다른 제목", body="다른 본문")
    assert client.get(address, headers=known).status_code == 304
    api.publish(entry["id"], "ko")
    assert client.get(address, headers=known).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["ko/news", "ko/news.xml", "ko/news.JSON", "fr/news.atom", "all/news.atom", "ko/drafts.atom", "ko/news.atom/x",
     "ko/news.atom%00", "ko/.atom", "ko/news.atom?tag=Not+a+slug", "ko/news.atom?tag=%00",
     f"ko/news.atom?tag={'a' * 101}"],
)  # fmt: skip
def test_what_is_no_feed_is_a_404(client: Client, address: str) -> None:
    """An unknown language, kind or format, and what no tag can be called, are a problem document."""
    answer = client.get(f"/feeds/{address}")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_parameters_nobody_knows_are_ignored(client: Client, api: Api) -> None:
    """What senders of newsletters add to an address changes nothing in the feed."""
    published(api)
    plain = client.get("/feeds/ko/news.atom").content
    assert client.get("/feeds/ko/news.atom?utm_source=mail&locale=xx&limit=0&x=1&x=2").content == plain


def test_a_feed_is_bounded(client: Client, api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """In items, and in bytes: the item that makes it enough is its last."""
    for number in range(4):
        published(api, "ko", slug=f"n-{number}", texts={"ko": KO | {"body": "가 " * 10_000}})
    monkeypatch.setattr(syndication, "ENOUGH", 150_000)
    assert len(feed(client, "ko/news.json")["items"]) == 2
    monkeypatch.setattr(syndication, "ENOUGH", 1)
    assert len(feed(client, "ko/news.json?tag=")["items"]) == 1
    assert syndication.MOST_ITEMS == 50
