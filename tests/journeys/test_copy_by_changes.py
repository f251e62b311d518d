"""A partner keeps a copy of everything public by `/v1/changes`, through restarts and a restore, while editors work."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import httpx
import hypothesis
import msgspec
import pytest
from sqlalchemy import func, select

from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database, Transaction
from content_api.workflow import accounts, editing, publishing, tagging
from content_api.workflow.accounts import Principal
from schemas.accounts import TagChange
from schemas.decoding import convert
from schemas.entries import KINDS, EntryChange, NewEntry, TextChange
from schemas.language import LOCALES
from schemas.problems import NotFound, NothingToPublish, SlugTaken
from tests.client import http_to
from tests.postgres import TOOLS
from tests.server import Server
from tests.waiting import until

STEPS = 20_000 if hypothesis.settings.get_current_profile_name() == "soak" else 2_000
EDITORS = 4
ENTRIES = 12
TAGS = ["veterans", "youth", "lectures"]
SLUGS = [f"address-{number}" for number in range(200)]
DATES = [None, "1953", "1953-07", "2026-11-11"]


class Editor:
    """Does one thing after another to entries that others work on too."""

    def __init__(self, database: Database, who: Principal, entries: list[str], seed: int) -> None:
        self._database, self._who, self._entries = database, who, entries
        self._random = Random(seed)
        self._acts = [self.publish] * 6 + [self.withdraw] * 3 + [self.change] * 4 + [self.save] * 2
        self._acts += [self.rename, self.replace]

    def work(self, steps: int) -> None:
        """Do `steps` things, whether they are possible or not."""
        for _ in range(steps):
            with suppress(NotFound, NothingToPublish, SlugTaken), self._database.write(self._who.account_id) as tx:
                self._random.choice(self._acts)(tx, self._random.choice(self._entries))

    def publish(self, tx: Transaction, entry_id: str) -> None:
        publishing.publish(tx, entry_id, self._some_locales(), None)

    def withdraw(self, tx: Transaction, entry_id: str) -> None:
        publishing.withdraw(tx, entry_id, self._some_locales(), None)

    def change(self, tx: Transaction, entry_id: str) -> None:
        tags = self._random.sample(TAGS, self._random.randrange(len(TAGS)))
        wishes = [{"slug": self._random.choice(SLUGS)}, {"date": self._random.choice(DATES)}, {"tags": tags}]
        editing.change_entry(tx, self._who, entry_id, convert(self._random.choice(wishes), EntryChange), None)

    def save(self, tx: Transaction, entry_id: str) -> None:
        text = {"title": f"제목 {self._random.randrange(3)}", "body": f"글 {self._random.randrange(3)}"}
        editing.save_text(tx, self._who, entry_id, self._random.choice(LOCALES), convert(text, TextChange), None)

    def rename(self, tx: Transaction, _entry_id: str) -> None:
        names = {"name": {"ko": f"이름 {self._random.random()}", "en": f"Name {self._random.random()}"}}
        tagging.rename(tx, self._random.choice(TAGS), convert(names, TagChange), None)

    def replace(self, tx: Transaction, entry_id: str) -> None:
        """Delete an entry, and write another."""
        editing.delete_entry(tx, self._who, entry_id, None)
        self._entries[self._entries.index(entry_id)] = written(tx, self._who, self._random)

    def _some_locales(self) -> list[Any]:
        return self._random.choice([["ko"], ["en"], ["ko", "en"]])


def written(tx: Transaction, who: Principal, random: Random) -> str:
    """Add an entry with a text in each language."""
    texts = {locale: {"title": "Title 제목", "body": "Text. 글입니다."} for locale in LOCALES}
    wish = {"kind": random.choice(KINDS), "source_locale": "ko", "texts": texts, "tags": TAGS}
    return editing.create_entry(tx, who, convert(wish, NewEntry))


class Told(msgspec.Struct):
    """A change as a partner reads it; the item's bytes as they came."""

    op: str
    id: str
    kind: str
    slug: str
    locale: str
    item: msgspec.Raw = msgspec.Raw()


class Page(msgspec.Struct):
    """A page of changes as a partner reads it."""

    items: list[Told]
    next: str


