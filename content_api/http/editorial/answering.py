"""What editorial answers share: never cached, the ETag in header and body, bodies that must be JSON."""

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from litestar import Request, Response

from content_api.http.caching import JSON, expected_version
from content_api.workflow.revisions import Expected, require
from schemas.decoding import decode, encode
from schemas.problems import UnsupportedMediaType

T = TypeVar("T")
Call = Request[Any, Any, Any]


def shown(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    """Return `value` as JSON, with its `etag`, if it has one, as the `ETag` header too."""
    etag = getattr(value, "etag", None)
    sent = {"Cache-Control": "no-store", **({"ETag": etag} if etag else {}), **(headers or {})}
    return Response(encode(value), status_code=status, headers=sent, media_type=JSON)


def location(*parts: str) -> dict[str, str]:
    """Return the `Location` header of an editorial address; a part may hold any letters, as slugs do."""
    return {"Location": "/v1/editorial/" + "/".join(quote(part, safe="") for part in parts)}


def done() -> Response[None]:
    """Return 204."""
    return Response(None, status_code=204, headers={"Cache-Control": "no-store"})


def expected(request: Call, version: int) -> Expected:
    """Return the versions `If-Match` accepts; raise `PreconditionRequired` (428) or `Stale` (412).

    The operation asks again within its transaction; this settles the order 428, 412, 422.
    """
    accepted = expected_version(request)
    require(version, accepted)
    return accepted


def body_as(request: Call, body: bytes, shape: type[T]) -> T:
    """Return the request's body as `shape`; raise 415 for another media type, 400 or 422 as `decode` does."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type and media_type != JSON:
        raise UnsupportedMediaType(f"Send {JSON}, not {media_type}.")
    return decode(body, shape)
