"""Publishing and withdrawing at a time to come: what is pinned, listed, replaced, cancelled, done, and what fails."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from content_api.storage import tables
from content_api.storage.database import Database
from content_api.worker import Worker
from content_api.workflow import publishing
from tests.client import Api
from tests.conftest import Clock
from tests.contracts.editorial.conftest import KOREAN, assert_problem
from tests.contracts.editorial.test_publication import TEXTS, readable

EVENTS = tables.event.c


@pytest.fixture
def soon(clock: Clock) -> Callable[..., str]:
    """Give a function that returns a time to come as RFC 3339, to the second, as the API shows it."""
    return lambda **by: (clock() + dt.timedelta(**by)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def pass_time(clock: Clock, worker: Worker) -> Callable[..., int]:
    """Give a function that lets time pass and the worker do all that is due, and counts the jobs."""

    def let(**by: float) -> int:
        clock.advance(**by)
        return sum(iter(worker.work_once, False))

    return let


@pytest.fixture
def told(database: Database) -> Callable[[str], list[Any]]:
    """Give a function that returns the events of an entry that are about schedules, the oldest first."""

    def events(entry_id: str) -> list[Any]:
        asked = select(tables.event).where(EVENTS.entry_id == entry_id, EVENTS.type.like("schedule.%"))
        with database.read() as connection:
            return list(connection.execute(asked.order_by(EVENTS.seq)))

    return events


def kinds(events: list[Any]) -> list[str]:
    return [event.type.removeprefix("schedule.") for event in events]


def test_a_schedule_is_listed_with_the_entry(api: Api, soon: Callable[..., str], told: Callable[[str], Any]) -> None:
    """`publish` with `at` answers the entry under a new ETag, which lists what is to come; nothing is public yet."""
    entry = api.create(slug="day", texts=TEXTS)
    api.save(entry["id"], "ko", **KOREAN)
    at = soon(hours=2)
    answer = api.call("POST", f"entries/{entry['id']}/publish", {"locales": ["ko", "en"], "at": at}, "*")
    shown = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, shown["etag"])
    assert api.entry(entry["id"]) == shown
    assert shown["etag"] != entry["etag"]
    common = {"action": "publish", "at": at, "state": "waiting", "reason": None, "by": "admin@example.org"}
    assert [{name: value for name, value in each.items() if name != "id"} for each in shown["schedules"]] == [
        common | {"locale": "ko", "revision": 2},
        common | {"locale": "en", "revision": 1},
    ]
    assert readable(api) == set()
    events = told(entry["id"])
    assert [(event.type, event.locale) for event in events] == [("schedule.created", "ko"), ("schedule.created", "en")]
    assert {event.detail["schedule"] for event in events} == {each["id"] for each in shown["schedules"]}
    assert events[0].account_id


def test_what_was_current_then_is_published_at_its_time(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """Not before its time, and the revision that was current when it was scheduled, whatever was saved later."""
    entry = api.create(slug="day")
    api.schedule(entry["id"], "publish", soon(hours=2), "ko")
    saved = api.save(entry["id"], "ko", title="나중 제목", body="")
    assert pass_time(hours=1, minutes=59) == 0
    assert readable(api) == set()
    assert pass_time(minutes=2) == 1
    assert api.http.get("/v1/news/day?locale=ko").json()["title"] == "감사의 날"
    after = api.entry(entry["id"])
    assert (after["texts"]["ko"]["published_revision"], after["schedules"]) == (1, [])
    assert after["etag"] != saved["etag"]
    assert kinds(told(entry["id"])) == ["created", "done"]
    assert pass_time(days=30) == 0


def test_the_publication_is_told_as_the_editors(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any], database: Database
) -> None:
    """The log says of a scheduled publication what it says of any, and names who scheduled it."""
    entry = api.create(slug="day")
    api.schedule(entry["id"], "publish", soon(hours=1), "ko")
    pass_time(hours=2)
    with database.read() as connection:
        asked = select(tables.event).where(EVENTS.entry_id == entry["id"], EVENTS.type == "entry.published")
        (event,) = connection.execute(asked)
    assert (event.locale, event.detail) == ("ko", {"slug": "day", "revision": 1})
    assert event.account_id == told(entry["id"])[0].account_id


def test_a_withdrawal_is_scheduled_likewise(api: Api, soon: Callable[..., str], pass_time: Callable[..., int]) -> None:
    """`unpublish` with `at` pins no revision; at its time the language is withdrawn, whatever of it is public then."""
    entry = api.create(slug="day", texts=TEXTS)
    api.publish(entry["id"], "ko", "en")
    (waiting,) = api.schedule(entry["id"], "unpublish", soon(hours=1), "en")["schedules"]
    assert (waiting["action"], waiting["locale"], waiting["revision"]) == ("withdraw", "en", None)
    api.save(entry["id"], "en", title="Newer", body="")
    api.publish(entry["id"], "en")
    assert readable(api) == {"ko", "en"}
    pass_time(hours=2)
    assert readable(api) == {"ko"}
    assert api.entry(entry["id"])["schedules"] == []


def test_withdrawing_what_is_not_public_then_is_done_all_the_same(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """A scheduled withdrawal of what somebody withdrew before is no failure; nor is the text needed to ask for it."""
    entry = api.create(slug="day")
    api.schedule(entry["id"], "unpublish", soon(hours=1), "ko", "en")
    pass_time(hours=2)
    assert kinds(told(entry["id"])) == ["created", "created", "done", "done"]


@pytest.mark.parametrize("what", ["publish", "unpublish"])
@pytest.mark.parametrize(
    "at",
    [
        *["2020-01-01T00:00:00Z", "2999-01-01T00:00:00", "2999-01-01", "tomorrow", "", 4_000_000_000],
        *["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2999-02-30T00:00:00Z"],
    ],
)
def test_a_time_that_is_not_to_come_is_refused(api: Api, picture: Callable[[], Any], what: str, at: object) -> None:
    """What is past, has no zone, or is no time: 422 at `/at`, and nothing is stored or done."""
    entry = api.create(slug="day")
    before = picture()
    answer = api.call("POST", f"entries/{entry['id']}/{what}", {"locales": ["ko"], "at": at}, entry["etag"])
    assert assert_problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/at"
    assert picture() == before


def test_the_present_moment_is_not_to_come(api: Api, clock: Clock) -> None:
    """A time is compared with the clock of the server: an hour ago is refused after that hour, in any zone."""
    entry = api.create(slug="day")
    seoul = dt.timezone(dt.timedelta(hours=9))
    at = (clock() + dt.timedelta(minutes=30)).astimezone(seoul).isoformat()
    wish = {"locales": ["ko"], "at": at}
    shown = api.ok("POST", f"entries/{entry['id']}/publish", wish, "*")
    assert shown["schedules"][0]["at"].endswith("Z")
    clock.advance(hours=1)
    assert_problem(api.call("POST", f"entries/{entry['id']}/publish", wish, "*"), 422, "invalid")


def test_all_languages_are_scheduled_or_none(api: Api, soon: Callable[..., str], picture: Callable[[], Any]) -> None:
    """A language without a text is a 409 now, not a failure later; the other is not scheduled either."""
    entry = api.create(slug="day")
    before = picture()
    wish = {"locales": ["ko", "en"], "at": soon(hours=1)}
    answer = api.call("POST", f"entries/{entry['id']}/publish", wish, entry["etag"])
    assert_problem(answer, 409, "nothing-to-publish")
    assert picture() == before


def test_a_newer_schedule_replaces_the_older(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """Of one language one schedule waits, the newest, with the text of its own moment; the other language's is left."""
    entry = api.create(slug="day", texts=TEXTS)
    api.schedule(entry["id"], "unpublish", soon(hours=9), "ko")
    old = api.schedule(entry["id"], "publish", soon(hours=1), "ko", "en")["schedules"]
    api.save(entry["id"], "ko", **KOREAN)
    new = api.schedule(entry["id"], "publish", soon(hours=3), "ko")["schedules"]
    assert [(each["action"], each["locale"], each["revision"]) for each in new] == [
        ("publish", "en", 1),
        ("publish", "ko", 2),
    ]
    assert old[0]["id"] not in {each["id"] for each in new}
    assert kinds(told(entry["id"])) == ["created", "replaced", "created", "created", "replaced", "created"]
    assert pass_time(hours=2) == 1
    assert readable(api) == {"en"}
    assert pass_time(hours=2) == 1
    assert readable(api) == {"en", "ko"}


