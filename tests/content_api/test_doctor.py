"""`hanmi doctor`: looks everything over, says what to do, and changes nothing."""

import datetime as dt
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from content_api.settings import Settings, load
from content_api.storage import tables
from content_api.storage.database import Database, new_id
from content_api.worker import Worker
from tests.client import Api
from tests.content_api.command import Command
from tests.contracts.editorial.conftest import Broken
from tests.peers.libretranslate import LibreTranslatePeer
from tests.postgres import only_on
from tests.server import clean_environment


@pytest.fixture
def doctor(hanmi: Command) -> Callable[..., dict[str, Any]]:
    """Run `hanmi doctor --json`; give the findings by what they are about, after looking at the exit code."""

    def run(*options: str) -> dict[str, Any]:
        ran = hanmi("doctor", "--json", *options)
        found = json.loads(ran.out)
        assert ran.err == ""
        assert ran.code == (0 if found["ok"] else 1)
        assert found["ok"] == all(each["level"] != "failed" for each in found["findings"])
        # Whatever is not well comes with what to do, and nothing else does.
        assert all(bool(each.get("do")) == (each["level"] != "ok") for each in found["findings"])
        return {each["about"]: each for each in found["findings"]}

    return run


Doctor = Callable[..., dict[str, Any]]


def age(database: Database, table: Any, **values: Any) -> None:
    with database.write() as tx:
        tx.execute(update(table).values(**values))


