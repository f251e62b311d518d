"""The glossary as CSV. Several forms in a cell are separated by `|`; `\\|` is the character, `\\\\` a backslash."""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

from pipeline.exchange import cells
from pipeline.exchange.faults import FileFault
from pipeline.exchange.found import Found
from pipeline.exchange.records import term_of, yes
from schemas.language import Term

FORM_COLUMNS = ("forbidden_ko", "forbidden_en", "admitted_ko", "admitted_en")
TERM_COLUMNS = ("ko", "en", *FORM_COLUMNS, "part_of_speech", "case", "keep", "note")
PLAIN_COLUMNS = ("ko", "en", "part_of_speech", "case", "note")
# A form in a cell: up to the next separator. A backslash before any other character is only itself.
FORM = re.compile(r"(?:\\[\\|]|[^|])+")


def read(chunks: Iterable[bytes], encoding: str | None) -> Iterator[Found[tuple[Term, str]]]:
    """Yield the terms of a CSV file with their notes. Columns: `TERM_COLUMNS`, all but ko and en optional.

    Raises `FileFault` for a missing column, an empty form, a word that is none of its column's, or a term given twice.
    """
    seen: dict[bytes, int] = {}
    for line, record in cells.read(chunks, ("ko", "en"), encoding):
        given = {name: cell.strip() for name, cell in record.items()}
        if not given["ko"] or not given["en"]:
            raise FileFault(line, "a term needs a form in each language")
        fields = {name: given[name] for name in PLAIN_COLUMNS if given.get(name)}
        forms = {name: _forms(given.get(name, "")) for name in FORM_COLUMNS}
        term, note = term_of({**fields, **forms, "keep": yes(given.get("keep", ""), "keep", line)}, line)
        name = blake2b(f"{term.ko}\n{term.en}".encode(), digest_size=16).digest()
        if name in seen:
            raise FileFault(line, f"the term {term.ko} – {term.en} stands in line {seen[name]} already")
        seen[name] = line
        yield Found(line, (term, note))


def written(terms: Iterable[tuple[Term, str]]) -> Iterator[bytes]:
    """Yield the CSV file of terms with their notes."""
    return cells.written(TERM_COLUMNS, (_record(term, note) for term, note in terms))


def _record(term: Term, note: str) -> dict[str, str]:
    forms = {name: _cell(getattr(term, name)) for name in FORM_COLUMNS}
    rules = {"part_of_speech": term.part_of_speech, "case": term.case, "keep": "yes" if term.keep else ""}
    return {"ko": term.ko, "en": term.en, **forms, **rules, "note": note}


def _cell(forms: Sequence[str]) -> str:
    return "|".join(re.sub(r"([\\|])", r"\\\1", form) for form in forms)


def _forms(cell: str) -> list[str]:
    found = (re.sub(r"\\([\\|])", r"\1", form).strip() for form in FORM.findall(cell))
    return [form for form in found if form]
