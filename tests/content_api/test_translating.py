"""`hanmi translate`: a file's draft on standard output, its issues on standard error, with or without a database."""

from pathlib import Path

import pytest
import yaml

import seeds
from content_api.settings import Settings
from content_api.workflow import files
from pipeline.document import skeleton
from tests.content_api.command import Command, Ran

# A file is translated without writing anything.
BACKENDS = ("sqlite",)

KO_EN = ("--from", "ko", "--to", "en")
HEAD = """---
locale: ko
title: "감사의 날: 안내"
slug: thanks-day
date: 1953-07
tags: [veterans, sample]
summary: 짧은 요약입니다.
author: 홍길동
source: true
---
"""
BODY = "\n첫 *문장*입니다.\n\n```\n코드\n```\n"


def head_of(ran: Ran) -> dict[str, object]:
    head, _ = files.taken_apart("output", ran.out)
    return dict(head)


def test_a_markdown_file_is_translated(hanmi: Command) -> None:
    """The draft alone is on standard output, with the source's blocks; nothing else is said when all is well."""
    ran = hanmi("translate", hanmi.file("a.md", "# 제목\n\n" + BODY), *KO_EN)
    assert ran.code == 0
    assert ran.out.startswith("# ⟦pseudo⟧ ")
    assert skeleton(ran.out) == skeleton("# 제목\n\n" + BODY)
    assert "코드" in ran.out


def test_front_matter_is_translated_with_its_text(hanmi: Command) -> None:
    """Title and summary are translated, the language is the target's, `source` is gone, the rest is as it was."""
    ran = hanmi("translate", hanmi.file("a.md", HEAD + BODY), *KO_EN)
    head, body = files.taken_apart("output", ran.out)
    assert ran.code == 0
    assert list(head) == ["locale", "title", "slug", "date", "tags", "summary", "author"]
    assert (head["locale"], head["slug"], head["date"]) == ("en", "thanks-day", "1953-07")
    assert (head["tags"], head["author"]) == (["veterans", "sample"], "홍길동")
    assert head["title"].startswith("⟦pseudo⟧ ")
    assert head["summary"].startswith("⟦pseudo⟧ ")
    assert body.startswith("\n⟦pseudo⟧ ")
    assert "source" not in head


def test_a_translated_file_is_imported_beside_its_source(hanmi: Command) -> None:
    """What `translate` printed is a file that `import` pairs with the one it came from."""
    source = hanmi.file("a.ko.md", HEAD.replace("author: 홍길동\n", "") + BODY)
    target = hanmi.file("a.en.md", hanmi("translate", source, *KO_EN).out)
    ran = hanmi("import", source, target, "--kind", "news")
    assert (ran.code, ran.out.count("\n"), ran.err) == (0, 1, "")


@pytest.mark.parametrize("path", sorted(Path(seeds.__file__).parent.glob("*/*.ko.md")), ids=lambda path: path.name)
def test_every_seed_survives_a_translation(hanmi: Command, path: Path) -> None:
    """Head and Markdown of real files come out whole."""
    ran = hanmi("translate", path, *KO_EN)
    source, target = files.parse(path.name, path.read_text()), files.parse("output", ran.out)
    assert (target.head.slug, target.head.date, target.head.tags) == (
        source.head.slug,
        source.head.date,
        source.head.tags,
    )
    assert skeleton(target.body) == skeleton(source.body)


@pytest.mark.parametrize(
    ("head", "message"),
    [
        ("locale: en", "it is in en, not in ko"),
        ("locale: fr", "/locale"),
        ("title: [a, b]", "/title"),
        ("- a", "object"),
        ("title: [a", "not YAML"),
    ],
)
def test_a_wrong_head_is_one_line(hanmi: Command, head: str, message: str) -> None:
    """A head that is broken, or says another language, is refused by the file's name."""
    ran = hanmi("translate", hanmi.file("broken.md", f"---\n{head}\n---\n글입니다.\n"), *KO_EN)
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.lines
    assert "broken.md" in line
    assert message in line


