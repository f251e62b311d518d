"""`hanmi import`: what becomes of Markdown files and of plain documents in two languages."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.client import Api
from tests.content_api.command import Command

BILINGUAL = Path(__file__).parents[1] / "pipeline" / "bilingual"
READABLE = sorted(path.name for path in BILINGUAL.glob("*.txt") if path.name != "korean_only.txt")
HEAD = """---
locale: {locale}
title: "{title}"
slug: thanks-day
date: 2026-11
tags: [veterans, new-tag]
summary: A summary.
---

{body}
"""
KO = HEAD.format(locale="ko", title="감사의 날", body="첫 문단입니다.\n\n    들여 쓴 코드\n\n끝입니다.")
EN = HEAD.format(locale="en", title="Day of thanks", body="The first paragraph.\n\nThe end.")
PLAIN = "동맹의 날\n\n오늘은 동맹의 날입니다.\n\nAlliance Day\n\nToday is Alliance Day.\n"


def imported(hanmi: Command, *files: Path, options: tuple[str, ...] = ()) -> Any:
    ran = hanmi("import", *files, "--kind", "news", "--json", *options)
    assert (ran.code, ran.err) == (0, ""), ran.err
    return json.loads(ran.out)


def draft_of(api: Api, report: Any, number: int = 0) -> Any:
    return api.draft(report["entries"][number]["draft"])


def test_a_pair_of_markdown_files_is_one_entry(hanmi: Command, api: Api) -> None:
    """Files with one slug are one entry's languages: both texts, date, tags, and nothing published."""
    report = imported(hanmi, hanmi.file("a.md", KO), hanmi.file("b.md", EN))
    assert [(each["slug"], each["draft"]) for each in report["entries"]] == [("thanks-day", None)]
    assert report["unmatched"] == []
    entry = api.entry(report["entries"][0]["id"])
    assert (entry["source_locale"], entry["date"], entry["tags"]) == ("ko", "2026-11", ["veterans", "new-tag"])
    assert (entry["texts"]["ko"]["title"], entry["texts"]["en"]["title"]) == ("감사의 날", "Day of thanks")
    assert entry["texts"]["ko"]["body"] == "첫 문단입니다.\n\n    들여 쓴 코드\n\n끝입니다."
    assert (entry["texts"]["ko"]["origin"], entry["texts"]["en"]["origin"]) == ("original", "human")
    assert entry["texts"]["ko"]["published_revision"] is None


@pytest.mark.parametrize(
    ("marked", "options", "source"),
    [(None, (), "ko"), ("en", (), "en"), (None, ("--source", "en"), "en"), ("en", ("--source", "ko"), "ko")],
)
def test_the_source_is_the_wanted_the_marked_or_the_first(
    hanmi: Command, api: Api, marked: str | None, options: tuple[str, ...], source: str
) -> None:
    """`--source` decides, then `source: true` in a head, then the order of the files."""
    texts = {"ko": KO, "en": EN}
    if marked:
        texts[marked] = texts[marked].replace("slug:", "source: true\nslug:")
    files = [hanmi.file(f"{locale}.md", text) for locale, text in texts.items()]
    report = imported(hanmi, *files, options=options)
    assert api.entry(report["entries"][0]["id"])["source_locale"] == source


def test_files_without_slug_are_entries_of_their_own(hanmi: Command) -> None:
    """Without a slug nothing says that two files belong together; each gets one from its title, numbered when taken."""
    files = [hanmi.file(f"{n}.md", KO.replace("slug: thanks-day\n", "")) for n in range(2)]
    report = imported(hanmi, *files)
    assert [each["slug"] for each in report["entries"]] == ["감사의-날", "감사의-날-2"]


def test_windows_files_are_read_alike(hanmi: Command, api: Api) -> None:
    """A byte order mark and CRLF line ends are no part of the text."""
    report = imported(hanmi, hanmi.file("a.md", b"\xef\xbb\xbf" + KO.replace("\n", "\r\n").encode()))
    assert api.entry(report["entries"][0]["id"])["texts"]["ko"]["body"].startswith("첫 문단입니다.\n\n    들여")


