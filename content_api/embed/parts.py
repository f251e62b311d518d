"""The script, the style and the page as they are sent: read from their files once, without comments and indentation."""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from schemas.decoding import encode
from schemas.entries import Kind
from schemas.language import Locale

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


Lists = Mapping[Locale, Mapping[Kind, str]]


def script(names: Mapping[Locale, str], lists: Lists, urls: Mapping[Kind, str], locale: Locale) -> bytes:
    """Return the module that defines `<hanmi-news>` for a site: who publishes, what the lists are called, where items
    are shown, and the language for readers of neither.
    """
    site = {"style": style("news.css"), "names": names, "lists": lists, "urls": urls, "locale": locale}
    return plain_script("news.js").replace("__SITE__", encode(site).decode()).encode()


@cache
def style(name: str) -> str:
    """Return a style."""
    return re.sub(r"\s*\n\s*", "", COMMENT.sub("", text(name)))


@cache
def plain_script(name: str) -> str:
    """Return a script."""
    lines = (line.strip() for line in text(name).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def text(name: str) -> str:
    """Return a file as it was written."""
    return files("content_api.embed").joinpath(name).read_text(encoding="utf-8")


def allowed(inline: str) -> str:
    """Return what stands in a content security policy for a script or style that stands in the page (CSP 3, 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()}'"
