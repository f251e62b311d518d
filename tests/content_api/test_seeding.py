"""The starter content: what `hanmi seed` adds, what it leaves alone, and that its files are what they should be."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

import seeds
from content_api.storage import tables
from content_api.storage.database import Database
from content_api.workflow import files, seeding
from content_api.workflow.files import MarkdownFile
from pipeline import checks, exchange, glossary, placeholders
from pipeline.beads import pairs
from pipeline.texts import PlainText, split_text
from schemas.entries import KINDS
from schemas.language import LOCALES, OTHER
from tests.client import Api
from tests.content_api.command import Command
from tests.each import for_each

# What is tested are the files.
BACKENDS = ("sqlite",)

FOLDER = Path(seeds.__file__).parent
FILES = sorted(path for kind in KINDS for path in (FOLDER / kind).glob("*.md"))
ENTRIES = sorted({str(path.relative_to(FOLDER)).split(".")[0] for path in FILES})
TERMS = [term for term, _ in exchange.terms_of((FOLDER / "glossary.csv").read_bytes())]


def parsed(path: Path) -> MarkdownFile:
    return files.parse(path.name, files.read_text(path))


def both(entry: str) -> dict[str, MarkdownFile]:
    return {locale: parsed(FOLDER / f"{entry}.{locale}.md") for locale in LOCALES}


def plain(file: MarkdownFile) -> PlainText:
    return PlainText(file.head.title, file.head.summary, file.body)


def last_seq(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(tables.log.c.seq)).scalar_one())


@pytest.fixture
def seeded(hanmi: Command) -> Command:
    ran = hanmi("seed")
    assert (ran.code, ran.out, ran.err) == (0, f"{len(ENTRIES)} entries added\n", "")
    return hanmi


@pytest.fixture
def site(seeded: Command, api: Api) -> Api:
    """The API over the seeded installation."""
    return api


def test_seeding_again_changes_nothing(seeded: Command, database: Database) -> None:
    """A second run adds nothing and writes not one event."""
    before = last_seq(database)
    ran = seeded("seed")
    assert (ran.code, ran.out) == (0, "0 entries added\n")
    assert last_seq(database) == before


@for_each("entry", ENTRIES)
def test_both_languages_are_public_as_the_files_say(site: Api, entry: str) -> None:
    """Each entry is read in Korean and in English, with its file's title, date, position and tags."""
    for locale, file in both(entry).items():
        item = site.http.get(f"/v1/{entry}?locale={locale}").json()
        assert (item["title"], item["locale"], item["date"]) == (file.head.title, locale, file.head.date)
        assert item["position"] == file.head.position
        assert [tag["slug"] for tag in item["tags"]] == file.head.tags
        assert item["body"] == file.body
        origin = "original" if file.head.source else "human"
        assert item["translation"]["origin"] == origin


def test_lists_are_filled_in_both_languages(site: Api) -> None:
    """A reader finds every kind in either language, history from the oldest on and news from the newest."""
    for locale in LOCALES:
        for kind in KINDS:
            dates = [each["date"] for each in site.http.get(f"/v1/{kind}?locale={locale}").json()["items"]]
            assert len(dates) == sum(entry.startswith(kind) for entry in ENTRIES) > 0
            if kind != "mission":
                assert dates == sorted(dates, key=lambda date: date or "undated", reverse=kind == "news")


@pytest.mark.parametrize("change", ["text", "slug", "withdrawn", "deleted"])
def test_an_editors_change_stays(seeded: Command, api: Api, change: str) -> None:
    """What was edited, renamed, withdrawn or deleted is as the editor left it after seeding again."""
    entry = api.ok("GET", "entries?kind=news")["items"][0]
    entry_id = entry["id"]
    match change:
        case "text":
            api.save(entry_id, "ko", title="편집한 제목", body="편집한 글입니다.")
        case "slug":
            api.ok("PATCH", f"entries/{entry_id}", {"slug": "renamed"}, etag="*")
        case "withdrawn":
            api.unpublish(entry_id, "ko", "en")
        case "deleted":
            api.ok("DELETE", f"entries/{entry_id}", etag="*")
    before = api.ok("GET", "entries?limit=100")["items"]
    assert seeded("seed").out == "0 entries added\n"
    assert api.ok("GET", "entries?limit=100")["items"] == before
    assert change != "deleted" or api.call("GET", f"entries/{entry_id}").status_code == 404