class Copy:
    """What a partner holds, by id and language, and the cursor it goes on from."""

    def __init__(self, http: httpx.Client, random: Random, **query: str) -> None:
        self._http, self._random, self._query = http, random, query
        self._since: dict[str, str] = {}
        self.held: dict[tuple[str, str], bytes] = {}
        self.begun_again = 0

    @property
    def locales(self) -> list[str]:
        """The languages it copies."""
        return [locale for locale in LOCALES if self._query.get("locale", locale) == locale]

    def step(self) -> bool:
        """Follow one page; tell whether there is more at once."""
        limit = {"limit": str(self._random.choice([1, 2, 7, 20, 100]))}
        answer = self._http.get("/v1/changes", params=self._query | limit | self._since)
        if answer.status_code == 410:
            self._since, self.held = {}, {}
            self.begun_again += 1
            return True
        assert answer.status_code == 200, answer.text
        page = msgspec.json.decode(answer.content, type=Page)
        for change in page.items:
            self._apply(change)
        self._since = {"since": page.next}
        return "link" in answer.headers

    def follow(self) -> dict[tuple[str, str], bytes]:
        """Follow to the end; return what the copy holds then."""
        while self.step():
            pass
        return self.held

    def _apply(self, change: Told) -> None:
        item = self._item(change) if change.op == "publish" else None
        if item is None:
            self.held.pop((change.id, change.locale), None)
        else:
            self.held[change.id, change.locale] = item

    def _item(self, change: Told) -> bytes | None:
        """Return the item that came with the change, or was fetched from its address; `None` if it is not public."""
        if "include" in self._query:
            return None if bytes(change.item) == b"null" else bytes(change.item)
        address = f"/v1/{change.kind}/{change.slug}?locale={change.locale}"
        answer = self._http.get(address, follow_redirects=True)
        assert answer.status_code in (200, 404), answer.text
        return answer.content if answer.status_code == 200 else None


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The editors' connections; on a busy machine they wait for their turn as long as it takes."""
    database = Database(settings.url, write_deadline=60.0)
    yield database
    database.close()


@pytest.mark.timeout(1_800)
def test_a_copy_that_follows_changes_ends_equal(
    settings: Settings, database: Database, server: Server, tmp_path: Path
) -> None:
    """Copies fed by changes alone, in pages of any size, end with the very bytes that are public, whatever happened.

    What happened: publications, withdrawals, new slugs, dates, tags, texts and names of tags, deletions, by several
    editors at once; restarts of the server; a restore of a backup made while they worked, after which every copy had
    to begin again.
    """
    backup = tmp_path / "backup"
    with database.write() as tx:
        who = accounts.local(tx.connection)
    with database.write(who.account_id) as tx:
        entries = [written(tx, who, Random(number)) for number in range(ENTRIES)]
    with http_to(server.url) as http:
        copies = [Copy(http, Random(1), include="items"), Copy(http, Random(2)), Copy(http, Random(3), locale="en")]
        # The embedded database goes the whole way; the other, ten times as slow here, a part of it.
        steps = (STEPS if database.is_sqlite else STEPS // 4) // 3 // EDITORS
        at_work = partial(work, database, who, entries, steps, copies)
        at_work(lambda: hanmi(server, "backup", "--to", str(backup)), seed=0)
        at_work(lambda: restart(server), seed=EDITORS)
        restore(server, database, backup)
        entries[:] = present(database)
        at_work(lambda: restart(server), seed=2 * EDITORS)
        until(lambda: open_jobs(database), lambda found: found == 0)
        for copy in copies:
            wanted = public(database, copy.locales)
            assert wanted
            until(copy.follow, lambda held, wanted=wanted: held == wanted)
            assert copy.begun_again


def work(
    database: Database,
    who: Principal,
    entries: list[str],
    steps: int,
    copies: list[Copy],
    happens: Callable[[], object],
    seed: int,
) -> None:
    """Let every editor take `steps` steps and the copies follow, while something `happens`."""
    editors = [Editor(database, who, entries, seed + each) for each in range(EDITORS)]
    with ThreadPoolExecutor(EDITORS) as threads:
        working = [threads.submit(editor.work, steps) for editor in editors]
        step(copies)
        happens()
        while not all(each.done() for each in working):
            step(copies)
        for each in working:
            each.result()


def step(copies: list[Copy]) -> None:
    """Let each copy follow a page."""
    for copy in copies:
        copy.step()


def restart(server: Server) -> None:
    """End the server as an operator does, and start it again at the same address."""
    assert server.stop() == 0
    server.__enter__()


def restore(server: Server, database: Database, backup: Path) -> None:
    """Go back to a backup as an operator does: nobody has the database open meanwhile."""
    assert server.stop() == 0
    database.close()
    hanmi(server, "restore", str(backup), "--force")
    server.__enter__()


def hanmi(server: Server, *arguments: str) -> None:
    """Run a command over the server's installation."""
    path = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    command = [sys.executable, "-m", "content_api.cli", *arguments]
    ran = subprocess.run(
        command, env=server.environment | {"PATH": path}, capture_output=True, text=True, timeout=300, check=False
    )
    assert ran.returncode == 0, ran.stderr


def present(database: Database) -> list[str]:
    """Return the entries that are there and not deleted."""
    with database.read() as connection:
        return list(connection.execute(select(tables.entry.c.id).where(tables.entry.c.deleted_at.is_(None))).scalars())


def open_jobs(database: Database) -> int:
    """Return how many jobs wait or run."""
    with database.read() as connection:
        asked = select(func.count()).where(tables.job.c.state.in_(["queued", "running"]))
        return int(connection.execute(asked).scalar_one())


def public(database: Database, locales: Sequence[str]) -> dict[tuple[str, str], bytes]:
    """Return the bytes of every item that is public in one of `locales`, fallbacks left out."""
    p = tables.published.c
    with database.read() as connection:
        asked = select(p.entry_id, p.audience, p.item).where(~p.is_fallback, p.audience.in_(locales))
        return {(row.entry_id, row.audience): row.item for row in connection.execute(asked)}
