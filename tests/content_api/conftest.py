"""What tests of the inside share beside the fixtures of all tests."""

from pathlib import Path

import pytest

from content_api.settings import Settings
from tests.content_api.command import Command


@pytest.fixture
def hanmi(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """The command, over this test's installation."""
    return Command(settings, tmp_path / "work", monkeypatch, capsys)
