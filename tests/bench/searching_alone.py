"""What databases find by themselves, without knowing Korean: the baselines that search is held against."""

import re
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

Ask = Callable[[str, str], Sequence[str]]
FIRST = 10


def trigram(documents: Sequence[Any]) -> Ask:
    """SQLite's FTS5 over trigrams, ranked by its BM25; a word of less than three characters cannot be asked."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE texts USING fts5(id UNINDEXED, title, summary, body, tokenize='trigram')")
    for each in documents:
        rows = ([each[locale][name] for locale in ("ko", "en")] for name in ("title", "summary", "body"))
        connection.execute("INSERT INTO texts VALUES (?, ?, ?, ?)", [each["id"], *("\n".join(row) for row in rows)])

    def ask(query: str, _locale: str) -> Sequence[str]:
        words = [f'"{word}"' for word in re.findall(r"\w+", query) if len(word) > 2]
        if not words:
            return []
        asked = "SELECT id FROM texts WHERE texts MATCH ? ORDER BY bm25(texts, 0, 5, 2, 1) LIMIT ?"
        return [row[0] for row in connection.execute(asked, (" OR ".join(words), FIRST))]

    return ask


def simple(connection: Any, documents: Sequence[Any]) -> Ask:
    """PostgreSQL's full text search with its dictionary `simple`: words as they are written."""
    vector = " || ".join(
        f"setweight(to_tsvector('simple', {name}), '{weight}')"
        for name, weight in (("title", "A"), ("summary", "B"), ("body", "D"))
    )
    connection.execute("CREATE TABLE alone (id text, title text, summary text, body text, words tsvector)")
    for each in documents:
        rows = ["\n".join(each[locale][name] for locale in ("ko", "en")) for name in ("title", "summary", "body")]
        connection.execute("INSERT INTO alone (id, title, summary, body) VALUES (%s, %s, %s, %s)", [each["id"], *rows])
    connection.execute(f"UPDATE alone SET words = {vector}")

    def ask(query: str, _locale: str) -> Sequence[str]:
        asked = "SELECT id FROM alone WHERE words @@ q ORDER BY ts_rank(words, q) DESC LIMIT %s"
        words = " OR ".join(re.findall(r"\w+", query))
        rows = connection.execute(
            f"WITH w AS (SELECT websearch_to_tsquery('simple', %s) q) {asked.replace('alone', 'alone, w')}",
            [words, FIRST],
        )
        return [row[0] for row in rows]

    return ask
