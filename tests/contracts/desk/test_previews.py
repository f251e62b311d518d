"""Previews: what is being typed as readers will see it, and links that show a text to whoever has them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from litestar.testing import TestClient

from tests.client import Api
from tests.conftest import Clock
from tests.contracts.desk.desk import Desk
from tests.contracts.desk.form import opened
from tests.logged import Log

BACKENDS = ("sqlite",)


@pytest.fixture
def link(api: Api) -> Any:
    """A link to an entry's Korean text, which is not public."""
    entry = api.create(texts={"ko": {"title": "<b>제목</b>", "summary": "요약", "body": "**굵게** <script>x</script>"}})
    answer = api.call("POST", f"entries/{entry['id']}/preview-links", {"locale": "ko"})
    assert answer.status_code == 201
    return answer.json() | {"entry": entry, "path": address_of(answer.json()["url"])}


def address_of(url: str) -> str:
    """Return an address without its host."""
    return urlsplit(url)._replace(scheme="", netloc="").geturl()


def test_the_preview_is_what_readers_get(desk: Desk, api: Api) -> None:
    """The same Markdown gives the same HTML, in the form and once published; nothing hostile is in it."""
    body = "# 하나\n\n[x](javascript:alert(1)) <script>alert(1)</script> <svg onload=alert(1)> **굵게**"
    entry = api.create(texts={"ko": {"title": "제목", "body": body}})
    api.publish(entry["id"], "ko")
    item = desk.http.get(f"/v1/news/{entry['slug']}?locale=ko").json()
    answer = desk.post("/desk/preview", body=body)
    assert answer.text == item["body_html"]
    assert "<script" not in answer.text
    form = opened(desk, entry)
    form.send("preview", body_ko="*새 글*")
    assert "<em>새 글</em>" in form.page


def test_a_preview_needs_a_session(client: TestClient) -> None:  # type: ignore[type-arg]
    """Nobody else has Markdown rendered."""
    answer = client.post("/desk/preview", data={"body": "*x*"}, follow_redirects=False)
    assert answer.headers["location"].startswith("/desk/sign-in")


def test_a_link_shows_the_newest_text_to_whoever_has_it(client: TestClient, api: Api, link: Any) -> None:  # type: ignore[type-arg]
    """Without signing in, as readers would see it, and kept by no cache and no search engine."""
    answer = client.get(link["path"])
    assert answer.status_code == 200
    assert "<strong>굵게</strong>" in answer.text
    assert "&lt;b&gt;제목&lt;/b&gt;" in answer.text
    assert "<script>x" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["referrer-policy"] == "no-referrer"
    api.save(link["entry"]["id"], "ko", title="제목", body="새 글")
    assert "새 글" in client.get(link["path"]).text


def test_a_link_ends(client: TestClient, api: Api, clock: Clock, link: Any) -> None:  # type: ignore[type-arg]
    """After seven days, once the entry is deleted, and where a letter of it was changed, it shows a kind page."""
    changed = link["path"][:-1] + ("A" if link["path"][-1] != "A" else "B")
    for path in (changed, "/desk/previews?token=x", link["path"] + "%00"):
        assert client.get(path).status_code == 404
    clock.advance(days=6.9)
    assert client.get(link["path"]).status_code == 200
    clock.advance(days=0.2)
    answer = client.get(link["path"], headers={"Accept-Language": "en"})
    assert (answer.status_code, "This link no longer works" in answer.text) == (404, True)
    fresh = api.ok("POST", f"entries/{link['entry']['id']}/preview-links", {"locale": "ko"})
    api.call("DELETE", f"entries/{link['entry']['id']}", etag="*")
    assert client.get(address_of(fresh["url"])).status_code == 404


def test_a_link_is_not_in_the_log(client: TestClient, link: Any, log: Log) -> None:  # type: ignore[type-arg]
    """Whoever reads the log could use it: it does not stand there."""
    client.get(link["path"])
    assert log.requests[-1]["path"] == "/desk/previews"
    assert link["path"].partition("=")[2] not in log.text


def test_a_cursor_is_no_link(client: TestClient, api: Api) -> None:  # type: ignore[type-arg]
    """What is signed for one purpose is good for no other."""
    api.create()
    api.create()
    cursor = api.ok("GET", "entries?limit=1")["next"]
    assert client.get(f"/desk/previews?token={cursor}").status_code == 404


def test_there_is_no_link_to_what_is_not_there(api: Api) -> None:
    """Neither to a language without a text nor to an entry that is none."""
    entry = api.create()
    assert api.call("POST", f"entries/{entry['id']}/preview-links", {"locale": "en"}).status_code == 404
    assert api.call("POST", "entries/none/preview-links", {"locale": "ko"}).status_code == 404
    assert api.call("POST", f"entries/{entry['id']}/preview-links", {"locale": "fr"}).status_code == 422


def test_the_form_makes_a_link(desk_as: Callable[..., Desk], link: Any) -> None:
    """It is shown, with its end, and what was typed stays."""
    form = opened(desk_as("author"), link["entry"])
    assert form.send("link.ko", body_ko="쓰던 글").status_code == 200
    assert "/desk/previews?token=" in form.page
    assert form.fields["body_ko"] == "쓰던 글"


def test_what_would_not_be_saved_is_not_rendered(desk: Desk) -> None:
    """A body that would fill the memory as HTML is said to be one."""
    long = f"[a]: https://example.org/{'x' * 5_000}\n\n" + "[a] " * 5_000
    answer = desk.post("/desk/preview", body=long)
    assert answer.status_code == 200
    assert "It cannot be shown" in answer.text
    assert len(answer.text) < 1_000
