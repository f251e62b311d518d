"""The rules of the W3C feed validator, and of JSON Feed 1.1, that a feed of ours could break: one function each.

An XML rule gets the outermost element, a JSON rule the document; it fails by an assertion.
"""

import datetime as dt
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any
from xml.etree.ElementTree import Element

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
RFC822 = re.compile(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT")
URI = re.compile(r"https?://[0-9A-Za-z\[][0-9a-zA-Z;/?:@&=+$.\-_!~*'()%,#\[\]]*")
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")
# What the validator takes for dangerous, by element and by attribute.
DANGEROUS = {"script", "style", "iframe", "object", "embed", "meta", "link", "base", "applet", "form", "input"}

Rule = Callable[[Any], None]
RULES: dict[str, list[Rule]] = {"atom": [], "rss": [], "json": []}


def rule(*suffixes: str) -> Callable[[Rule], Rule]:
    """Note a rule for feeds of these formats."""

    def noted(check: Rule) -> Rule:
        for suffix in suffixes:
            RULES[suffix].append(check)
        return check

    return noted


def entries(feed: Element) -> list[Element]:
    """Return a feed's entries or items."""
    return feed.findall(f"{ATOM}entry") or feed.findall("channel/item")


def texts(parent: Element, tag: str) -> list[str]:
    """Return the text of each child with this tag."""
    return [child.text or "" for child in parent.findall(tag)]


def ids(feed: Element) -> list[str]:
    return [text for entry in entries(feed) for tag in (f"{ATOM}id", "guid") for text in texts(entry, tag)]


def contents(feed: Element) -> list[str]:
    """Return the HTML of a feed."""
    tags = (f"{ATOM}content", f"{CONTENT}encoded", "description")
    return [text for entry in entries(feed) for tag in tags for text in texts(entry, tag)]


def plausible(moment: dt.datetime) -> bool:
    return dt.datetime(1990, 1, 1, tzinfo=dt.UTC) < moment < dt.datetime.now(dt.UTC) + dt.timedelta(minutes=10)


@rule("atom")
def feed_has_what_it_must(feed: Element) -> None:
    """MissingElement, DuplicateElement: one id, title, updated and author each (RFC 4287, 4.1.1)."""
    assert feed.tag == f"{ATOM}feed"
    assert [len(feed.findall(f"{ATOM}{tag}")) for tag in ("id", "title", "updated", "author", "subtitle")] == [1] * 5
    assert feed.findtext(f"{ATOM}author/{ATOM}name")


@rule("atom")
def entry_has_what_it_must(feed: Element) -> None:
    """MissingElement, DuplicateElement: one id, title, updated, published and content, at most one summary."""
    for entry in entries(feed):
        counts = [len(entry.findall(f"{ATOM}{tag}")) for tag in ("id", "title", "updated", "published", "content")]
        assert counts == [1] * 5
        assert len(entry.findall(f"{ATOM}summary")) <= 1


@rule("rss")
def channel_has_what_it_must(feed: Element) -> None:
    """MissingTitle, MissingLink, MissingDescription, MissingDCLanguage, DuplicateElement."""
    assert (feed.tag, feed.get("version"), len(feed)) == ("rss", "2.0", 1)
    assert [len(feed.findall(f"channel/{tag}")) for tag in ("title", "link", "description", "language")] == [1] * 4


@rule("rss")
def item_has_what_it_must(feed: Element) -> None:
    """MissingGuid, DuplicateElement: one title, link, guid, pubDate, description and full content each."""
    tags = ("title", "link", "guid", "pubDate", "description", f"{CONTENT}encoded", f"{DC}language", f"{ATOM}updated")
    for item in entries(feed):
        assert [len(item.findall(tag)) for tag in tags] == [1] * len(tags)


@rule("rss")
def description_comes_before_content(feed: Element) -> None:
    """NeedDescriptionBeforeContent."""
    for item in entries(feed):
        order = [child.tag for child in item]
        assert order.index("description") < order.index(f"{CONTENT}encoded")


@rule("rss")
def the_same_is_not_said_twice(feed: Element) -> None:
    """DuplicateSemantics: no Dublin Core beside what RSS has an own name for, no `atom:id`, no `atom:published`."""
    assert feed.find(f"channel/{DC}language") is None
    for item in entries(feed):
        rivals = (f"{DC}date", f"{DC}creator", f"{DC}subject", f"{ATOM}id", f"{ATOM}published")
        assert [tag for tag in rivals if item.find(tag) is not None] == []


@rule("rss")
def core_elements_have_no_foreign_attributes(feed: Element) -> None:
    """UseOfExtensionAttr: no `xml:lang` and its like on what RSS itself defines."""
    for element in feed.iter():
        assert "{" in element.tag or not [name for name in element.attrib if "{" in name]


@rule("rss")
def guid_is_no_permalink(feed: Element) -> None:
    """InvalidHttpGUID: an id that is no address says so."""
    assert [guid.attrib for guid in feed.iter("guid")] == [{"isPermaLink": "false"}] * len(entries(feed))


@rule("atom", "rss")
def metadata_comes_first(feed: Element) -> None:
    """MisplacedMetadata, MisplacedItem: nothing of the feed stands between or behind its entries."""
    tags = [child.tag for child in (feed if feed.tag.endswith("feed") else feed[0])]
    listed = [tag for tag in tags if tag in (f"{ATOM}entry", "item")]
    assert tags[len(tags) - len(listed) :] == listed


@rule("atom", "rss")
def ids_are_uuids(feed: Element) -> None:
    """InvalidUUID, InvalidURN, NonCanonicalURI: every id is a UUID in small letters."""
    for found in [*texts(feed, f"{ATOM}id"), *ids(feed)]:
        assert UUID.fullmatch(found)


@rule("atom", "rss")
def ids_are_unique(feed: Element) -> None:
    """DuplicateEntries, DuplicateValue, DuplicateIds: no two entries have the same id, nor the feed's."""
    every = [*texts(feed, f"{ATOM}id"), *ids(feed)]
    assert len(every) == len(set(every))


@rule("atom")
def times_are_rfc3339(feed: Element) -> None:
    """InvalidRFC3339Date, ImplausibleDate: in UTC, neither before 1990 nor to come."""
    for tag in (f"{ATOM}updated", f"{ATOM}published"):
        for element in feed.iter(tag):
            assert RFC3339.fullmatch(element.text or "")
            assert plausible(dt.datetime.fromisoformat(element.text or ""))


@rule("rss")
def times_are_rfc822(feed: Element) -> None:
    """InvalidRFC2822Date, ProblematicalRFC822Date, IncorrectDOW, ImplausibleDate: as it is sent now."""
    for tag in ("pubDate", "lastBuildDate"):
        for element in feed.iter(tag):
            assert RFC822.fullmatch(element.text or "")
            moment = parsedate_to_datetime(element.text or "")
            assert moment.strftime("%a") == (element.text or "")[:3]
            assert plausible(moment)


@rule("atom")
def nothing_is_published_after_its_update(feed: Element) -> None:
    """RFC 4287, 4.2.15: an entry's update is not before its publication, the feed's not before any entry's."""
    for entry in entries(feed):
        published, updated = (entry.findtext(f"{ATOM}{tag}") or "" for tag in ("published", "updated"))
        assert published <= updated <= (feed.findtext(f"{ATOM}updated") or "")


@rule("atom", "rss")
def feed_names_itself(feed: Element) -> None:
    """MissingSelf, MissingAtomSelfLink, SelfNotAtom, RelativeSelf: one absolute link to itself, as what it is."""
    own = [link for link in feed.iter(f"{ATOM}link") if link.get("rel") == "self"]
    assert [link.get("type") for link in own] == [f"application/{'rss' if feed.tag == 'rss' else 'atom'}+xml"]
    assert URI.fullmatch(own[0].get("href", ""))


@rule("atom", "rss")
def links_are_uris(feed: Element) -> None:
    """InvalidLink, InvalidFullLink, UriNotIri, InvalidUriChar: absolute, and of no other letters than a URI has."""
    found = [link.get("href", "") for link in feed.iter(f"{ATOM}link")]
    for address in [*found, *[link.text or "" for link in feed.iter("link")]]:
        assert URI.fullmatch(address)


@rule("atom", "rss")
def alternates_differ(feed: Element) -> None:
    """DuplicateAtomLink: no two links of one element have the same relation, type and language (RFC 4287, 4.1.1)."""
    for parent in (feed, *feed.findall("channel"), *entries(feed)):
        links = [(each.get("rel"), each.get("type"), each.get("hreflang")) for each in parent.findall(f"{ATOM}link")]
        assert len(links) == len(set(links))


@rule("atom", "rss")
def links_say_what_they_lead_to(feed: Element) -> None:
    """InvalidMIMEType, InvalidLanguage, AttrNotBlank, AtomLinkNotEmpty, UnregisteredAtomLinkRel."""
    for link in feed.iter(f"{ATOM}link"):
        assert link.get("rel") in ("self", "alternate")
        assert link.get("type") is None or MEDIA_TYPE.fullmatch(link.get("type", ""))
        assert link.get("hreflang") in (None, "ko", "en")
        assert not link.text
        assert len(link) == 0


@rule("atom", "rss")
def language_is_told(feed: Element) -> None:
    """InvalidLanguage: the feed and each of its entries say the same language."""
    told = [feed.get(LANG) or feed.findtext("channel/language")]
    told += [entry.get(LANG) or entry.findtext(f"{DC}language") for entry in entries(feed)]
    assert set(told) in ({"ko"}, {"en"})


@rule("atom", "rss")
def nothing_is_blank(feed: Element) -> None:
    """NotBlank: an element that is there says something."""
    for element in feed.iter():
        assert len(element) or element.attrib or (element.text or "").strip()


@rule("atom")
def plain_texts_are_plain(feed: Element) -> None:
    """InvalidTextType, NotInline: titles and summaries are text, content is escaped HTML, and says so."""
    for tag in ("title", "subtitle", "summary"):
        assert {element.get("type") for element in feed.iter(f"{ATOM}{tag}")} <= {None}
    assert {element.get("type") for element in feed.iter(f"{ATOM}content")} <= {"html"}


@rule("atom", "rss")
def characters_are_good(feed: Element) -> None:
    """BadCharacters: no controls, those of C1 among them, in any text or attribute."""
    for element in feed.iter():
        for text in (element.text or "", *element.attrib.values()):
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]", text)


