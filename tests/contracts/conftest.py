"""What tests of contracts share beside the fixtures of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.logged import Log, logged


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    """What the application logs during the test."""
    with logged(tmp_path / "log") as log:
        yield log
