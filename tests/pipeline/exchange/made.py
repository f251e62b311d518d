"""Units and terms as Hypothesis makes them, and files in pieces."""

import datetime as dt
from collections.abc import Iterator

from hypothesis import strategies as st

from schemas.language import Provenance, Term, Unit

LETTERS = st.sampled_from("가힣한국 abAB,;|\\\"'&<>\t\n=+-@^{}")
TAGS = st.sampled_from(["<1>", "</1>", "<2/>", "<3>", "</3>", "<12/>"])
TEXT = st.lists(LETTERS | TAGS, max_size=12).map(lambda parts: "".join(parts)).filter(lambda text: text.strip())
HASH = st.text(alphabet="0123456789abcdef", min_size=32, max_size=32) | st.just("")
MOMENT = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001
NAME = st.text(alphabet="가나ab.-_@'= ", min_size=1, max_size=20)
PROVENANCE = st.builds(
    Provenance,
    origin=st.sampled_from(["draft", "person", "alignment", "file"]),
    detail=NAME | st.just(""),
    draft_id=st.none() | st.uuids().map(str),
    entry_id=st.none() | st.uuids().map(str),
    confidence=st.none() | st.floats(0, 1),
    by=st.none() | NAME,
    added_at=MOMENT,
    approved_at=st.none() | MOMENT,
)
UNIT = st.builds(
    Unit,
    id=st.uuids().map(str),
    provenance=st.none() | PROVENANCE,
    ko=TEXT,
    en=TEXT,
    context_ko=HASH,
    context_en=HASH,
    confirmed=st.booleans(),
)
FORM = st.text(alphabet="가나동맹abAB,|\\\";'&<=@", min_size=1, max_size=6).map(lambda form: f"x{form}x")
FORMS = st.lists(FORM, max_size=2).map(tuple)
TERM = st.builds(
    Term,
    ko=FORM,
    en=FORM | FORM.map(lambda form: f"={form}"),
    forbidden_ko=FORMS,
    forbidden_en=FORMS,
    admitted_ko=FORMS,
    admitted_en=FORMS,
    part_of_speech=st.sampled_from(["noun", "name", "verb", "adjective", "other"]),
    case=st.sampled_from(["auto", "exact", "any"]),
    keep=st.booleans(),
)
NOTE = st.just("") | FORM | FORM.map(lambda note: f"-{note}\n{note}")
TERMS = st.lists(st.tuples(TERM, NOTE), max_size=4, unique_by=lambda item: (item[0].ko, item[0].en))


def cut(content: bytes, size: int) -> Iterator[bytes]:
    """Yield a file in pieces of `size` bytes."""
    yield from (content[start : start + size] for start in range(0, len(content), size))
