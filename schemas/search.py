"""What readers get who search: hits, what they are among, and completions. Fields are added, never renamed."""

from typing import Generic

from msgspec import Struct

from schemas.delivery import About, Card, Pair, Served, Value
from schemas.entries import Kind
from schemas.language import Locale


class Highlights(Struct, kw_only=True):
    """Why it was found: the title, and pieces of the body, as escaped text with `<mark>` around what was found."""

    title: str
    body: list[str]


class Hit(Card[Value, About, Served], Generic[Value, About, Served], kw_only=True):
    """A card that was found, and by which language's text: a word of one finds what the other says too."""

    matched_locale: Locale
    highlights: Highlights


class KindCount(Struct, kw_only=True):
    """How many hits are of a kind, whatever kind is asked for."""

    kind: Kind
    count: int


class TagFacet(Struct, kw_only=True):
    """How many hits carry a tag, whatever tag is asked for."""

    slug: str
    name: Pair[str]
    count: int


class Facets(Struct, kw_only=True):
    """What the hits are among: every kind, and the tags most of them carry."""

    kinds: list[KindCount]
    tags: list[TagFacet]


class SearchPage(Struct, Generic[Value], kw_only=True):
    """A page of hits, best first; how many there are in all; and a corrected query where a word is in no text."""

    items: list[Value]
    next: str | None
    total: int
    facets: Facets
    suggestion: str | None


class Completion(Struct, kw_only=True):
    """What a reader may be about to type, and the language it is in."""

    text: str
    locale: Locale


class Completions(Struct, kw_only=True):
    """Completions, the likeliest first."""

    items: list[Completion]
