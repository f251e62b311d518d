"""Invariant 4: no network call happens inside a transaction."""

from collections.abc import Sequence

from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.briefing import Briefing
from pipeline.engines.chain import Chain
from schemas.language import Locale
from tests.client import Api


class WritesMeanwhile:
    """An engine that takes the one write turn there is while it is asked: impossible if the worker held it."""

    name = "writes-meanwhile"
    markup = "plain"
    max_characters = 10_000
    max_texts = 1

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked = 0

    def translate(
        self, texts: Sequence[str], source: Locale, target: Locale, timeout: float, briefing: Briefing
    ) -> list[str]:
        with self._database.write() as tx:
            tx.emit("test.wrote-while-an-engine-was-asked")
        self.asked += 1
        return [f"Translated sentence number {self.asked}." for _ in texts]


def test_others_can_write_while_an_engine_is_asked(api: Api, settings, clock) -> None:  # type: ignore[no-untyped-def]
    """While the worker waits for an engine, the database's one write turn is free."""
    database = Database(settings.url, clock=clock, write_deadline=0.5)
    engine = WritesMeanwhile(database)
    draft = api.ask(api.create()["id"])
    Worker(database, Chain([engine])).work_once()
    database.close()
    done = api.draft(draft["id"])
    assert engine.asked >= 3
    assert done["state"] == "needs_review"
    assert all(segment["origin"] == "machine" for segment in done["segments"])
