"""`hanmi export` and `hanmi import`: everything as files, and back into an empty database of either kind."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from content_api.storage import tables
from content_api.storage.database import Database, new_id
from content_api.worker import Worker
from pipeline import engines
from pipeline.engines.chain import Chain
from tests.client import Api
from tests.content_api.keeping.content import LONG_SLUG, TEXTS, answers, odd_content, one_of_everything
from tests.content_api.keeping.places import Place
from tests.postgres import only_on


@pytest.fixture
def work(worker: Worker) -> Callable[[], int]:
    """Let the worker do all that is due."""
    return lambda: sum(iter(worker.work_once, False))


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Place:
    """Where an export is imported: an installation on the same kind of database, or on the other."""
    place: Place = request.getfixturevalue(request.param)
    return place


both_ways = pytest.mark.parametrize("target", ["elsewhere", "other_kind"], indirect=True)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def exported(place: Place, folder: Path) -> dict[str, bytes]:
    """Export into a folder; return its files."""
    place.done("export", folder)
    return files_in(folder)


def entry_path(folder: Path, slug: str) -> Path:
    """Return the `entry.json` of an entry."""
    (found,) = folder.glob(f"entries/*/{slug}/entry.json")
    return found


@both_ways
def test_everything_comes_back_the_same(
    here: Place, target: Place, api: Api, work: Callable[[], int], tmp_path: Path
) -> None:
    """Exported, imported and exported again, every file is the same byte for byte, and so is every public answer."""
    one_of_everything(api, work)
    api.ok("POST", "tags", {"slug": "unused", "name": {"ko": "안 쓰는", "en": "Unused"}})
    here.become_another()
    first = exported(here, tmp_path / "first")
    target.done("import", tmp_path / "first")
    assert exported(target, tmp_path / "second") == first
    public = answers(target)
    assert public == answers(here)
    assert len(public) > 15
    assert target.faults() == []
    assert target.installation() == here.installation()


def test_only_an_empty_database_becomes_what_was_exported(
    here: Place, elsewhere: Place, api: Api, tmp_path: Path
) -> None:
    """Its feeds then keep their ids; one that has entries stays the installation that it is."""
    here.become_another()
    own = elsewhere.installation()
    with elsewhere.editing() as other:
        other.create(slug="there-before")
    api.create(slug="exported")
    here.done("export", tmp_path / "export")
    elsewhere.done("import", tmp_path / "export")
    assert elsewhere.installation() == own != here.installation()


@both_ways
def test_odd_content_comes_back_the_same(
    here: Place, target: Place, api: Api, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """What words, dates, tags and publications chance makes survives the way out and in as well."""
    odd_content(api, seed=request.node.name)
    first = exported(here, tmp_path / "first")
    target.done("import", tmp_path / "first")
    assert exported(target, tmp_path / "second") == first
    assert answers(target) == answers(here)
    assert target.faults() == []


def test_a_body_comes_back_byte_for_byte(
    here: Place, other_kind: Place, api: Api, database: Database, tmp_path: Path
) -> None:
    """Line ends of Windows, rows of hyphens and white space at either end are the body's own."""
    entry = api.create()
    body = "\r\n---\n첫 줄\r\n  \n---\r\n\t끝\n\n  "
    with database.write() as tx:
        old = tx.execute(select(tables.revision)).one()._mapping
        tx.execute(insert(tables.revision).values(**{**old, "id": new_id(), "number": 2, "body": body}))
    first = exported(here, tmp_path / "first")
    assert first[f"entries/news/{entry['slug']}/ko.2.md"].endswith(b"---\n" + body.encode())
    other_kind.done("import", tmp_path / "first")
    with other_kind.reading() as connection:
        newest = select(tables.revision.c.body).where(tables.revision.c.number == 2)
        assert connection.execute(newest).scalar_one() == body


