"""Memory and glossary go out as files and come in: all of a file or nothing of it, nothing twice."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import terms, transferring
from content_api.workflow.transferring import TERM_FORMATS, UNIT_FORMATS, file_in
from pipeline.exchange import write_terms, write_units
from schemas.exchange import Imported
from schemas.language import Term, Unit
from schemas.problems import Invalid
from tests.client import Api
from tests.content_api.command import Command

PAIRS = "ko,en\n함께 갑시다!,We go together!\n잊지 않습니다.,We do not forget.\n"


def units(database: Database) -> list[dict[str, Any]]:
    with database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(tables.memory_unit).order_by("id"))]


def take(database: Database, path: Path, *, keep_confirmed: bool = False, who: str | None = None) -> Imported:
    account = who or someone(database)
    return transferring.import_units(database, account, file_in(path, UNIT_FORMATS), keep_confirmed=keep_confirmed)


def someone(database: Database) -> str:
    with database.read() as connection:
        return str(connection.execute(select(tables.account.c.id)).scalars().first())


def exported(database: Database, folder: Path, kind: str) -> Path:
    path = folder / f"memory.{kind}"
    path.write_bytes(b"".join(transferring.export_units(database, kind)))  # type: ignore[arg-type]
    return path


def test_what_comes_in_waits_to_be_confirmed(database: Database, tmp_path: Path) -> None:
    """Whatever a file says of itself, its pairs are unconfirmed and tell the file."""
    path = tmp_path / "from elsewhere.csv"
    path.write_bytes(b"".join(write_units([Unit(ko="가", en="A", confirmed=True)], "csv")))
    assert take(database, path) == Imported(added=1)
    (unit,) = units(database)
    assert (unit["confirmed"], unit["origin"], unit["provenance"]) == (False, "file", "from elsewhere.csv")
    assert unit["approved_at"] is None


@pytest.mark.parametrize("kind", UNIT_FORMATS)
def test_an_export_is_known_where_it_was_made(api: Api, database: Database, tmp_path: Path, kind: str) -> None:
    """Imported again, an export adds and changes nothing, whether or not what it confirms is believed."""
    api.ok("POST", "memory", {"ko": "<1>함께</1> 갑시다", "en": "We go <1>together</1>"})
    path = exported(database, tmp_path, kind)
    before = units(database)
    for keep_confirmed in (False, True):
        assert take(database, path, keep_confirmed=keep_confirmed) == Imported(same=1)
    assert units(database) == before


@pytest.mark.parametrize("kind", UNIT_FORMATS)
def test_nothing_is_lost_on_the_way(api: Api, database: Database, tmp_path: Path, kind: str) -> None:
    """A memory that was emptied is as it was once its export came back, with who approved what and when."""
    api.ok("POST", "memory", {"ko": "<1>함께</1> 갑시다", "en": "We go <1>together</1>"})
    (tmp_path / "old.csv").write_text(PAIRS, encoding="utf-8")
    take(database, tmp_path / "old.csv")
    path, before = exported(database, tmp_path, kind), units(database)
    with database.write() as tx:
        tx.execute(tables.memory_unit.delete())
    assert take(database, path, keep_confirmed=True) == Imported(added=3)
    kept = [name for name in before[0] if name not in ("id", "version")]
    approved, *others = units(database)
    assert {name: approved[name] for name in kept} == {name: before[0][name] for name in kept}
    assert [each["created_at"] for each in others] == [each["created_at"] for each in before[1:]]
    assert not any(each["confirmed"] for each in others)


def test_what_waits_is_confirmed_by_a_file_that_is_believed(database: Database, tmp_path: Path) -> None:
    """A pair that is there, unconfirmed, is confirmed where our own file says so and the caller believes it."""
    path = tmp_path / "pairs.csv"
    path.write_text("ko,en,confirmed\n가,A,yes\n", encoding="utf-8")
    assert take(database, path) == Imported(added=1)
    assert take(database, path, keep_confirmed=True) == Imported(changed=1)
    assert take(database, path, keep_confirmed=True) == Imported(same=1)
    assert [(unit["confirmed"], unit["version"]) for unit in units(database)] == [(True, 2)]


def test_a_fault_in_the_last_line_stores_nothing(database: Database, tmp_path: Path) -> None:
    """A file is judged whole before anything of it is stored."""
    path = tmp_path / "long.csv"
    path.write_text("ko,en\n" + "".join(f"글 {n},text {n}\n" for n in range(3_000)) + "끝\n", encoding="utf-8")
    with pytest.raises(Invalid, match=r"^line 3002: "):
        take(database, path)
    assert units(database) == []


def test_what_a_crash_left_out_comes_in_the_second_time(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file of which half was stored is imported again: the rest is added, and nothing twice."""
    path = tmp_path / "long.csv"
    path.write_text("ko,en\n" + "".join(f"글 {n},text {n}\n" for n in range(1_200)), encoding="utf-8")
    stored, writes = database.write, []

    def breaking(actor: str | None = None) -> Any:
        writes.append(actor)
        if len(writes) == 2:
            raise KeyboardInterrupt
        return stored(actor)

    who = someone(database)
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", breaking)
        with pytest.raises(KeyboardInterrupt):
            take(database, path, who=who)
    assert len(units(database)) == 500
    assert take(database, path) == Imported(added=700, same=500)


