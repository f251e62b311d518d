"""Preview links: for a week they show one text as it is now, published or not, to whoever has the link.

Nothing is stored: the link names the text and its end, and is signed as cursors are.
"""

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from content_api.workflow import history
from content_api.workflow.revisions import Revision
from schemas.language import Locale

VALID = dt.timedelta(days=7)
# What the signature is bound to: no cursor of a list can stand for a link.
PURPOSE = ("preview link",)


class Link(msgspec.Struct, frozen=True, array_like=True):
    """What a link says: which text, and until when (seconds since 1970)."""

    entry_id: str
    locale: Locale
    expires: int


def link(connection: Connection, entry_id: str, locale: Locale, now: dt.datetime) -> Link:
    """Return a link to a text; raise `NotFound` where the language has none."""
    history.newest(connection, entry_id, locale)
    return Link(entry_id, locale, int((now + VALID).timestamp()))


@dataclass(frozen=True)
class Preview:
    """A text as a link shows it."""

    text: Revision
    expires_at: dt.datetime


def opened(connection: Connection, link: Link, now: dt.datetime) -> Preview | None:
    """Return the newest text a link leads to, `None` once it has expired; raise `NotFound` for a deleted entry."""
    ends = dt.datetime.fromtimestamp(link.expires, dt.UTC)
    return Preview(history.newest(connection, link.entry_id, link.locale), ends) if now < ends else None
