"""The glossary as CSV and TBX: what is written is read, and what cannot be read says where."""

import io
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate.storage.tbx import tbxfile

from pipeline.exchange import FileFault, read_terms, terms_of, write_terms
from schemas.language import Term
from tests.pipeline.exchange.made import TERMS, cut

OLD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader/><text><body>
<termEntry id="1"><descrip type="definition">An old friendship.</descrip>
 <langSet xml:lang="EN-US"><ntig><termGrp><term>alliance</term>
   <termNote type="partOfSpeech">properNoun</termNote></termGrp></ntig>
  <tig><term>pact</term><termNote type="administrativeStatus">supersededTerm-admn-sts</termNote></tig></langSet>
 <langSet xml:lang="ja"><tig><term>同盟</term></tig></langSet>
 <langSet xml:lang="ko-KR"><tig><term>연맹</term><termNote type="normativeAuthorization">admittedTerm</termNote></tig>
  <tig><term>동맹</term><termNote type="administrativeStatus">preferredTerm-admn-sts</termNote></tig></langSet>
</termEntry>
<termEntry id="2"><langSet xml:lang="ko"><tig><term>혼자</term></tig></langSet></termEntry>
</body></text></martif>
"""
DCT = """<tbx type="TBX-Basic" style="dct" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2"
 xmlns:min="http://www.tbxinfo.net/ns/min" xmlns:basic="http://www.tbxinfo.net/ns/basic"><text><body>
<conceptEntry id="1"><langSec xml:lang="ko"><termSec><term>가다</term>
<min:partOfSpeech>verb</min:partOfSpeech></termSec>
</langSec><langSec xml:lang="en"><termSec><term>go</term>
<min:administrativeStatus>preferredTerm-admn-sts</min:administrativeStatus></termSec></langSec></conceptEntry>
</body></text></tbx>"""


@given(TERMS, st.sampled_from(["csv", "tbx"]), st.integers(1, 300))
def test_terms_come_back(terms: list[tuple[Term, str]], kind: str, size: int) -> None:
    """Every field of every term, and its note, is read as it was written, in whatever pieces the file comes."""
    content = b"".join(write_terms(terms, kind))  # type: ignore[arg-type]
    assert [found.item for found in read_terms(cut(content, size), kind)] == terms  # type: ignore[arg-type]


def test_a_file_of_old_is_read() -> None:
    """A file with fewer columns gives terms their defaults."""
    assert terms_of("ko,en,forbidden_ko\n협회,association,연맹\n".encode()) == [
        (Term(ko="협회", en="association", forbidden_ko=("연맹",)), "")
    ]


def test_tbx_of_2008() -> None:
    """`martif` is read: statuses old and new, parts of speech, definitions; what has no counterpart is left out."""
    first, second = read_terms([OLD.encode()], "tbx")
    term = Term(ko="동맹", en="alliance", admitted_ko=("연맹",), forbidden_en=("pact",), part_of_speech="name")
    assert (first.item, first.line, first.skipped) == ((term, "An old friendship."), 4, 1)
    assert (second.item, second.line, second.skipped) == (None, 12, 1)


def test_tbx_in_dct_style() -> None:
    """Categories that are elements of their own are read as those that are types."""
    (found,) = read_terms([DCT.encode()], "tbx")
    assert found.item == (Term(ko="가다", en="go", part_of_speech="verb"), "")


def test_what_we_write_is_read_by_translate_toolkit() -> None:
    """Another reader of TBX of 2008 finds the terms, once the elements have the names they had then."""
    content = b"".join(write_terms([(Term(ko="동맹", en="alliance"), "")], "tbx")).decode()
    for new, old in (("conceptEntry", "termEntry"), ("langSec", "langSet"), ("termSec", "tig")):
        content = content.replace(new, old)
    content = content.replace(' xmlns="urn:iso:std:iso:30042:ed-2"', "").replace("tbx ", "martif ", 1)
    content = content.replace("</tbx>", "</martif>")
    (unit,) = tbxfile(io.BytesIO(content.encode()), "ko", "en").units
    assert (str(unit.source), str(unit.target)) == ("동맹", "alliance")


def test_what_translate_toolkit_writes_is_read() -> None:
    """A TBX file that another tool made gives its terms."""
    store = tbxfile(sourcelanguage="ko", targetlanguage="en")
    store.addsourceunit("동맹").target = "alliance"
    (found,) = read_terms([bytes(store)], "tbx")
    assert found.item == (Term(ko="동맹", en="alliance"), "")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("협회,association,particle,,", "part"),
        ("a,b,,some,", "case"),
        ("a,b,,,maybe", "keep"),
        (f"a,{'b' * 201},,,", "at most 200"),
        ("a,b,,,\na,b,,,", "line 3: .*stands in line 2 already"),
        ("a\x00,b,,,", r"U\+0000"),
    ],
)
def test_a_word_that_is_none_of_its_column_s(line: str, said: str) -> None:
    """A part of speech, case rule or keep that does not exist, or a form that is none, is refused with its line."""
    with pytest.raises(FileFault, match=f"^line [23]: .*{said}|^{said}"):
        terms_of(f"ko,en,part_of_speech,case,keep\n{line}\n".encode())


@pytest.mark.parametrize("content", [[b"<tmx/>"], [b"<tbx>"], [b""]])
def test_what_is_no_tbx_is_refused(content: Iterable[bytes]) -> None:
    """Another root, a file cut short, and an empty one are refused with the line."""
    with pytest.raises(FileFault, match=r"^line 1: "):
        list(read_terms(content, "tbx"))
