"""The command line: exit codes, and one clear line for every fault."""

import json
import shutil
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from sqlalchemy import text

from content_api.cli import COMMANDS
from content_api.settings import Settings
from content_api.storage.database import Database
from tests.client import Api
from tests.content_api.command import Command
from tests.postgres import only_on
from tests.server import clean_environment
from tests.server import hanmi as run_process
from tests.waiting import until

NEEDS_A_DATABASE = [
    ["serve"],
    ["worker"],
    ["seed"],
    ["import", "file.md", "--kind", "news"],
    ["glossary", "import", "file.csv"],
    ["memory", "import", "file.csv"],
    ["users", "add", "a@example.org", "--role", "author"],
    ["users", "list"],
    ["users", "passwd", "a@example.org"],
    ["users", "disable", "a@example.org"],
    ["keys", "create", "--name", "n", "--scopes", "admin"],
    ["keys", "revoke", "n"],
    ["purge", "nobody", "--yes"],
]
WRONG_USAGE = [
    ["frobnicate"],
    ["seed", "--frob"],
    ["import", "--kind", "news"],
    ["import", "file.md"],
    ["import", "file.md", "--kind", "recipe"],
    ["import", "file.md", "--kind", "news", "--source", "fr"],
    ["translate", "file.md", "--from", "ko", "--to", "ko"],
    ["translate", "missing.md", "--from", "ko", "--to", "en"],
    ["serve", "--port", "99999"],
    ["users", "add", "a@example.org", "--role", "king"],
    ["users", "role", "a@example.org", "king"],
    ["keys", "create", "--name", "n"],
    ["keys", "create", "--name", "n", "--scopes", "read"],
    ["keys", "create", "--name", "n", "--scopes", "admin,read"],
    ["keys", "create", "--name", "n", "--scopes", ","],
    ["keys", "create", "--name", " ", "--scopes", "admin"],
    ["keys", "create", "--name", "n", "--scopes", "admin", "--expires", "tomorrow"],
]


@pytest.fixture
def files(hanmi: Command) -> Command:
    """The command, with small files to name in its folder."""
    hanmi.file("file.md", "---\nlocale: ko\ntitle: 제목\n---\n글입니다.\n")
    hanmi.file("file.csv", "ko,en\n가,A\n")
    return hanmi


def test_every_command_is_known_by_the_module_that_has_it() -> None:
    """They are imported one by one: none is forgotten, and none is named that is not there."""
    folder = Path(import_module("content_api.commands").__file__ or "").parent
    modules = {path.stem: import_module(f"content_api.commands.{path.stem}") for path in folder.glob("*.py")}
    assert {each.name: name for name, module in modules.items() for each in getattr(module, "COMMANDS", [])} == COMMANDS


@only_on("sqlite")
@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_one_line_and_exit_2(files: Command, arguments: list[str]) -> None:
    """What cannot be meant is told in one line, before anything is done."""
    ran = files(*arguments)
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.lines
    assert line.startswith("hanmi: ")


@only_on("sqlite")
@pytest.mark.parametrize("arguments", [[], ["keys"]], ids=["hanmi", "hanmi keys"])
def test_without_a_command_help_is_shown(hanmi: Command, arguments: list[str]) -> None:
    """A group alone shows what there is, and that it was not a command."""
    ran = hanmi(*arguments)
    assert ran.code == 2
    assert "Commands:" in ran.err


@only_on("sqlite")
@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["import", "--help"]], ids=" ".join)
def test_help_is_no_fault(hanmi: Command, arguments: list[str]) -> None:
    """Help and version go to standard output with exit 0."""
    ran = hanmi(*arguments)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out


@only_on("sqlite")
@pytest.mark.parametrize("arguments", NEEDS_A_DATABASE, ids=" ".join)
@pytest.mark.parametrize("state", ["missing", "not migrated", "of another version"])
def test_a_database_not_migrated_says_what_to_run(
    files: Command, settings: Settings, arguments: list[str], state: str
) -> None:
    """Each command that needs the database names `hanmi migrate`, and makes no database of its own."""
    path = Path(settings.data_dir) / "hanmi.db"
    if state == "of another version":
        database = Database(settings.url)
        with database.write() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
        database.close()
    else:
        path.unlink()
        if state == "not migrated":
            path.touch()
    ran = files(*arguments)
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.lines
    assert "run hanmi migrate" in line
    assert path.exists() == (state != "missing")


@only_on("postgresql")
@pytest.mark.parametrize("arguments", [["seed"], ["serve"], ["worker"]], ids=" ".join)
def test_an_empty_database_says_what_to_run(hanmi: Command, settings: Settings, arguments: list[str]) -> None:
    """A PostgreSQL database that was only created is not migrated either."""
    database = Database(settings.url)
    with database.write() as tx:
        tx.execute(text("DROP SCHEMA public CASCADE"))
        tx.execute(text("CREATE SCHEMA public"))
    database.close()
    ran = hanmi(*arguments)
    assert (ran.code, ran.lines) == (1, ["hanmi: the database is not migrated; run hanmi migrate"])


