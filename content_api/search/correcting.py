"""What a reader may have meant whose words are in no text: typed with a slip, or with the keyboard set wrong."""

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import Connection, func, select

from content_api.search import suggesting
from content_api.storage import tables
from pipeline.analysis import Query
from pipeline.initials import by_other_keyboard, letters
from schemas.delivery import Audience, Fallback

g = tables.suggestion.c
# So many letters are typed wrong at most; in a word of fewer than `SHORT` letters, one.
SLIPS, SHORT = 2, 7
LEAST = 3
# Each word is held against many: who gets more than so many wrong did not slip.
MOST_WORDS = 3
# Against how many, those that are said most, and of how many of these it is asked whether readers may see them.
SAID_MOST, NEAREST = 5_000, 10


def corrected(
    connection: Connection, typed: str, query: Query, unknown: Iterable[int], audience: Audience, fallback: Fallback
) -> str | None:
    """Return the query with its unknown words put right, as far as words that these readers see are like them."""
    text = typed
    for number in sorted(sorted(unknown)[:MOST_WORDS], reverse=True):
        word = query.words[number]
        meant = _meant(connection, typed[word.start : word.end], audience, fallback)
        if meant:
            text = text[: word.start] + meant + text[word.end :]
    return text if text != typed else None


def _meant(connection: Connection, word: str, audience: Audience, fallback: Fallback) -> str | None:
    typed = letters(word)
    if not LEAST <= len(typed) <= 60:
        return None
    written = _seen(connection, _written(connection, by_other_keyboard(word)), audience, fallback)
    return written or _seen(connection, _like(connection, typed), audience, fallback)


def _seen(connection: Connection, likely: Sequence[str], audience: Audience, fallback: Fallback) -> str | None:
    """Return the first of these words that the readers see."""
    if not likely:
        return None
    asked = select(g.id, g.text).where(g.id.in_(likely), suggesting.seen(g.id, audience, fallback))
    found = {row.id: row.text for row in connection.execute(asked)}
    return next((found[key] for key in likely if key in found), None)


def _written(connection: Connection, typed: str) -> Sequence[str]:
    """Return what is written with just these letters: what is said most first."""
    asked = select(g.id).where(g.letters == typed).order_by(g.weight.desc(), g.text).limit(NEAREST)
    return connection.execute(asked).scalars().all()


def _like(connection: Connection, typed: str) -> Sequence[str]:
    """Return the words nearest to what was typed, by letters: of those as near, what is said most first."""
    slips = 1 if len(typed) < SHORT else SLIPS
    near = func.length(g.letters).between(len(typed) - slips, len(typed) + slips)
    asked = select(g.id, g.letters).where(near, g.text.not_like("% %"))
    rows = connection.execute(asked.order_by(g.weight.desc(), g.text).limit(SAID_MOST))
    words = {row.id: row.letters for row in rows}
    found = process.extract(typed, words, scorer=OSA.distance, score_cutoff=slips, limit=NEAREST)
    return [key for _, _, key in found]
