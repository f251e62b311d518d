"""Splitting Markdown into segments and putting translations in their places."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from markdown_it.ruler import Ruler

from pipeline import markdown
from pipeline.document import PlaceholderError, Segment, assemble, skeleton, split, split_plain, verify
from pipeline.markdown import render
from schemas.language import Locale
from tests.npm import package
from tests.pipeline.targets import HOSTILE, REWRITES, targets

TESTS = Path(__file__).parents[1]
DOCUMENTS = sorted((TESTS / "pipeline" / "documents").glob("*.md"))


@pytest.fixture(scope="session")
def examples() -> list[str]:
    """Return the CommonMark specification's examples, installed from npm where they are missing."""
    commonmark, node = package("commonmark-spec"), shutil.which("node")
    if node is None:
        pytest.skip("the CommonMark examples need node")
    script = "console.log(JSON.stringify(require(process.argv[1]).tests.map(test => test.markdown)))"
    answer = subprocess.run([node, "-e", script, str(commonmark)], check=True, capture_output=True, timeout=60)
    return [markdown.replace("→", "\t") for markdown in json.loads(answer.stdout)]


def sources(markdown: str, locale: Locale = "ko") -> list[str]:
    return [segment.source for segment in split(markdown, locale).segments]


def translated(markdown: str, *texts: str, locale: Locale = "ko") -> str:
    """Return `markdown` with its segments, in order, translated to `texts`."""
    document = split(markdown, locale)
    return assemble(document, dict(zip([segment.id for segment in document.segments], texts, strict=True)))


class TestCommonMark:
    def test_every_example_survives(self, examples: list[str]) -> None:
        """Each of the specification's examples comes back byte for byte."""
        assert len(examples) > 600
        assert [assemble(split(example, "en"), {}) for example in examples] == examples

    @pytest.mark.parametrize("rewrite", REWRITES)
    def test_every_example_keeps_its_structure(self, examples: list[str], rewrite: str) -> None:
        """Whatever the targets say, each example keeps its blocks and each block its inline elements."""
        for example in examples:
            document = split(example, "en")
            assert skeleton(assemble(document, targets(document, REWRITES[rewrite]))) == skeleton(example)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
class TestRealDocuments:
    def test_survives(self, path: Path) -> None:
        """A real document comes back byte for byte, and has segments."""
        markdown = path.read_bytes().decode()
        document = split(markdown, "ko")
        assert document.segments
        assert assemble(document, {}) == markdown

    @pytest.mark.parametrize("rewrite", REWRITES)
    def test_keeps_its_structure(self, path: Path, rewrite: str) -> None:
        """Whatever the targets say, a real document keeps its blocks and each block its inline elements."""
        markdown = path.read_bytes().decode()
        document = split(markdown, "ko")
        assert skeleton(assemble(document, targets(document, REWRITES[rewrite]))) == skeleton(markdown)

    def test_says_what_the_targets_say(self, path: Path) -> None:
        """Every hostile target is read on the page as the very text it is."""
        markdown = path.read_bytes().decode()
        document = split(markdown, "ko")
        page = render(assemble(document, targets(document, REWRITES["hostile"])))
        shown = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert page.count(shown) >= len(document.segments)