def test_migrating_makes_the_database_and_may_be_repeated(
    hanmi: Command, settings: Settings, template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`hanmi migrate` makes folder and database; a second run finds nothing to do."""
    shutil.rmtree(settings.data_dir, ignore_errors=True)
    hanmi.folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(hanmi.folder)
    for _ in range(2):
        ran = hanmi("migrate")
        assert (ran.code, ran.err) == (0, "")
    assert hanmi("seed").code == 0


def test_a_database_of_a_newer_version_is_not_touched(hanmi: Command, database: Database) -> None:
    """Migrating what a newer version made is refused in one line."""
    with database.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'zzzz'"))
    ran = hanmi("migrate")
    assert ran.code == 1
    (line,) = ran.lines
    assert "newer version" in line


@only_on("sqlite")
@pytest.mark.parametrize(
    ("variable", "value", "arguments"),
    [
        ("HANMI_DATA_DIR", "/dev/null/var", ["migrate"]),
        ("HANMI_DATA_DIR", "/dev/null", ["migrate"]),
        ("HANMI_DATABASE_URL", "sqlite:////etc/hostname", ["seed"]),
        ("HANMI_PORT", "high", ["seed"]),
        ("HANMI_PROT", "80", ["serve"]),
        ("HANMI_ENGINES", "babelfish", ["worker"]),
    ],
)
def test_a_wrong_setting_is_one_line(
    hanmi: Command, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, arguments: list[str]
) -> None:
    """Settings that cannot be used are named before anything starts."""
    monkeypatch.setenv(variable, value)
    ran = hanmi(*arguments)
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.lines
    assert line.startswith("hanmi: ")


@only_on("sqlite")
def test_a_busy_database_is_one_line(hanmi: Command, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another process holds the database longer than a command waits, the command gives up and says so."""
    monkeypatch.setattr(
        Database.__init__, "__kwdefaults__", Database.__init__.__kwdefaults__ | {"write_deadline": 0.05}
    )
    with database.write():
        ran = hanmi("seed")
    assert (ran.code, ran.lines) == (1, ["hanmi: The database is busy; try again in a moment."])


@only_on("sqlite")
def test_the_glossary_goes_out_as_it_came_in(hanmi: Command, database: Database) -> None:
    """What `glossary export` writes is what `glossary import` reads: there is nothing to change then."""
    written = "ko,en,admitted_ko,part_of_speech,case,keep,note\n협회,KUSA,한미협회|우리 협회,name,exact,yes,ours\n"
    hanmi("glossary", "import", hanmi.file("in.csv", written))
    out = hanmi("glossary", "export").out
    assert "한미협회|우리 협회,,name,exact,yes,ours" in out
    assert "0 terms added, 0 changed, 1 the same" in hanmi("glossary", "import", hanmi.file("out.csv", out)).out


@only_on("sqlite")
@pytest.mark.parametrize("what", ["glossary", "memory"])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ko\n가\n", "the column en is missing"),
        ("ko,en\n가,\n", "line 2"),
        ("ko,en\n가\n", "line 2"),
        ('ko,en\n가,"A\n', "line"),
        (b"\xb0\xa1", "not UTF-8"),
    ],
)
def test_a_broken_table_is_one_line(hanmi: Command, what: str, content: str | bytes, message: str) -> None:
    """A glossary or memory file that cannot be read says where, and nothing of it is stored."""
    ran = hanmi(what, "import", hanmi.file("broken.csv", content))
    assert (ran.code, ran.out) == (1, "")
    *_, line = ran.lines
    assert message in line


@only_on("sqlite")
def test_the_openapi_document_needs_no_database(hanmi: Command, settings: Settings) -> None:
    """`hanmi openapi` prints OpenAPI 3.1 and leaves nothing behind."""
    (Path(settings.data_dir) / "hanmi.db").unlink()
    ran = hanmi("openapi")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads(ran.out)["openapi"].startswith("3.1")
    assert list(hanmi.folder.iterdir()) == []


def test_the_installed_command_exits_likewise(settings: Settings) -> None:
    """The real process: 0, 1 and 2, and no trace of Python on standard error."""
    ran = [
        run_process(settings, *arguments)
        for arguments in (["--version"], ["import", "nowhere.md", "--kind", "news"], ["frobnicate"])
    ]
    assert [process.returncode for process in ran] == [0, 1, 2]
    assert not any("Traceback" in process.stderr for process in ran)


def test_a_worker_process_works_and_ends_on_a_signal(settings: Settings, api: Api) -> None:
    """`hanmi worker` drafts what is queued, and SIGTERM ends it with exit 0."""
    entry = api.create()
    draft = api.ask(entry["id"])
    command = [sys.executable, "-m", "content_api.cli", "worker"]
    process = subprocess.Popen(command, env=clean_environment(settings), stderr=subprocess.PIPE)
    try:
        until(lambda: api.draft(draft["id"])["state"], "needs_review".__eq__)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.communicate()
