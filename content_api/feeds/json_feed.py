"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from msgspec import UNSET

from content_api.feeds.feed import Feed, FeedItem
from schemas.decoding import encode
from schemas.feeds import Author, Extension, JsonFeed, JsonFeedItem
from schemas.language import Locale

VERSION = "https://jsonfeed.org/version/1.1"
ABOUT = "alternates: the same in other languages; date: the day an item tells of, as YYYY, YYYY-MM or YYYY-MM-DD"


def write(feed: Feed) -> bytes:
    """Return the feed as a JSON Feed document."""
    own = feed.addresses[feed.locale, "json"]
    others = {at: url for (at, suffix), url in feed.addresses.items() if suffix == "json" and url != own}
    document = JsonFeed(
        version=VERSION,
        title=feed.title,
        home_page_url=feed.page,
        feed_url=own,
        description=feed.subtitle,
        language=feed.locale,
        authors=[Author(feed.author)],
        extension=Extension(about=ABOUT, alternates=others),
        items=[_item(item, feed.locale) for item in feed.items],
    )
    return encode(document)


def _item(item: FeedItem, locale: Locale) -> JsonFeedItem:
    return JsonFeedItem(
        id=item.id,
        url=item.address,
        title=item.title,
        language=locale,
        summary=item.summary.strip() or UNSET,
        content_html=item.content,
        date_published=item.published,
        date_modified=item.updated,
        tags=[tag.name for tag in item.tags] or UNSET,
        extension=Extension(alternates=item.alternates, date=item.date or UNSET),
    )
