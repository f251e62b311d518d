"""What every handler is handed: the database, the keyring, the signer of cursors, the settings."""

from dataclasses import dataclass
from typing import TypeAlias

from litestar.di import NamedDependency

from content_api.http.paging import Cursors
from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow.accounts import Keyring
from content_api.workflow.repeating import Seal


@dataclass(frozen=True)
class Services:
    """One per process."""

    settings: Settings
    database: Database
    keyring: Keyring
    cursors: Cursors
    seal: Seal


Given: TypeAlias = NamedDependency[Services]
"""How a handler asks for the services."""
