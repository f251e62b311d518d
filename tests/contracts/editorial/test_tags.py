"""Tags: paired names that entries share; naming one in an entry is enough to make it."""

import unicodedata

from content_api.worker import Worker
from tests.client import Api
from tests.contracts.editorial.conftest import assert_problem

NAME = {"ko": "참전용사", "en": "Veterans"}


def test_a_tag_is_added_read_and_listed(api: Api) -> None:
    """`POST tags` answers 201 with Location and ETag; the tag is then read alone and in the list."""
    answer = api.call("POST", "tags", {"slug": "veterans", "name": NAME})
    tag = answer.json()
    assert (answer.status_code, tag["slug"], tag["name"]) == (201, "veterans", NAME)
    assert answer.headers["etag"] == tag["etag"]
    read = api.http.get(answer.headers["location"], headers=api.headers)
    assert (read.json(), read.headers["etag"]) == (tag, tag["etag"])
    assert api.ok("GET", "tags")["items"] == [tag]


def test_a_tag_is_added_once(api: Api) -> None:
    """A second tag with the same slug is a 409."""
    api.ok("POST", "tags", {"slug": "veterans", "name": NAME})
    assert_problem(api.call("POST", "tags", {"slug": "veterans", "name": NAME}), 409, "exists")


def test_a_tag_that_an_entry_names_is_made_with_its_slug_as_both_names(api: Api) -> None:
    """A tag nobody made yet comes into being with the entry; one that exists keeps its names."""
    api.ok("POST", "tags", {"slug": "veterans", "name": NAME})
    api.create(tags=["veterans", "청년"])
    names = {tag["slug"]: tag["name"] for tag in api.ok("GET", "tags")["items"]}
    assert names == {"veterans": NAME, "청년": {"ko": "청년", "en": "청년"}}


def test_a_tag_with_a_hangul_slug_is_found_in_either_normal_form(api: Api) -> None:
    """A path in NFD, as some systems write it, names the tag that is stored in NFC."""
    api.create(tags=["청년"])
    assert api.ok("GET", f"tags/{unicodedata.normalize('NFD', '청년')}")["slug"] == "청년"


def test_tags_are_listed_by_slug_in_pages_that_join(api: Api) -> None:
    """The pages of `GET tags` joined are all tags once, by slug."""
    slugs = ["b", "a", "e", "d", "c"]
    api.create(tags=slugs)
    seen, cursor = [], ""
    while True:
        page = api.ok("GET", f"tags?limit=2{cursor}")
        seen += [tag["slug"] for tag in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == sorted(slugs)


def test_a_renamed_tag_is_read_anew_on_what_is_published(api: Api, worker: Worker) -> None:
    """`PATCH tags/{slug}` renames in both languages; published entries follow by a job, others are untouched."""
    public, hidden, gone = (api.create(slug=slug, tags=["veterans"]) for slug in ("public", "hidden", "gone"))
    api.publish(public["id"], "ko")
    api.ok("DELETE", f"entries/{gone['id']}", etag="*")
    tag = api.ok("GET", "tags/veterans")
    answer = api.call("PATCH", "tags/veterans", {"name": NAME}, tag["etag"])
    assert answer.json() == {"slug": "veterans", "etag": answer.headers["etag"], "name": NAME}
    assert answer.headers["etag"] != tag["etag"]
    assert worker.work_once()
    assert not worker.work_once()
    assert api.http.get("/v1/news/public?locale=ko").json()["tags"] == [{"slug": "veterans", "name": "참전용사"}]
    assert api.http.get("/v1/news/public?locale=all").json()["tags"] == [{"slug": "veterans", "name": NAME}]
    assert api.entry(public["id"])["etag"] == '"2"', "the machine's work makes nobody's ETag stale"
    assert api.entry(hidden["id"]) == hidden


def test_a_tag_nobody_made_is_not_found(api: Api) -> None:
    """An unknown tag is a 404, to read and to rename."""
    assert_problem(api.call("GET", "tags/nobody"), 404, "not-found")
    assert_problem(api.call("PATCH", "tags/nobody", {"name": NAME}, "*"), 404, "not-found")