def test_a_cancelled_schedule_is_not_done(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """`DELETE` of a schedule is a 204 without `If-Match`, makes the entry's ETag a new one, and its time passes."""
    entry = api.create(slug="day", texts=TEXTS)
    before = api.schedule(entry["id"], "publish", soon(hours=1), "ko", "en")
    korean = f"entries/{entry['id']}/schedules/{before['schedules'][0]['id']}"
    assert api.call("DELETE", korean).status_code == 204
    after = api.entry(entry["id"])
    assert after["etag"] != before["etag"]
    assert after["schedules"] == before["schedules"][1:]
    assert_problem(api.call("DELETE", korean), 404, "not-found")
    assert pass_time(hours=2) == 1
    assert readable(api) == {"en"}
    assert kinds(told(entry["id"])) == ["created", "created", "cancelled", "done"]


def test_there_is_only_what_still_waits_to_cancel(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], picture: Callable[[], Any]
) -> None:
    """A schedule that is done, of another entry, or that nobody made, is a 404."""
    entry, other = api.create(slug="day"), api.create(slug="other")
    done = api.schedule(entry["id"], "publish", soon(hours=1), "ko")["schedules"][0]["id"]
    pass_time(hours=2)
    waiting = api.schedule(other["id"], "publish", soon(hours=1), "ko")["schedules"][0]["id"]
    before = picture()
    for entry_id, schedule_id in (
        (entry["id"], done),
        (entry["id"], waiting),
        (other["id"], "nobody"),
        ("nobody", waiting),
    ):
        assert_problem(api.call("DELETE", f"entries/{entry_id}/schedules/{schedule_id}"), 404, "not-found")
    assert picture() == before


