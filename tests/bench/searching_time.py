"""What search costs in a large index: ten thousand long texts in each language, asked by one reader and by many.

The texts are made of the seeds' sentences and of rarer words, by the law that words follow (Zipf), and are about 2,000
characters long. What their words are is composed of what the sentences' words are, or reading them would take an hour.
"""

import itertools
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx
from sqlalchemy import insert, select

from content_api.search import texts
from content_api.search.answering import Search, SearchQuery
from content_api.search.following import Indexer
from content_api.search.index import Asked
from content_api.search.opening import index_of
from content_api.search.texts import Read, Words
from content_api.storage import tables
from content_api.storage.database import Database
from pipeline.analysis import Analyser
from pipeline.morphology import shared
from schemas.language import LOCALES, Locale
from tests.bench import load
from tests.bench.load import Load
from tests.bench.pages import filled
from tests.bench.serving import _free_port, _process, _wait

ROOT = Path(__file__).parents[2]
LENGTH = 2_000
SENTENCES = 4_000
ROUNDS = 400
WINDOW, WARM = 10.0, 6.0
# What the news that are published meanwhile are called: none twice, or the one before would be found.
NUMBERS = itertools.count()
SHOWN = 20
# How an installation may be run, and what `hanmi serve` is told for it: with `--no-worker` a worker runs beside it.
ARRANGEMENTS = {
    "one process": (),
    "two processes that answer, one that indexes": ("--processes", "2", "--no-worker"),
}


def report_times(size: int, publications: int = 1_000) -> None:
    """Print how long answers take, how soon a publication is found, and what the process needs."""
    with tempfile.TemporaryDirectory() as name:
        database = _filled(Path(name), size)
        indexer = Indexer(database, name, shared())
        began = time.perf_counter()
        indexer.catch_up()
        print(f" {size:,} documents of about {LENGTH:,} characters per language")
        print(f"  index made in {time.perf_counter() - began:.0f} s, {_size(Path(name) / 'search'):.0f} MB")
        _report_answers(database, name)
        database.close()
        for title, arguments in ARRANGEMENTS.items():
            print(f"  {title}:")
            with tempfile.TemporaryDirectory() as own:
                shutil.copytree(name, own, dirs_exist_ok=True)
                with _served(Path(own), *arguments) as (url, pids):
                    _publish(url, Path(own), pids, publications)


def _report_answers(database: Database, data_dir: str) -> None:
    """Print what questions take in the index alone, and what whole answers do: with cards, highlights and facets."""
    random.seed(3)
    queries = list(_queries())
    search, index = Search(database, data_dir, shared()), index_of(database, data_dir)
    analyser = Analyser(shared().loaded())

    def ask_the_index(query: SearchQuery) -> None:
        asked = Asked(query=analyser.query(query.text), audience=query.audience, fallback=query.fallback)
        with database.read() as connection:
            found = index.find(connection, asked, None, SHOWN)
        list(itertools.islice(found.hits, SHOWN))

    for title in ("first", "again"):
        _time(f"the index alone, asked {title}", ask_the_index, queries)
    for title in ("first", "again"):
        _time(f"whole answers, asked {title}", lambda query: search.answer(query, None, SHOWN), queries)


def _time(title: str, ask: Callable[[SearchQuery], object], queries: Sequence[SearchQuery]) -> None:
    took, worked = [], []
    for query in queries:
        began, begun = time.perf_counter(), time.thread_time()
        ask(query)
        took.append((time.perf_counter() - began) * 1000)
        worked.append((time.thread_time() - begun) * 1000)
    cuts, own = statistics.quantiles(took, n=100), statistics.quantiles(worked, n=100)
    print(f"  {title}: p50 {cuts[49]:.1f} ms (aim 5)  p95 {cuts[94]:.1f} ms (aim 25)")
    print(f"    of which processor time p50 {own[49]:.1f} ms  p95 {own[94]:.1f} ms")


