"""A bare ASGI application that sends given bytes by path and query: what a server in Python can do at best."""

import os
from pathlib import Path

import msgspec

# (path?query) → (status, headers, body), as the real server sent them.
ANSWERS: dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]] = msgspec.msgpack.decode(
    Path(os.environ["BARE_ANSWERS"]).read_bytes(), type=dict[str, tuple[int, list[tuple[bytes, bytes]], bytes]]
)
MESSAGES = {
    name: (
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body, "more_body": False},
    )
    for name, (status, headers, body) in ANSWERS.items()
}


async def app(scope, receive, send):  # type: ignore[no-untyped-def]
    """Answer with the bytes kept for this address."""
    if scope["type"] != "http":
        return
    start, body = MESSAGES[f"{scope['path']}?{scope['query_string'].decode()}"]
    await send(start)
    await send(body)
