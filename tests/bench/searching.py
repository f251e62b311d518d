"""How well and how fast search finds: a labelled set asked of both indexes, and Whoosh's times with long documents.

Beside them stands what the databases bring by themselves: SQLite's trigrams and PostgreSQL's `simple` words. The
labelled set was written before the code, by somebody who did not know its rules; the half that is sealed is opened for
a final figure alone (`--open-half` leaves it shut).
"""

import argparse
import lzma
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from content_api.search.answering import Search, SearchQuery
from content_api.search.following import Indexer
from content_api.storage import schema
from content_api.storage.database import Database
from content_api.workflow import accounts, editing, publishing, terms
from pipeline.exchange import terms_of
from pipeline.morphology import shared
from schemas.decoding import convert
from schemas.entries import NewEntry
from tests.bench import searching_alone
from tests.bench.searching_time import report_times

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "tests" / "search" / "labelled"
FIRST = 10
Ask = Callable[[str, str], Sequence[str]]
"""Asks an engine a query in a reader's language; returns the documents it finds, best first."""


@dataclass(frozen=True)
class Labelled:
    """A query, and which documents a reader wants who asks it; the best of them, where there is one."""

    query: str
    locale: str
    kind: str
    relevant: frozenset[str]
    best: str | None

    def hit(self, found: Sequence[str]) -> bool:
        """Tell whether what came first is what was wanted first."""
        return bool(found) and (found[0] == self.best if self.best else found[0] in self.relevant)

    def recall(self, found: Sequence[str]) -> float:
        """Return how much of what was wanted, or of ten where more was, is among the first ten."""
        return len(self.relevant & set(found[:FIRST])) / min(len(self.relevant), FIRST)


@dataclass
class Score:
    """What an engine reached on some queries."""

    hits: list[bool] = field(default_factory=list)
    recalls: list[float] = field(default_factory=list)
    misses: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    @property
    def hit(self) -> float:
        """How many of the queries have first what was wanted first (0 to 1)."""
        return statistics.mean(self.hits)

    @property
    def recall(self) -> float:
        """How much of what was wanted is among the first ten, on the average (0 to 1)."""
        return statistics.mean(self.recalls)

    def __str__(self) -> str:
        return f"hit@1 {self.hit:.3f}  recall@10 {self.recall:.3f}"

    def add(self, query: Labelled, found: Sequence[str], took: float) -> None:
        """Count what was found for a query, in `took` milliseconds."""
        self.hits.append(query.hit(found))
        self.recalls.append(query.recall(found))
        self.times.append(took)
        if not (query.hit(found) and query.recall(found) == 1):
            self.misses.append(_missed(query, found))


def _missed(query: Labelled, found: Sequence[str]) -> str:
    first = found[0] if found else "nothing"
    wanted = "" if query.hit(found) else f"  first {first}, not {query.best or 'relevant'}"
    missed = sorted(query.relevant - set(found[:FIRST])) if query.recall(found) < 1 else []
    missing = f"  missing {', '.join(missed)}" if missed else ""
    return f"{query.kind:<9} {query.locale} {query.query}{wanted}{missing}"


def report(size: int, *, open_half: bool, folder: Path = LABELLED) -> None:
    """Print what each engine finds of the labelled set, every miss of ours, and how long it takes in a large index."""
    documents = documents_in(folder)
    halves = {"open": queries_in(folder / "queries_open.yaml")}
    if not open_half:
        halves["sealed"] = queries_in(folder / "queries_sealed.yaml.xz")
    print(f"Searching {len(documents)} documents in two languages")
    with _engines(documents) as engines:
        for half, queries in halves.items():
            print(f" {half} half, {len(queries)} queries")
            for name, ask in engines.items():
                _report(name, ask, queries, in_full=name in OURS)
    if size:
        report_times(size)


OURS = ("Whoosh", "PostgreSQL")