def _queries() -> Iterator[SearchQuery]:
    vocabulary = {locale: [word for sentence in _sentences(locale) for word in sentence.split()] for locale in LOCALES}
    for number in range(ROUNDS):
        locale = LOCALES[number % 2]
        words = random.choices(vocabulary[locale], k=random.randint(1, 4))
        yield SearchQuery(text=" ".join(words), audience=locale, fallback="none")


def _filled(folder: Path, size: int) -> Database:
    """Return a database with `size` published entries, whose texts are long and were read already."""
    database = filled(folder, size)
    analyser = Analyser(shared().loaded())
    read = {locale: [_read(analyser, locale, each) for each in _sentences(locale)] for locale in LOCALES}
    r = tables.revision.c
    with database.read() as connection:
        rows = connection.execute(select(r.id, r.entry_id, r.locale, r.title)).all()
    random.seed(2)
    for start in range(0, len(rows), 500):
        with database.write() as tx:
            tx.execute(
                insert(tables.search_tokens),
                [
                    {
                        "revision_id": row.id,
                        "entry_id": row.entry_id,
                        "version": analyser.version,
                        "content": texts.packed(_words(analyser, row.locale, row.title, read[row.locale])),
                    }
                    for row in rows[start : start + 500]
                ],
            )
    return database


def _words(analyser: Analyser, locale: Locale, title: str, sentences: Sequence[Read]) -> Words:
    title = f"{title} {random.choice(sentences).text[:40]}"
    return Words(_read(analyser, locale, title), _read(analyser, locale, ""), _joined(sentences))


def _joined(sentences: Sequence[Read]) -> Read:
    """Return a text of `LENGTH` characters made of sentences, the first of them said far more often than the last."""
    said: list[str] = []
    words: dict[str, list[int]] = {}
    length = 0
    while length < LENGTH:
        sentence = sentences[int(len(sentences) ** random.random()) - 1]
        for word, places in sentence.words():
            words.setdefault(word, []).extend(place + length for place in places)
        said.append(sentence.text)
        length += len(sentence.text) + 1
    return Read("\n".join(said), texts.in_lines(words))


def _read(analyser: Analyser, locale: Locale, text: str) -> Read:
    return texts.read(analyser, locale, text, "", "").title


_SYLLABLES = ["가나다라마바사아자차카타파하", "강난당랑망방상앙장창캉탕팡항", "건넌던런먼번선언전천컨턴펀헌"]


def _sentences(locale: Locale) -> list[str]:
    """Return sentences of the seeds, each with a rare word of its own in it."""
    paths = sorted((ROOT / "seeds").rglob(f"*.{locale}.md"))
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").split("---\n", 2)[2].split("\n")]
    whole = [line for line in lines if len(line) > 40]
    rare = ("".join(letters) for letters in itertools.product(*_SYLLABLES))
    if locale == "en":
        rare = ("".join(letters) for letters in itertools.product("bdfgklmnprst", "aeiou", "bdfgklmnprst", "aeiou"))
    return [f"{word} {line}" for word, line in zip(rare, itertools.cycle(whole))][:SENTENCES]


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


@contextmanager
def _served(folder: Path, *arguments: str) -> Iterator[tuple[str, list[int]]]:
    """Serve, on every core there is, and warm every process up: each loads Kiwi when it is first asked in Korean."""
    port = _free_port()
    hanmi = [sys.executable, "-m", "content_api.cli"]
    environment = {"HANMI_DATA_DIR": str(folder), "HANMI_ENGINES": ""}
    with ExitStack() as stack:
        serving = [*hanmi, "serve", "--port", str(port), *arguments]
        started = [stack.enter_context(_process(serving, environment, folder / "server.log", pinned=False))]
        if "--no-worker" in arguments:
            worker = _process([*hanmi, "worker"], environment, folder / "worker.log", pinned=False)
            started.append(stack.enter_context(worker))
        url = f"http://127.0.0.1:{port}"
        _wait(url + "/readyz", started[0])
        asked = [f"/v1/search?locale=ko&q={quote('동맹')}&limit={number}" for number in range(1, 90)]
        load.run(url, asked, WARM, folder, {})
        yield url, [process.pid for process in started]