def test_a_newer_text_published_by_hand_is_not_replaced_by_an_older(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """The schedule fails visibly, with all its languages, and says why; dismissed, it is no longer listed."""
    entry = api.create(slug="day", texts=TEXTS)
    api.schedule(entry["id"], "publish", soon(hours=1), "ko", "en")
    api.save(entry["id"], "ko", title="나중 제목", body="")
    before = api.publish(entry["id"], "ko")
    pass_time(hours=2)
    after = api.entry(entry["id"])
    assert after["etag"] != before["etag"]
    assert readable(api) == {"ko"}
    assert after["texts"]["ko"]["published_revision"] == 2
    assert [(each["locale"], each["state"]) for each in after["schedules"]] == [("ko", "failed"), ("en", "failed")]
    for each in after["schedules"]:
        assert "Revision 2 of the text in ko was published meanwhile" in each["reason"]
        api.ok("DELETE", f"entries/{entry['id']}/schedules/{each['id']}")
    assert api.entry(entry["id"])["schedules"] == []
    events = told(entry["id"])
    assert kinds(events) == ["created", "created", "failed", "failed", "cancelled", "cancelled"]
    assert "Revision 2" in events[2].detail["reason"]


def test_a_failed_schedule_goes_with_a_newer_one(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int]
) -> None:
    """Who schedules anew has read of the failure: the newer one stands in its place, and is done."""
    entry = api.create(slug="day")
    api.schedule(entry["id"], "publish", soon(hours=1), "ko")
    api.save(entry["id"], "ko", title="나중 제목", body="")
    api.publish(entry["id"], "ko")
    pass_time(hours=2)
    api.save(entry["id"], "ko", title="Newest", body="")
    (waiting,) = api.schedule(entry["id"], "publish", soon(hours=1), "ko")["schedules"]
    assert (waiting["state"], waiting["revision"], waiting["reason"]) == ("waiting", 3, None)
    pass_time(hours=2)
    assert api.entry(entry["id"])["texts"]["ko"]["published_revision"] == 3


