"""What tests of the worker say: the text that is drafted, and what happens while an engine is asked."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from content_api.storage import tables
from content_api.storage.database import Database
from tests.pipeline.engines.scripted import Scripted

BODY = "하나는 첫째입니다. 둘은 둘째입니다. 셋은 셋째입니다. 넷은 넷째입니다."
SEGMENTS = 5  # with the title


class Crash(BaseException):
    """The worker's process ends here: nothing catches it."""


def at_call(engine: Scripted, number: int, act: Callable[[], Any]) -> None:
    """Let the engine do `act` when it is asked for the `number`th time, before it answers."""
    answer = engine.reply

    def reply(texts: list[str]) -> list[str]:
        if len(engine.asked) == number:
            act()
        return answer(texts)

    engine.reply = reply


def fail(error: BaseException) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def texts_of(engine: Scripted) -> list[str]:
    return [text for asked in engine.asked for text in asked]


def job_of(database: Database, subject: str) -> Any:
    with database.read() as connection:
        asked = select(tables.job).where(tables.job.c.subject == subject).order_by(tables.job.c.id.desc())
        return connection.execute(asked).first()
