"""In which block a segment stands, as a reader would say."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.blocks import blocks
from pipeline.markdown import render
from pipeline.texts import PlainText, split_text


def described(title: str, summary: str, body: str) -> list[tuple[str, int, int]]:
    """Return kind, level and number of segments of each block of a Korean text."""
    found = blocks(split_text(PlainText(title, summary, body), "ko"))
    return [(block.kind, block.level, len(block.segments)) for block in found]


def test_every_kind_of_block_is_told() -> None:
    """Headings with their level, items with their depth, cells, quotations, paragraphs with their sentences."""
    body = "## 제목\n\n하나. 둘.\n\n- 가\n  - 나\n\n> 말\n\n| 때 |\n| --- |\n| 곳 |\n\n```\ncode\n```\n"
    assert described("제목", "요약. 둘째 요약.", body) == [
        ("title", 0, 1),
        ("summary", 0, 2),
        ("heading", 2, 1),
        ("paragraph", 0, 2),
        ("item", 1, 1),
        ("item", 2, 1),
        ("quote", 0, 1),
        ("cell", 0, 1),
        ("cell", 0, 1),
    ]


def test_the_innermost_names_the_block() -> None:
    """An item within a quotation is an item, a quotation within an item a quotation."""
    assert described("", "", "> - 가\n") == [("item", 1, 1)]
    assert described("", "", "- > 가\n") == [("quote", 1, 1)]


def test_places_count_the_blocks_that_hold_text() -> None:
    """A block without letters to translate is counted, so that the number finds the block on the rendered page."""
    found = blocks(split_text(PlainText("제목", "", "가\n\n![](https://example.org/a.png)\n\n나"), "ko"))
    assert [block.place for block in found] == [None, 0, 2]


def test_the_rendered_page_says_where_each_block_is() -> None:
    """Items of tight and loose lists, cells and headings carry the number; a second text of a tight item does not."""
    body = "# 가\n\n- 나\n  > 다\n\n  라\n\n1. 마\n   # 바\n   사\n\n| 아 |\n| --- |\n| 자 |\n\n```\ncode\n```\n\n차"
    shown = dict(re.findall(r'data-place="(\d+)">\s*(?:<p>)?\s*(\w)', render(body, places=True)))
    found = blocks(split_text(PlainText("", "", body), "ko"))
    sources = {each.id: each.source for each in split_text(PlainText("", "", body), "ko").segments}
    expected = {str(block.place): sources[block.segments[0]] for block in found}
    assert expected.items() - shown.items() == {(place, text) for place, text in expected.items() if text == "사"}
    assert shown.items() <= expected.items()
    assert "data-place" not in render(body)


@given(st.text(alphabet="가나.# -*>|`\n1<b>", max_size=80))
def test_every_segment_stands_in_one_block(body: str) -> None:
    """Whatever the text, its segments are those of its blocks, in order."""
    document = split_text(PlainText("제목", "요약", body), "ko")
    assert [name for block in blocks(document) for name in block.segments] == [each.id for each in document.segments]
