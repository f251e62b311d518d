"""What an editor typed into an entry's form: kept as it was typed, and read as the values it is to become."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from content_api.workflow.merging import Details, Edit
from content_api.workflow.revisions import Revision
from schemas.accounts import EditorialTag
from schemas.entries import KINDS, Kind, NewEntry, NewTexts, TextInput
from schemas.language import LOCALES, OTHER, Field, Locale
from schemas.texts import UnfinishedTitle, WorkingCopyInput
from schemas.unicode import nfc
from schemas.values import Body, PartialDate, Slug, Summary, Title, Value, slug_from

RULES: Mapping[Field, type[Value]] = {"title": Title, "summary": Summary, "body": Body}
FIELDS: tuple[Field, ...] = get_args(Field)
LAST_POSITION = 1_000_000
MOST_TAGS = 50
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class Said:
    """A phrase of the desk with what fills its places: what is wrong with a field."""

    name: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Side:
    """One language in the form: what stands in its fields, from which revision it was begun, and when the working copy
    was kept that the fields hold (empty for none).
    """

    title: str = ""
    summary: str = ""
    body: str = ""
    base: int | None = None
    copy: str = ""

    @classmethod
    def of(cls, text: Revision | None) -> "Side":
        """Return a saved text as it stands in the form."""
        return cls(text.title, text.summary, text.body, text.number) if text else cls()

    @property
    def empty(self) -> bool:
        """Whether nothing was typed."""
        return not (self.title + self.summary + self.body).strip()

    def says(self, other: "Side") -> bool:
        """Tell whether another side holds the same words."""
        return all(getattr(self, name) == getattr(other, name) for name in FIELDS)


@dataclass(frozen=True)
class Plain:
    """An entry's own data as it stands in the form."""

    slug: str = ""
    date: str = ""
    position: str = ""
    tags: tuple[str, ...] = ()
    more_tags: str = ""

    @classmethod
    def of(cls, details: Details) -> "Plain":
        """Return an entry's own data as the form shows it."""
        position = "" if details.position is None else str(details.position)
        return cls(details.slug, details.date or "", position, tuple(details.tags))


@dataclass(frozen=True)
class Typed:
    """A form as it was sent: `do` is the button that was pressed, `seen` the details as they were shown, and `token`
    what a new entry's form is known by when it is sent a second time.
    """

    sides: Mapping[Locale, Side]
    plain: Plain = Plain()
    seen: Plain = Plain()
    version: int | None = None
    kind: Kind = "news"
    source_locale: Locale = "ko"
    translate: bool = False
    do: str = "save"
    at: Mapping[Locale, str] = field(default_factory=dict)
    token: str = ""


@dataclass(frozen=True)
class Values:
    """A form read: texts to be saved (none for a language in which nothing is written), and the entry's own data."""

    edits: Mapping[Locale, Edit]
    mine: Details
    seen: Details


class Refused(Exception):
    """What was typed breaks rules: `wrong` says which field, by its name in the form, and how."""

    def __init__(self, wrong: Mapping[str, Said]) -> None:
        super().__init__("what was typed breaks rules")
        self.wrong = dict(wrong)


def typed(form: Mapping[str, Any]) -> Typed:
    """Return a form as it was sent; `form` gives the last value of each name, and `getall`, if it has it, all."""

    def text(name: str) -> str:
        given = form.get(name, "")
        return given.replace("\r\n", "\n") if isinstance(given, str) else ""

    def plain(prefix: str = "") -> Plain:
        tags = tuple(each for each in _all(form, f"{prefix}tag") if each)
        slug, date, position = (text(f"{prefix}{name}").strip() for name in ("slug", "date", "position"))
        return Plain(slug, date, position, tags, text("more_tags"))

    def side(locale: Locale) -> Side:
        title, summary, body = (text(f"{name}_{locale}") for name in FIELDS)
        return Side(title, summary, body, _number(text(f"base_{locale}")), text(f"copy_{locale}"))

    seen = replace(plain("seen_"), more_tags="")
    return Typed(
        sides={locale: side(locale) for locale in LOCALES},
        plain=plain() if "slug" in form else seen,  # it is left out for those who may not change it
        seen=seen,
        version=_number(text("version")),
        kind=next((kind for kind in KINDS if kind == text("kind")), "news"),
        source_locale="en" if text("source_locale") == "en" else "ko",
        translate=bool(text("translate")),
        do=text("do") or "save",
        at={locale: text(f"at_{locale}") for locale in LOCALES},
        token=text("token") if TOKEN.fullmatch(text("token")) else "",
    )


