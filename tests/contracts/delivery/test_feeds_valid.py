"""Feeds are valid: every rule holds for starter content, for hostile and very long content, and with no items."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest
from litestar.testing import TestClient

from content_api.app import create_app, outside
from content_api.feeds.feed import FORMATS
from content_api.settings import load
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.workflow import accounts, editing, publishing, seeding, tagging
from schemas.accounts import NewTag, PairedNames
from schemas.decoding import convert
from schemas.entries import KINDS, NewEntry
from schemas.language import LOCALES
from schemas.values import Name, Slug
from tests.contracts.delivery.feed_rules import RULES, Rule, contents

HOSTILE = "]]> <script>alert(1)</script> &amp; &lt;b&gt; \u202e\u200b\ufffd \U0001f600 \" ' <!-- --> <?xml?> <![CDATA["
BODY = """<p>control &#1; &#31; &#x81; &#xfffe;</p>

[relative](../a?b=1&c=2) [root](/about) [here](#below) [host](//other.example/x) [mail](mailto:a@b.example) [](<>)

![picture](/media/a.png) <img src=x onerror=alert(1)> <a href="javascript:alert(1)">x</a> [bad](http://[)

<blockquote cite="/source">quoted</blockquote> <q cite="http://[">q</q> <q cite="javascript:alert(1)">q</q>

| a | b |
| :-- | --: |
| 1 | 2 |

```python
<script>
```
"""
# What JSON can hold and XML cannot, or had better not.
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
MEDIA_TYPES = {"json": "application/feed+json", "atom": "application/atom+xml", "rss": "application/rss+xml"}


@dataclass
class Sent:
    """A feed as it was sent: by which installation, from which address, and its bytes."""

    where: str
    address: str
    suffix: str
    body: bytes

    @cached_property
    def document(self) -> Any:
        """The JSON object, or the outermost element."""
        return json.loads(self.body) if self.suffix == "json" else ElementTree.fromstring(self.body)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> list[Sent]:
    """Every feed of an installation with the starter content, and of one with hostile content."""
    found: list[Sent] = []
    for fill in (starter, hostile):
        settings = load({"HANMI_DATA_DIR": str(tmp_path_factory.mktemp(fill.__name__))})
        schema.migrate(settings.url)
        database = Database(settings.url)
        fill(database)
        with TestClient(outside(create_app(settings, database, with_worker=False))) as client:
            for address, suffix in addresses():
                answer = client.get(address)
                assert (answer.status_code, answer.headers["content-type"]) == (200, MEDIA_TYPES[suffix])
                found.append(Sent(fill.__name__, address, suffix, answer.content))
    return found


def addresses() -> Iterator[tuple[str, str]]:
    for locale in LOCALES:
        for suffix in FORMATS:
            yield from ((f"/feeds/{locale}/{kind}.{suffix}", suffix) for kind in KINDS)
            yield from ((f"/feeds/{locale}/news.{suffix}?tag={tag}", suffix) for tag in ("hostile", "there-is-none"))


def starter(database: Database) -> None:
    """Add the starter content."""
    with database.write() as tx:
        seeding.seed(tx, accounts.local(tx.connection))


def hostile(database: Database) -> None:
    """Publish entries whose every field is hostile, as long as it may be, or empty."""
    texts = [
        (HOSTILE, HOSTILE, BODY),
        ("<b>" * 100, "가나다 <i>" * 140, "# 가\n\n" + "긴 문장입니다 <b>굵게</b> [가](./나). " * 5_000),
        ("AT&T < B && C", "", "&#1;"),
        ("가" * 300, "\n\n", "<script>nothing remains</script>"),
        ("&lt;i&gt;", " ", BODY * 50),
    ]
    with database.write() as tx:
        who = accounts.local(tx.connection)
        name = Name(HOSTILE[:200])
        tagging.add(tx, NewTag(slug=Slug("hostile"), name=PairedNames(ko=name, en=name)))
        for number, (title, summary, body) in enumerate(texts):
            text = {"title": title[:300], "summary": summary[:1_000], "body": body[:200_000]}
            for kind in KINDS if len(body) < 10_000 else ("news",):
                slug = "가" * 98 + f"-{number}"
                wish = {"kind": kind, "source_locale": "ko", "slug": slug, "tags": ["hostile"], "date": "1953"}
                entry = convert(wish | {"texts": {"ko": text, "en": text}}, NewEntry)
                # The last is public in one language only.
                publishing.publish(tx, editing.create_entry(tx, who, entry), LOCALES[: 1 if number == 4 else 2], None)


@pytest.mark.parametrize(
    ("suffix", "rule"),
    [pytest.param(suffix, rule, id=f"{suffix}-{rule.__name__}") for suffix, rules in RULES.items() for rule in rules],
)
def test_a_rule_holds(sent: list[Sent], suffix: str, rule: Rule) -> None:
    """Every feed of a format keeps the rule, whatever it lists."""
    for feed in sent:
        if feed.suffix == suffix:
            try:
                rule(feed.document)
            except AssertionError as fault:
                raise AssertionError(f"{feed.where} {feed.address}: {rule.__doc__}") from fault


@pytest.mark.parametrize("suffix", ["atom", "rss"])
def test_a_strict_parser_has_no_complaint(sent: list[Sent], suffix: str) -> None:
    """feedparser reads every feed as the format it is, in UTF-8, without its bozo flag."""
    for feed in sent:
        if feed.suffix == suffix:
            headers = {"content-type": MEDIA_TYPES[suffix], "content-location": "https://feeds.example/"}
            read = feedparser.parse(feed.body, response_headers=headers)
            assert not read.bozo, (feed.address, read.get("bozo_exception"))
            assert (read.version, read.encoding) == ("atom10" if suffix == "atom" else "rss20", "utf-8")
            assert read.entries or "?tag=" in feed.address


def test_the_formats_tell_the_same(sent: list[Sent]) -> None:
    """The same list in three formats has the same ids, addresses, times and contents, as a reader reads them."""
    feeds = {(feed.where, feed.address): feed for feed in sent}
    for (where, address), feed in feeds.items():
        if feed.suffix != "json":
            continue
        items = feed.document["items"]
        for suffix in ("atom", "rss"):
            other = feeds[where, address.replace(".json", f".{suffix}")]
            read = feedparser.parse(other.body, sanitize_html=False, resolve_relative_uris=False)
            assert [(each.id, each.link) for each in read.entries] == [(item["id"], item["url"]) for item in items]
            for name, field in (("published_parsed", "date_published"), ("updated_parsed", "date_modified")):
                assert [as_rfc3339(each[name]) for each in read.entries] == [item[field] for item in items]
            held = [UNFIT.sub("", item["content_html"]) for item in items]
            assert [html for html in contents(other.document) if html.startswith("<")] == held


def as_rfc3339(moment: Any) -> str:
    return "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(*moment[:6])


def test_hostile_text_stays_text(sent: list[Sent]) -> None:
    """Titles, summaries and tag names come out as they went in, letter by letter, wherever a format says plain text."""
    for feed in sent:
        if feed.where == "hostile" and feed.address.startswith("/feeds/ko/news") and "there" not in feed.address:
            document = feed.document
            if feed.suffix == "json":
                titles = {item["title"] for item in document["items"]}
                tags = {tag for item in document["items"] for tag in item["tags"]}
            else:
                titles = {element.text for element in document.iter() if element.tag.endswith("title")}
                categories = [element for element in document.iter() if element.tag.endswith("category")]
                tags = {element.get("label") or element.text for element in categories}
            assert {HOSTILE, "AT&T < B && C", "&lt;i&gt;", "<b>" * 100} <= titles
            assert tags == {HOSTILE}