@pytest.mark.parametrize("name", READABLE)
def test_a_bilingual_document_is_a_draft_that_awaits_review(hanmi: Command, api: Api, name: str) -> None:
    """The first language is the entry's text; its counterpart is a person's draft: no machine, no job, no engine."""
    report = imported(hanmi, BILINGUAL / name)
    draft = draft_of(api, report)
    assert draft["state"] == "needs_review"
    assert draft["progress"]["done"] == draft["progress"]["total"] == len(draft["segments"])
    assert {each["engine"] for each in draft["segments"]} == {None}
    filled = [each for each in draft["segments"] if each["target"]]
    assert {(each["origin"], each["state"]) for each in filled} == {("human", "translated")}
    assert filled[0]["field"] == "title"
    assert len(filled) >= 0.7 * len(draft["segments"])
    still_open = {each["id"] for each in draft["segments"] if not each["target"]}
    assert still_open <= {each["segment"] for each in report["unmatched"]}


@pytest.mark.parametrize("name", READABLE)
def test_nothing_of_a_document_is_dropped(hanmi: Command, api: Api, name: str) -> None:
    """Every word is in the source text, in a target or in `unmatched`, a repeated title and its mark aside."""
    report = imported(hanmi, BILINGUAL / name)
    entry, draft = api.entry(report["entries"][0]["id"]), draft_of(api, report)
    source = entry["texts"][entry["source_locale"]]
    kept = [source["title"], source["body"].replace("\\", ""), *(each["text"] for each in report["unmatched"])]
    kept += [each["target"] for each in draft["segments"]]
    lost = Counter((BILINGUAL / name).read_text().split()) - Counter(" ".join(kept).split())
    titles = f"/ {draft['segments'][0]['source']} {draft['segments'][0]['target']}".split()
    literal = [word for word in lost if word not in titles and word not in source["body"]]
    placeholders = "".join(each["target"] for each in draft["segments"]).count("/>")
    # An address in the target's language stands there as the placeholder of the source's address, once each.
    assert len(literal) <= placeholders


def test_a_signature_in_both_languages_ends_both_texts(hanmi: Command, api: Api) -> None:
    """A line that says something in both languages belongs to both."""
    report = imported(hanmi, BILINGUAL / "anniversary.txt")
    line = "한미동맹협의회 회장 / US & Korea Alliance Association"
    assert api.entry(report["entries"][0]["id"])["texts"]["ko"]["body"].endswith(f"{line}\n")
    assert draft_of(api, report)["segments"][-1]["target"] == line
    assert report["unmatched"] == []


def test_titles_that_stand_twice_are_kept_once(hanmi: Command, api: Api) -> None:
    """Titles on top of the document and again above each text are one title in each language."""
    report = imported(hanmi, BILINGUAL / "anniversary.txt")
    entry = api.entry(report["entries"][0]["id"])
    assert entry["texts"]["ko"]["title"] == "한미상호방위조약 체결 기념식 개최"
    assert "기념식 개최" not in entry["texts"]["ko"]["body"].split("\n")[0]
    assert draft_of(api, report)["segments"][0]["target"].startswith("Ceremony Marks the Signing")


def test_paragraphs_that_differ_in_number_are_told(hanmi: Command, api: Api) -> None:
    """A paragraph that one language lacks is an open segment with its error; one too many goes with its neighbour."""
    report = imported(hanmi, BILINGUAL / "statement.txt")
    draft = draft_of(api, report)
    missing = [each["text"] for each in report["unmatched"] if each["locale"] == "ko"]
    assert missing == [each["source"] for each in draft["segments"] if not each["target"]] != []
    for each in draft["segments"]:
        assert bool(each["target"]) != any(issue["check"] == "untranslated" for issue in each["issues"])
    extra = [each for each in report["unmatched"] if each["locale"] == "en"]
    by_id = {each["id"]: each["target"] for each in draft["segments"]}
    assert extra
    assert all(each["text"] in by_id[each["segment"]] for each in extra)


def test_the_other_language_may_be_the_source(hanmi: Command, api: Api) -> None:
    """`--source` turns a document round."""
    report = imported(hanmi, BILINGUAL / "wrapped.txt", options=("--source", "en"))
    entry = api.entry(report["entries"][0]["id"])
    assert (entry["source_locale"], entry["texts"]["ko"]) == ("en", None)
    assert draft_of(api, report)["segments"][0]["target"] == "주한미군 장병과 함께한 한가위"


def test_an_imported_document_is_approved_as_a_persons_work(hanmi: Command, api: Api) -> None:
    """What people wrote in both languages is `human`, and both are public after review."""
    report = imported(hanmi, hanmi.file("plain.txt", PLAIN))
    api.approve(draft_of(api, report))
    entry_id, slug = report["entries"][0]["id"], report["entries"][0]["slug"]
    assert api.entry(entry_id)["texts"]["en"]["origin"] == "human"
    api.publish(entry_id, "ko", "en")
    item = api.http.get(f"/v1/news/{slug}?locale=en").json()
    assert (item["title"], item["body"].strip()) == ("Alliance Day", "Today is Alliance Day.")
    assert item["translation"]["origin"] == "human"


