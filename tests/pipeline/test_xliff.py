"""Drafts as XLIFF 2.1: out and back is the same, through a tool's library too, and bad files are refused."""

import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate.storage import xliff2

from pipeline.xliff import File, FileFault, Unit, read, written
from schemas.language import DraftedSegment, Issue, Term

ORIGINALS = {1: ("[", "](https://example.org/?a=1&b=<2>)"), 2: ("`코드`",)}
CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from(["<1>", "</1>", "<2/>", "<3>", "</3>"]) | st.text(CHARACTERS, max_size=5)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


def segment(number: int, source: str, target: str, state: str = "translated") -> DraftedSegment:
    """Return a segment with an id of its own."""
    return DraftedSegment(id=f"a{number}-1", field="body", position=number, source=source, target=target, state=state)  # type: ignore[arg-type]


def as_file(*segments: DraftedSegment, **more: object) -> bytes:
    originals = {each.id: ORIGINALS for each in segments}
    return written(segments, "ko", "en", name="d1", originals=originals, **more).encode()  # type: ignore[arg-type]


def units(file: File) -> list[Unit]:
    """Return a file's units without where they stand."""
    return [replace(each, line=0) for each in file.units]


def expected(segments: list[DraftedSegment]) -> list[Unit]:
    return [Unit(each.id, each.source, each.target or None, each.state, 0) for each in segments]


STATES = st.sampled_from(["initial", "translated", "reviewed", "final"])
SEGMENTS = st.lists(st.tuples(TEXTS, TEXTS, STATES), max_size=4).map(
    lambda given: [segment(number, *each) for number, each in enumerate(given)]
)


@given(SEGMENTS)
def test_what_is_written_is_read_back(segments: list[DraftedSegment]) -> None:
    """Any text, with placeholders whole, lost, doubled or crossed, comes back as it went, with its state."""
    file = read(as_file(*segments))
    assert (file.source, file.target) == ("ko", "en")
    assert units(file) == expected(segments)


PROSE = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=8)
NESTED = st.recursive(
    PROSE, lambda inner: st.tuples(inner, inner).map(lambda two: f"{two[0]}<1>{two[1]}</1><2/>"), max_leaves=2
)


@given(st.lists(st.tuples(NESTED, NESTED, STATES), min_size=1, max_size=3))
def test_a_translation_tool_loses_nothing(given: list[tuple[str, str, str]]) -> None:
    """What translate-toolkit has read and written again says the same: texts, markup, states, notes and terms."""
    issue = Issue(check="numbers", severity="error", message="The source says 7 & <more>.")
    segments = [replace_issues(segment(number, *each), issue) for number, each in enumerate(given)]
    ours = as_file(*segments, terms=lambda _source: [Term(ko="동맹", en="alliance")])
    store = xliff2.Xliff2File.parsestring(ours)
    saved = io.BytesIO()
    store.serialize(saved)
    theirs = saved.getvalue()
    assert units(read(theirs)) == expected(segments)
    for said in (b"gls:term>", b"alliance", b'category="numbers"', b"7 &amp; &lt;more&gt;", b"dataRefStart"):
        assert theirs.count(said) == ours.count(said)


def replace_issues(segment: DraftedSegment, issue: Issue) -> DraftedSegment:
    return DraftedSegment(**{name: getattr(segment, name) for name in segment.__struct_fields__} | {"issues": (issue,)})


def test_markup_is_told_as_it_stands_in_the_source() -> None:
    """A tool can show what a placeholder is: the address of a link, the code."""
    text = as_file(segment(1, "<1>여기</1> <2/>", "")).decode()
    assert '<data id="d1e">](https://example.org/?a=1&amp;b=&lt;2&gt;)</data>' in text
    assert (
        '<source><pc id="1" dataRefStart="d1b" dataRefEnd="d1e">여기</pc> <ph id="2" dataRef="d2b"/></source>' in text
    )


def test_a_unit_that_a_tool_divided_is_one_again() -> None:
    """Segments and what stands between them are joined; the unit is as far as the least advanced of them."""
    text = as_file(segment(1, "하나. 둘.", "")).decode()
    divided = text.replace(
        '<segment state="translated"><source>하나. 둘.</source></segment>',
        '<segment state="reviewed"><source>하나.</source><target>One.</target></segment>'
        "<ignorable><source> </source></ignorable>"
        '<segment state="translated"><source>둘.</source><target><mrk id="m">Two</mrk>.</target></segment>',
    )
    assert divided != text
    assert units(read(divided.encode())) == [Unit("a1-1", "하나. 둘.", "One. Two.", "translated", 0)]


WHOLE = as_file(segment(1, "하나 <2/>", "One <2/>")).decode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "line 1: it is not well-formed XML (no element found)"),
        (WHOLE[:-12], "is not well-formed XML"),
        ("<html/>", "line 1: it is no XLIFF file of version 2.0 or 2.1"),
        (WHOLE.replace('version="2.1"', 'version="1.2"'), "line 2: it is no XLIFF file of version 2.0 or 2.1"),
        (WHOLE.replace("<xliff", "<!DOCTYPE xliff SYSTEM 'file:///etc/passwd'><xliff"), "line 2: a document type"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "line 1: a document type"),
        (WHOLE.replace('<ph id="2" dataRef="d2b"/></target>', '<ph id="x"/></target>'), "no placeholder 'x'"),
        (WHOLE.replace("One ", "<b>One</b>"), "holds b, which is no inline element"),
        (WHOLE.replace('state="translated"', 'state="done"'), "there is no state 'done'"),
        (WHOLE.replace('<unit id="a1-1"', "<unit"), "a unit has no id"),
        (WHOLE.replace("</file>", WHOLE[WHOLE.index("<unit") : WHOLE.index("</file>")] + "</file>"), "already"),
        ("<a>" * 1000, "nested more than 100 deep"),
        (WHOLE.replace('encoding="UTF-8"', 'encoding="klingon"'), "line 1"),
    ],
)
def test_a_broken_or_hostile_file_is_refused_with_line_and_reason(content: str, reason: str) -> None:
    """Nothing of such a file is used; whoever sent it learns where the fault is."""
    with pytest.raises(FileFault, match=r"^line \d+: ") as raised:
        read(content.encode())
    assert reason in str(raised.value)


@given(st.binary(max_size=200) | TEXTS.map(lambda text: WHOLE.replace("One", text).encode()))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Whatever is sent, there is a file or a fault with its line."""
    with suppress(FileFault):
        assert isinstance(read(content), File)
