"""What caches are told of a public answer, and the versions an editor's `If-Match` accepts."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response
from litestar.types import ASGIApp, Receive, Scope, Send

from content_api.workflow.revisions import Expected
from schemas.problems import PreconditionRequired

JSON = "application/json"
ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')
VERSION = re.compile(r"[1-9][0-9]{0,17}")  # as we write them: a counter, far below what SQLite holds


class Ready(Response[bytes]):
    """An answer with all its headers, sent as it is: what the framework would look for to add costs as much as a
    question to the database.
    """

    def to_asgi_response(self, *_: Any, **__: Any) -> ASGIApp:  # type: ignore[override]
        """Return what sends it."""
        headers = [(name.lower().encode(), value.encode("latin-1")) for name, value in self.headers.items()]

        async def respond(_scope: Scope, _receive: Receive, send: Send) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": self.content, "more_body": False})

        return respond


def public_answer(
    body: bytes,
    *,
    max_age: int,
    language: str | None = None,
    negotiated: bool = False,
    headers: Mapping[str, str] | None = None,
    media_type: str = JSON,
) -> Response[bytes]:
    """Return `body` as an answer that anybody may keep; `answers.keep` gives it its ETag and the form it is sent in.

    `language` is what the body is in; `negotiated` that `Accept-Language` decided it.
    """
    sent = {
        "Content-Type": f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type,
        "Content-Length": str(len(body)),
        "Cache-Control": f"public, max-age={max_age}, stale-while-revalidate={max_age // 2}",
        "Vary": "Accept-Encoding, Accept-Language" if negotiated else "Accept-Encoding",
        **(headers or {}),
    }
    if language:
        sent["Content-Language"] = language
    return Ready(body, headers=sent)


def listed(request: Request[Any, Any, Any], name: str) -> str | None:
    """Return a header that is a list as one line, however many it came in (RFC 9110, 5.3); `None` if it is missing."""
    lines = request.headers.getall(name, [])
    return ", ".join(lines) if lines else None


def expected_version(request: Request[Any, Any, Any]) -> Expected:
    """Return the versions `If-Match` accepts (`None` for `*`); raise `PreconditionRequired` where it is missing.

    A weak or foreign tag matches nothing, as RFC 9110 (13.1.1) has it.
    """
    header = listed(request, "if-match")
    if header is None:
        raise PreconditionRequired("Send If-Match with the etag you read, so that no one's change is lost.")
    if header.strip() == "*":
        return None
    tags = [tag for weak, tag in ENTITY_TAG.findall(header) if not weak]
    return frozenset(int(tag) for tag in tags if VERSION.fullmatch(tag))
