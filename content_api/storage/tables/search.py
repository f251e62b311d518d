"""What search is made from and, on PostgreSQL, searches in. All of it can be made again from what is published."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from content_api.storage.tables.base import ID, LOCALE, metadata, one_of
from content_api.storage.types import Encoded
from schemas.language import Term

# Where what begins with a prefix is a range, as SQLite compares text anyway.
BY_CODE = String(300).with_variant(String(300, collation="C"), "postgresql")

# The words of a revision, as one version of the analyser reads them: written by the worker, so that no publisher waits
# for that, and nothing is read again when an index is made anew.
search_tokens = Table(
    "search_tokens",
    metadata,
    Column("revision_id", ID, primary_key=True),
    Column("version", String(100), primary_key=True),
    Column("entry_id", ID, ForeignKey("entry.id"), nullable=False, index=True),
    Column("content", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["revision_id", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_search_tokens_revision"
    ),
)

# One row: up to which event of which log the index has come, by which version of the analyser, with which terms of the
# glossary; and a number that grows whenever it may answer otherwise than before.
search_state = Table(
    "search_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("log", ID, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("version", String(100), nullable=False),
    Column("generation", BigInteger, nullable=False),
    Column("terms", Encoded(tuple[Term, ...]), nullable=False),
)

# The index itself on PostgreSQL: a row for each public text. SQLite's is Whoosh's, in files.
search_document = Table(
    "search_document",
    metadata,
    Column("entry_id", ID, ForeignKey("entry.id"), primary_key=True),
    Column("locale", LOCALE, primary_key=True),
    Column("words", Text().with_variant(TSVECTOR, "postgresql"), nullable=False),
    CheckConstraint(one_of("locale", "ko", "en"), name="locale"),
    Index("ix_search_document_words", "words", postgresql_using="gin"),
)

# What may be suggested to whoever types: found by its letters or by its initials.
suggestion = Table(
    "suggestion",
    metadata,
    Column("id", ID, primary_key=True),
    Column("locale", LOCALE, nullable=False),
    Column("text", String(300), nullable=False),
    Column("letters", BY_CODE, nullable=False),
    Column("initials", BY_CODE, nullable=False),
    Column("weight", Integer, nullable=False),
    UniqueConstraint("locale", "text"),
    CheckConstraint(one_of("locale", "ko", "en"), name="locale"),
    Index("ix_suggestion_letters", "letters"),
    Index("ix_suggestion_initials", "initials"),
)

# Which revisions say it: where none of them is public any more, it is not suggested.
suggestion_source = Table(
    "suggestion_source",
    metadata,
    Column("revision_id", ID, primary_key=True),
    Column("suggestion_id", ID, ForeignKey("suggestion.id"), primary_key=True, index=True),
    Column("entry_id", ID, ForeignKey("entry.id"), nullable=False, index=True),
    Column("weight", Integer, nullable=False),
    ForeignKeyConstraint(
        ["revision_id", "entry_id"], ["revision.id", "revision.entry_id"], name="fk_suggestion_source_revision"
    ),
)