class Elements(HTMLParser):
    """The elements of an HTML text, each with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def html_is_sound(html: str) -> None:
    """Fail where HTML runs something, styles itself beyond a cell's alignment, or has a relative address in it."""
    for tag, attributes in Elements(html).found:
        assert tag not in DANGEROUS
        assert not [name for name in attributes if name.startswith("on") or name == "srcdoc"]
        assert re.fullmatch(r"(text-align:\s?\w+;?)?", attributes.get("style") or "")
        for name in attributes.keys() & {"href", "src", "cite"}:
            assert re.match(r"(https?|mailto|tel):", attributes[name] or "")


@rule("atom", "rss")
def content_is_safe_and_absolute(feed: Element) -> None:
    """SecurityRisk, SecurityRiskAttr, DangerousStyleAttr, ContainsRelRef: in every HTML of every entry."""
    for html in contents(feed):
        html_is_sound(html)


@rule("json")
def json_feed_has_what_it_must(feed: Any) -> None:
    """`version`, `title` and `items`; `feed_url` and `home_page_url` are addresses; who publishes has a name."""
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"].strip()
    assert isinstance(feed["items"], list)
    assert URI.fullmatch(feed["feed_url"])
    assert URI.fullmatch(feed["home_page_url"])
    assert feed["authors"][0]["name"]


