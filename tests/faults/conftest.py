"""What tests of faults share: an installation whose engine is a service that notes what it is asked."""

from collections.abc import Iterator

import msgspec
import pytest

from content_api.settings import Settings
from tests.faults.ordeal import WatchedEngine


@pytest.fixture
def engine() -> Iterator[WatchedEngine]:
    with WatchedEngine() as engine:
        yield engine


@pytest.fixture
def settings(settings: Settings, engine: WatchedEngine) -> Settings:
    return msgspec.structs.replace(settings, engines="libre", options={"LIBRE_URL": engine.url})