@pytest.mark.parametrize("kind", TERM_FORMATS)
def test_terms_are_merged(database: Database, tmp_path: Path, kind: str) -> None:
    """Terms that are there are replaced where the file says something else; all others stay."""
    old, new = Term(ko="동맹", en="alliance"), Term(ko="협회", en="association", keep=True, case="exact")
    with database.write() as tx:
        terms.take_in(tx, [(old, "ours"), (Term(ko="한국", en="Korea"), "")], overwrite=True)
    path = tmp_path / f"terms.{kind}"
    path.write_bytes(b"".join(write_terms([(old, "theirs"), (new, ""), (Term(ko="한국", en="Korea"), "")], kind)))  # type: ignore[arg-type]
    taken = transferring.import_terms(database, someone(database), file_in(path, TERM_FORMATS))
    assert taken == Imported(added=1, changed=1, same=1)
    with database.read() as connection:
        assert terms.with_notes(connection) == [(old, "theirs"), (Term(ko="한국", en="Korea"), ""), (new, "")]


@pytest.mark.parametrize("name", ["memory.tmx", "memory.csv"])
def test_the_command_writes_and_reads_files(hanmi: Command, database: Database, name: str) -> None:
    """`memory export` writes what `memory import` reads, by the file's name; lines on standard error tell how far."""
    hanmi("memory", "import", hanmi.file("pairs.csv", PAIRS))
    assert hanmi("memory", "export", name).code == 0
    ran = hanmi("memory", "import", name, "--keep-confirmed", "--json")
    assert json.loads(ran.out) == {"added": 0, "changed": 0, "same": 2, "skipped": 0}
    assert ran.lines == ["Checking …", "Importing …"]
    assert not list(hanmi.folder.glob("*.part"))


def test_the_command_names_file_and_line(hanmi: Command, database: Database) -> None:
    """What cannot be read is one line, with the file, the line in it and the reason; so is a name without an end."""
    ran = hanmi("memory", "import", hanmi.file("broken.tmx", "<tmx>\n<body>"))
    assert ran.code == 1
    assert "broken.tmx: line 2: it is not well-formed XML" in ran.lines[-1]
    assert "say its format" in hanmi("glossary", "import", hanmi.file("terms", "ko,en\n")).err
    korean = hanmi.file("korean.csv", "ko,en\n동맹,alliance\n".encode("cp949"))
    assert "cp949" in hanmi("glossary", "import", korean).err
    assert hanmi("glossary", "import", korean, "--encoding", "cp949").out == "1 terms added, 0 changed, 0 the same\n"
