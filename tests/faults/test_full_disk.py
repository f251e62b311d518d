"""The disk is full, or a quota is reached: no more is written, nothing is half written, and it ends by itself."""

import resource
from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import msgspec
import pytest

from content_api.settings import Settings
from content_api.storage.database import Database
from content_api.workflow.auditing import faults
from tests.client import Api, http_to
from tests.faults.disks import fill, small_disk
from tests.faults.processes import Server
from tests.faults.promises import halves
from tests.postgres import only_on

DISK = 4 * 1024 * 1024
TEXT = "모자라면 알립니다. " * 2_000  # 50 kB in UTF-8


class FullDisk:
    """A disk of its own for the database, that a file fills."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, _server: Server) -> None:
        self._filler = fill(self._folder)

    def end(self, _server: Server) -> None:
        self._filler.unlink()


class Quota:
    """A limit of the server's processes on the size of the files they write (setrlimit(2), RLIMIT_FSIZE)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, server: Server) -> None:
        largest = max(file.stat().st_size for file in self._folder.iterdir())
        self._limit(server, largest + len(TEXT))

    def end(self, server: Server) -> None:
        self._limit(server, resource.RLIM_INFINITY)

    def _limit(self, server: Server, size: int) -> None:
        for pid in server.alive():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


Shortage = FullDisk | Quota


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    with small_disk(folder, DISK):
        yield folder


@pytest.fixture(params=[FullDisk, Quota])
def shortage(request: pytest.FixtureRequest, tmp_path: Path) -> Shortage:
    return FullDisk(request.getfixturevalue("disk")) if request.param is FullDisk else Quota(tmp_path)


@pytest.fixture
def settings(settings: Settings, shortage: Shortage, request: pytest.FixtureRequest) -> Settings:
    if isinstance(shortage, Quota):
        return settings
    folder: Path = request.getfixturevalue("disk")
    copy(Path(settings.data_dir) / "hanmi.db", folder)
    return msgspec.structs.replace(settings, database_url=f"sqlite:///{folder / 'hanmi.db'}", secret_key="k" * 40)


@only_on("sqlite")
def test_a_full_disk_refuses_writes_and_nothing_else(
    settings: Settings, database: Database, shortage: Shortage, make_key: Callable[..., str]
) -> None:
    """A write is 503 with Retry-After or stored whole; readers go on; with room again the same request succeeds."""
    with Server(settings) as server, http_to(server.url) as http:
        api = Api(http, make_key("admin"))
        api.publish(api.create(slug="first")["id"], "ko")
        stored = ["first"]

        def add(number: int) -> Any:
            text = {"title": f"{number}번째", "body": TEXT}
            wish = {"kind": "news", "source_locale": "ko", "slug": f"entry-{number}", "texts": {"ko": text}}
            return api.call("POST", "entries", wish, headers={"Idempotency-Key": f"entry-{number}"})

        shortage.begin(server)
        for number in range(200):
            refused = add(number)
            if refused.status_code != 201:
                break
            stored.append(f"entry-{number}")
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5"), refused.text
        assert [http.get(path).status_code for path in ("/v1/news/first?locale=ko", "/v1/news?locale=ko")] == [200, 200]
        assert sorted(entry["slug"] for entry in api.ok("GET", "entries?limit=100")["items"]) == sorted(stored)
        shortage.end(server)
        assert add(number).status_code == 201
    with database.read() as connection:
        assert [*faults(connection), *halves(connection)] == []