class TestSegments:
    @pytest.mark.parametrize(
        ("markdown", "expected"),
        [
            ("# 제목\n\n첫 문장이다. 둘째 문장이다.\n", ["제목", "첫 문장이다.", "둘째 문장이다."]),
            ("줄이\n나뉜 문장이다.", ["줄이 나뉜 문장이다."]),
            ("> 줄이\n> 나뉜 문장이다.", ["줄이 나뉜 문장이다."]),
            ("> 협회 소개\n> 작은 모임이다.", ["협회 소개", "작은 모임이다."]),
            ("첫째 줄  \n둘째 줄\\\n셋째 줄", ["첫째 줄", "둘째 줄", "셋째 줄"]),
            ("- 하나\n- 둘\n  - 셋", ["하나", "둘", "셋"]),
            ("| 가 | 나 |\n|---|---|\n| 다 | 라\\|마 |", ["가", "나", "다", "라|마"]),
            ("~~~\n코드\n~~~\n\n    코드\n\n<div>\n글\n</div>\n\n[가]: /나", []),
            ("별\\*표 &amp; &lt;괄호&gt;", ["별*표 & <괄호>"]),
        ],
    )
    def test_blocks(self, markdown: str, expected: list[str]) -> None:
        """Headings, sentences, items and cells are segments; code, HTML blocks and definitions are not."""
        assert sources(markdown) == expected

    @pytest.mark.parametrize(
        ("markdown", "source", "originals"),
        [
            ("가 **나** 다", "가 <1>나</1> 다", {1: ("**", "**")}),
            ("가 ~~나~~ *다*", "가 <1>나</1> <2>다</2>", {1: ("~~", "~~"), 2: ("*", "*")}),
            ('가 [나](/u "t")다', "가 <1>나</1>다", {1: ("[", '](/u "t")')}),
            ("가 [나][r] 다\n\n[r]: /u", "가 <1>나</1> 다", {1: ("[", "][r]")}),
            ("가 [r] 다\n\n[r]: /u", "가 <1>r</1> 다", {1: ("[", "][r]")}),
            ("가 ![나](i.png) 다", "가 <1>나</1> 다", {1: ("![", "](i.png)")}),
            ("가 ![*나*](i.png) 다", "가 <1/> 다", {1: ("![*나*](i.png)",)}),
            ("가 `x` <https://a.b> 다", "가 <1/> <2/> 다", {1: ("`x`",), 2: ("<https://a.b>",)}),
            ("가 <b>나</b> <br> 다", "가 <1>나</1> <2/> 다", {1: ("<b>", "</b>"), 2: ("<br>",)}),
            ("가 </b> 나 <i> 다", "가 <1/> 나 <2/> 다", {1: ("</b>",), 2: ("<i>",)}),
            ("가 <kbd>Ctrl</kbd> 다", "가 <1/> 다", {1: ("<kbd>Ctrl</kbd>",)}),
            ("가 {user_name}님 www.a.kr/b.", "가 <1/>님 <2/>.", {1: ("{user_name}",), 2: ("www.a.kr/b",)}),
            ("가 \\<1> 나", "가 <1/> 나", {1: ("\\<1>",)}),
        ],
    )
    def test_inline_markup(self, markdown: str, source: str, originals: dict[int, tuple[str, ...]]) -> None:
        """Inline markup and protected text stand in a segment as numbered placeholders."""
        (segment,) = split(markdown, "ko").segments
        assert (segment.source, dict(segment.originals)) == (source, originals)

    def test_no_boundary_inside_a_pair(self) -> None:
        """A sentence end inside a pair that goes on does not divide the segment."""
        assert sources("그는 *갔다. 그리고 왔다* 했다.") == ["그는 <1>갔다. 그리고 왔다</1> 했다."]

    def test_peels_a_pair_around_sentences(self) -> None:
        """A pair around whole sentences stays outside, and each sentence is a segment."""
        assert sources("**하나다. 둘이다.** 셋이다.") == ["하나다.", "둘이다.", "셋이다."]
        assert translated("**하나다. 둘이다.**", "One.", "Two.") == "**One. Two.**"

    def test_names_that_stay(self) -> None:
        """A name that is to stay is a placeholder."""
        (segment,) = split("Hanmi를 쓴다", "ko", keep=["Hanmi"]).segments
        assert segment.source == "<1/>를 쓴다"

    def test_segments_are_slices(self) -> None:
        """A segment says where in the source it stands."""
        document = split("> **가**는\n> 온다. 라.", "ko")
        assert [document.source[s.start : s.end] for s in document.segments] == ["**가**는\n> 온다.", "라."]


class TestIds:
    def test_inserting_and_moving(self) -> None:
        """An inserted or moved paragraph changes no other segment's id."""
        before = {s.source: s.id for s in split("가다.\n\n나다.\n\n다다.", "ko").segments}
        after = {s.source: s.id for s in split("다다.\n\n새것이다.\n\n가다. 나다.", "ko").segments}
        assert before.items() <= after.items()

    def test_repeats_are_counted(self) -> None:
        """Of equal segments each has an id of its own, the same on every run."""
        first, second = (segment.id for segment in split("가다. 가다.", "ko").segments)
        assert first[:-2] == second[:-2]
        assert (first[-2:], second[-2:]) == ("-1", "-2")

    def test_a_changed_address_is_a_change(self) -> None:
        """The same words around another link address are another segment."""
        ids = {split(f"가 [나]({address}) 다", "ko").segments[0].id for address in ("/a", "/b")}
        assert len(ids) == 2

    def test_fields_differ(self) -> None:
        """The same text as title, summary and body gives three ids."""
        segments: list[Segment] = [*split("가다.", "ko").segments]
        segments += [*split_plain("가다.", "ko", "title").segments, *split_plain("가다.", "ko", "summary").segments]
        assert len({segment.id for segment in segments}) == 3


