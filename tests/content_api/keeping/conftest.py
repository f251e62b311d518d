"""Installations to back up from and to restore into, and PostgreSQL's tools."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from content_api.settings import Settings, load
from tests.content_api.keeping.places import Place
from tests.postgres import TOOLS


@pytest.fixture(autouse=True)
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the tools that fit the tests' server first on PATH."""
    monkeypatch.setenv("PATH", f"{TOOLS}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def here(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    """The installation that the other fixtures are about."""
    return Place(settings, tmp_path, monkeypatch, capsys)


@pytest.fixture
def another(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[str], Place]]:
    """Make a further installation, fresh and empty, on the kind of database named."""
    with ExitStack() as stack:

        def make(kind: str) -> Place:
            folder = tmp_path / f"place-{len(list(tmp_path.glob('place-*')))}"
            folder.mkdir()
            environment = {"HANMI_DATA_DIR": str(folder), "HANMI_ENGINES": "pseudo", "HANMI_SECRET_KEY": "k" * 40}
            if kind == "sqlite":
                shutil.copy(request.getfixturevalue("template"), folder / "hanmi.db")
            else:
                server = request.getfixturevalue("postgres")
                environment["HANMI_DATABASE_URL"] = stack.enter_context(server.copy_of("template"))
            return Place(load(environment), tmp_path, monkeypatch, capsys)

        yield make


@pytest.fixture
def elsewhere(another: Callable[[str], Place], backend: str) -> Place:
    """An empty installation on the same kind of database as `here`."""
    return another(backend)


@pytest.fixture
def other_kind(another: Callable[[str], Place], backend: str) -> Place:
    """An empty installation on the other kind of database."""
    return another("postgresql" if backend == "sqlite" else "sqlite")
