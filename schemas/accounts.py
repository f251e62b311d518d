"""People, their roles and keys, and tags: the small editorial resources."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from schemas.entries import Request
from schemas.values import Name, Slug

Role = Literal["partner", "author", "reviewer", "admin"]
ROLES: tuple[Role, ...] = ("partner", "author", "reviewer", "admin")
Scope = Literal["delivery", "entries:read", "entries:write", "review", "publish", "admin"]
# Which role a scope needs at least: section 2 of the contract.
ROLE_FOR: dict[Scope, Role] = {
    "delivery": "partner",
    "entries:read": "author",
    "entries:write": "author",
    "review": "reviewer",
    "publish": "reviewer",
    "admin": "admin",
}


class NewKey(Request, kw_only=True):
    """A key to be made. `account` is an e-mail address; without it the key acts for the built-in `local` account."""

    name: Name
    scopes: Annotated[list[Scope], Meta(min_length=1)]
    account: Name | None = None
    expires_at: dt.datetime | None = None


class Key(Struct, kw_only=True):
    """A key as it is listed; its secret is shown once, when it is made."""

    id: str
    name: str
    account: str
    scopes: list[Scope]
    created_at: str
    expires_at: str | None
    last_used_at: str | None
    revoked_at: str | None


class CreatedKey(Key, kw_only=True):
    """A key just made, with its secret."""

    key: str


class KeyPage(Struct, kw_only=True):
    """A page of keys, newest first."""

    items: list[Key]
    next: str | None


class PairedNames(Request, kw_only=True):
    """A tag's name in both languages."""

    ko: Name
    en: Name


class NewTag(Request, kw_only=True):
    """A tag to be added, with its name in both languages."""

    slug: Slug
    name: PairedNames


class TagChange(Request, kw_only=True):
    """A tag's new names, in both languages."""

    name: PairedNames


class EditorialTag(Struct, kw_only=True):
    """A tag as editors see it."""

    slug: str
    etag: str
    name: PairedNames


class EditorialTagPage(Struct, kw_only=True):
    """A page of tags by slug."""

    items: list[EditorialTag]
    next: str | None