@rule("json")
def json_item_has_what_it_must(feed: Any) -> None:
    """An `id` that is a unique string, an address, and content that is safe and not empty."""
    found = [item["id"] for item in feed["items"]]
    assert len(found) == len(set(found))
    for item in feed["items"]:
        assert UUID.fullmatch(item["id"])
        assert URI.fullmatch(item["url"])
        assert item["title"].strip()
        assert item["content_html"].strip()
        html_is_sound(item["content_html"])


@rule("json")
def json_times_are_rfc3339(feed: Any) -> None:
    """`date_published` and `date_modified`, the second not before the first."""
    for item in feed["items"]:
        assert RFC3339.fullmatch(item["date_published"])
        assert RFC3339.fullmatch(item["date_modified"])
        assert item["date_published"] <= item["date_modified"]


@rule("json")
def json_tells_the_language(feed: Any) -> None:
    """The feed and each item name the same language, as BCP 47 has it."""
    assert {feed["language"], *(item["language"] for item in feed["items"])} in ({"ko"}, {"en"})


@rule("json")
def json_fields_are_known(feed: Any) -> None:
    """Every field is one of JSON Feed 1.1, or an object whose name begins with an underscore and a letter."""
    top = {"version", "title", "home_page_url", "feed_url", "description", "language", "authors", "items"}
    each = {"id", "url", "title", "language", "summary", "content_html", "date_published", "date_modified", "tags"}
    for found, known in [(feed, top), *((item, each) for item in feed["items"])]:
        for name, value in found.items():
            assert name in known or (re.match(r"_[a-zA-Z]", name) and isinstance(value, dict))
        assert all(isinstance(tag, str) and tag for tag in found.get("tags", []))
