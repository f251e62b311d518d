"""The index of an installation on PostgreSQL: its own full text search, over the words that our analyser makes.

How much a word says of a text is told by where a `tsvector` says that it stands, and with which of its four weights:
nowhere else, so that `ts_rank` gives just that back. The words of a query are joined by AND, then by OR: what has all
of them comes first.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, combinations, combinations_with_replacement
from math import log1p
from typing import Any

from sqlalchemy import Connection, text

from content_api.search.index import FAMILIAR, LEAST, Asked, Document, Found, Hit, Place, Source, State, Step
from content_api.storage.database import Database, Transaction
from pipeline.analysis import LINK, Query
from schemas.entries import KINDS

# Who writes the index, among all processes that share the database: any number would do that nobody else uses.
LOCK = 0x48616E6D69  # Hanmi
# What the weights of a `tsvector` count for. `ts_rank` gives for one word, or for the mean of several, the sum of its
# weights, the second a fourth and the third a ninth of it, divided by the sum of all 1/n².
WEIGHTS = {"D": 0.07, "C": 0.2, "B": 0.4, "A": 0.75}
COUNTS = "{" + ", ".join(str(counts) for counts in WEIGHTS.values()) + "}"
ALL_SQUARES = 1.64493406685
# Every way to stand in up to three places, by what it comes to.
WAYS = sorted(
    (sum(WEIGHTS[letter] / (n * n) for n, letter in enumerate(letters, start=1)), "".join(letters))
    for size in (1, 2, 3)
    for letters in combinations_with_replacement("ABCD", size)
)
# What has all the words of a query comes before all else.
ALL_OF_THEM = 1_000
# Bytes: a `tsvector` holds a megabyte.
LARGEST = 700_000
# Of so many words every choice that weighs enough is asked for; of more, any that is not too light.
FEW = 6

# Fixed text but for what stands in braces: as many numbered parameters as the query has words.
FIND = """
WITH scored AS MATERIALIZED (
    SELECT DISTINCT ON (ranked.entry_id) ranked.entry_id, ranked.locale, ranked.kind, ranked.of_kind, ranked.of_tag,
        CAST(1000000 * round(
            CAST((said + linked) * covered / :wanted + CASE WHEN has_all THEN :all ELSE 0 END AS numeric), 6
        ) AS bigint) AS score
    FROM (
        SELECT d.entry_id, d.locale, p.kind, {of_kind} AS of_kind, {of_tag} AS of_tag,
            {said} AS said, {linked} AS linked, {covered} AS covered, {has_all} AS has_all
        FROM search_document d
        JOIN published p ON p.entry_id = d.entry_id AND p.audience = :audience
        CROSS JOIN LATERAL (SELECT {ranks}) r
        WHERE d.words @@ CAST(:likely AS tsquery)
            AND CASE d.locale WHEN 'ko' THEN p.revision_ko ELSE p.revision_en END IS NOT NULL {visible}
    ) ranked
    WHERE covered / :wanted >= :least
    ORDER BY
        ranked.entry_id,
        (said + linked) * covered * CASE WHEN ranked.locale = :audience THEN :familiar ELSE 1 END DESC,
        ranked.locale DESC
)
SELECT
    (SELECT count(*) FROM scored WHERE of_kind AND of_tag),
    ARRAY(SELECT kind || ' ' || count(*) FROM scored WHERE of_tag GROUP BY kind),
    ARRAY(SELECT t.tag || ' ' || count(*) FROM scored s JOIN published_tag t
        ON t.entry_id = s.entry_id AND t.audience = :audience WHERE s.of_kind GROUP BY t.tag),
    ARRAY(SELECT score || ' ' || entry_id || ' ' || locale FROM scored WHERE of_kind AND of_tag {behind}
        ORDER BY score DESC, entry_id DESC LIMIT :wanted_hits)
