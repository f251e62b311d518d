"""`hanmi backup`: one state of a database in use, as a file that is proven to restore."""

import json
import os
import sqlite3
import stat
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import func, make_url, select

from content_api.storage import tables
from content_api.storage.database import Database
from tests.client import Api
from tests.content_api.keeping.places import LOG, Place
from tests.postgres import Postgres, only_on


def backed_up(place: Place, *options: str | Path) -> tuple[Path, Any]:
    """Make a backup; return its file and what `--json` printed."""
    told = json.loads(place.done("backup", "--json", *options).out)
    return Path(told["file"]), told["manifest"]


def test_a_backup_restored_elsewhere_is_the_same(here: Place, elsewhere: Place, api: Api) -> None:
    """Every table but the log, which begins anew, is restored to the row."""
    entry = api.create()
    api.publish(entry["id"], "ko")
    api.ask(entry["id"])
    file, manifest = backed_up(here)
    assert manifest["proven"] is True
    elsewhere.done("restore", file)
    assert elsewhere.sums(*LOG) == here.sums(*LOG)
    assert elsewhere.faults() == []


def test_writers_go_on_and_the_backup_is_one_state(here: Place, elsewhere: Place, api: Api, database: Database) -> None:
    """A backup made amid writes holds exactly what had happened up to one event, and nothing of what came after."""
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            entry = api.create()
            api.publish(entry["id"], "ko")
            api.ok("PATCH", f"entries/{entry['id']}", {"tags": ["veterans"]}, etag="*")

    for _ in range(10):
        api.create()
    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    file, manifest = backed_up(here)
    stop.set()
    for writer in writers:
        writer.join()
    elsewhere.done("restore", file)
    assert elsewhere.faults() == []
    last = manifest["tables"]["event"]["rows"]
    with elsewhere.reading() as copy, database.read() as source:
        happened = select(tables.event.c.id).order_by(tables.event.c.seq).limit(last)
        assert copy.execute(happened).all() == source.execute(happened).all()
        assert source.execute(select(tables.log.c.seq)).scalar_one() > last
        created = select(func.count()).where(tables.event.c.type == "entry.created", tables.event.c.seq <= last)
        entries = select(func.count()).select_from(tables.entry)
        assert copy.execute(entries).scalar_one() == source.execute(created).scalar_one() >= 10


@only_on("sqlite")
def test_a_backup_lies_in_the_data_folder_for_its_owner_alone(here: Place) -> None:
    """Without `--to` it is named by the time, in DATA_DIR/backups; only its owner reads it, and nothing lies beside."""
    file, _ = backed_up(here)
    assert file.parent == Path(here.settings.data_dir) / "backups"
    assert file.name.startswith("hanmi-20")
    assert {path.name for path in file.parent.iterdir()} == {file.name, f"{file.name}.json"}
    assert [stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()] == [0o600, 0o600]


def test_what_is_in_it_is_told(here: Place, api: Api, tmp_path: Path) -> None:
    """People read its name, what it holds and the checksum; steps go to standard error."""
    api.publish(api.create()["id"], "ko")
    ran = here.done("backup", "--to", tmp_path / "kept")
    name, holds, checksum = ran.out.splitlines()
    assert name == str(tmp_path / "kept")
    assert holds.startswith("1 entries, 1 revisions, 1 published, 0 drafts")
    assert json.loads((tmp_path / "kept.json").read_text())["checksum"] == checksum.removeprefix("checksum ")
    assert all(line.endswith("…") for line in ran.lines)


def test_the_same_content_has_the_same_checksum(here: Place, api: Api, tmp_path: Path) -> None:
    """The checksum is of the content, not of the file: it changes with a row, and not with the time."""
    sums = []
    for name in ("first", "second", "third"):
        sums.append(backed_up(here, "--to", tmp_path / name)[1]["checksum"])
        if name == "second":
            api.create()
    assert sums[0] == sums[1] != sums[2]


@only_on("sqlite")
def test_a_file_that_is_there_is_never_overwritten(here: Place, tmp_path: Path) -> None:
    """`--to` names a new file."""
    (tmp_path / "kept").write_text("mine")
    assert "exists already" in here.refused("backup", "--to", tmp_path / "kept")
    assert (tmp_path / "kept").read_text() == "mine"


def test_without_a_migrated_database_it_says_what_to_run(here: Place, database: Database) -> None:
    """There is nothing to back up where nothing was migrated."""
    with database.write() as tx:
        tables.metadata.drop_all(tx.connection)
    assert "run hanmi migrate" in here.refused("backup")


@only_on("sqlite")
def test_the_file_is_a_plain_sqlite_database(here: Place, api: Api) -> None:
    """What is kept is readable without Hanmi: one file, no journal beside it."""
    api.create()
    file, _ = backed_up(here)
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM entry").fetchone() == (1,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    connection.close()


@only_on("postgresql")
@pytest.mark.parametrize(
    ("tool", "message"),
    [(None, "pg_dump is not on PATH"), ("echo 'pg_dump (PostgreSQL) 9.6.24'", "needs pg_dump 18 or newer")],
)
def test_a_tool_missing_or_too_old_is_named(
    here: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: str | None, message: str
) -> None:
    """What PostgreSQL's own tools are needed for cannot be done without them, and nothing is left behind."""
    (tmp_path / "bin").mkdir()
    if tool:
        (tmp_path / "bin" / "pg_dump").write_text(f"#!/bin/sh\n{tool}\n")
        (tmp_path / "bin" / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert message in here.refused("backup", "--to", tmp_path / "kept" / "it")
    assert os.listdir(tmp_path / "kept") == []


@only_on("postgresql")
def test_a_role_that_may_make_no_database_gets_a_backup_that_is_not_proven(
    here: Place, postgres: Postgres, tmp_path: Path
) -> None:
    """Where the proof is not allowed the backup is made all the same, and a warning says what it lacks."""
    url = make_url(here.settings.database_url)
    name = str(url.database)
    with postgres.connect(name) as connection:
        connection.execute("DROP ROLE IF EXISTS clerk")
        connection.execute("CREATE ROLE clerk LOGIN PASSWORD 'clerk'")
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO clerk")
    clerks = url.set(username="clerk", password="clerk").render_as_string(hide_password=False)
    here.settings = msgspec.structs.replace(here.settings, database_url=clerks)
    try:
        ran = here("backup", "--to", tmp_path / "kept")
        assert ran.code == 0
        assert "not proven to restore: the role clerk may not make a database" in ran.lines[-1]
        assert json.loads((tmp_path / "kept.json").read_text())["proven"] is False
    finally:
        with postgres.connect(name) as connection:
            connection.execute("DROP OWNED BY clerk")
            connection.execute("DROP ROLE clerk")