class TestAssemble:
    @pytest.mark.parametrize(
        ("markdown", "target", "expected"),
        [
            ("가 **나**다", 'the **"x"** <1>"b"</1>c', 'the \\*\\*"x"\\*\\* <strong>"b"</strong>c'),
            ("가 **나**다", "a <1>b</1>c", "a **b**c"),
            ("가", "- a", "\\- a"),
            ("가", "1. a", "1\\. a"),
            ("가", "#hash", "#hash"),
            ("가", "# a", "\\# a"),
            ("# 가", "C #", "# C \\#"),
            ("가", "[사진] snake_case 3~5 a < b", "[사진] snake_case 3~5 a < b"),
            ("가", "a\nb", "a b"),
            ("- 가", "> a", "- \\> a"),
            ("가\n---", "===", "\\===\n---"),
            ("[r]\n\n[r]: /u", "ref", "[ref][r]\n\n[r]: /u"),
            ("![r][]\n\n[r]: /u", "alt", "![alt][r]\n\n[r]: /u"),
        ],
    )
    def test_escapes_little(self, markdown: str, target: str, expected: str) -> None:
        """What a target would introduce is escaped, and no more than that."""
        assert translated(markdown, target) == expected

    def test_table_cells(self) -> None:
        """A bar in a cell's target divides no cell."""
        table = "|a|b|\n|-|-|\n|c|d|"
        assert translated(table, "x|y", "b", "c\\", "d") == "|x\\|y|b|\n|-|-|\n|c&#92;|d|"

    def test_missing_and_blank_targets(self) -> None:
        """A segment without target, with a blank one or with its source as target keeps its own bytes."""
        markdown = "가는\n나 &amp; *다*. 라\\*마.\r\n"
        document = split(markdown, "ko")
        first, second = document.segments
        assert assemble(document, {first.id: "  ", second.id: second.source, "unknown": "x"}) == markdown

    @pytest.mark.parametrize("target", ["a", "<1>a</1><1>b</1>", "<1>a", "</1>a<1>", "<1>a</1><3/>"])
    def test_refuses_other_placeholders(self, target: str) -> None:
        """Placeholders lost, doubled, unknown or crossed are refused, and the segment is named."""
        document = split("가 **나** 다", "ko")
        with pytest.raises(PlaceholderError, match=document.segments[0].id):
            assemble(document, {document.segments[0].id: target})

    def test_refuses_what_markdown_cannot_write(self) -> None:
        """A link inside another link cannot be written, so it is refused."""
        document = split("가 [나](/a) [다](/b) 라", "ko")
        with pytest.raises(PlaceholderError, match=document.segments[0].id):
            verify(document, document.segments[0].id, "<1>a <2>b</2></1>")

    def test_placeholders_may_move(self) -> None:
        """Placeholders may change their order."""
        assert translated("가 **나** `c` 다", "<2/> is <1>b</1>") == "`c` is **b**"

    def test_plain_text(self) -> None:
        """A title is one segment, a summary one per sentence, and nothing in them is escaped."""
        title = split_plain(" 하나다. {x} 둘이다? ", "ko", "title")
        assert [segment.source for segment in title.segments] == ["하나다. <1/> 둘이다?"]
        assert assemble(title, {title.segments[0].id: "*<1/>* | [a](b)"}) == " *{x}* | [a](b) "
        summary = split_plain("하나다. 둘이다.", "ko", "summary")
        assert [segment.source for segment in summary.segments] == ["하나다.", "둘이다."]
        assert assemble(summary, {summary.segments[1].id: "# Two."}) == "하나다. # Two."


def test_no_rules_are_put_in_order_while_texts_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser would do that at its first text, and a thread that came second would read by some of the rules."""
    monkeypatch.setattr(markdown, "_parser", markdown._configured())
    monkeypatch.setattr(Ruler, "__compile__", lambda _ruler: pytest.fail("rules are put in order"))
    text = "# 제목\n\n- *하나* [둘](/둘)\n\n> 셋 `넷`\n\n| 다섯 |\n| --- |\n| ~~여섯~~ |\n"
    assert assemble(split(text, "ko"), {}) == text
    assert render(text)
