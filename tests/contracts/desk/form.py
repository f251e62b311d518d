"""The form of an entry as a browser fills it in: read off the page, changed here and there, and sent."""

from html.parser import HTMLParser
from typing import Any

import httpx

from tests.contracts.desk.desk import Desk


class Fields(HTMLParser):
    """The fields of a page's form `entry`, by name, with their values; ticked boxes in lists."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self._area: str | None = None
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "form":
            self._inside = "entry" in (named.get("class") or "") or "multipart" in (named.get("enctype") or "")
        name = named.get("name")
        if not self._inside or not name or tag == "button":
            return
        if tag == "textarea":
            self._area = name
            self.found[name] = ""
        elif named.get("type") in ("checkbox", "radio"):
            if "checked" in named:
                self._put(name, named.get("value") or "", many=named["type"] == "checkbox")
        else:
            self._put(name, named.get("value") or "", many=name == "seen_tag")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._area:
            # The line break behind the opening tag is the page's, not the text's (HTML, 13.2.6.4.7).
            self.found[self._area] = self.found[self._area].removeprefix("\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area:
            self.found[self._area] += data

    def _put(self, name: str, value: str, *, many: bool) -> None:
        if many:
            self.found.setdefault(name, []).append(value)
        else:
            self.found[name] = value


class Form:
    """A page with the form of an entry, as it was when it was opened."""

    def __init__(self, desk: Desk, address: str) -> None:
        self.desk = desk
        self.address = address
        self.page = desk.get(address).text
        self.fields = Fields(self.page).found

    def send(self, do: str = "save", **typed: Any) -> httpx.Response:
        """Type over some fields and press a button; whatever is shown then is the form as it is now."""
        self.fields |= typed
        sent = {name: value for name, value in self.fields.items() if name != "csrf"}
        answer = self.desk.post(self.address, do=do, **sent)
        if answer.status_code != 303:
            self.page = answer.text
            self.fields = Fields(answer.text).found
        return answer


def opened(desk: Desk, entry: Any) -> Form:
    """Open an entry's form."""
    return Form(desk, f"/desk/entries/{entry['id']}")
