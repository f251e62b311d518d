"""What an embed shows: read from an address, written as the attributes of `<hanmi-news>`."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, Self, TypeVar, get_args

from schemas.entries import KINDS, Kind
from schemas.language import LOCALES, Locale

Choice = TypeVar("Choice", bound=str)
Theme = Literal["light", "dark"]
MOST = 100
USUAL = 5
LONGEST = 200


@dataclass(frozen=True, kw_only=True)
class Choices:
    """A list, and how it is shown. Without `locale` and `theme` they are the reader's; `key` is one for delivery."""

    locale: Locale | None = None
    kind: Kind = "news"
    count: int = USUAL
    tag: str = ""
    theme: Theme | None = None
    fallback: Literal["source", ""] = ""
    key: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Self:
        """Return what a query chooses; a value that nobody knows counts as none.

        A tag that can be none is kept: it has no entries, and all of them would be the wrong answer.
        """
        return cls(
            locale=_one_of(LOCALES, query.get("locale")),
            kind=_one_of(KINDS, query.get("kind")) or "news",
            count=_count(query.get("count", "")),
            tag=query.get("tag", "")[:LONGEST],
            theme=_one_of(get_args(Theme), query.get("theme")),
            fallback="source" if query.get("fallback") == "source" else "",
            key=query.get("key", "")[:LONGEST],
        )

    def given(self) -> dict[str, str]:
        """Return what is chosen beyond the usual, by the names of parameters and attributes alike."""
        usual = Choices()
        fields = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self))
        return {name: str(value) for name, value in fields if value != getattr(usual, name)}


def _one_of(choices: Iterable[Choice], given: str | None) -> Choice | None:
    return next((choice for choice in choices if choice == given), None)


def _count(given: str) -> int:
    if given.isascii() and given.isdecimal() and len(given) < 10 and int(given) > 0:
        return min(int(given), MOST)
    return USUAL