@only_on("sqlite")
def test_a_folder_is_made_to_be_read(here: Place, api: Api, tmp_path: Path) -> None:
    """An entry is a folder named by its slug: `entry.json` in one order, and a Markdown file for each text."""
    entry = api.create(slug="day", texts=TEXTS, tags=["veterans"])
    api.publish(entry["id"], "ko")
    found = exported(here, tmp_path / "out")
    assert sorted(found) == [
        ".gitattributes",
        "accounts.json",
        "entries/news/day/en.1.md",
        "entries/news/day/entry.json",
        "entries/news/day/ko.1.md",
        "glossary.csv",
        "hanmi.json",
        "memory.jsonl",
        "tags.json",
    ]
    assert found["entries/news/day/ko.1.md"].decode() == (
        "---\ntitle: 감사의 날\nsummary: 요약입니다.\n---\n첫 문장입니다. 둘째 문장입니다."
    )
    told = found["entries/news/day/entry.json"].decode()
    said = json.loads(told)
    assert told == json.dumps(said, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert (said["id"], said["slug"], said["tags"]) == (entry["id"], "day", ["veterans"])
    assert said["published"]["ko"]["revision"] == 1
    assert [(each["locale"], each["author"]) for each in said["revisions"]] == [
        ("en", "admin@example.org"),
        ("ko", "admin@example.org"),
    ]
    assert json.loads(found["hanmi.json"])["counts"]["entries"] == 1


@only_on("sqlite")
def test_a_slug_longer_than_a_files_name_is_cut(here: Place, api: Api, tmp_path: Path) -> None:
    """A hundred syllables of Hangul are three hundred bytes; the folder's name ends with the end of the id instead."""
    entry = api.create(slug=LONG_SLUG)
    here.done("export", tmp_path / "out")
    (folder,) = (tmp_path / "out" / "entries" / "news").iterdir()
    assert folder.name.endswith(f"~{entry['id'][-12:]}")
    assert LONG_SLUG.startswith(folder.name.split("~")[0])


def test_no_secret_leaves(here: Place, api: Api, make_key: Callable[..., str], tmp_path: Path) -> None:
    """People are exported with their roles; keys, and hashes of keys, are not."""
    make_key("publish", role="reviewer")
    api.create()
    found = exported(here, tmp_path / "out")
    with here.reading() as connection:
        hashes = connection.execute(select(tables.api_key.c.secret_hash)).scalars().all()
    assert len(hashes) == 2
    everything = b"".join(found.values()).decode()
    assert not any(each in everything for each in hashes)
    people = {each["email"]: each["role"] for each in json.loads(found["accounts.json"])}
    assert people == {"admin@example.org": "admin", "reviewer@example.org": "reviewer"}


def test_what_was_under_way_goes_on(
    here: Place, elsewhere: Place, api: Api, work: Callable[[], int], tmp_path: Path
) -> None:
    """A queued draft is finished where it was imported, and a schedule waits there with its job."""
    one_of_everything(api, work)
    here.done("export", tmp_path / "out")
    elsewhere.done("import", tmp_path / "out")
    d, s, j = tables.draft.c, tables.schedule.c, tables.job.c
    with elsewhere.database() as database:
        worker = Worker(database, Chain(engines.build(["pseudo"], {})))
        assert sum(iter(worker.work_once, False)) == 1
        with database.read() as connection:
            assert connection.execute(select(func.count()).where(d.state == "queued")).scalar_one() == 0
            waiting = connection.execute(select(s.id, s.at).where(s.state == "waiting").order_by(s.id)).all()
            jobs = select(j.subject, j.due_at).where(j.kind == "schedule").order_by(j.subject)
            assert connection.execute(jobs).all() == waiting
            assert len(waiting) == 2


def test_an_import_writes_its_events(here: Place, elsewhere: Place, api: Api, tmp_path: Path) -> None:
    """Who follows the changes learns of what an import made public."""
    api.publish(api.create(slug="day", texts=TEXTS)["id"], "ko", "en")
    here.done("export", tmp_path / "out")
    with elsewhere.client() as client:
        cursor = client.get("/v1/changes").json()["next"]
    elsewhere.done("import", tmp_path / "out")
    with elsewhere.client() as client:
        changes = client.get("/v1/changes", params={"since": cursor}).json()["items"]
    assert [(each["op"], each["slug"], each["locale"]) for each in changes] == [
        ("publish", "day", "ko"),
        ("publish", "day", "en"),
    ]


def test_a_deleted_entry_stays_deleted_and_its_slug_taken(
    here: Place, elsewhere: Place, api: Api, tmp_path: Path
) -> None:
    """What was deleted and not purged is kept: hidden as before, and its address never another's."""
    entry = api.create(slug="gone")
    api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    here.done("export", tmp_path / "out")
    elsewhere.done("import", tmp_path / "out")
    (tmp_path / "gone.md").write_text("---\nlocale: ko\ntitle: 제목\nslug: gone\n---\n글\n")
    assert "gone.md: The slug 'gone'" in elsewhere.refused("import", tmp_path / "gone.md", "--kind", "news")


def test_an_export_goes_over_an_earlier_one(here: Place, api: Api, tmp_path: Path) -> None:
    """What is no longer part of it goes, what did not change is not touched, and what is not its own stays."""
    folder = tmp_path / "out"
    entry = api.create(slug="old-name", texts=TEXTS)
    here.done("export", folder)
    (folder / ".git").mkdir()
    (folder / "entries" / "README.md").write_text("Ours.")
    before = (folder / "tags.json").stat().st_mtime_ns
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": "new-name"}, etag="*")
    here.done("export", folder)
    assert [path.name for path in (folder / "entries" / "news").iterdir()] == ["new-name"]
    assert (folder / "tags.json").stat().st_mtime_ns == before
    assert (folder / ".git").is_dir()
    assert (folder / "entries" / "README.md").read_text() == "Ours."


@only_on("sqlite")
def test_a_folder_of_other_things_is_left_alone(here: Place, tmp_path: Path) -> None:
    """An export is not strewn among other files."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("Dear")
    assert "holds other things" in here.refused("export", tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_an_edited_text_is_imported_as_it_is_now(here: Place, elsewhere: Place, api: Api, tmp_path: Path) -> None:
    """A person may mend a text in its file; the import tells that the folder was edited, and readers get it so."""
    api.publish(api.create(slug="day")["id"], "ko")
    here.done("export", tmp_path / "out")
    file = tmp_path / "out" / "entries" / "news" / "day" / "ko.1.md"
    file.write_text(file.read_text().replace("감사의 날", "고마움의 날").replace("\n", "\r\n"), newline="")
    assert "edited since it was exported" in elsewhere.done("import", tmp_path / "out").err
    with elsewhere.client() as client:
        item = client.get("/v1/news/day?locale=ko").json()
    assert (item["title"], item["body"]) == ("고마움의 날", "첫 문장입니다. 둘째 문장입니다.")


def test_an_import_adds_to_what_is_there(here: Place, elsewhere: Place, api: Api, tmp_path: Path) -> None:
    """Into a database with content it adds; names of tags and roles of people that are there stay as they are."""
    api.ok("POST", "tags", {"slug": "veterans", "name": {"ko": "참전 용사", "en": "Veterans"}})
    api.create(slug="added", tags=["veterans"])
    here.done("export", tmp_path / "out")
    (tmp_path / "own.md").write_text("---\nlocale: ko\ntitle: 제목\nslug: own\ntags: [veterans]\n---\n글\n")
    elsewhere.done("import", tmp_path / "own.md", "--kind", "news")
    elsewhere.done("users", "add", "admin@example.org", "--role", "author")
    elsewhere.done("import", tmp_path / "out")
    with elsewhere.reading() as connection:
        slugs = connection.execute(select(tables.slug.c.slug).order_by(tables.slug.c.slug)).scalars().all()
        assert slugs == ["added", "own"]
        assert connection.execute(select(tables.tag.c.name_en)).scalar_one() == "veterans"
        role = select(tables.account.c.role).where(tables.account.c.email == "admin@example.org")
        assert connection.execute(role).scalar_one() == "author"


@pytest.mark.parametrize("slug", ["day", "former", "other"])
def test_what_is_there_already_is_refused_by_name(
    here: Place, elsewhere: Place, api: Api, slug: str, tmp_path: Path
) -> None:
    """An id or slug that the database has, or once had, stops the import; nothing of it is stored."""
    entry = api.create(slug="former")
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": "day"}, etag="*")
    api.create(slug="also")
    here.done("export", tmp_path / "out")
    if slug == "other":
        elsewhere.done("import", tmp_path / "out")
    else:
        (tmp_path / "own.md").write_text(f"---\nlocale: ko\ntitle: 제목\nslug: {slug}\n---\n글\n")
        elsewhere.done("import", tmp_path / "own.md", "--kind", "news")
    before = elsewhere.sums()
    line = elsewhere.refused("import", tmp_path / "out")
    assert "entry.json: the" in line
    assert elsewhere.sums() == before


def _replace(old: str, new: str) -> Callable[[Path], None]:
    def edit(file: Path) -> None:
        said = file.read_text()
        assert old in said
        file.write_text(said.replace(old, new, 1))

    return edit


ENTRY, KO = "entries/news/day/entry.json", "entries/news/day/ko.1.md"
BROKEN: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "no JSON": (ENTRY, lambda file: file.write_text("{"), "it is not JSON"),
    "unknown field": (ENTRY, _replace('"kind"', '"kinds"'), "unknown field (at /kinds)"),
    "no such date": (ENTRY, _replace("1953-07-27", "1953-02-30"), "there is no date 1953-02-30 (at /date)"),
    "no such kind": (ENTRY, _replace('"kind": "news"', '"kind": "recipe"'), "(at /kind)"),
    "a bad slug": (ENTRY, _replace('"slug": "day"', '"slug": "Day 1"'), "(at /slug)"),
    "a time without zone": (ENTRY, _replace('Z"', '"'), "timezone"),
    "a stranger": (ENTRY, _replace("admin@example.org", "who@example.org"), "there is no account who@example.org"),
    "a hole in the numbers": (ENTRY, _replace('"number": 1', '"number": 2'), "without holes (at /revisions)"),
    "no such publication": (ENTRY, _replace('"revision": 1', '"revision": 7'), "(at /published/en/revision)"),
    "machine text unapproved": (ENTRY, _replace('"origin": "human"', '"origin": "machine_reviewed"'), "/draft)"),
    "a tag twice": (ENTRY, _replace('"veterans"', '"veterans",\n"veterans"'), "twice (at /tags)"),
    "a text missing": (KO, Path.unlink, "there is no file ko.1.md"),
    "a text too many": (KO, lambda file: file.with_name("ko.2.md").write_bytes(file.read_bytes()), "is not listed"),
    "no head": (KO, lambda file: file.write_text("글"), "front matter"),
    "an empty title": (KO, _replace("감사의 날", "' '"), "must not be empty (at /title)"),
    "a bell": (KO, lambda file: file.write_bytes(file.read_bytes() + b"\x07"), "U+0007"),
    "not UTF-8": (KO, lambda file: file.write_bytes(file.read_bytes() + b"\xff"), "not UTF-8"),
    "a bad tag": ("tags.json", _replace('"slug": "veterans"', '"slug": "Veterans!"'), "/slug"),
    "a bad account": ("accounts.json", _replace('"admin"', '"king"'), "/role"),
    "a bad pair": ("memory.jsonl", lambda file: file.write_text("{}\n"), "line 1"),
    "a bad term": ("glossary.csv", lambda file: file.write_text("ko,en\n가,\n"), "line 2"),
    "no glossary": ("glossary.csv", Path.unlink, "No such file"),
    "not finished": ("hanmi.json", lambda file: file.write_text('{"checksum": null}'), "was not finished"),
    "another format": ("hanmi.json", _replace('"format": 1', '"format": 2'), "/format"),
    "no export": ("hanmi.json", Path.unlink, "hanmi.json"),
}  # fmt: skip


@only_on("sqlite")
def test_a_broken_folder_is_one_clear_line_and_nothing_is_stored(
    here: Place, elsewhere: Place, api: Api, tmp_path: Path
) -> None:
    """The line names the file and the place in it; of what is sound nothing is stored either."""
    api.create(slug="another")
    entry = api.create(slug="day", texts=TEXTS, date="1953-07-27", tags=["veterans"])
    api.publish(entry["id"], "en", "ko")
    here.done("export", tmp_path / "out")
    before = elsewhere.sums()
    for fault, (path, spoil, message) in BROKEN.items():
        file = tmp_path / "out" / path
        kept = files_in(tmp_path / "out")
        spoil(file)
        line = elsewhere.refused("import", tmp_path / "out")
        assert message in line, fault
        assert str(tmp_path / "out") in line, fault
        assert file.name in line or path in (KO, "hanmi.json"), fault
        assert elsewhere.sums() == before, fault
        for extra in set(files_in(tmp_path / "out")) - set(kept):
            (tmp_path / "out" / extra).unlink()
        for name, content in kept.items():
            (tmp_path / "out" / name).write_bytes(content)
    elsewhere.done("import", tmp_path / "out")


@only_on("sqlite")
@pytest.mark.parametrize("arguments", [["out"], ["out", "out"], ["out", "--source", "ko"], ["a.md"]], ids=" ".join)
def test_only_one_folder_goes_without_a_kind(here: Place, tmp_path: Path, arguments: list[str]) -> None:
    """Files need `--kind`, and of an export one folder is imported at a time."""
    here.done("export", tmp_path / "out")
    (tmp_path / "a.md").write_text("---\nlocale: ko\ntitle: 제목\n---\n글\n")
    paths = [tmp_path / each if not each.startswith("-") and each != "ko" else each for each in arguments]
    ran = here("import", *paths)
    assert ran.code == (0 if arguments == ["out"] else 2), ran.err
