"""`hanmi restore`: a backup takes the place of the database, checked before anything is touched, whole or not."""

import random
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select, text

from content_api.storage import jobs, schema, tables
from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline import engines
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.content_api.keeping.places import LOG, Place
from tests.postgres import only_on
from tests.server import Server, clean_environment

KILLS = 6
STEPS = ("Restoring", "Taking over", "Taking over")  # the last one is where it matters most


@pytest.fixture
def kept(here: Place, tmp_path: Path) -> Path:
    """A backup of an installation with an entry that is published and one that is not; nobody has it open."""
    with here.editing() as api:
        api.publish(api.create(slug="kept")["id"], "ko")
        api.create()
    file = tmp_path / "backup"
    here.done("backup", "--to", file)
    return file


def test_a_restore_takes_back_what_happened_since(here: Place, kept: Path) -> None:
    """With `--force` everything is as it was when the backup was made, the log's place aside."""
    before = here.sums(*LOG)
    with here.editing() as api:
        api.create()
    assert here.sums(*LOG) != before
    assert here.done("restore", kept, "--force").out.startswith("2 entries, 2 revisions, 1 published")
    assert here.sums(*LOG) == before
    assert here.faults() == []


def test_a_database_that_holds_anything_is_not_overwritten_unasked(here: Place, kept: Path) -> None:
    """Without `--force` only an empty database is replaced."""
    before = here.sums()
    assert "not empty; --force" in here.refused("restore", kept)
    assert here.sums() == before


def test_a_missing_database_is_made(here: Place, kept: Path, elsewhere: Place) -> None:
    """A restore needs no `hanmi migrate` before it: the machine may be a new one."""
    with elsewhere.database() as database, database.write() as tx:
        for table in ("alembic_version", *reversed(tables.metadata.sorted_tables)):
            tx.execute(text(f"DROP TABLE {table}"))
        if not database.is_sqlite:
            tx.execute(text("DROP FUNCTION refuse_revision_change"))
    elsewhere.done("restore", kept)
    assert elsewhere.sums(*LOG) == here.sums(*LOG)


def test_a_new_log_begins_and_its_numbers_go_on(here: Place, kept: Path) -> None:
    """Who follows the changes is told to begin anew: a cursor from before is 410, and `seq` goes on."""
    with here.client() as client:
        cursor = client.get("/v1/changes?locale=ko").json()["next"]
        assert client.get("/v1/changes", params={"locale": "ko", "since": cursor}).status_code == 200
    with here.reading() as connection:
        last = connection.execute(select(tables.log.c.seq)).scalar_one()
    old, own = here.log_id(), here.installation()
    here.done("restore", kept, "--force")
    assert here.log_id() != old
    assert here.installation() == own
    with here.reading() as connection:
        assert connection.execute(select(tables.log.c.seq)).scalar_one() == last + 1
    with here.client() as client:
        gone = client.get("/v1/changes", params={"locale": "ko", "since": cursor})
        assert gone.status_code == 410
        assert client.get("/v1/changes?locale=ko").json()["items"][0]["slug"] == "kept"


def test_what_a_worker_was_at_is_taken_up_again(
    here: Place, elsewhere: Place, api: Api, database: Database, tmp_path: Path
) -> None:
    """A job that was running when the backup was made is queued in what is restored, and the draft is finished."""
    draft = api.ask(api.create()["id"])
    with database.write() as tx:
        assert jobs.claim(tx)
    here.done("backup", "--to", tmp_path / "backup")
    elsewhere.done("restore", tmp_path / "backup")
    with elsewhere.database() as restored:
        with restored.read() as connection:
            assert connection.execute(select(tables.job.c.state, tables.job.c.lease_until)).all() == [("queued", None)]
        Worker(restored, Chain(engines.build(["pseudo"], {}))).work_once()
        with restored.read() as connection:
            state = select(tables.draft.c.state).where(tables.draft.c.id == draft["id"])
            assert connection.execute(state).scalar_one() == "needs_review"


def test_a_backup_of_an_older_schema_is_migrated(here: Place, elsewhere: Place, kept: Path, tmp_path: Path) -> None:
    """What an earlier version backed up is restored at the present schema, with all its content."""
    schema.migrate(here.settings.url, "0001")
    here.done("backup", "--to", tmp_path / "older")
    elsewhere.done("restore", tmp_path / "older")
    with elsewhere.reading() as connection:
        assert schema.is_at_head(connection)
    assert elsewhere.sums()["revision"] == here.sums()["revision"]
    assert elsewhere.faults() == []
    assert UUID(elsewhere.installation()).version == 4
    with elsewhere.client() as client:
        (item,) = client.get("/feeds/ko/news.json").json()["items"]
    assert item["date_modified"] == item["date_published"]


