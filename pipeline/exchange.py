"""Glossary and memory as files: CSV that opens in a spreadsheet.

Several forms in one cell are separated by `|`; `\\|` is the character itself, and `\\\\` a backslash.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from schemas.language import Term, Unit

FORM_COLUMNS = ("forbidden_ko", "forbidden_en", "admitted_ko", "admitted_en")
TERM_COLUMNS = ("ko", "en", *FORM_COLUMNS, "part_of_speech", "case", "keep", "note")
LONGEST_FORM = 200
UNIT_COLUMNS = ("ko", "en")
# A form in a cell: up to the next separator. A backslash before any other character is only itself.
FORM = re.compile(r"(?:\\[\\|]|[^|])+")


class FileFault(ValueError):  # the fault is the file's
    """A file that cannot be read as what it should be; the message names the line."""


def read_terms(text: str) -> list[tuple[Term, str]]:
    """Return the terms of a CSV file, each with its note. Columns: `TERM_COLUMNS`, all but ko and en optional.

    Raises `FileFault` for a missing column, an empty form, a word that is none of its column's, or a term given twice.
    """
    terms: list[tuple[Term, str]] = []
    seen: dict[tuple[str, str], int] = {}
    for line, row in _rows(text, TERM_COLUMNS[:2]):
        ko, en = row["ko"], row["en"]
        if not ko or not en:
            raise FileFault(f"line {line}: a term needs a form in each language")
        if max(len(ko), len(en)) > LONGEST_FORM:
            raise FileFault(f"line {line}: a form of a term has at most {LONGEST_FORM} characters")
        if (ko, en) in seen:
            raise FileFault(f"line {line}: the term {ko} – {en} stands in line {seen[ko, en]} already")
        seen[ko, en] = line
        terms.append((_term(row, line), row.get("note", "")))
    return terms


def _term(row: Mapping[str, str], line: int) -> Term:
    forms = {name: _forms(row.get(name, "")) for name in FORM_COLUMNS}
    rules = {name: row[name] for name in ("part_of_speech", "case") if row.get(name)}
    keep = row.get("keep", "")
    if keep not in ("", "yes", "no"):
        raise FileFault(f"line {line}: keep is yes or no, not {keep}")
    try:
        return msgspec.convert({"ko": row["ko"], "en": row["en"], **forms, **rules, "keep": keep == "yes"}, Term)
    except msgspec.ValidationError as fault:
        raise FileFault(f"line {line}: {fault}") from None


def write_terms(terms: Iterable[tuple[Term, str]]) -> str:
    """Return terms with their notes as the CSV file that `read_terms` reads."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(TERM_COLUMNS)
    for term, note in terms:
        forms = [_cell(getattr(term, name)) for name in FORM_COLUMNS]
        keep = "yes" if term.keep else ""
        writer.writerow([term.ko, term.en, *forms, term.part_of_speech, term.case, keep, note])
    return written.getvalue()


def read_units(text: str) -> list[Unit]:
    """Return the pairs of a CSV file with the columns ko and en, unconfirmed: no person has judged them here."""
    units = []
    for line, row in _rows(text, UNIT_COLUMNS):
        if not row["ko"] or not row["en"]:
            raise FileFault(f"line {line}: a pair needs both languages")
        units.append(Unit(ko=row["ko"], en=row["en"]))
    return units


def _rows(text: str, needed: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(unicodedata.normalize("NFC", text).lstrip("\ufeff")), strict=True)
    try:
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise FileFault(f"line 1: the column {missing[0]} is missing")
        for row in reader:
            if None in row or None in row.values():
                raise FileFault(f"line {reader.line_num}: it has another number of cells than the first line")
            yield reader.line_num, {name: value.strip() for name, value in row.items()}
    except csv.Error as fault:
        raise FileFault(f"line {reader.line_num}: {fault}") from None


def _cell(forms: Sequence[str]) -> str:
    return "|".join(re.sub(r"([\\|])", r"\\\1", form) for form in forms)


def _forms(cell: str) -> tuple[str, ...]:
    found = (re.sub(r"\\([\\|])", r"\1", form).strip() for form in FORM.findall(cell))
    return tuple(form for form in found if form)
