"""A text's history and its working copy, as editors send and see them."""

from typing import Annotated

from msgspec import Meta, Struct, field

from schemas.entries import Origin, Request
from schemas.language import Difference, Field
from schemas.values import Body, Summary, Title

RevisionNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]


class Differences(Struct, kw_only=True):
    """How one revision's text came of another's, field by field.

    Joined without what was inserted it is the older text, without what was deleted the newer one.
    """

    title: list[Difference]
    summary: list[Difference]
    body: list[Difference]


class RevisionSummary(Struct, kw_only=True):
    """A saved text without its words: by whom (`author` is an e-mail address), whence, when and how long its body is.

    `fits_source` is the number of the source's revision it translates, `null` for the source itself; `changed` names
    the fields in which it differs from the revision before.
    """

    number: int
    author: str
    origin: Origin
    created_at: str
    fits_source: int | None
    characters: int
    changed: list[Field]


class RevisionDetail(RevisionSummary, kw_only=True):
    """A saved text, and how it came of the revision numbered `against`; of nothing where that is `null`."""

    title: str
    summary: str
    body: str
    against: int | None
    differences: Differences


class RevisionPage(Struct, kw_only=True):
    """A page of one language's revisions, newest first."""

    items: list[RevisionSummary]
    next: str | None


class UnfinishedTitle(Title):
    """A title that is being typed: it may be empty yet."""

    __slots__ = ()
    least = 0


class WorkingCopyInput(Request, kw_only=True):
    """What an editor typed and has not saved; `base_revision` is the number of the revision they began from."""

    title: UnfinishedTitle
    summary: Summary = field(default_factory=Summary)
    body: Body
    base_revision: RevisionNumber | None = None


class WorkingCopy(Struct, kw_only=True):
    """A working copy as it was kept last.

    A `present_revision` (`null` where nobody saved a text yet) above `base_revision` tells that somebody saved since.
    """

    title: str
    summary: str
    body: str
    base_revision: int | None
    present_revision: int | None
    saved_at: str
