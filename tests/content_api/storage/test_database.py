"""The door to the database: what is set on every connection, whose turn it is to write, and what a reader sees."""

import socket
import sqlite3
import threading
from collections.abc import Iterator

import pytest
from litestar.testing import TestClient
from sqlalchemy import make_url, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from content_api.app import create_app, outside
from content_api.settings import Settings
from content_api.storage import tables
from content_api.storage.database import Database, new_id
from content_api.workflow import accounts
from schemas.accounts import NewKey
from schemas.problems import Busy, Unavailable
from schemas.values import Name
from tests.client import Api
from tests.postgres import only_on

RENAME = update(tables.account).values(email="changed")


@pytest.fixture
def impatient(settings: Settings) -> Iterator[Database]:
    """A database whose writers wait a twentieth of a second for their turn."""
    database = Database(settings.url, write_deadline=0.05)
    yield database
    database.close()


def email(database: Database) -> str:
    with database.read() as connection:
        return str(connection.execute(select(tables.account.c.email)).scalar_one())


@only_on("sqlite")
@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("query_only", None)]
)
def test_every_connection_is_safe(database: Database, pragma: str, value: object) -> None:
    """Write-ahead log, full synchronisation and foreign keys hold for readers and writers; readers are read-only."""
    with database.read() as connection:
        reading = connection.execute(text(f"PRAGMA {pragma}")).scalar_one()
    with database.write() as tx:
        writing = tx.execute(text(f"PRAGMA {pragma}")).scalar_one()
    assert (reading, writing) == ((value, value) if value else (1, 0))


def test_a_read_connection_cannot_write(database: Database) -> None:
    """A statement that changes something is refused outside a write transaction."""
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as connection:
        connection.execute(RENAME)
    assert email(database) == "local"


def test_all_of_a_transaction_is_stored_or_nothing(database: Database) -> None:
    """An exception undoes what the transaction did, and the next one finds its turn free."""

    def fail() -> None:
        with database.write() as tx:
            tx.execute(RENAME)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert email(database) == "local"
    with database.write() as tx:
        tx.execute(RENAME)
    assert email(database) == "changed"


def test_a_reader_sees_one_state(database: Database) -> None:
    """What is committed while a read goes on is seen by the next read, not by this one."""
    with database.read() as connection:
        before = connection.execute(select(tables.account.c.email)).scalar_one()
        with database.write() as tx:
            tx.execute(RENAME)
        assert connection.execute(select(tables.account.c.email)).scalar_one() == before == "local"
    assert email(database) == "changed"


def test_readers_do_not_wait_for_the_writer(impatient: Database) -> None:
    """An open write transaction keeps nobody from reading what was committed before it."""
    with impatient.write() as tx:
        tx.execute(RENAME)
        assert email(impatient) == "local"


@only_on("sqlite")
@pytest.mark.parametrize("other", ["the same process", "another process"])
def test_a_writer_whose_turn_does_not_come_is_told_so(impatient: Database, settings: Settings, other: str) -> None:
    """After its deadline a write gives up with `Busy`, which says when to come back; nothing of it is stored."""
    holder = impatient if other == "the same process" else Database(settings.url)
    with holder.write(), pytest.raises(Busy) as caught, impatient.write():
        pytest.fail("two writers at once")
    assert (caught.value.status, caught.value.headers) == (503, {"Retry-After": "1"})
    with impatient.write() as tx:
        tx.execute(RENAME)
    if holder is not impatient:
        holder.close()


@only_on("postgresql")
def test_a_writer_waits_for_a_row_no_longer_than_its_deadline(settings: Settings) -> None:
    """Writers of different rows do not wait for each other; of the same row the later gives up with `Busy` in time."""
    first, second = Database(settings.url), Database(settings.url, write_deadline=0.2)
    with first.write() as tx:
        tx.execute(RENAME)
        with second.write() as other:
            accounts.add_user(other, "new@example.org", "author")
        with pytest.raises(Busy) as caught, second.write() as other:
            other.execute(RENAME)
        assert caught.value.headers == {"Retry-After": "1"}
    for each in (first, second):
        each.close()


