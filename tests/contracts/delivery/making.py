"""Entries as these tests need them: written in both languages, public where a test says so."""

from typing import Any

from tests.client import Api

KO = {"title": "감사의 날", "summary": "한글 요약입니다.", "body": "첫 문장입니다.\n\n둘째 문장입니다."}
EN = {"title": "Day of Thanks", "summary": "An English summary.", "body": "The first sentence.\n\nThe second one."}


def written(api: Api, **fields: Any) -> Any:
    """Add an entry (Korean news by default) with a text in each language; nothing of it is public."""
    return api.create(**({"texts": {"ko": KO, "en": EN}} | fields))


def published(api: Api, *locales: str, **fields: Any) -> Any:
    """Add an entry like `written` and publish `locales` of it, both if none is named."""
    return api.publish(written(api, **fields)["id"], *(locales or ("ko", "en")))


def slugs(page: Any) -> list[str]:
    """Return the slugs of a page's items, in order."""
    return [item["slug"] for item in page["items"]]
