"""What a reader may have meant whose words are in no text: typed with a slip, or with the keyboard set wrong."""

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, func, select

from content_api.storage import tables
from pipeline.analysis import Query
from pipeline.initials import by_other_keyboard, letters

g = tables.suggestion.c
# So many letters are typed wrong at most; in a word of fewer than `SHORT` letters, one.
SLIPS, SHORT = 2, 7
LEAST = 3


def corrected(connection: Connection, typed: str, query: Query, unknown: Iterable[int]) -> str | None:
    """Return the query with its unknown words put right, as far as words that are published are like them."""
    text = typed
    for number in sorted(unknown, reverse=True):
        word = query.words[number]
        meant = _meant(connection, typed[word.start : word.end])
        if meant:
            text = text[: word.start] + meant + text[word.end :]
    return text if text != typed else None


def _meant(connection: Connection, word: str) -> str | None:
    typed = letters(word)
    if not LEAST <= len(typed) <= 60:
        return None
    return _written(connection, by_other_keyboard(word)) or _like(connection, typed)


def _written(connection: Connection, typed: str) -> str | None:
    """Return the word that is written with just these letters."""
    asked = select(g.text).where(g.letters == typed).order_by(g.weight.desc()).limit(1)
    found: str | None = connection.execute(asked).scalar_one_or_none()
    return found


def _like(connection: Connection, typed: str) -> str | None:
    """Return the word nearest to what was typed, by letters; of those as near, the one that is said most."""
    slips = 1 if len(typed) < SHORT else SLIPS
    near = func.length(g.letters).between(len(typed) - slips, len(typed) + slips)
    asked = select(g.text, g.letters).where(near, g.text.not_like("% %")).order_by(g.weight.desc())
    rows: Sequence[tuple[str, str]] = [(text, spelt) for text, spelt in connection.execute(asked)]
    found = process.extractOne(typed, [spelt for _, spelt in rows], scorer=OSA.distance, score_cutoff=slips)
    return rows[found[2]][0] if found else None
