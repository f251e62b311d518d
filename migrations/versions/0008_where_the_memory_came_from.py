"""The memory tells where its units came from, and takes texts that only look different for the same."""

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Sequence

import sqlalchemy as sa
from alembic import op

from pipeline.memory import key

revision = "0008"
down_revision = "0007"

BATCH = 500
HASHES = ("hash_ko", "hash_en", "context_ko", "context_en")
Key = Callable[[str], str]


def upgrade() -> None:
    op.add_column("memory_unit", sa.Column("origin", sa.String(16), nullable=False, server_default="file"))
    op.add_column("memory_unit", sa.Column("confidence", sa.Float()))
    op.add_column("memory_unit", sa.Column("approved_at", sa.DateTime(timezone=True)))
    op.add_column("memory_unit", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE memory_unit SET origin = 'draft' WHERE draft_id IS NOT NULL")
    op.execute("UPDATE memory_unit SET provenance = '' WHERE draft_id IS NOT NULL")
    op.execute("UPDATE memory_unit SET approved_at = created_at WHERE confirmed")
    _rehash(former_key, key)


def downgrade() -> None:
    _rehash(key, former_key)
    op.execute("UPDATE memory_unit SET provenance = 'approved draft' WHERE draft_id IS NOT NULL")
    for column in ("version", "approved_at", "confidence", "origin"):
        op.drop_column("memory_unit", column)


def former_key(text: str) -> str:
    """The hash before: composed, white space folded, no more."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _rehash(old: Key, new: Key) -> None:
    """Hash every unit anew. A context's texts stand in the draft it was taught by; elsewhere they are not known."""
    connection = op.get_bind()
    asked = sa.text(
        "SELECT id, ko, en, draft_id, hash_ko, hash_en, context_ko, context_en FROM memory_unit "
        f"WHERE id > :after ORDER BY id LIMIT {BATCH}"
    )
    renewed = sa.text(f"UPDATE memory_unit SET {', '.join(f'{name} = :{name}' for name in HASHES)} WHERE id = :id")
    after = ""
    contexts: dict[str, dict[str, str]] = {}
    while rows := connection.execute(asked, {"after": after}).all():
        drafts = {row.draft_id for row in rows if row.draft_id}
        contexts = {name: contexts[name] if name in contexts else _contexts(name, old, new) for name in drafts}
        changed = []
        for row in rows:
            around = contexts.get(row.draft_id, {})
            values = {"hash_ko": new(row.ko), "hash_en": new(row.en)}
            values |= {name: around.get(getattr(row, name), getattr(row, name)) for name in HASHES[2:]}
            if any(getattr(row, name) != value for name, value in values.items()):
                changed.append(values | {"id": row.id})
        if changed:
            connection.execute(renewed, changed)
        after = rows[-1].id


def _contexts(draft_id: str, old: Key, new: Key) -> dict[str, str]:
    """Return the new hash of each context in a draft, by its old one."""
    asked = sa.text("SELECT source, target FROM segment WHERE draft_id = :draft ORDER BY position")
    rows = op.get_bind().execute(asked, {"draft": draft_id}).all()
    found: dict[str, str] = {}
    for texts in zip(*((row.source, row.target) for row in rows), strict=True):
        found |= dict(zip(_hashed(texts, old), _hashed(texts, new), strict=True))
    return found


def _hashed(texts: Sequence[str], hashed: Key) -> Iterable[str]:
    keys = [hashed(text) for text in ("", *texts, "")]
    for n in range(len(texts)):
        yield hashlib.blake2b(f"{keys[n]} {keys[n + 2]}".encode(), digest_size=16).hexdigest()
