"""Opens what search works with: the index that goes with a database, and what this process reads Korean with.

An index is loaded when somebody first asks it, so that a server is ready before.
"""

from pathlib import Path

from content_api.search.index import Index
from content_api.settings import Settings
from content_api.storage.database import Database
from pipeline.morphology import Morphology, shared


def morphology_of(settings: Settings) -> Morphology:
    """Return what this process reads Korean with: one for searching and indexing, however many applications it has."""
    return shared(with_kiwi=settings.morphology == "kiwi")


def index_of(database: Database, data_dir: str) -> Index:
    """Return the index that goes with a database: Whoosh's files beside SQLite, PostgreSQL's own full text search."""
    if database.is_sqlite:
        from content_api.search.whoosh_index import WhooshIndex

        return WhooshIndex(Path(data_dir) / "search")
    from content_api.search.postgres_index import PostgresIndex

    return PostgresIndex(database)