@only_on("postgresql")
def test_two_who_wait_for_each_other_are_told_apart(settings: Settings) -> None:
    """Of two transactions that lock the same rows in opposite order one is `Busy`, and the other is stored."""
    database = Database(settings.url)
    with database.write() as tx:
        people = [accounts.add_user(tx, f"{name}@example.org", "author") for name in ("a", "b")]
    both_hold_one = threading.Barrier(2)
    ended: list[str] = []

    def rename(order: list[str], name: str) -> None:
        try:
            with database.write() as tx:
                for number, person in enumerate(order):
                    mine = tables.account.c.id == person
                    tx.execute(update(tables.account).where(mine).values(email=f"{name}{number}@example.org"))
                    if number == 0:
                        both_hold_one.wait(timeout=20)
            ended.append("stored")
        except Busy:
            ended.append("busy")

    threads = [threading.Thread(target=rename, args=(people[::step], str(step))) for step in (1, -1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.close()
    assert sorted(ended) == ["busy", "stored"]


def test_writers_wait_in_turn(database: Database) -> None:
    """A write that finds another under way goes on when that one ends."""
    done = threading.Event()

    def write() -> None:
        with database.write() as tx:
            tx.execute(RENAME)
        done.set()

    with database.write() as tx:
        thread = threading.Thread(target=write)
        thread.start()
        assert not done.is_set()
        tx.execute(update(tables.account).values(role="admin"))
    thread.join(timeout=10)
    assert done.is_set()
    assert email(database) == "changed"


@only_on("sqlite")
def test_a_busy_database_is_a_503_to_editors_and_nothing_to_readers(impatient: Database, settings: Settings) -> None:
    """While another process writes, an edit gets 503 with Retry-After; reading goes on, with and without a key."""
    with impatient.write() as tx:
        secret = accounts.create_key(tx, NewKey(name=Name("test"), scopes=["admin"])).key
    app = outside(create_app(settings, impatient, with_worker=False))
    with TestClient(app, raise_server_exceptions=False) as client:
        api = Api(client, secret)
        other = Database(settings.url)
        with other.write():
            listed = [client.get("/v1/news?locale=ko"), api.call("GET", "tags")]
            refused = api.call("POST", "tags", {"slug": "new", "name": {"ko": "새", "en": "New"}})
        other.close()
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert refused.json()["type"] == "/problems/busy"
        assert [answer.status_code for answer in listed] == [200, 200]
        assert api.ok("POST", "tags", {"slug": "new", "name": {"ko": "새", "en": "New"}})["slug"] == "new"


def test_foreign_keys_are_kept(database: Database) -> None:
    """A row that points nowhere is refused."""
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), database.write() as tx:
        tx.execute(tables.slug.insert().values(kind="news", slug="a", entry_id=new_id(), is_current=True))


def test_ids_are_uuids_of_version_7_in_order() -> None:
    """Ids carry their time: later ones sort behind earlier ones, also those of one millisecond."""
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert {each[14] for each in made} == {"7"}


@only_on("sqlite")
def test_a_disk_that_fails_on_the_loop_is_unavailable(database: Database) -> None:
    """SQLite ends the transaction by itself then; what is told is the fault, and the connection goes on."""

    def fail() -> None:
        with database.read_on_the_loop() as connection:
            connection.connection.driver_connection.execute("ROLLBACK")  # type: ignore[union-attr]
            raise OperationalError("SELECT 1", None, sqlite3.OperationalError("disk I/O error"))

    with pytest.raises(Unavailable):
        fail()
    with database.read_on_the_loop() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar_one() == 1


@only_on("postgresql")
def test_a_server_that_takes_a_connection_and_says_nothing_is_unavailable(settings: Settings) -> None:
    """PostgreSQL that recovers from a crash may leave a caller waiting: that passes, and is told so."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = make_url(settings.url).set(host="127.0.0.1", port=silent.getsockname()[1])
        database = Database(url.render_as_string(hide_password=False), write_deadline=2)
        with pytest.raises(Unavailable), database.write():
            pass
        database.close()
