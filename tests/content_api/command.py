"""The `hanmi` command run in the test's own process: quick, and with everything it prints."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from content_api import cli
from content_api.settings import Settings
from tests.server import clean_environment


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What it wrote to standard error, line by line."""
        return self.err.splitlines()


class Command:
    """`command("seed")` runs `hanmi seed` over the test's installation, in the empty folder `folder`."""

    def __init__(
        self, settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.folder = folder
        self._patch = monkeypatch
        self._capsys = capsys
        folder.mkdir()
        monkeypatch.chdir(folder)
        kept = clean_environment(settings)
        for name in set(os.environ) - set(kept):
            monkeypatch.delenv(name)
        for name, value in kept.items():
            monkeypatch.setenv(name, value)

    def __call__(self, *arguments: str | Path) -> Ran:
        self._patch.setattr(sys, "argv", ["hanmi", *map(str, arguments)])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = self._capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    def file(self, name: str, content: str | bytes) -> Path:
        """Write a file into the folder the command runs in."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path