def _garbage(file: Path) -> None:
    file.write_bytes(random.Random(1).randbytes(20_000))


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _another_program(file: Path) -> None:
    file.unlink()
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER)")
    connection.close()


def _cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _one_bit(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 4
    file.write_bytes(content)


def test_what_is_no_sound_backup_is_refused(here: Place, kept: Path) -> None:
    """A file that is none, is damaged or of another program changes nothing, even with `--force`, manifest or not."""
    before, sound = here.sums(), kept.read_bytes()
    moved_away = kept.with_name("alone")
    for spoil in (_garbage, _empty, _another_program, _cut_short, _one_bit):
        spoil(kept)
        assert str(kept) in here.refused("restore", kept, "--force"), spoil
        if spoil is not _one_bit:  # of which nobody can tell without the manifest
            moved_away.write_bytes(kept.read_bytes())
            assert str(moved_away) in here.refused("restore", moved_away, "--force"), spoil
        kept.write_bytes(sound)
    assert here.sums() == before


def test_a_manifest_of_something_else_is_refused(here: Place, kept: Path) -> None:
    """What the database would hold is compared with what was backed up, not only the file's own sum."""
    beside = kept.with_name("backup.json")
    said = beside.read_text()
    beside.write_text(said.replace('"rows": 2', '"rows": 3', 1))
    assert "does not hold what was backed up" in here.refused("restore", kept, "--force")
    beside.write_text("{}")
    assert "not what hanmi backup wrote" in here.refused("restore", kept, "--force")


def test_a_backup_of_a_newer_version_is_refused(here: Place, elsewhere: Place, api: Api, tmp_path: Path) -> None:
    """An older program never guesses at a schema it does not know."""
    api.create()
    with here.database() as database, database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    here.done("backup", "--to", tmp_path / "newer")
    before = elsewhere.sums()
    assert "newer version" in elsewhere.refused("restore", tmp_path / "newer")
    assert elsewhere.sums() == before


def test_a_backup_of_the_other_kind_is_refused(kept: Path, other_kind: Place) -> None:
    """From SQLite to PostgreSQL and back leads an export, and the refusal says so."""
    assert "hanmi export" in other_kind.refused("restore", kept)


def test_a_database_in_use_is_not_replaced(here: Place, kept: Path) -> None:
    """While a server runs nothing is restored under it; the line says to end it."""
    with Server(here.settings, "--no-worker") as server:
        before = here.sums()
        assert "end every hanmi serve" in here.refused("restore", kept, "--force")
        assert here.sums() == before
        assert server.process is not None


@only_on("sqlite")
def test_a_present_file_that_is_no_database_is_named(here: Place, kept: Path) -> None:
    """A present database that is beyond reading is not overwritten unseen: it is to be moved away first."""
    database = Path(here.settings.data_dir) / "hanmi.db"
    _garbage(database)
    assert f"{database}: file is not a database; move it away" in here.refused("restore", kept, "--force")
    database.unlink()
    here.done("restore", kept)


def test_a_restore_killed_at_any_moment_leaves_the_old_or_the_new(here: Place, kept: Path, tmp_path: Path) -> None:
    """kill -9 in the middle: the database is what it was or what was to be restored, and sound; the next one works."""
    states = {"small": here.sums(*LOG)}
    files = {"small": kept, "large": tmp_path / "large"}
    with here.database() as database, database.write() as tx:
        unit = {"ko": "가" * 300, "en": "a" * 300, "hash_ko": "", "hash_en": "", "context_ko": "", "context_en": ""}
        unit |= {"confirmed": False, "provenance": "test", "created_at": tx.now}
        tx.execute(tables.memory_unit.insert(), [unit | {"id": f"{n:036}"} for n in range(8_000)])
    here.done("backup", "--to", files["large"])
    states["large"] = here.sums(*LOG)
    chance = random.Random(7)
    present = "large"
    for step in chance.choices(STEPS, k=KILLS):
        wanted = "small" if present == "large" else "large"
        _killed(here, files[wanted], step, chance.uniform(0, 0.05))
        found = here.sums(*LOG)
        assert found in states.values()
        assert here.faults() == []
        present = "small" if found == states["small"] else "large"
    here.done("restore", files["small"], "--force")
    assert here.sums(*LOG) == states["small"]


def _killed(place: Place, file: Path, step: str, seconds: float) -> None:
    """Begin to restore, and kill the process so long after it told the step."""
    arguments = [sys.executable, "-m", "content_api.cli", "restore", str(file), "--force"]
    environment = clean_environment(place.settings)
    process = subprocess.Popen(arguments, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    with process:
        assert process.stderr
        said = next((line for line in process.stderr if line.decode().startswith(step)), None)
        assert said, "it ended before the step"
        time.sleep(seconds)
        process.kill()
