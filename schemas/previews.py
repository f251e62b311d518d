"""Preview links, as editors ask for and get them."""

from msgspec import Struct

from schemas.entries import Request
from schemas.language import Locale


class NewPreviewLink(Request, kw_only=True):
    """A preview link asked for: to the text in which language."""

    locale: Locale


class PreviewLink(Struct, kw_only=True):
    """A link to a text as it is, good for whoever has it until `expires_at`."""

    url: str
    expires_at: str
