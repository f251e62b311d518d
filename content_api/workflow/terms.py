"""The glossary: found in either language, added, changed, removed, imported; and as the pipeline reads it."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, tuple_, update

from content_api.storage import tables
from content_api.storage.database import Transaction, new_id
from content_api.workflow.revisions import Expected, etag, require
from pipeline.glossary import written
from schemas.exchange import Imported
from schemas.language import LOCALES, Term
from schemas.problems import Exists, NotFound
from schemas.terms import EditorialTerm, NewTerm, TermChange

t = tables.term.c
Place = tuple[str, str]
"""Where a page of the list ended: the two forms of its last term."""


def listed(
    connection: Connection, *, search: str = "", after: Place | None = None, limit: int = 20
) -> list[EditorialTerm]:
    """Return terms by their Korean form, those that hold `search` in a form of either language, wanted or forbidden.

    `search` is in NFC. Case is folded here: the databases disagree about it, and forbidden forms are lists.
    """
    asked = select(tables.term).order_by(t.ko, t.en)
    if after:
        asked = asked.where(tuple_(t.ko, t.en) > after)
    sought = search.strip().casefold()
    if not sought:
        return [_shown(row) for row in connection.execute(asked.limit(limit))]
    found = (row for row in connection.execute(asked) if _holds(row, sought))
    return [_shown(row) for row in islice(found, limit)]


def get(connection: Connection, term_id: str) -> EditorialTerm:
    """Return one term; raise `NotFound`."""
    return _shown(_row(connection, term_id))


def version(connection: Connection, term_id: str) -> int:
    """Return a term's version; raise `NotFound`."""
    return int(_row(connection, term_id).version)


def add(tx: Transaction, wish: NewTerm) -> EditorialTerm:
    """Add a term; raise `Exists` if there is one of these two forms."""
    term_id = new_id()
    _must_be_free(tx, wish.ko, wish.en)
    tx.execute(insert(tables.term).values(id=term_id, version=1, **_columns(msgspec.structs.asdict(wish))))
    tx.emit("term.added", detail={"term": term_id, "ko": wish.ko, "en": wish.en})
    return get(tx.connection, term_id)


def change(tx: Transaction, term_id: str, wish: TermChange, expected: Expected) -> EditorialTerm:
    """Change a term; raise `NotFound`, `Stale`, or `Exists` if there is another of these two forms."""
    before = _row(tx.connection, term_id, lock=True)
    require(before.version, expected)
    given = msgspec.structs.asdict(wish)
    values = _columns({name: value for name, value in given.items() if value is not msgspec.UNSET})
    pair = values.get("ko", before.ko), values.get("en", before.en)
    if pair != (before.ko, before.en):
        _must_be_free(tx, *pair)
    tx.execute(update(tables.term).where(t.id == term_id).values(**values, version=t.version + 1))
    tx.emit("term.changed", detail={"term": term_id, "ko": pair[0], "en": pair[1]})
    return get(tx.connection, term_id)


def remove(tx: Transaction, term_id: str, expected: Expected) -> None:
    """Remove a term; raise `NotFound` or `Stale`."""
    before = _row(tx.connection, term_id, lock=True)
    require(before.version, expected)
    tx.execute(delete(tables.term).where(t.id == term_id))
    tx.emit("term.removed", detail={"term": term_id, "ko": before.ko, "en": before.en})


def term_of(row: Row[Any]) -> Term:
    """Return a term as the pipeline reads it; its note is for people."""
    return Term(**{name: row._mapping[name] for name in Term.__struct_fields__})


def known(connection: Connection) -> tuple[Term, ...]:
    """Return the glossary as the pipeline reads it."""
    return tuple(term_of(row) for row in connection.execute(select(tables.term).order_by(t.ko, t.en)))


def with_notes(connection: Connection) -> list[tuple[Term, str]]:
    """Return the glossary with its notes, by the terms' forms."""
    kept = [(term_of(row), row.note) for row in connection.execute(select(tables.term))]
    return sorted(kept, key=lambda each: (each[0].ko, each[0].en))  # the databases disagree about order


def take_in(tx: Transaction, given: Iterable[tuple[Term, str]], *, overwrite: bool) -> Imported:
    """Add terms with their notes; one that is there already is replaced or, without `overwrite`, left as it is.

    Returns how many were added, replaced, and left alone.
    """
    added = changed = same = 0
    for term, note in given:
        values = _columns(msgspec.structs.asdict(term) | {"note": note})
        these = (t.ko == values["ko"]) & (t.en == values["en"])
        before = tx.execute(select(tables.term).where(these)).one_or_none()
        if before is None:
            tx.execute(insert(tables.term).values(id=new_id(), version=1, **values))
            added += 1
        elif overwrite and any(before._mapping[name] != value for name, value in values.items()):
            tx.execute(update(tables.term).where(these).values(**values, version=t.version + 1))
            changed += 1
        else:
            same += 1
    if added or changed:
        tx.emit("glossary.imported", detail={"terms": added + changed})
    return Imported(added=added, changed=changed, same=same)


def _holds(row: Row[Any], sought: str) -> bool:
    term = term_of(row)
    forms = (form for locale in LOCALES for form in written(term, locale))
    return any(sought in form.casefold() for form in forms)


def _row(connection: Connection, term_id: str, *, lock: bool = False) -> Row[Any]:
    asked = select(tables.term).where(t.id == term_id)
    found = connection.execute(asked.with_for_update(key_share=True) if lock else asked).one_or_none()
    if found is None:
        raise NotFound("There is no such term.")
    return found


def _must_be_free(tx: Transaction, ko: str, en: str) -> None:
    if tx.execute(select(t.id).where(t.ko == ko, t.en == en)).first():
        raise Exists(f"There is a term {ko} = {en} already.")


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    """Return what a caller sent as it is stored: without spaces around it, no form twice."""
    stored: dict[str, Any] = {}
    for name, value in given.items():
        if isinstance(value, str):
            value = value.strip()
        elif isinstance(value, list | tuple):
            value = tuple(dict.fromkeys(each.strip() for each in value))
        stored[name] = value
    return stored


def _shown(row: Row[Any]) -> EditorialTerm:
    return EditorialTerm(
        id=row.id,
        etag=etag(row.version),
        ko=row.ko,
        en=row.en,
        forbidden_ko=list(row.forbidden_ko),
        forbidden_en=list(row.forbidden_en),
        admitted_ko=list(row.admitted_ko),
        admitted_en=list(row.admitted_en),
        part_of_speech=row.part_of_speech,
        case=row.case,
        keep=row.keep,
        note=row.note,
    )
