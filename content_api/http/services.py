"""What every handler is handed: the database, the keyring, the signer of cursors, the settings."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency
from sqlalchemy import Connection

from content_api.http.paging import Cursors
from content_api.search.answering import Search
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow.accounts import Keyring
from content_api.workflow.repeating import Seal
from content_api.workflow.sessions import Doorkeeper

T = TypeVar("T")


@dataclass(frozen=True)
class Services:
    """One per process."""

    settings: Settings
    database: Database
    keyring: Keyring
    cursors: Cursors
    seal: Seal
    doorkeeper: Doorkeeper
    search: Search

    async def ask(self, question: Callable[[Connection], T]) -> T:
        """Return what a reader's question finds in the database.

        For questions that an index answers. SQLite is asked at once, on the event loop: a page costs less than the way
        to a thread and back. What waits for a network, as PostgreSQL does, is asked in a thread.
        """
        if self.database.is_sqlite:
            with self.database.read_on_the_loop() as connection:
                return question(connection)
        return await sync_to_thread(self._ask, question)

    def _ask(self, question: Callable[[Connection], T]) -> T:
        with self.database.read() as connection:
            return question(connection)


Given: TypeAlias = NamedDependency[Services]
"""How a handler asks for the services."""