def test_what_was_published_by_hand_already_is_done(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """The pinned revision, public by then, stays public as it was, and the schedule is done."""
    entry = api.create(slug="day")
    api.schedule(entry["id"], "publish", soon(hours=1), "ko")
    api.publish(entry["id"], "ko")
    before = api.http.get("/v1/news/day?locale=ko").content
    pass_time(hours=2)
    assert api.http.get("/v1/news/day?locale=ko").content == before
    assert kinds(told(entry["id"])) == ["created", "done"]


def test_deleting_the_entry_cancels_its_schedules(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """With the entry goes what was to be done to it, job and all."""
    entry = api.create(slug="day", texts=TEXTS)
    shown = api.schedule(entry["id"], "publish", soon(hours=1), "ko", "en")
    api.ok("DELETE", f"entries/{entry['id']}", etag=shown["etag"])
    assert pass_time(hours=2) == 0
    assert readable(api) == set()
    assert kinds(told(entry["id"])) == ["created", "created", "cancelled", "cancelled"]
    path = f"entries/{entry['id']}/schedules/{shown['schedules'][0]['id']}"
    assert_problem(api.call("DELETE", path), 404, "not-found")


def test_an_entry_that_is_gone_fails_its_schedule(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any], database: Database
) -> None:
    """Where the entry went without its schedules (by SQL), the schedule fails with a reason a person understands."""
    entry = api.create(slug="day")
    api.schedule(entry["id"], "publish", soon(hours=1), "ko")
    with database.write() as tx:
        tx.connection.exec_driver_sql("UPDATE entry SET deleted_at = created_at")
    assert pass_time(hours=2) == 1
    assert readable(api) == set()
    events = told(entry["id"])
    assert kinds(events) == ["created", "failed"]
    assert events[1].detail["reason"] == "There is no such entry."


def test_a_fault_of_ours_fails_the_schedule_visibly(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """What nobody foresaw publishes nothing, and shows at the entry as a failure."""

    def broken(*_given: object) -> None:
        raise KeyError("secret text")

    entry = api.create(slug="day")
    api.schedule(entry["id"], "publish", soon(hours=1), "ko")
    with monkeypatch.context() as breaking:
        breaking.setattr(publishing, "_write", broken)
        assert pass_time(hours=2) == 1
    (failed,) = api.entry(entry["id"])["schedules"]
    assert (failed["state"], failed["reason"]) == ("failed", "unexpected KeyError")
    assert "KeyError" in caplog.text
    assert readable(api) == set()


def test_what_was_missed_is_made_up_for_in_order(
    api: Api, soon: Callable[..., str], pass_time: Callable[..., int], told: Callable[[str], Any]
) -> None:
    """After a night without a worker everything happens in the order of its time, whenever it was asked for."""
    entry = api.create(slug="day", texts=TEXTS)
    api.publish(entry["id"], "ko")
    api.schedule(entry["id"], "unpublish", soon(hours=2), "ko")
    api.schedule(entry["id"], "publish", soon(hours=1), "en")
    pass_time(hours=12)
    assert readable(api) == {"en"}
    done = [event for event in told(entry["id"]) if event.type == "schedule.done"]
    assert [(event.detail["action"], event.locale) for event in done] == [("publish", "en"), ("withdraw", "ko")]


def test_a_repeated_request_schedules_once(api: Api, soon: Callable[..., str], told: Callable[[str], Any]) -> None:
    """The same `Idempotency-Key` gets the first answer again, and no second schedule."""
    entry = api.create(slug="day")
    wish = {"locales": ["ko"], "at": soon(hours=1)}
    path, key = f"entries/{entry['id']}/publish", {"Idempotency-Key": "once"}
    answers = [api.call("POST", path, wish, entry["etag"], headers=key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    assert kinds(told(entry["id"])) == ["created"]
