"""Accounts, how they sign in, their keys, and the answers kept for requests that may be repeated."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, LargeBinary, String, Table

from content_api.storage.tables.base import ID, metadata, one_of
from content_api.storage.types import Encoded, Instant

account = Table(
    "account",
    metadata,
    Column("id", ID, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    # Without one nobody can sign in as this account.
    Column("password_hash", String(200)),
    CheckConstraint(one_of("role", "partner", "author", "reviewer", "admin"), name="role"),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("scopes", Encoded(list[str]), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("last_used_at", Instant),
    Column("revoked_at", Instant),
)

session = Table(
    "session",
    metadata,
    Column("id", ID, primary_key=True),
    Column("account_id", ID, ForeignKey("account.id"), nullable=False, index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("agent", String(200), nullable=False),
    Column("address", String(45), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ended_at", Instant),
)

# A link that lets somebody choose a password once; without an account it makes the first administrator.
sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("id", ID, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("account_id", ID, ForeignKey("account.id"), index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

# How often signing in failed of late: for an e-mail address, whether there is such an account or not, or from where.
sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("about", String(300), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
)

# The first answer to a POST that named an `Idempotency-Key`, sealed: it may hold a secret shown once.
idempotency = Table(
    "idempotency",
    metadata,
    Column("account_id", ID, ForeignKey("account.id"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("answer", LargeBinary),
    Column("created_at", Instant, nullable=False, index=True),
)