def test_open_segments_keep_their_source_and_still_exit_0(
    hanmi: Command, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an engine the output is the source, byte for byte, and every open segment is told of."""
    monkeypatch.setenv("HANMI_ENGINES", "")
    ran = hanmi("translate", hanmi.file("a.md", "제목\n====\n\n글입니다. 또 글입니다.\n"), *KO_EN)
    assert (ran.code, ran.out) == (0, "제목\n====\n\n글입니다. 또 글입니다.\n")
    assert len(ran.lines) == 3
    assert all("untranslated" in line and "no engine is configured" in line for line in ran.lines)


@pytest.mark.parametrize("state", ["missing", "not migrated", "ready"])
def test_files_stand_in_for_the_database(hanmi: Command, settings: Settings, state: str) -> None:
    """With `--memory` and `--glossary` no database is needed, read or made."""
    path = Path(settings.data_dir) / "hanmi.db"
    if state != "ready":
        path.unlink()
    if state == "not migrated":
        path.touch()
    memory = hanmi.file("m.csv", "ko,en\n함께 갑시다!,We go together!\n")
    glossary = hanmi.file("g.csv", "ko,en,forbidden_en\n동맹,alliance,union\n")
    source = hanmi.file("a.md", "함께 갑시다! 동맹입니다.\n")
    ran = hanmi("translate", source, *KO_EN, "--engine", "pseudo", "--memory", memory, "--glossary", glossary)
    assert ran.code == 0
    assert ran.out.startswith("We go together! ⟦pseudo⟧ ")
    assert any("alliance" in line for line in ran.lines)
    assert path.exists() == (state != "missing")


def test_the_databases_memory_and_glossary_are_used(hanmi: Command) -> None:
    """Without files the installation's own memory and glossary serve."""
    hanmi("memory", "import", hanmi.file("m.csv", "ko,en\n함께 갑시다!,We go together!\n"))
    hanmi("glossary", "import", hanmi.file("g.csv", "ko,en\n동맹,alliance\n"))
    ran = hanmi("translate", hanmi.file("a.md", "함께 갑시다! 동맹입니다.\n"), *KO_EN)
    assert ran.out.startswith("We go together! ⟦pseudo⟧ ")
    assert any("alliance" in line for line in ran.lines)


def test_without_a_database_there_is_no_memory_and_no_fault(hanmi: Command, settings: Settings) -> None:
    """A machine without an installation translates all the same."""
    (Path(settings.data_dir) / "hanmi.db").unlink()
    ran = hanmi("translate", hanmi.file("a.md", "글입니다.\n"), *KO_EN)
    assert (ran.code, ran.out[:8]) == (0, "⟦pseudo⟧")


def test_an_old_database_is_not_passed_over_in_silence(hanmi: Command, settings: Settings) -> None:
    """A database that is there but not migrated is named, since its memory would be missed."""
    (Path(settings.data_dir) / "hanmi.db").write_bytes(b"")
    ran = hanmi("translate", hanmi.file("a.md", "글입니다.\n"), *KO_EN)
    assert (ran.code, len(ran.lines)) == (1, 1)
    assert "run hanmi migrate" in ran.err


def test_a_remembered_target_that_does_not_fit_is_left_out_and_told(hanmi: Command) -> None:
    """A pair of the memory without its markup leaves that segment's source standing, with the issue."""
    memory = hanmi.file("m.csv", "ko,en\n첫 <1>문장</1>입니다.,The first sentence.\n")
    ran = hanmi("translate", hanmi.file("a.md", "첫 *문장*입니다. 둘째입니다.\n"), *KO_EN, "--memory", memory)
    assert ran.code == 0
    assert ran.out.startswith("첫 *문장*입니다. ⟦pseudo⟧ ")
    assert any("markup" in line for line in ran.lines)


def test_engines_are_chosen_by_name(hanmi: Command) -> None:
    """`--engine` stands in for the chain of the settings; an unknown one is one line."""
    source = hanmi.file("a.md", "글입니다.\n")
    assert hanmi("translate", source, *KO_EN, "--engine", "pseudo").code == 0
    ran = hanmi("translate", source, *KO_EN, "--engine", "babelfish")
    assert (ran.code, ran.out, len(ran.lines)) == (1, "", 1)
    assert "babelfish" in ran.err


def test_a_head_with_every_kind_of_text_is_yaml_again(hanmi: Command) -> None:
    """Colons, quotes and several lines in a title or summary are quoted as YAML needs it."""
    summary = '첫째: "인용" - 그리고 #표시\n둘째 줄입니다.'
    head = yaml.safe_dump({"locale": "ko", "title": "가: 나", "summary": summary}, allow_unicode=True)
    ran = hanmi("translate", hanmi.file("a.md", f"---\n{head}---\n글입니다.\n"), *KO_EN)
    said = head_of(ran)
    assert '"' in str(said["summary"])
    assert "\n" in str(said["summary"])
    assert str(said["title"]).count(":") == 1
