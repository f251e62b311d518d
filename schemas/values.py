"""The small values texts are made of, each with its rule: titles, bodies, slugs, dates, names.

Every value is a `str` whose constructor `parse` takes what a caller sent, normalises it to NFC (the form the project
stores and compares) and raises `ValueError` with a sentence when it breaks its rule.
"""

import calendar
import datetime as dt
import re
import unicodedata
from typing import Any, ClassVar, Self

from schemas.unicode import nfc

# C0 and C1 controls, except what a field allows; unpaired surrogates and noncharacters cannot be stored or sent.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|[\t\n\r]")
SLUG = re.compile(r"[a-z0-9가-힣]+(?:-[a-z0-9가-힣]+)*")
DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


class Value(str):
    """A string with a rule. `limit` is its greatest length in characters, `allowed` the controls it may hold."""

    __slots__ = ()
    limit: ClassVar[int] = 200
    least: ClassVar[int] = 1
    allowed: ClassVar[str] = ""

    @classmethod
    def parse(cls, given: str) -> Self:
        """Return the normalised value, or raise `ValueError` saying what is wrong."""
        # Measured before it is composed, which makes it shorter if anything, so that nothing long is worked on.
        if len(given) > 3 * cls.limit:
            raise ValueError(f"at most {cls.limit:,} characters, got {len(given):,}")
        text = nfc(given.replace("\r\n", "\n") if "\n" in cls.allowed else given)
        if len(text) > cls.limit:
            raise ValueError(f"at most {cls.limit:,} characters, got {len(text):,}")
        for match in CONTROL.finditer(text):
            if match[0] not in cls.allowed:
                raise ValueError(f"character U+{ord(match[0]):04X} at position {match.start()} is not allowed")
        if len(text.strip()) < cls.least:
            raise ValueError("must not be empty")
        return cls(text)

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of the value, for OpenAPI."""
        return {"type": "string", "minLength": cls.least, "maxLength": cls.limit}


class Title(Value):
    """A title: one line of plain text."""

    __slots__ = ()
    limit = 300


class Summary(Value):
    """A summary: plain text, perhaps empty, perhaps of several lines."""

    __slots__ = ()
    limit = 1_000
    least = 0
    allowed = "\n"


class Body(Value):
    """A body in Markdown, perhaps empty."""

    __slots__ = ()
    limit = 200_000
    least = 0
    allowed = "\n\t"


class XliffFile(Value):
    """An XLIFF file, version 2.0 or 2.1, as text."""

    __slots__ = ()
    limit = 2_097_152
    allowed = "\n\t\r"


class Target(Value):
    """A segment's translation in placeholder form, perhaps empty."""

    __slots__ = ()
    limit = 200_000
    least = 0
    allowed = "\n\t"


class Name(Value):
    """A name of a tag, key or account; or a note of one line."""

    __slots__ = ()


class Note(Value):
    """Why something was dismissed or rejected."""

    __slots__ = ()
    limit = 1_000
    allowed = "\n"


class Slug(Value):
    """The part of an address that names an entry or tag: lower-case letters, Hangul, digits and single hyphens."""

    __slots__ = ()
    limit = 100

    @classmethod
    def parse(cls, given: str) -> Self:
        """Return the slug in NFC, or raise `ValueError`."""
        slug = super().parse(given)
        if not SLUG.fullmatch(slug):
            raise ValueError("only lower-case letters a-z, Hangul syllables, digits and single hyphens between them")
        return slug

    @classmethod
    def in_path(cls, given: str) -> str:
        """Return a slug from an address as it would be stored, whether or not there can be one like it."""
        try:
            return nfc(given).lower()
        except ValueError:
            return given

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of a slug."""
        return super().schema() | {"pattern": f"^{SLUG.pattern}$"}


def slug_from(title: str) -> str:
    """Return a slug made of `title` (any language), or the empty string if nothing of it can stand in one."""
    folded = unicodedata.normalize("NFKD", title)
    latin = "".join(char for char in folded if not unicodedata.combining(char))
    words = re.findall(r"[a-z0-9가-힣]+", unicodedata.normalize("NFC", latin).lower().replace("'", "").replace("’", ""))
    slug = ""
    for word in words:
        if len(slug) + len(word) >= 80:
            break
        slug = f"{slug}-{word}" if slug else word
    return slug or "".join(words)[:80]


class PartialDate(Value):
    """A date known to the year, month or day: `1953`, `1953-07`, `1953-07-27`. It sorts as its first day."""

    __slots__ = ()

    @classmethod
    def parse(cls, given: str) -> Self:
        """Return the date, or raise `ValueError` if there is no such day, month or year."""
        match = DATE.fullmatch(given)
        if not match:
            raise ValueError("a date is YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (int(part) if part else 1 for part in match.groups())
        try:
            dt.date(year, month, day)
        except ValueError:
            raise ValueError(f"there is no date {given}") from None
        return cls(given)

    def first_day(self) -> dt.date:
        """Return the first day the date may mean."""
        year, month, day = ([int(part) for part in self.split("-")] + [1, 1])[:3]
        return dt.date(year, month, day)

    def last_day(self) -> dt.date:
        """Return the last day the date may mean."""
        year, month, day = ([int(part) for part in self.split("-")] + [0, 0])[:3]
        month = month or 12
        return dt.date(year, month, day or calendar.monthrange(year, month)[1])

    @classmethod
    def schema(cls) -> dict[str, Any]:
        """Return the JSON Schema of a partial date."""
        return {
            "type": "string",
            "pattern": f"^{DATE.pattern}$",
            "examples": ["1953", "1953-07", "1953-07-27"],
        }
