"""The memory as TMX and CSV: what is written is read, by us and by other tools, and their files are read by us."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate.storage.tmx import tmxfile

from pipeline.exchange import read_units, write_units
from schemas.language import Unit
from tests.pipeline.exchange.made import TEXT, UNIT, cut

OMEGAT = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE tmx SYSTEM "tmx11.dtd">
<tmx version="1.1"><header creationtool="OmegaT" srclang="EN-US"/><body>
<tu><tuv lang="EN-US"><seg>Press <bpt i="0" x="0">&lt;b&gt;</bpt>OK<ept i="0">&lt;/b&gt;</ept>
now<ph x="1">&lt;br/&gt;</ph></seg></tuv>
<tuv lang="JA"><seg>押す</seg></tuv>
<tuv lang="KO-KR" changeid="kim"><seg><hi><bpt i="0" x="0">&lt;b&gt;</bpt>확인</hi><ept i="0">&lt;/b&gt;</ept>을
누르세요<ph x="1">&lt;br/&gt;</ph></seg></tuv></tu>
<tu><tuv lang="EN-US"><seg>Alone</seg></tuv></tu>
<tu><tuv lang="EN-US"><seg>Empty</seg></tuv><tuv lang="KO-KR"><seg/></tuv></tu>
</body></tmx>
"""


@given(st.lists(UNIT, max_size=4), st.sampled_from(["csv", "tmx"]), st.integers(1, 300))
def test_units_come_back(units: list[Unit], kind: str, size: int) -> None:
    """Texts, placeholders even where they do not nest, contexts and provenance are read as they were written."""
    content = b"".join(write_units(units, kind))  # type: ignore[arg-type]
    assert [found.item for found in read_units(cut(content, size), kind)] == units  # type: ignore[arg-type]


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=3))
def test_no_cell_is_run_by_a_spreadsheet(pairs: list[tuple[str, str]]) -> None:
    """However a text begins, no cell begins with what a spreadsheet takes for a formula."""
    content = b"".join(write_units([Unit(ko=ko, en=en) for ko, en in pairs], "csv")).decode("utf-8-sig")
    for cell in (cell for row in csv.reader(io.StringIO(content, newline="")) for cell in row):
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


def test_a_file_of_omegat() -> None:
    """Codes become placeholders with the same numbers on both sides; other languages are counted as left out."""
    first, alone, empty = read_units([OMEGAT.encode()], "tmx")
    assert first.item == Unit(ko="<2>확인</2>을\n누르세요<1/>", en="Press <2>OK</2>\nnow<1/>") or first.item == Unit(
        ko="<1>확인</1>을\n누르세요<2/>", en="Press <1>OK</1>\nnow<2/>"
    )
    assert (first.skipped, alone.item, alone.skipped) == (1, None, 1)
    assert (empty.item, empty.skipped, empty.line) == (None, 2, 10)


def test_a_file_in_utf_16() -> None:
    """A byte order mark tells the encoding, in TMX as in CSV."""
    variants = '<tuv xml:lang="ko"><seg>가</seg></tuv><tuv xml:lang="en"><seg>a</seg></tuv>'
    text = f'<tmx version="1.4"><body><tu>{variants}</tu></body></tmx>'
    for content, kind in ((text, "tmx"), ("ko\ten\r\n가\ta\r\n", "csv")):
        (found,) = read_units([content.encode("utf-16")], kind)  # type: ignore[arg-type]
        assert found.item == Unit(ko="가", en="a")


def test_a_file_of_a_korean_spreadsheet() -> None:
    """CP949 is read where it is named; columns may be separated by semicolons and have capitals."""
    (found,) = read_units(["KO;EN\n가,나;a\n".encode("cp949")], "csv", "cp949")
    assert found.item == Unit(ko="가,나", en="a")


def test_translate_toolkit_reads_what_we_write() -> None:
    """Another reader finds the texts, and placeholders as inline elements."""
    content = b"".join(write_units([Unit(ko="가 & <1>나</1>", en="a & <1>b</1>"), Unit(ko="다", en="c")], "tmx"))
    first, second = tmxfile(io.BytesIO(content), "ko", "en").units
    assert (str(first.source), str(second.source), str(second.target)) == ("가 & <1>나</1>", "다", "c")


def test_we_read_what_translate_toolkit_writes() -> None:
    """A TMX file that another tool made gives its pairs."""
    store = tmxfile()
    store.addtranslation("함께 갑시다!\n", "ko", "We go together!\n", "en-US")
    (found,) = read_units([bytes(store)], "tmx")
    assert found.item == Unit(ko="함께 갑시다!\n", en="We go together!\n")


@pytest.mark.parametrize("said", ["'=1", "=1", "''=1", " =1", "'a", "a=1"])
def test_an_apostrophe_is_put_before_a_formula_alone(said: str) -> None:
    """A cell that begins like a formula is escaped, and so is one that looks escaped."""
    (found,) = read_units(write_units([Unit(ko=said, en=said)], "csv"), "csv")
    assert found.item == Unit(ko=said, en=said)
