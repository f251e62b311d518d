"""Drafts through a translation service that misbehaves over a real socket: the job ends well and says what happened."""

import unicodedata
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from content_api.storage import jobs
from content_api.storage.database import Database
from content_api.worker import Worker
from pipeline.engines.chain import Chain
from pipeline.engines.libre import Libre
from tests.client import Api
from tests.conftest import Clock
from tests.peers.base import Behaviour
from tests.peers.libretranslate import LibreTranslatePeer
from tests.pipeline.engines.scripted import Scripted

# What is tested are the engines.
BACKENDS = ("sqlite",)

KEY = "secret-key-4711"
BODY = "오늘은 *동맹의 날*입니다. 자세한 것은 `alliance.txt`에 있습니다.\n\n- 첫째 항목\n- 둘째 항목\n"
# With these an answer comes that can be used once it is cleaned; every other behaviour gives nothing.
USABLE = ("ok", "hostile")
BAD: list[Behaviour] = [behaviour for behaviour in get_args(Behaviour) if behaviour not in USABLE]
TIMEOUT = 0.5  # seconds


@pytest.fixture(autouse=True)
def _direct(monkeypatch: pytest.MonkeyPatch) -> None:
    """The peer is on this machine, whatever proxy the environment names."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def peer() -> Iterator[LibreTranslatePeer]:
    with LibreTranslatePeer(api_key=KEY) as peer:
        yield peer


@pytest.fixture
def draft_id(api: Api) -> str:
    entry = api.create(texts={"ko": {"title": "동맹의 날", "summary": "짧은 요약입니다.", "body": BODY}})
    return str(api.ask(entry["id"])["id"])


def drafted(api: Api, worker: Worker, clock: Clock, draft_id: str) -> Any:
    """Let the worker go on until the draft leaves the queue; return it."""
    while api.draft(draft_id)["state"] == "queued":
        clock.advance(seconds=jobs.LONGEST_RETRY)
        assert worker.work_once(), "a queued draft whose job is not due"
    return api.draft(draft_id)


@pytest.mark.parametrize("behaviour", BAD)
def test_segments_fall_to_the_next_engine(
    behaviour: Behaviour, api: Api, peer: LibreTranslatePeer, database: Database, clock: Clock, draft_id: str
) -> None:
    """What one engine does not give, the next one does; the draft reaches review in one go."""
    peer.behaviour = behaviour
    second = Scripted("second", lambda texts: [f"2: {text}" for text in texts])
    worker = Worker(database, Chain([Libre(peer.url, KEY), second], TIMEOUT))
    assert worker.work_once() is True
    draft = api.draft(draft_id)
    assert draft["state"] == "needs_review"
    assert {(each["engine"], each["target"][:3]) for each in draft["segments"]} == {("second", "2: ")}
    assert peer.requests


@pytest.mark.parametrize("behaviour", BAD)
def test_segments_nobody_gives_stay_open_with_the_reason(
    behaviour: Behaviour, api: Api, peer: LibreTranslatePeer, database: Database, clock: Clock, draft_id: str
) -> None:
    """Without another engine every segment is open and says why, without key or text; review begins all the same."""
    peer.behaviour = behaviour
    worker = Worker(database, Chain([Libre(peer.url, KEY)], TIMEOUT))
    draft = drafted(api, worker, clock, draft_id)
    assert (draft["state"], draft["reason"]) == ("needs_review", None)
    assert draft["progress"]["done"] == draft["progress"]["total"] == len(draft["segments"])
    for segment in draft["segments"]:
        assert (segment["target"], segment["state"], segment["engine"]) == ("", "initial", None)
        issue = segment["issues"][0]
        assert (issue["check"], issue["severity"]) == ("untranslated", "error")
        assert "libre" in issue["message"]
        assert not any(secret in issue["message"] for secret in (KEY, "127.0.0.1", "502 Bad Gateway"))
    assert api.call("POST", f"drafts/{draft_id}/approve", etag=draft["etag"]).status_code == 409


def test_a_service_that_recovers_is_asked_again(
    api: Api, peer: LibreTranslatePeer, database: Database, clock: Clock, draft_id: str
) -> None:
    """A failure that passes costs a wait and nothing else."""
    peer.then("503")
    worker = Worker(database, Chain([Libre(peer.url, KEY)], TIMEOUT))
    assert worker.work_once() is True
    assert api.draft(draft_id)["state"] == "queued"
    draft = drafted(api, worker, clock, draft_id)
    assert {each["engine"] for each in draft["segments"]} == {"libre"}
    assert not any(each["check"] == "untranslated" for segment in draft["segments"] for each in segment["issues"])


def test_one_text_that_breaks_the_service_costs_only_itself(
    api: Api, peer: LibreTranslatePeer, database: Database, clock: Clock, draft_id: str
) -> None:
    """A batch that fails over one text is asked again text by text: the others are translated."""
    peer.poison = "둘째"
    worker = Worker(database, Chain([Libre(peer.url, KEY)], TIMEOUT))
    draft = drafted(api, worker, clock, draft_id)
    assert draft["state"] == "needs_review"
    assert [each["source"] for each in draft["segments"] if not each["target"]] == ["둘째 항목"]


def test_a_hostile_answer_reaches_readers_as_plain_text_or_not_at_all(
    api: Api, peer: LibreTranslatePeer, database: Database, clock: Clock, draft_id: str
) -> None:
    """Scripts, control characters and turned text in an answer are cleaned or refused, down to the published page."""
    peer.behaviour = "hostile"
    worker = Worker(database, Chain([Libre(peer.url, KEY), Scripted("second")], TIMEOUT))
    draft = drafted(api, worker, clock, draft_id)
    assert draft["state"] == "needs_review"
    for segment in draft["segments"]:
        assert not [mark for mark in segment["target"] if unicodedata.category(mark) in ("Cc", "Cf", "Cs")]
        errors = {issue["check"] for issue in segment["issues"] if issue["severity"] == "error"}
        dismiss = [{"check": check, "note": "a test"} for check in errors]
        api.edit(draft_id, segment, dismiss=dismiss)
    entry_id = draft["entry_id"]
    api.approve(api.draft(draft_id))
    api.publish(entry_id, "en")
    slug = api.entry(entry_id)["slug"]
    item = api.http.get(f"/v1/news/{slug}?locale=en").json()
    assert "<script" not in item["body_html"]
    assert "\u202e" not in item["title"] + item["summary"] + item["body"]