def test_a_healthy_installation(
    doctor: Doctor, hanmi: Command, api: Api, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over a service that works everything is ok, and each thing looked at is named."""
    monkeypatch.setenv("HANMI_PUBLIC_URL", "https://hanmi.example")
    entry = api.create()
    api.ask(entry["id"])
    assert worker.work_once()
    api.publish(entry["id"], "ko")
    assert doctor()["search"]["level"] == "warning"
    hanmi("reindex")
    found = doctor()
    assert {each["level"] for each in found.values()} == {"ok"}
    everywhere = {"settings", "public address", "data folder", "secret key", "engines", "database", "schema", "jobs"}
    assert everywhere | {"worker", "keys", "contents", "search"} <= set(found)
    assert {"integrity", "journal"} <= set(found) or "clock" in found


def test_looking_changes_nothing(doctor: Doctor, hanmi: Command, settings: Settings, database: Database) -> None:
    """No row, no file and no key is made by looking."""

    def state() -> object:
        with database.read() as connection:
            rows = [list(connection.execute(table.select())) for table in tables.metadata.sorted_tables]
        return rows, sorted(path.name for path in Path(settings.data_dir).iterdir())

    before = state()
    doctor()
    assert state() == before


def test_a_wrong_setting_is_a_finding(hanmi: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that is not allowed is told as the others are, and nothing else is looked at."""
    monkeypatch.setenv("HANMI_PORT", "high")
    ran = hanmi("doctor", "--json")
    (finding,) = json.loads(ran.out)["findings"]
    assert (ran.code, finding["level"], finding["about"]) == (1, "failed", "settings")
    assert "HANMI_PORT" in finding["found"]


@only_on("sqlite")
def test_no_database_yet(doctor: Doctor, settings: Settings) -> None:
    """Where there is no database it says to migrate, and makes none."""
    path = Path(settings.data_dir) / "hanmi.db"
    path.unlink()
    found = doctor()
    assert found["database"]["level"] == "failed"
    assert "hanmi migrate" in found["database"]["do"]
    assert not path.exists()


@only_on("postgresql")
def test_a_database_that_is_away(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that does not answer is told in its own words, and its password in none."""
    monkeypatch.setenv("HANMI_DATABASE_URL", "postgresql://hanmi:secret4711@127.0.0.1:9/hanmi")
    found = doctor()
    assert found["database"]["level"] == "failed"
    assert "127.0.0.1" in found["database"]["found"]
    assert "secret4711" not in str(found)


@pytest.mark.parametrize(("at", "do"), [("0001", "run hanmi migrate"), ("9999", "version of Hanmi that made it")])
def test_another_schema(doctor: Doctor, database: Database, at: str, do: str) -> None:
    """An older schema is to be migrated, a newer one belongs to a newer version; its contents are not looked at."""
    with database.write() as tx:
        tx.execute(text(f"UPDATE alembic_version SET version_num = '{at}'"))
    found = doctor()
    assert found["schema"]["level"] == "failed"
    assert do in found["schema"]["do"]
    assert "contents" not in found


@only_on("sqlite")
def test_a_damaged_file(doctor: Doctor, settings: Settings, database: Database, api: Api) -> None:
    """Pages overwritten with zeros are found, and the backup is pointed to."""
    for number in range(30):
        api.create(slug=f"entry-{number}", texts={"ko": {"title": "제목", "body": "본문입니다. " * 400}})
    with database.write() as tx:
        tx.connection.exec_driver_sql("SELECT 1")
    database.close()
    path = Path(settings.data_dir) / "hanmi.db"
    size = path.stat().st_size
    with path.open("r+b") as file:
        for page in range(size // 2, size - 8192, 4096):
            file.seek(page)
            file.write(b"\xff" * 4096)
    found = doctor()
    about = "integrity" if "integrity" in found else "database"
    assert found[about]["level"] == "failed"


@only_on("sqlite")
def test_a_reference_that_leads_nowhere(doctor: Doctor, database: Database, api: Api) -> None:
    """What foreign keys would have kept, had somebody not turned them off, is found."""
    api.create(tags=["youth"])
    with database._engines.writer.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DELETE FROM tag")
    found = doctor()
    assert found["integrity"]["level"] == "failed"
    assert "entry_tag" in found["integrity"]["found"]


@only_on("sqlite")
@pytest.mark.parametrize(("mode", "level"), [(0o600, "ok"), (0o644, "failed"), (0o640, "failed")])
def test_the_secret_key_is_its_owners_alone(doctor: Doctor, settings: Settings, mode: int, level: str) -> None:
    """A key that others may read is told with the command that mends it."""
    settings.key()
    path = Path(settings.data_dir) / "secret_key"
    path.chmod(mode)
    found = doctor()["secret key"]
    assert found["level"] == level
    assert level == "ok" or found["do"] == f"run chmod 600 {path}"


@only_on("sqlite")
def test_a_short_key_is_no_key(doctor: Doctor, settings: Settings) -> None:
    """A key file that was cut short is found."""
    path = Path(settings.data_dir) / "secret_key"
    path.write_text("short")
    path.chmod(0o600)
    assert doctor()["secret key"]["level"] == "failed"


def test_no_folder(doctor: Doctor, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A data folder that is not there is told."""
    monkeypatch.setenv("HANMI_DATA_DIR", f"{settings.data_dir}/nowhere")
    assert doctor()["data folder"]["level"] == "failed"


@pytest.mark.parametrize(("days", "level"), [(0, "ok"), (6, "ok"), (8, "warning")])
def test_the_last_backups_age(doctor: Doctor, settings: Settings, days: int, level: str) -> None:
    """A backup that is older than a week is worth a warning; without a folder of backups nothing is said."""
    assert "backups" not in doctor()
    folder = Path(settings.data_dir) / "backups"
    folder.mkdir()
    assert doctor()["backups"]["level"] == "warning"
    for number, suffix in enumerate((".db", ".dump")):
        made = folder / f"hanmi-{number}{suffix}"
        made.touch()
        then = dt.datetime.now(dt.UTC).timestamp() - (days + number * 100) * 86400
        os.utime(made, (then, then))
    assert doctor()["backups"]["level"] == level


def test_failed_work_is_told(doctor: Doctor, api: Api, database: Database) -> None:
    """Jobs, drafts and schedules that failed are counted and named, with why."""
    draft = api.ask(api.create()["id"])
    assert Worker(database, Broken(())).work_once()
    with database.write() as tx:
        row = {"id": new_id(), "entry_id": draft["entry_id"], "locale": "en", "action": "withdraw", "state": "failed"}
        who = tx.execute(text("SELECT id FROM account")).scalars().first()
        more = {"at": tx.now, "created_at": tx.now, "reason": "it was gone", "account_id": who}
        tx.execute(insert(tables.schedule).values(**row, **more))
    found = doctor()
    assert found["failed jobs"]["found"] == "1 of draft (unexpected RuntimeError)"
    assert draft["id"] in found["failed drafts"]["found"]
    assert found["failed schedules"]["found"] == f"entry {draft['entry_id']}: it was gone"


@pytest.mark.parametrize("state", ["queued", "running"])
def test_work_that_nobody_does_is_told(doctor: Doctor, api: Api, database: Database, state: str) -> None:
    """A job that is long due, or whose worker is long dead, says that no worker runs."""
    api.ask(api.create()["id"])
    past = database.clock() - dt.timedelta(minutes=10)
    lease = past if state == "running" else None
    age(database, tables.job, due_at=past, state=state, lease_until=lease)
    found = doctor()["worker"]
    assert found["level"] == "failed"
    assert "0:10:0" in found["found"]
    assert "hanmi worker" in found["do"]


def test_keys_that_end_soon_are_told(doctor: Doctor, database: Database, make_key: Callable[..., str]) -> None:
    """A key that ends within a fortnight is named; one that ended, was revoked or ends later is not."""
    make_key("admin")
    assert doctor()["keys"]["level"] == "ok"
    for days, soon in ((20, False), (-1, False), (3, True)):
        age(database, tables.api_key, expires_at=database.clock() + dt.timedelta(days=days))
        assert ("keys that end soon" in doctor()) == soon
    age(database, tables.api_key, revoked_at=database.clock())
    assert doctor()["keys"]["level"] == "ok"


def test_a_hole_in_the_log_is_told(doctor: Doctor, api: Api, database: Database) -> None:
    """An event that is missing, or bytes that no rendering would give, are a fault that the contents show."""
    api.create()
    api.create()
    with database.write() as tx:
        tx.execute(text("DELETE FROM event WHERE seq = 2"))
    found = doctor()["contents"]
    assert found["level"] == "failed"
    assert "event 2" in found["found"]


def test_engines_are_asked_only_online(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--online` nobody is asked anything; with it each engine is, and one that fails is told, keys unsaid."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with LibreTranslatePeer(api_key="right") as peer:
        monkeypatch.setenv("HANMI_ENGINES", "libre,pseudo")
        monkeypatch.setenv("HANMI_LIBRE_URL", peer.url)
        monkeypatch.setenv("HANMI_LIBRE_API_KEY", "secret4711")
        assert doctor()["engines"]["level"] == "ok"
        assert peer.requests == []
        found = doctor("--online")
        assert (found["engine libre"]["level"], found["engine pseudo"]["level"]) == ("failed", "ok")
        assert "secret4711" not in str(found)
        monkeypatch.setenv("HANMI_LIBRE_API_KEY", "right")
        assert doctor("--online")["engine libre"]["level"] == "ok"


@pytest.fixture
def terminal(settings: Settings) -> Callable[[], str]:
    """Run `hanmi doctor` at a terminal; give what it shows."""

    def run() -> str:
        ours, theirs = pty.openpty()
        command = [sys.executable, "-m", "content_api.cli", "doctor"]
        subprocess.run(command, env=clean_environment(settings), stdout=theirs, timeout=120, check=False)
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 65536)
            except OSError:  # everything was read
                break
        os.close(ours)
        return shown.decode()

    return run


def test_a_person_reads_marks_first_and_what_to_do_below(hanmi: Command, terminal: Callable[[], str]) -> None:
    """Plain lines elsewhere, colours on a terminal: the mark, what it is about, and under it what to do."""
    plain = hanmi("doctor").out
    assert "warning  public address: not set\n         → set HANMI_PUBLIC_URL" in plain
    assert "\x1b" not in plain
    assert "1 to look at, 0 failed" in plain
    assert "\x1b[33mwarning" in terminal()


def test_the_address_names_no_password(hanmi: Command, settings: Settings) -> None:
    """What is printed can be sent to somebody who helps."""
    assert load({"HANMI_DATA_DIR": settings.data_dir})
    assert settings.secret_key == "" or settings.secret_key not in hanmi("doctor").out
