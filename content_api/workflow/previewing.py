"""Previews of what nobody saved yet, and links that for a week show one text, published or not, to whoever has them.

Nothing is stored: such a link names the text and its end, and is signed as cursors are.
"""

import datetime as dt
from dataclasses import dataclass

import msgspec
from sqlalchemy import Connection

from content_api.workflow import editing, history, rendering
from content_api.workflow.revisions import Revision
from pipeline.texts import PlainText
from schemas.language import Locale
from schemas.values import Body

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


def rendered(body: str) -> str | None:
    """Return Markdown that nobody saved as the HTML readers would get; `None` where saving it would be refused."""
    body = body.replace("\r\n", "\n")[: Body.limit]
    return None if editing.expands(PlainText("", "", body), "ko") else rendering.body_html(body)