def _publish(url: str, folder: Path, pids: Sequence[int], publications: int) -> None:
    """Publish while many readers search; print how soon each publication was found, and how long readers waited."""
    command = [
        sys.executable,
        "-m",
        "content_api.cli",
        "keys",
        "create",
        "--name",
        "bench",
        "--scopes",
        "admin",
        "--json",
    ]
    made = subprocess.run(command, env={"HANMI_DATA_DIR": str(folder), "PATH": ""}, capture_output=True, check=True)
    headers = {"Authorization": f"Bearer {httpx.Response(200, content=made.stdout).json()['key']}"}
    ended = threading.Event()
    loads: list[Load] = []
    words = random.Random(4).choices([word for line in _sentences("ko")[:300] for word in line.split()], k=200)
    paths = [f"/v1/search?locale=ko&q={quote(word)}" for word in words]

    def read() -> None:
        while not ended.is_set():
            loads.append(load.run(url, paths, WINDOW, folder, {"Accept-Encoding": "br"}))

    with httpx.Client(base_url=url, trust_env=False, timeout=60, headers=headers) as http:
        delays = _delay(http, next(NUMBERS)), _delay(http, next(NUMBERS))
        print(f"    found after publishing, nobody else there: {delays[0]:.2f} s, {delays[1]:.2f} s (aim 1)")
        print(f"    memory of the largest process {_memory(pids):.0f} MB (aim 450)")
        reading = threading.Thread(target=read, daemon=True)
        reading.start()
        began = time.perf_counter()
        for _ in range(publications):
            _make(http, next(NUMBERS))
        took = time.perf_counter() - began
        late = _delay(http, next(NUMBERS))
        ended.set()
        reading.join()
    if len(loads) > 1:
        loads.pop()  # it went on after the last publication
    bad = sum(each.bad for each in loads)
    print(f"    {load.CONNECTIONS} readers, while {publications} are published in {took:.0f} s:")
    rate, middle, rare = (statistics.median(getattr(each, name) for each in loads) for name in ("rate", "p50", "p99"))
    print(f"      {rate:.0f} answers a second, {bad} bad")
    print(
        f"      p50 {middle:.0f} ms  p99 {rare:.0f} ms  longest {max(each.longest for each in loads):.0f} ms (aim 500)"
    )
    print(f"      the last of them found {late:.2f} s after it was published")
    print(f"    memory then {_memory(pids):.0f} MB")


def _make(http: httpx.Client, number: int) -> None:
    text = {"title": f"새소식{number} 알림", "body": "한미동맹을 위한 모임입니다. " * 40}
    made = http.post(
        "/v1/editorial/entries", json={"kind": "news", "source_locale": "ko", "texts": {"ko": text}}
    ).raise_for_status()
    http.post(
        f"/v1/editorial/entries/{made.json()['id']}/publish", json={"locales": ["ko"]}, headers={"If-Match": "*"}
    ).raise_for_status()


def _delay(http: httpx.Client, number: int) -> float:
    _make(http, number)
    began = time.perf_counter()
    query = {"q": f"새소식{number}", "locale": "ko", "limit": "1"}
    while not any(f"새소식{number} " in hit["title"] for hit in http.get("/v1/search", params=query).json()["items"]):
        time.sleep(0.02)
    return time.perf_counter() - began


def _memory(pids: Iterable[int]) -> float:
    """Return what the largest of these processes and of their children keeps in memory, in MB."""
    children = [Path(f"/proc/{pid}/task/{pid}/children").read_text().split() for pid in pids]
    every = [*pids, *itertools.chain.from_iterable(children)]
    lines = [line for each in every for line in Path(f"/proc/{each}/status").read_text().splitlines()]
    return max(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
