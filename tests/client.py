"""How tests speak to a server; and the editorial API: one method per step an editor takes, `If-Match` included."""

from typing import Any

import httpx


def http_to(url: str = "", *, timeout: float = 60, **more: Any) -> httpx.Client:
    """Return a patient client of a server on this machine, past any proxy.

    Without TLS: to load what it trusts takes longer than most tests, with every client anew.
    """
    return httpx.Client(base_url=url, trust_env=False, verify=False, timeout=timeout, **more)


def get(url: str) -> httpx.Response:
    """Return the answer to a GET of its own."""
    with http_to(timeout=10) as http:
        return http.get(url)


class Api:
    """A client with a key. `http` may be an in-process client or one to a real server."""

    def __init__(self, http: httpx.Client, key: str, base: str = "") -> None:
        self.http = http
        self.base = base
        self.headers = {"Authorization": f"Bearer {key}"}

    def call(self, method: str, path: str, json: Any = None, etag: str | None = None, **more: Any) -> httpx.Response:
        """Send one request below `/v1/editorial`."""
        headers = self.headers | ({"If-Match": etag} if etag else {}) | more.pop("headers", {})
        if json is not None:
            more["json"] = json
        return self.http.request(method, f"{self.base}/v1/editorial/{path}", headers=headers, **more)

    def ok(self, method: str, path: str, json: Any = None, etag: str | None = None) -> Any:
        """Send one request that must succeed; return its body."""
        answer = self.call(method, path, json, etag)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def create(self, **fields: Any) -> Any:
        """Add an entry: by default a Korean news entry."""
        body = {
            "kind": "news",
            "source_locale": "ko",
            "texts": {
                "ko": {"title": "감사의 날", "summary": "요약입니다.", "body": "첫 문장입니다. 둘째 문장입니다."}
            },
        }
        return self.ok("POST", "entries", body | fields)

    def entry(self, entry_id: str) -> Any:
        """Read an entry."""
        return self.ok("GET", f"entries/{entry_id}")

    def save(self, entry_id: str, locale: str, **text: Any) -> Any:
        """Save a text over whatever is there."""
        return self.ok("PUT", f"entries/{entry_id}/texts/{locale}", text, etag="*")

    def publish(self, entry_id: str, *locales: str) -> Any:
        """Publish languages."""
        return self.ok("POST", f"entries/{entry_id}/publish", {"locales": list(locales)}, etag="*")

    def unpublish(self, entry_id: str, *locales: str) -> Any:
        """Withdraw languages."""
        return self.ok("POST", f"entries/{entry_id}/unpublish", {"locales": list(locales)}, etag="*")

    def schedule(self, entry_id: str, what: str, at: str, *locales: str) -> Any:
        """Let languages be published or withdrawn (`publish`, `unpublish`) at a time to come."""
        return self.ok("POST", f"entries/{entry_id}/{what}", {"locales": list(locales), "at": at}, etag="*")

    def ask(self, entry_id: str, target: str = "en") -> Any:
        """Ask for a draft."""
        return self.ok("POST", f"entries/{entry_id}/drafts", {"target_locale": target})

    def draft(self, draft_id: str) -> Any:
        """Read a draft."""
        return self.ok("GET", f"drafts/{draft_id}")

    def edit(self, draft_id: str, segment: Any, **change: Any) -> Any:
        """Change a segment as it was read."""
        return self.ok("PATCH", f"drafts/{draft_id}/segments/{segment['id']}", change, etag=segment["etag"])

    def approve(self, draft: Any) -> Any:
        """Approve a draft as it was read."""
        return self.ok("POST", f"drafts/{draft['id']}/approve", etag=draft["etag"])
