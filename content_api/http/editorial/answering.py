"""What editorial answers share: never cached, the ETag in header and body, JSON bodies, answers given again."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from litestar import Request, Response
from litestar.concurrency import sync_to_thread

from content_api.http.caching import JSON, expected_version
from content_api.http.parameters import refuse_unknown
from content_api.http.services import Services
from content_api.storage.database import Transaction
from content_api.storage.faults import busy
from content_api.workflow import repeating
from content_api.workflow.accounts import Principal
from content_api.workflow.repeating import Answer
from content_api.workflow.revisions import Expected, entry, require
from schemas.decoding import decode, encode
from schemas.problems import BadParameter, Stale, UnsupportedMediaType

T = TypeVar("T")
Call = Request[Any, Any, Any]
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


async def replayed(request: Call) -> Response[bytes] | None:
    """Before a handler: refuse unknown parameters; give a POST the answer that its `Idempotency-Key` got before.

    Before `If-Match` is looked at, because what was answered once has made the caller's version old.
    """
    await refuse_unknown(request)
    key = request.headers.get("idempotency-key")
    if key is None or request.method != "POST":
        return None
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise BadParameter.named("Idempotency-Key", "1 to 255 characters, without spaces")
    who: Principal = request.state.who
    path = request.url.path
    request.state.once = repeating.repeatable(who.account_id, key, request.method, path, await request.body())
    return await sync_to_thread(partial(_kept, request))


def _kept(request: Call) -> Response[bytes] | None:
    services: Services = request.app.state.services
    with services.database.read() as connection:
        answer = repeating.kept(connection, request.state.once, services.seal, services.database.clock())
    return _again(answer) if answer else None


def _again(answer: Answer) -> Response[bytes]:
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-type"}
    return Response(answer.body, status_code=answer.status, headers=headers, media_type=JSON)


def changed(
    request: Call, services: Services, who: Principal, act: Callable[[Transaction], Response[bytes]]
) -> Response[bytes]:
    """Return what `act` answers, run in one write transaction: the way of every POST.

    Where the request names an `Idempotency-Key`, its answer is kept in the same transaction, and given instead of
    running `act` to whoever sends it again.
    """
    once = request.state.get("once")
    with services.database.write(who.account_id) as tx:
        if once is None:
            return act(tx)
        if not repeating.claim(tx, once):
            answer = repeating.kept(tx.connection, once, services.seal, tx.now)
            if answer is None:  # one of long ago is just being forgotten by somebody else
                raise busy()
            return _again(answer)
        response = act(tx)
        answer = Answer(response.status_code or 200, dict(response.headers), response.content)
        repeating.keep(tx, once, answer, services.seal)
        return response


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
    try:
        require(version, accepted)
    except Stale:
        # Its twin, sent at the same time, may just have made it stale; then `changed` gives the twin's answer.
        if "once" not in request.state or _kept(request) is None:
            raise
    return accepted


def expected_of_entry(request: Call, services: Services, entry_id: str) -> Expected:
    """Like `expected`, of an entry's version; raise `NotFound` where there is no such entry."""
    with services.database.read() as connection:
        return expected(request, entry(connection, entry_id).version)


def body_as(request: Call, body: bytes, shape: type[T]) -> T:
    """Return the request's body as `shape`; raise 415 for another media type, 400 or 422 as `decode` does."""
    return decode(of_type(request, body, JSON), shape)


def of_type(request: Call, body: bytes, wanted: str) -> bytes:
    """Return the request's body; raise 415 where it says that it is of another media type than `wanted`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type and media_type != wanted:
        raise UnsupportedMediaType(f"Send {wanted}, not {media_type}.")
    return body
