"""What tests of the desk share: people who are signed in."""

from collections.abc import Callable

import pytest
from litestar.testing import TestClient

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow.sessions import Doorkeeper
from schemas.accounts import Role
from tests.contracts.desk.desk import Desk
from tests.people import signed_in


@pytest.fixture
def desk_as(client: TestClient, settings: Settings, database: Database) -> Callable[..., Desk]:  # type: ignore[type-arg]
    """Sign somebody in: `desk_as("author")`, `desk_as("reviewer", language="ko")`."""

    def sign_in(role: Role, language: str = "en") -> Desk:
        token = signed_in(database, role)
        return Desk(client, token, Doorkeeper(database, settings.key()).csrf(token), language)

    return sign_in


@pytest.fixture
def desk(desk_as: Callable[..., Desk]) -> Desk:
    """The desk as an administrator who reads English uses it."""
    return desk_as("admin")
