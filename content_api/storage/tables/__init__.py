"""The declared schema, on SQLAlchemy Core. Migrations must arrive at exactly this; a test compares the two.

Rules that must outlive any handler stand here as constraints: a slug is never reused, one open draft per entry and
target, one waiting schedule per entry and language, and invariant 1 (machine text becomes a revision only
through an approved draft).
"""

from content_api.storage.tables.base import metadata
from content_api.storage.tables.content import entry, entry_tag, revision, slug, tag, working_copy
from content_api.storage.tables.drafts import draft, memory_unit, segment, term
from content_api.storage.tables.people import account, api_key, idempotency, session, sign_in_failure, sign_in_link
from content_api.storage.tables.published import own, published, published_tag, schedule
from content_api.storage.tables.search import (
    search_document,
    search_state,
    search_tokens,
    suggestion,
    suggestion_source,
)
from content_api.storage.tables.work import PUBLIC, engine_usage, event, job, log

__all__ = [
    "PUBLIC",
    "account",
    "api_key",
    "draft",
    "engine_usage",
    "entry",
    "entry_tag",
    "event",
    "idempotency",
    "job",
    "log",
    "memory_unit",
    "metadata",
    "own",
    "published",
    "published_tag",
    "revision",
    "schedule",
    "search_document",
    "search_state",
    "search_tokens",
    "segment",
    "session",
    "sign_in_failure",
    "sign_in_link",
    "slug",
    "suggestion",
    "suggestion_source",
    "tag",
    "term",
    "working_copy",
]
