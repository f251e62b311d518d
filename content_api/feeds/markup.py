"""XML as feeds and sitemaps need it: elements with text and attributes that XML 1.0 can hold."""

import re
from xml.etree.ElementTree import Element, SubElement, tostring

# What XML 1.0 (2.2) cannot hold, and the C1 controls, which it warns of and feed validators refuse.
UNFIT = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def root(tag: str, attributes: dict[str, str]) -> Element:
    """Return the outermost element; namespaces are declared in its `attributes`, prefixes written in the tags."""
    return Element(tag, {name: fit(value) for name, value in attributes.items()})


def add(parent: Element, tag: str, text: str | None = None, attributes: dict[str, str] | None = None) -> Element:
    """Return a new last child of `parent`."""
    child = SubElement(parent, tag, {name: fit(value) for name, value in (attributes or {}).items()})
    child.text = None if text is None else fit(text)
    return child


def fit(text: str) -> str:
    """Return a text without the characters that would make the whole document no XML."""
    return UNFIT.sub("", text)


def written(document: Element) -> bytes:
    """Return the document as UTF-8, with its declaration."""
    whole: bytes = tostring(document, encoding="utf-8", xml_declaration=True)
    return whole
