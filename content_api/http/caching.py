"""Conditional requests, in one place: ETags, 304 and compression for readers, `If-Match` for editors."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from content_api.workflow.revisions import Expected
from schemas.problems import PreconditionRequired

JSON = "application/json"
# Below this a compressed body is hardly smaller than its own headers.
WORTH_COMPRESSING = 600
CODING = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:;\s*q\s*=\s*(\d(?:\.\d{0,3})?)\s*)?")
ENTITY_TAG = re.compile(r'(W/)?"([^"]*)"')
VERSION = re.compile(r"[1-9][0-9]{0,17}")  # as we write them: a counter, far below what SQLite holds


def public_answer(
    request: Request[Any, Any, Any],
    body: bytes,
    *,
    max_age: int,
    language: str | None = None,
    negotiated: bool = False,
    headers: Mapping[str, str] | None = None,
    media_type: str = JSON,
) -> Response[bytes]:
    """Return `body` as a cacheable answer: 200 with a strong ETag of the bytes sent, or 304 without them.

    `language` is what the body is in; `negotiated` that `Accept-Language` decided it.
    """
    sent = {
        "Cache-Control": f"public, max-age={max_age}, stale-while-revalidate={max_age // 2}",
        "Vary": "Accept-Encoding, Accept-Language" if negotiated else "Accept-Encoding",
        **(headers or {}),
    }
    if language:
        sent["Content-Language"] = language
    etag = hashlib.blake2b(body, digest_size=12).hexdigest()
    if len(body) >= WORTH_COMPRESSING and accepts_gzip(listed(request, "accept-encoding") or ""):
        # Stable bytes for a stable tag: no file name and no time in the gzip header.
        body, etag, sent["Content-Encoding"] = gzip.compress(body, 6, mtime=0), f"{etag}-gzip", "gzip"
    sent["ETag"] = f'"{etag}"'
    if _matches(listed(request, "if-none-match"), etag):
        sent.pop("Content-Encoding", None)
        return Response(b"", status_code=304, headers=sent, media_type=media_type)
    return Response(body, headers=sent, media_type=media_type)


def listed(request: Request[Any, Any, Any], name: str) -> str | None:
    """Return a header that is a list as one line, however many it came in (RFC 9110, 5.3); `None` if it is missing."""
    lines = request.headers.getall(name, [])
    return ", ".join(lines) if lines else None


def accepts_gzip(header: str) -> bool:
    """Tell whether an `Accept-Encoding` header (RFC 9110, 12.5.3) allows gzip."""
    weights = {}
    for part in header.split(","):
        if match := CODING.fullmatch(part):
            weights[match[1].lower()] = float(match[2] or 1)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


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


def _matches(header: str | None, etag: str) -> bool:
    if header is None:
        return False
    return header.strip() == "*" or any(tag == etag for _, tag in ENTITY_TAG.findall(header))