def test_changed_tags_and_terms_stay(seeded: Command, api: Api, database: Database) -> None:
    """A tag's name and a term's forms that an editor changed are not put back."""
    api.ok("PATCH", "tags/alliance", {"name": {"ko": "동맹", "en": "Our alliance"}}, etag="*")
    term = TERMS[0]
    own = seeded.file("own.csv", f'ko,en,forbidden_ko,note\n"{term.ko}","{term.en}",아무개,ours\n')
    assert seeded("glossary", "import", own).out == "0 terms added, 1 changed, 0 the same\n"
    seeded("seed")
    assert api.ok("GET", "tags/alliance")["name"] == {"ko": "동맹", "en": "Our alliance"}
    with database.read() as connection:
        same = (tables.term.c.ko == term.ko) & (tables.term.c.en == term.en)
        stored = connection.execute(select(tables.term).where(same)).one()
        assert (stored.forbidden_ko, stored.note) == (("아무개",), "ours")
        assert connection.execute(select(func.count()).select_from(tables.term)).scalar_one() == len(TERMS)


@pytest.mark.parametrize("deleted", [False, True])
def test_if_empty_leaves_a_used_installation_alone(hanmi: Command, api: Api, deleted: bool) -> None:
    """`--if-empty` does nothing where there is, or ever was, an entry."""
    entry = api.create()
    if deleted:
        api.ok("DELETE", f"entries/{entry['id']}", etag="*")
    ran = hanmi("seed", "--if-empty")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert api.ok("GET", "tags")["items"] == []


def test_if_empty_fills_an_empty_installation(hanmi: Command) -> None:
    """`--if-empty` seeds a database that never had an entry."""
    assert hanmi("seed", "--if-empty").out == f"{len(ENTRIES)} entries added\n"


def test_one_broken_seed_stores_nothing(
    hanmi: Command, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault in a seed file is one line that names it, and no part of the starter content is left behind."""
    folder = tmp_path / "seeds"
    for path in [*FILES, FOLDER / "tags.csv", FOLDER / "glossary.csv"]:
        copy = folder / path.relative_to(FOLDER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    broken = folder / FILES[-1].relative_to(FOLDER)
    broken.write_text("no front matter")
    monkeypatch.setattr(seeding.seeds, "__file__", str(folder / "__init__.py"))
    ran = hanmi("seed")
    assert (ran.code, len(ran.lines)) == (1, 1)
    assert broken.name in ran.err
    assert last_seq(database) == 0


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_seeds_files_agree(entry: str) -> None:
    """Both files exist and say the same slug, date, position and tags; one of them is the source."""
    korean, english = both(entry).values()
    assert (korean.head.locale, english.head.locale) == ("ko", "en")
    assert korean.head.slug == english.head.slug == entry.partition("/")[2]
    for name in ("date", "position", "tags"):
        assert getattr(korean.head, name) == getattr(english.head, name)
    assert korean.head.source != english.head.source
    assert korean.head.summary
    assert english.head.summary


def test_every_tag_of_a_seed_has_its_names() -> None:
    """No tag of the starter content is shown by its bare slug."""
    named = [line.split(",")[0] for line in files.read_text(FOLDER / "tags.csv").splitlines()[1:]]
    assert {tag for path in FILES for tag in parsed(path).head.tags} <= set(named)
    assert len(named) == len(set(named))


def test_the_glossary_is_worth_having() -> None:
    """There are at least eighty terms, and no term forbids what another one, or itself, prefers."""
    assert len(TERMS) >= 80
    for locale in LOCALES:
        preferred = {getattr(term, locale) for term in TERMS}
        forbidden = {form for term in TERMS for form in getattr(term, f"forbidden_{locale}")}
        assert not preferred & forbidden


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_seed_holds_a_form_the_glossary_forbids(path: Path) -> None:
    """The starter content keeps to its own glossary."""
    file = parsed(path)
    for text in (file.head.title, file.head.summary, file.body):
        assert not [found.form for found in glossary.find(text, file.head.locale, TERMS) if found.forbidden]


def sentences(entry: str) -> Iterator[tuple[str, str, str]]:
    """Yield the source language, a text of the source and its rendering, in placeholder form."""
    read = both(entry)
    source = next(locale for locale in LOCALES if read[locale].head.source)
    ours, theirs = (
        [segment.source for segment in split_text(plain(read[locale]), locale).segments]
        for locale in (source, OTHER[source])
    )
    for bead in pairs(ours, theirs, TERMS):
        left, right = ours[bead.source.start : bead.source.stop], theirs[bead.target.start : bead.target.stop]
        if len(left) == len(right) == 1:
            yield source, left[0], right[0]
        else:  # placeholders are numbered by segment: joined, they would clash
            yield source, " ".join(map(placeholders.plain, left)), " ".join(map(placeholders.plain, right))


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_checks_find_no_error_in_what_people_translated(entry: str) -> None:
    """Numbers, markup, links, names and script of the two languages agree by our own checks."""
    for source, left, right in sentences(entry):
        found = checks.run(left, right, source, OTHER[source], glossary=TERMS)  # type: ignore[arg-type,index]
        assert not [(issue.check, issue.message, left) for issue in found if issue.severity == "error"]
