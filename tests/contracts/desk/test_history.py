"""A text's history on the desk: who saved what, how any two revisions differ, and the way back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.client import Api
from tests.contracts.desk.desk import Desk

BACKENDS = ("sqlite",)


@pytest.fixture
def entry(api: Api) -> Any:
    """An entry whose Korean text was saved three times."""
    entry = api.create(texts={"ko": {"title": "감사의 날", "body": "첫째 글."}})
    api.save(entry["id"], "ko", title="감사의 날", body="둘째 글.")
    return api.save(entry["id"], "ko", title="감사의 밤", body="셋째 글.")


def test_revisions_are_listed_with_who_and_what(desk: Desk, entry: Any, api: Api) -> None:
    """The newest is shown with how it came of the one before."""
    api.publish(entry["id"], "ko")
    page = desk.get(f"/desk/entries/{entry['id']}/history/ko").text
    assert [f"Revision {number}</a>" in page for number in (1, 2, 3)] == [True] * 3
    assert "admin@example.org" in page
    assert "<del>날</del><ins>밤</ins>" in page
    assert "<del>둘째</del><ins>셋째</ins>" in page


def test_any_two_revisions_are_compared(desk: Desk, entry: Any) -> None:
    """The address names both."""
    page = desk.get(f"/desk/entries/{entry['id']}/history/ko?revision=3&against=1").text
    assert "<del>첫째</del><ins>셋째</ins>" in page
    assert "compared with 1" in page
    assert desk.get(f"/desk/entries/{entry['id']}/history/ko?revision=3&against=9").status_code == 400
    assert desk.get(f"/desk/entries/{entry['id']}/history/ko?revision=9").status_code == 404


def test_a_revision_is_brought_back(desk: Desk, entry: Any, api: Api) -> None:
    """It becomes the newest, unless somebody saved since the page was opened: then it says so."""
    address = f"/desk/entries/{entry['id']}/history/ko/1/restore"
    stale = desk.post(address, version="1")
    assert "stale=1" in stale.headers["location"]
    assert "Somebody changed it meanwhile." in desk.get(stale.headers["location"]).text
    assert desk.post(address, version=entry["etag"].strip('"')).status_code == 303
    assert api.entry(entry["id"])["texts"]["ko"]["body"] == "첫째 글."
    assert api.entry(entry["id"])["texts"]["ko"]["revision"] == 4


def test_a_language_without_a_text_has_no_history(desk: Desk, entry: Any) -> None:
    """The page says so."""
    assert "Nothing is written in this language yet." in desk.get(f"/desk/entries/{entry['id']}/history/en").text


def test_a_long_history_has_pages(desk: Desk, entry: Any, api: Api) -> None:
    """Twenty at a time, and a link to what is older."""
    for number in range(20):
        api.save(entry["id"], "ko", title="감사의 밤", body=f"{number}째 글.")
    address = f"/desk/entries/{entry['id']}/history/ko"
    assert f"{address}?before=4" in desk.get(address).text
    older = desk.get(f"{address}?before=4").text
    assert [f"Revision {number}</a>" in older for number in (4, 3, 1)] == [False, True, True]


def test_hostile_words_are_words(desk: Desk, entry: Any, api: Api) -> None:
    """What was saved is shown as text, changed or not."""
    api.save(entry["id"], "ko", title="<script>alert(1)</script>", body="<svg onload=alert(1)>")
    page = desk.get(f"/desk/entries/{entry['id']}/history/ko").text
    assert "<script>alert" not in page
    assert "<svg" not in page


def test_partners_see_no_history(desk_as: Callable[..., Desk], entry: Any) -> None:
    """Neither may they bring anything back."""
    partner = desk_as("partner")
    assert partner.get(f"/desk/entries/{entry['id']}/history/ko").status_code == 403
    assert partner.post(f"/desk/entries/{entry['id']}/history/ko/1/restore", version="3").status_code == 403
