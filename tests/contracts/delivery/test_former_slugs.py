"""Old addresses lead to the present one for ever, whatever became of the entry in between."""

from typing import Any
from urllib.parse import quote

from tests.client import Api

CHAIN = ["first", "second", "third", "첫-소식", "second", "fourth"]


def where(api: Api, slug: str) -> Any:
    """Return where a reader of an address ends: the status, and the slug it leads to."""
    answer = api.http.get(f"/v1/news/{slug}?locale=ko", follow_redirects=False)
    return answer.status_code, answer.headers.get("location")


def rename(api: Api, entry: Any, slug: str) -> None:
    api.ok("PATCH", f"entries/{entry['id']}", {"slug": slug}, "*")


def assert_all_lead_to(api: Api, slugs: list[str], present: str) -> None:
    """Assert that each of `slugs` is the present address, or moved to it in one step."""
    moved = (308, f"/v1/news/{quote(present)}?locale=ko")
    for slug in set(slugs):
        assert where(api, slug) == ((200, None) if slug == present else moved)


def test_every_name_of_a_chain_leads_to_the_last(api: Api) -> None:
    """However often it was renamed, back and forth too, each old address is one 308 from the present one."""
    entry = api.create(slug=CHAIN[0])
    api.publish(entry["id"], "ko")
    for number, slug in enumerate(CHAIN):
        rename(api, entry, slug)
        assert_all_lead_to(api, CHAIN[: number + 1], slug)


def test_old_addresses_outlive_a_withdrawal(api: Api) -> None:
    """Withdrawn, every address is a 404; renamed meanwhile and published again, each leads to the newest."""
    entry = api.create(slug="first")
    rename(api, entry, "second")
    api.publish(entry["id"], "ko")
    api.unpublish(entry["id"], "ko")
    rename(api, entry, "third")
    assert {where(api, slug)[0] for slug in ("first", "second", "third")} == {404}
    api.publish(entry["id"], "ko")
    assert_all_lead_to(api, ["first", "second", "third"], "third")


def test_a_chain_of_one_entry_never_crosses_anothers(api: Api) -> None:
    """Two entries renamed in turn keep their old addresses to themselves."""
    one, other = api.create(slug="one"), api.create(slug="other")
    for entry in (one, other):
        api.publish(entry["id"], "ko")
    for number in range(3):
        rename(api, one, f"one-{number}")
        rename(api, other, f"other-{number}")
    assert_all_lead_to(api, ["one", "one-0", "one-1", "one-2"], "one-2")
    assert_all_lead_to(api, ["other", "other-0", "other-1", "other-2"], "other-2")
