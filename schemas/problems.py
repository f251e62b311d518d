"""Every error a caller can meet, as a problem of RFC 9457. Raised where understood, rendered in one place."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import UNSET, Struct, UnsetType


class FieldError(Struct, frozen=True, kw_only=True):
    """One fault of the input: where (RFC 6901 pointer into the body, or a parameter's name) and what."""

    message: str
    pointer: str | UnsetType = UNSET
    parameter: str | UnsetType = UNSET


class Problem(Exception):
    """A refusal with a stable `slug` (its address is `/problems/<slug>`), a status and a sentence for the caller.

    `more` holds members beyond the standard ones (`available_locales`, `draft`); `headers` what the answer carries.
    """

    slug: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Internal error"
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        **more: object,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.more = more


class MalformedBody(Problem):
    """The body is not JSON in valid UTF-8, or holds an unpaired surrogate."""

    slug, title, status = "malformed-body", "The body cannot be read", 400


class BadParameter(Problem):
    """A query parameter is unknown, given twice, or has a value that is not allowed."""

    slug, title, status = "bad-parameter", "A parameter is not right", 400

    @classmethod
    def named(cls, name: str, message: str) -> "BadParameter":
        """Return the problem that names one parameter."""
        return cls(f"{name}: {message}", errors=[FieldError(parameter=name, message=message)])


class BadCursor(BadParameter):
    """The cursor was changed, or belongs to another query."""

    slug, title = "bad-cursor", "The cursor does not fit this query"


class Unauthenticated(Problem):
    """No key was sent, or it is unknown, expired or revoked."""

    slug, title, status = "unauthenticated", "Sign in first", 401


class Forbidden(Problem):
    """The key's scopes or its account's role do not allow this."""

    slug, title, status = "forbidden", "Not allowed", 403


class NotFound(Problem):
    """There is nothing at this address."""

    slug, title, status = "not-found", "Not found", 404


class MethodNotAllowed(Problem):
    """The address exists, but not with this method."""

    slug, title, status = "method-not-allowed", "Method not allowed", 405


class SlugTaken(Problem):
    """Another entry of the kind has, or once had, this slug."""

    slug, title, status = "slug-taken", "The slug is taken", 409


class WrongState(Problem):
    """The state of the draft or text does not allow this step."""

    slug, title, status = "wrong-state", "Not possible in this state", 409


class SourceChanged(Problem):
    """The source text was changed since the draft was made."""

    slug, title, status = "source-changed", "The source has changed", 409


class UndismissedErrors(Problem):
    """Segments of the draft have errors that nobody mended or dismissed."""

    slug, title, status = "undismissed-errors", "Errors are left", 409


class DraftOpen(Problem):
    """The entry has an open draft into this language already; `draft` is its address."""

    slug, title, status = "draft-open", "A draft is open already", 409


class NothingToPublish(Problem):
    """The entry has no text in this language."""

    slug, title, status = "nothing-to-publish", "No text in this language", 409


class Exists(Problem):
    """Something with this name exists already."""

    slug, title, status = "exists", "It exists already", 409


class Gone(Problem):
    """What follows this cursor is not known any more: the log was shortened, or a backup put in its place."""

    slug, title, status = "gone", "The cursor is too old", 410


class LinkSpent(Problem):
    """The one-time link was used already, has expired, or is not one of ours."""

    slug, title, status = "link-spent", "The link is not good any more", 410


class Stale(Problem):
    """`If-Match` names a version that is no longer current."""

    slug, title, status = "stale", "It was changed meanwhile", 412


class TooLarge(Problem):
    """The request is larger than 2 MiB."""

    slug, title, status = "too-large", "The request is too large", 413


class UnsupportedMediaType(Problem):
    """The body is not `application/json`."""

    slug, title, status = "unsupported-media-type", "JSON is wanted", 415


class Invalid(Problem):
    """The body is JSON, but a field is unknown, missing, of the wrong type, or over its limit."""

    slug, title, status = "invalid", "The body is not valid", 422

    @classmethod
    def at(cls, pointer: str, message: str) -> "Invalid":
        """Return the problem that points at one place of the body (RFC 6901)."""
        detail = f"{message} (at {pointer})" if pointer else message
        return cls(detail, errors=[FieldError(pointer=pointer, message=message)])


class KeyReused(Problem):
    """The `Idempotency-Key` came before, with another address or body."""

    slug, title, status = "idempotency-key-reused", "The key named another request", 422


class PreconditionRequired(Problem):
    """This request needs `If-Match`, so that no one's change is overwritten unseen."""

    slug, title, status = "precondition-required", "If-Match is required", 428


class TooManyAttempts(Problem):
    """Signing in failed too often of late; try again after `Retry-After` seconds."""

    slug, title, status = "too-many-attempts", "Too many attempts", 429


class Busy(Problem):
    """The database had no turn for this write in time; try again after `Retry-After` seconds."""

    slug, title, status = "busy", "Busy", 503


class Unavailable(Problem):
    """The database is away or cannot store anything: restarted, cut off, its disk full. Nothing of this was stored,
    unless the connection broke while it was being stored: read again, or repeat with the same `Idempotency-Key`."""

    slug, title, status = "unavailable", "Not available just now", 503


class NotReady(Problem):
    """The service is not ready to answer: the database is away, or its schema is not at its head."""

    slug, title, status = "not-ready", "Not ready", 503


def catalogue() -> Iterator[type[Problem]]:
    """Yield every kind of problem by status and slug; the errors page of the docs is made from it."""
    found: list[type[Problem]] = [Problem]
    for kind in found:
        found.extend(kind.__subclasses__())
    yield from sorted(found, key=lambda kind: (kind.status, kind.slug))
