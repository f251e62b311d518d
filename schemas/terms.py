"""Terms of the glossary as editors send and see them; what the pipeline reads of one is `language.Term`."""

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

from schemas.entries import Request
from schemas.language import Case, PartOfSpeech
from schemas.values import Name, Value


class TermNote(Value):
    """What is good to know of a term, perhaps nothing."""

    __slots__ = ()
    limit = 1_000
    least = 0
    allowed = "\n"


Forms = Annotated[list[Name], Meta(max_length=50)]


class NewTerm(Request, kw_only=True):
    """A term to be added: the preferred form in each language, those that will do, and those that must not be used."""

    ko: Name
    en: Name
    forbidden_ko: Forms = []
    forbidden_en: Forms = []
    admitted_ko: Forms = []
    admitted_en: Forms = []
    part_of_speech: PartOfSpeech = "noun"
    case: Case = "auto"
    keep: bool = False
    note: TermNote = field(default_factory=TermNote)


class TermChange(Request, kw_only=True):
    """What to change of a term; what is not sent stays."""

    ko: Name | UnsetType = UNSET
    en: Name | UnsetType = UNSET
    forbidden_ko: Forms | UnsetType = UNSET
    forbidden_en: Forms | UnsetType = UNSET
    admitted_ko: Forms | UnsetType = UNSET
    admitted_en: Forms | UnsetType = UNSET
    part_of_speech: PartOfSpeech | UnsetType = UNSET
    case: Case | UnsetType = UNSET
    keep: bool | UnsetType = UNSET
    note: TermNote | UnsetType = UNSET


class EditorialTerm(Struct, kw_only=True):
    """A term as editors see it."""

    id: str
    etag: str
    ko: str
    en: str
    forbidden_ko: list[str]
    forbidden_en: list[str]
    admitted_ko: list[str]
    admitted_en: list[str]
    part_of_speech: PartOfSpeech
    case: Case
    keep: bool
    note: str


class EditorialTermPage(Struct, kw_only=True):
    """A page of terms by their Korean form."""

    items: list[EditorialTerm]
    next: str | None