"""
TAGGED = (
    "EXISTS (SELECT FROM published_tag t WHERE t.entry_id = d.entry_id AND t.audience = :audience AND t.tag = :tag)"
)


# How long to wait for one's turn, in seconds, before asking again.
BETWEEN = 0.05
PUBLIC = "SELECT FROM published p WHERE p.entry_id = d.entry_id"
CHANGED = "SELECT entry_id FROM event WHERE is_public AND seq > :seq AND entry_id = ANY(:ids)"


class PostgresIndex:
    """The index in the database itself, in `search_document`; `search_state` tells how far it has come."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @property
    def is_worn(self) -> bool:
        """Never: PostgreSQL tidies up by itself."""
        return False

    def find(self, connection: Connection, asked: Asked, after: Place | None, wanted: int) -> Found:
        """Return what fits; see `Index`."""
        rarity = _rarities(connection, asked.query)
        words = [max(rarity[form] for form in word.forms) for word in asked.query.words]
        unknown = frozenset(number for number, weight in enumerate(words) if not weight)
        if not any(words):
            return Found(iter(()), 0, dict.fromkeys(KINDS, 0), {}, unknown)
        statement, values = _statement(asked, _Weighed(asked.query, words, rarity), after)
        total, kinds, tags, rows = connection.execute(text(statement), values | {"wanted_hits": wanted}).one()
        of_kind = dict.fromkeys(KINDS, 0) | dict(_pairs(kinds))
        return Found(map(_hit, rows), total, of_kind, dict(_pairs(tags)), unknown)

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Give the turn to write; see `Index`. Whoever is cut off gives it back with the connection."""
        with self._held(LOCK) as is_ours:
            yield is_ours

    @contextmanager
    def renewal(self) -> Iterator[bool]:
        """Give the turn to make the index anew; see `Index`."""
        with self._held(LOCK + 1) as is_ours:
            yield is_ours

    @contextmanager
    def _held(self, key: int) -> Iterator[bool]:
        with self._database.read() as connection:
            yield bool(connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}).scalar_one())

    def state(self) -> State | None:
        """Return how far the index has come; see `Index`."""
        with self._database.read() as connection:
            log, seq, version = connection.execute(text("SELECT log, seq, version FROM search_state")).one()
        return State(log, seq, version) if log else None

    def write(self, step: Step) -> None:
        """Replace documents; see `Index`. That the step was written is what is told then: until then it is not."""
        with self._database.write() as tx:
            _delete(tx, [*step.gone, *(document.entry_id for document in step.documents)])
            _insert(tx, step.documents)

    def renew(self, start: State, source: Source, tell: Callable[[State], None]) -> None:
        """Replace every document where it is, some at a time, and remove what is not published; see `Index`.

        They are read out of one's turn, and others get theirs in between: the index goes on following meanwhile.
        """
        seq, left = self._seq(), source.everything()
        while (documents := next(left, None)) is not None:
            self._in_turn(source, partial(self._replace, documents, seq))
            source.pause(BETWEEN)
            seq = self._seq()
        self._in_turn(source, partial(self._end, start, source, tell))

    def _in_turn(self, source: Source, act: Callable[[], None]) -> None:
        while True:
            with self.turn() as is_ours:
                if is_ours:
                    act()
                    return
            source.pause(BETWEEN)

    def _replace(self, documents: Sequence[Document], seq: int) -> None:
        """Replace documents that were read as of event `seq`; those that changed since are left to who follows."""
        entry_ids = [document.entry_id for document in documents]
        with self._database.write() as tx:
            values = {"seq": seq, "ids": entry_ids}
            changed = set(tx.execute(text(CHANGED).bindparams(**values)).scalars())
            _delete(tx, [entry_id for entry_id in entry_ids if entry_id not in changed])
            _insert(tx, [document for document in documents if document.entry_id not in changed])

    def _end(self, start: State, source: Source, tell: Callable[[State], None]) -> None:
        """Write what came since, whoever wrote it already, and tell."""
        state = start
        for step in source.since(start):
            self.write(step)
            state = step.state
        with self._database.write() as tx:
            tx.execute(text(f"DELETE FROM search_document d WHERE NOT EXISTS ({PUBLIC})"))
        tell(state)

    def _seq(self) -> int:
        with self._database.read() as connection:
            return int(connection.execute(text("SELECT seq FROM log")).scalar_one())


@dataclass(frozen=True)
class _Weighed:
    """A query with how much each of its words and forms tells, by how few texts have it."""

    query: Query
    words: Sequence[float]
    rarity: Mapping[str, float]


def _rarities(connection: Connection, query: Query) -> dict[str, float]:
    forms = list(query.forms)
    if not forms:
        return {}
    counted = ", ".join(
        f"(SELECT count(*) FROM search_document WHERE words @@ CAST(:f{n} AS tsquery))" for n in range(len(forms))
    )
    values = {f"f{n}": _quoted(form) for n, form in enumerate(forms)}
    there, *having = connection.execute(text(f"SELECT (SELECT count(*) FROM search_document), {counted}"), values).one()
    return {
        form: log1p((there - number + 0.5) / (number + 0.5)) if number else 0.0
        for form, number in zip(forms, having, strict=True)
    }


def _statement(asked: Asked, weighed: _Weighed, after: Place | None) -> tuple[str, dict[str, Any]]:
    """Return the one statement that finds, counts and ranks, and its values."""
    known = [number for number, weight in enumerate(weighed.words) if weight]
    links = [form for form in asked.query.links if weighed.rarity[form]]
    values: dict[str, Any] = {"audience": asked.audience, "counts": COUNTS, "all": ALL_OF_THEM}
    values |= {"familiar": FAMILIAR, "least": LEAST}
    values |= {"wanted": sum(weighed.words), "likely": _likely(weighed, known)}
    values |= {f"w{n}": weighed.words[n] for n in known}
    ranks = []
    for n in known:
        # Those of its forms that weigh the same are ranked together: their mean times their number.
        alike = _alike(asked.query.words[n].forms, weighed.rarity)
        ranks.append(" + ".join(f"{_rank(f'q{n}_{m}')} * :s{n}_{m}" for m in range(len(alike))) + f" AS r{n}")
        values |= {f"q{n}_{m}": _any_of(forms) for m, (_, forms) in enumerate(alike)}
        values |= {f"s{n}_{m}": weight * len(forms) for m, (weight, forms) in enumerate(alike)}
    for n, form in enumerate(links):
        ranks.append(f"{_rank(f'l{n}')} * :v{n} AS s{n}")
        values |= {f"l{n}": _quoted(form), f"v{n}": LINK * weighed.rarity[form]}
    pieces = {
        "of_kind": "TRUE" if asked.kind is None else "p.kind = :kind",
        "of_tag": "TRUE" if asked.tag is None else TAGGED,
        "ranks": ", ".join(ranks),
        "said": " + ".join(f"r{n}" for n in known),
        "linked": " + ".join(["0", *(f"s{n}" for n in range(len(links)))]),
        "covered": " + ".join(f"CASE WHEN r{n} > 0 THEN :w{n} ELSE 0 END" for n in known),
        "has_all": " AND ".join(f"r{n} > 0" for n in known) if len(known) == len(weighed.words) else "FALSE",
        "visible": "",
        "behind": "",
    }
    if asked.kind is not None:
        values["kind"] = asked.kind
    if asked.tag is not None:
        values["tag"] = asked.tag
    if asked.fallback == "none":
        pieces["visible"] += " AND NOT p.is_fallback"
    if asked.since is not None or asked.until is not None:
        pieces["visible"] += " AND p.day BETWEEN :since AND :until"
        values |= {"since": asked.since or 0, "until": asked.until or 2**31 - 1}
    if after is not None:
        pieces["behind"] = "AND (score, entry_id) < (:score, CAST(:id AS varchar))"
        values |= {"score": after[0], "id": after[1]}
    return FIND.format(**pieces), values


def _rank(name: str) -> str:
    return f"ts_rank(CAST(:counts AS float4[]), d.words, CAST(:{name} AS tsquery)) * {ALL_SQUARES}"


def _alike(forms: Mapping[str, float], rarity: Mapping[str, float]) -> list[tuple[float, list[str]]]:
    """Return those forms of a word that texts have by their shares, each with its share times how much they tell."""
    shares: dict[float, list[str]] = {}
    for form, share in forms.items():
        if rarity[form]:
            shares.setdefault(share, []).append(form)
    return [(share * sum(rarity[form] for form in some) / len(some), some) for share, some in shares.items()]


def _likely(weighed: _Weighed, known: Sequence[int]) -> str:
    """Return what a text must have to be found at all: words that together weigh enough of the query."""
    enough = LEAST * sum(weighed.words)
    if len(known) > FEW:
        # What has only the lightest of them, which are the most common, cannot weigh enough.
        by_weight = sorted(known, key=lambda number: weighed.words[number])
        light = sum(total < enough for total in accumulate(weighed.words[number] for number in by_weight))
        return " | ".join(_any_of(weighed.query.words[number].forms) for number in by_weight[light:])
    chosen: list[tuple[int, ...]] = []
    for size in range(1, len(known) + 1):
        for some in combinations(known, size):
            if sum(weighed.words[n] for n in some) >= enough and not any(set(each) <= set(some) for each in chosen):
                chosen.append(some)
    return " | ".join(
        "(" + " & ".join(f"({_any_of(weighed.query.words[n].forms)})" for n in some) + ")" for some in chosen
    )


def _any_of(forms: Iterable[str]) -> str:
    return " | ".join(_quoted(form) for form in forms)


def _quoted(form: str) -> str:
    """Return a word as a lexeme, whatever signs it holds (PostgreSQL, 8.11.2)."""
    return "'" + form.replace("\\", "\\\\").replace("'", "''") + "'"


def _hit(row: str) -> Hit:
    score, entry_id, locale = row.split()
    return Hit(int(score), entry_id, "ko" if locale == "ko" else "en")


def _pairs(rows: Iterable[str]) -> Iterator[tuple[Any, int]]:
    yield from ((name, int(count)) for name, _, count in (row.rpartition(" ") for row in rows))


def _delete(tx: Transaction, entry_ids: Sequence[str]) -> None:
    tx.execute(text("DELETE FROM search_document WHERE entry_id = ANY(:ids)").bindparams(ids=list(entry_ids)))


def _insert(tx: Transaction, documents: Sequence[Document]) -> None:
    # One that was purged since is left out: nothing refers to what is not there.
    added = text(
        "INSERT INTO search_document (entry_id, locale, words) SELECT id, :locale, CAST(:words AS tsvector) "
        "FROM entry WHERE id = :entry_id FOR KEY SHARE"
    )
    rows: list[dict[str, object]] = [
        {"entry_id": document.entry_id, "locale": locale, "words": _vector(words)}
        for document in documents
        for locale, words in document.texts.items()
    ]
    if rows:
        tx.execute(added, rows)


def _vector(words: Mapping[str, float]) -> str:
    """Return the words as a `tsvector`, those that say least left out where there are too many for one."""
    pieces = []
    left = LARGEST
    for word, says in sorted(words.items(), key=lambda each: -each[1]):
        at = bisect(WAYS, (says, ""))
        _, letters = min(WAYS[max(at - 1, 0) : at + 1], key=lambda way: abs(way[0] - says))
        left -= len(word.encode()) + 12
        if left < 0:
            break
        places = ",".join(f"{place}{letter}" for place, letter in enumerate(letters, start=1))
        pieces.append(f"{_quoted(word)}:{places}")
    return " ".join(pieces)