def values(form: Typed, known: Sequence[EditorialTag], *, saved: Iterable[Locale] = ()) -> Values:
    """Return what was typed as values; raise `Refused` naming every field that breaks a rule.

    A language in which nothing was typed has no text, unless it is among those `saved` before.
    """
    wrong: dict[str, Said] = {}
    edits = {}
    for locale, side in form.sides.items():
        if not side.empty or locale in saved:
            text = {name: _parsed(rule, f"{name}_{locale}", getattr(side, name), wrong) for name, rule in RULES.items()}
            edits[locale] = Edit(TextInput(**text), side.base, side.copy)
    mine = Details(
        slug=_parsed(Slug, "slug", nfc_or_raw(form.plain.slug).lower(), wrong) if form.plain.slug else form.seen.slug,
        date=_parsed(PartialDate, "date", form.plain.date, wrong) if form.plain.date else None,
        position=_position(form.plain.position, wrong),
        tags=_tags(form.plain, known, wrong),
    )
    if wrong:
        raise Refused(wrong)
    seen = Details(form.seen.slug, form.seen.date or None, _number(form.seen.position), form.seen.tags)
    return Values(edits, mine, seen)


def new_entry(form: Typed, read: Values) -> NewEntry:
    """Return the entry to be added; raise `Refused` where the language it is written in has no text."""
    source = form.source_locale
    if source not in read.edits:
        # Whoever wrote in one language only, wrote the entry in it: nobody is to be sent back for that.
        source = OTHER[source]
    if source not in read.edits:
        raise Refused({f"title_{form.source_locale}": Said("wrong_empty")})
    return NewEntry(
        kind=form.kind,
        source_locale=source,
        texts=NewTexts(**{locale: edit.text for locale, edit in read.edits.items()}),
        slug=Slug(read.mine.slug) if form.plain.slug else None,
        date=PartialDate(read.mine.date) if read.mine.date else None,
        position=read.mine.position,
        tags=[Slug(tag) for tag in read.mine.tags],
    )


def unfinished(side: Side) -> WorkingCopyInput | None:
    """Return what was typed in one language as it can be kept unsaved; `None` for what no field can hold."""
    try:
        return WorkingCopyInput(
            title=UnfinishedTitle.parse(side.title),
            summary=Summary.parse(side.summary),
            body=Body.parse(side.body),
            base_revision=side.base,
        )
    except ValueError:
        return None


def nfc_or_raw(text: str) -> str:
    """Return a text in NFC; as it is where it is beyond composing, for a rule to refuse it."""
    try:
        return nfc(text)
    except ValueError:
        return text


def _parsed(rule: type[Value], name: str, given: str, wrong: dict[str, Said]) -> Any:
    try:
        return rule.parse(given)
    except ValueError:
        wrong[name] = _fault(rule, given)
        return ""


def _fault(rule: type[Value], given: str) -> Said:
    """Say in the desk's words what a rule says in the API's."""
    length = len(nfc_or_raw(given))
    if length > rule.limit:
        return Said("wrong_long", {"limit": f"{rule.limit:,}", "length": f"{length:,}"})
    if rule is PartialDate:
        return Said("wrong_date")
    if len(given.strip()) < rule.least:
        return Said("wrong_empty")
    return Said("wrong_slug" if rule is Slug else "wrong_character")


def _position(given: str, wrong: dict[str, Said]) -> int | None:
    if not given:
        return None
    number = _number(given)
    if number is None or number > LAST_POSITION:
        wrong["position"] = Said("wrong_position", {"limit": f"{LAST_POSITION:,}"})
    return number


def _tags(plain: Plain, known: Sequence[EditorialTag], wrong: dict[str, Said]) -> tuple[str, ...]:
    """Return the slugs of the tags that were ticked and of those that were typed, by name or slug, with commas."""
    named = {name.casefold(): tag.slug for tag in known for name in (tag.name.ko, tag.name.en, tag.slug)}
    words = [nfc_or_raw(word.strip()) for word in plain.more_tags.replace("\n", ",").split(",")]
    slugs = [named.get(word.casefold()) or slug_from(word) for word in words if word]
    if any(not slug for slug in slugs) or len({*plain.tags, *slugs}) > MOST_TAGS:
        wrong["more_tags"] = Said("wrong_tags", {"limit": MOST_TAGS})
    ticked = {tag.slug for tag in known}
    return tuple(dict.fromkeys([*(tag for tag in plain.tags if tag in ticked), *slugs]))


def _all(form: Mapping[str, Any], name: str) -> list[str]:
    given = form.getall(name, []) if hasattr(form, "getall") else [form[name]] if name in form else []
    return [each for each in given if isinstance(each, str)]


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