def _report(name: str, ask: Ask, queries: Iterable[Labelled], *, in_full: bool) -> None:
    scores: dict[str, Score] = defaultdict(Score)
    for query in queries:
        began = time.perf_counter()
        found = ask(query.query, query.locale)
        took = (time.perf_counter() - began) * 1000
        for score in (scores["all"], scores[query.kind]):
            score.add(query, found, took)
    print(f"  {name:<22} {scores['all']}  median {statistics.median(scores['all'].times):.1f} ms")
    if in_full:
        for kind, score in sorted(scores.items()):
            if kind != "all":
                print(f"    {kind:<10} {score}  of {len(score.hits)}")
        for miss in scores["all"].misses:
            print(f"    miss: {miss}")


@contextmanager
def _engines(documents: Sequence[Any]) -> Iterator[dict[str, Ask]]:
    from tests.postgres import Postgres

    with tempfile.TemporaryDirectory() as name, Postgres() as server:
        server.create("labelled")
        ours = {
            "Whoosh": f"sqlite:///{name}/hanmi.db",
            "PostgreSQL": server.url("labelled").replace("postgresql://", "postgresql+psycopg://"),
        }
        engines = {engine: _installed(url, name, documents) for engine, url in ours.items()}
        engines["SQLite FTS5 trigram"] = searching_alone.trigram(documents)
        engines["PostgreSQL simple"] = searching_alone.simple(server.connect("labelled"), documents)
        yield engines


def _installed(url: str, folder: str, documents: Sequence[Any]) -> Ask:
    schema.migrate(url)
    return ours(Database(url), folder, documents)


def ours(database: Database, folder: str, documents: Sequence[Any]) -> Ask:
    """Publish the documents in a database that has none, index them, and return what asks them."""
    names = _published(database, documents)
    indexer = Indexer(database, folder, shared())
    while indexer.catch_up():
        pass
    search = Search(database, folder, shared())

    def ask(query: str, locale: str) -> Sequence[str]:
        found = search.answer(SearchQuery(text=query, audience=locale, fallback="none"), None, FIRST)  # type: ignore[arg-type]
        return [names[each.entry_id] for each in found.hits]

    return ask


def _published(database: Database, documents: Sequence[Any]) -> dict[str, str]:
    """Publish every document in both languages, with the glossary a new installation has; return their ids here."""
    names = {}
    glossary = terms_of((ROOT / "seeds" / "glossary.csv").read_bytes())
    with database.write() as tx:
        terms.take_in(tx, glossary, overwrite=False)
        who = accounts.local(tx.connection)
        tx.actor = who.account_id
        for document in documents:
            wish = {"kind": document["kind"], "source_locale": "ko", "tags": document.get("tags") or []}
            wish |= {"texts": {locale: document[locale] for locale in ("ko", "en")}, "date": document.get("date")}
            entry_id = editing.create_entry(tx, who, convert(wish, NewEntry))
            publishing.publish(tx, entry_id, ["ko", "en"], None)
            names[entry_id] = document["id"]
    return names


def documents_in(folder: Path = LABELLED) -> Sequence[Any]:
    """Return the documents of a labelled set, as they are written."""
    documents: Sequence[Any] = _yaml(folder / "documents.yaml")
    return documents


def queries_in(path: Path) -> list[Labelled]:
    """Return a half of its queries."""
    return [
        Labelled(each["query"], each["locale"], each["kind"], frozenset(each["relevant"]), each.get("best"))
        for each in _yaml(path)
    ]


def _yaml(path: Path) -> Any:
    text = lzma.decompress(path.read_bytes()) if path.suffix == ".xz" else path.read_bytes()
    return yaml.load(text, yaml.BaseLoader)  # dates as they are written


def main() -> None:
    """Run this benchmark alone: `python -m tests.bench.searching --open-half --labelled DIR`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labelled", type=Path, default=LABELLED, help="the folder of the labelled set")
    parser.add_argument("--long-documents", type=int, default=0, help="to take the time in; none without")
    parser.add_argument("--open-half", action="store_true", help="leave the sealed half shut")
    given = parser.parse_args()
    report(given.long_documents, open_half=given.open_half, folder=given.labelled)


if __name__ == "__main__":
    main()