def test_the_glossary_judges_what_is_imported(hanmi: Command, api: Api) -> None:
    """Imported pairs are checked as a machine's are."""
    hanmi("glossary", "import", hanmi.file("g.csv", "ko,en,forbidden_en\n동맹의 날,Day of the Alliance,Alliance Day\n"))
    draft = draft_of(api, imported(hanmi, hanmi.file("plain.txt", PLAIN)))
    issues = [issue for each in draft["segments"] for issue in each["issues"]]
    assert {(issue["check"], issue["severity"]) for issue in issues} == {("forbidden", "error")}


def test_without_json_people_read_what_was_added_and_what_to_look_at(hanmi: Command) -> None:
    """One line per entry on standard output, one per unmatched text on standard error."""
    ran = hanmi("import", BILINGUAL / "statement.txt", "--kind", "news")
    assert ran.code == 0
    assert ran.out.count("\n") == 1
    assert "awaits review" in ran.out
    assert all(line.startswith("unmatched (") for line in ran.lines)


BROKEN = {
    "bad UTF-8": (b"\xff\xfe\x00", "not UTF-8 (at byte 0)"),
    "empty": ("", "the document is empty"),
    "one language": ("제목\n\n오늘은 동맹의 날입니다.\n", "the document has no English text"),
    "no YAML": ("---\ntitle: [open\n---\nBody", "the front matter is not YAML"),
    "deep YAML": ("---\n" + "[" * 20_000 + "\n---\nBody", "the front matter is not YAML"),
    "no mapping": ("---\n- a\n---\nBody", "object"),
    "no head": ("---\n---\nBody", "object"),
    "no title": ("---\nlocale: ko\n---\nBody", "title"),
    "empty title": ("---\nlocale: ko\ntitle: ' '\n---\nBody", "must not be empty (at /title)"),
    "unknown field": (KO.replace("summary:", "sumary:"), "unknown field (at /sumary)"),
    "unknown language": (KO.replace("locale: ko", "locale: fr"), "/locale"),
    "no such day": (KO.replace("2026-11", "2026-02-30"), "there is no date 2026-02-30 (at /date)"),
    "bad slug": (KO.replace("thanks-day", "Thanks Day"), "/slug"),
    "control character": (KO + "\x07", "U+0007"),
    "over-long title": (KO.replace("감사의 날", "날" * 301), "at most 300 characters"),
    "over-long body": (KO + "가" * 200_001, "at most 200,000 characters"),
    "same language twice": (KO, "two files have the slug thanks-day and the same language"),
}  # fmt: skip


@pytest.mark.parametrize("fault", BROKEN)
def test_a_broken_file_is_one_clear_line_and_nothing_is_stored(hanmi: Command, api: Api, fault: str) -> None:
    """The line names the file and the fault; of the good files beside it nothing is stored either."""
    content, message = BROKEN[fault]
    good = [hanmi.file("good.md", KO), hanmi.file("good.txt", PLAIN)]
    ran = hanmi("import", *good, hanmi.file("broken.md", content), "--kind", "news", "--json")
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.lines
    assert "broken.md" in line
    assert message in line
    assert api.ok("GET", "entries")["items"] == []
    assert api.ok("GET", "tags")["items"] == []


def test_a_missing_file_is_one_clear_line(hanmi: Command, tmp_path: Path) -> None:
    """A path that leads nowhere, or to a folder, is named."""
    for path in ("nowhere.md", str(tmp_path)):
        ran = hanmi("import", path, "--kind", "news")
        assert ran.code == 1
        (line,) = ran.lines
        assert path in line


@pytest.mark.parametrize("deleted", [False, True])
def test_a_slug_that_is_taken_stops_the_import(hanmi: Command, api: Api, deleted: bool) -> None:
    """A slug belongs to its first entry, also after that was deleted; the second import stores nothing."""
    entry_id = imported(hanmi, hanmi.file("a.md", KO))["entries"][0]["id"]
    if deleted:
        api.ok("DELETE", f"entries/{entry_id}", etag="*")
    before = api.ok("GET", "entries")["items"]
    ran = hanmi("import", hanmi.file("b.txt", PLAIN), hanmi.file("a.md", KO), "--kind", "news")
    assert ran.code == 1
    (line,) = ran.lines
    assert "thanks-day" in line
    assert api.ok("GET", "entries")["items"] == before
    assert len(imported(hanmi, hanmi.file("a.md", KO.replace("thanks-day", "other")))["entries"]) == 1
