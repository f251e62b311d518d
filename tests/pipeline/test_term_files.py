"""The glossary as a CSV file: what is written is read, and what cannot be read says where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.exchange import FileFault, read_terms, write_terms
from schemas.language import Term

FORM = st.text(alphabet='가나동맹abAB,|\\";\n', min_size=1, max_size=6).map(lambda form: f"x{form}x")
FORMS = st.lists(FORM, max_size=2).map(tuple)
TERM = st.builds(
    Term,
    ko=FORM,
    en=FORM,
    forbidden_ko=FORMS,
    forbidden_en=FORMS,
    admitted_ko=FORMS,
    admitted_en=FORMS,
    part_of_speech=st.sampled_from(["noun", "name", "verb", "adjective", "other"]),
    case=st.sampled_from(["auto", "exact", "any"]),
    keep=st.booleans(),
)


@given(st.lists(st.tuples(TERM, FORM), max_size=4, unique_by=lambda item: (item[0].ko, item[0].en)))
def test_terms_come_back(terms: list[tuple[Term, str]]) -> None:
    """Every field of every term, and its note, is read as it was written."""
    assert read_terms(write_terms(terms)) == terms


def test_a_file_of_old_is_read() -> None:
    """A file with fewer columns gives terms their defaults."""
    assert read_terms("ko,en,forbidden_ko\n협회,association,연맹\n") == [
        (Term(ko="협회", en="association", forbidden_ko=("연맹",)), "")
    ]


@pytest.mark.parametrize(
    ("line", "said"), [("협회,association,particle,,", "part"), ("a,b,,some,", "case"), ("a,b,,,maybe", "keep")]
)
def test_a_word_that_is_none_of_its_column_s(line: str, said: str) -> None:
    """A part of speech, case rule or keep that does not exist is refused with its line."""
    with pytest.raises(FileFault, match=f"line 2: .*{said}"):
        read_terms(f"ko,en,part_of_speech,case,keep\n{line}\n")
