"""The desk as a browser speaks to it: a session's cookie with every request, its CSRF token with every form."""

from typing import Any

import httpx

from content_api.desk.pages import LANGUAGE_COOKIE
from content_api.http.access import CSRF_HEADER, SESSION_COOKIE


class Desk:
    """A person who is signed in. No redirect is followed, and nothing is kept from one answer to the next."""

    def __init__(self, http: httpx.Client, token: str, csrf: str, language: str = "en") -> None:
        self.http = http
        self.token = token
        self.csrf = csrf
        self.language = language

    def get(self, path: str, **more: Any) -> httpx.Response:
        """Open a page."""
        return self._send("GET", path, **more)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form with the session's CSRF token; a list is a field that stands there several times."""
        return self._send("POST", path, data={"csrf": self.csrf} | fields)

    def call(self, method: str, path: str, json: Any = None, etag: str | None = None) -> httpx.Response:
        """Ask as the desk's script does: the CSRF token in a header, JSON in the body."""
        headers = {CSRF_HEADER: self.csrf} | ({"If-Match": etag} if etag else {})
        return self._send(method, path, headers=headers, **({} if json is None else {"json": json}))

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
        cookie = f"{SESSION_COOKIE}={self.token}; {LANGUAGE_COOKIE}={self.language}"
        return self.http.request(
            method, path, headers={"Cookie": cookie} | (headers or {}), follow_redirects=False, **more
        )
