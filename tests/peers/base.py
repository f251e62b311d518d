"""A fake HTTP service on a free loopback port: records what it is asked and misbehaves when told to."""

import socket
import struct
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

Behaviour = Literal[
    "ok",
    "slow",  # nothing for 30 seconds, or until the peer closes
    "drip",  # one byte every 20 ms, without end
    "drip headers",
    "429",
    "500",
    "503",
    "403",
    "404",
    "redirect",  # to another host
    "redirect here",  # to the same address, for ever
    "cut",  # half of the body, then the connection ends
    "closed",  # not a byte, then the connection ends
    "reset",  # the same, and not politely
    "no http",
    "endless",  # chunks without end
    "endless headers",
    "html",  # a page with status 200
    "null",
    "empty",
    "wrong count",
    "huge",  # 10 MiB
    "compressed",
    "wrong json",
    "hostile",  # tags, control characters, text turned around
    "warning",  # a quota's warning as the translation
]
SLOW = 30.0  # seconds
PAGE = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"


@dataclass(frozen=True)
class Asked:
    """One request as the peer saw it: `texts` are what it was to translate."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    texts: list[str] = field(default_factory=list)


@dataclass
class Answer:
    """What goes back; `headers` beyond the type and the length."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Peer:
    """Set `behaviour` for all requests from now on, or queue one per request with `then`; read `requests`.

    Use it as a context manager, or call `start` and `close`; closing ends every connection at once.
    """

    def __init__(self) -> None:
        self.behaviour: Behaviour = "ok"
        self.retry_after: str | None = None
        self.phrases: dict[str, str] = {}
        """Answers by text, before the peer's own."""
        self.poison: str | None = None
        """A request whose texts contain this is answered 500."""
        self.elsewhere = "http://127.0.0.2:9/"
        """Where "redirect" leads."""
        self.requests: list[Asked] = []
        self.closing = threading.Event()
        self._next: deque[Behaviour] = deque()
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        assert self._server is not None, "the peer was not started"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def texts(self) -> list[str]:
        """Every text that was asked for, in order."""
        return [text for asked in self.requests for text in asked.texts]

    def then(self, *behaviours: Behaviour) -> None:
        """Queue behaviours, one for each coming request, before `behaviour` holds again."""
        self._next.extend(behaviours)

    def start(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.peer = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def close(self) -> None:
        if self._server is not None and self._thread is not None:
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def receive(self, asked: Asked) -> tuple[Behaviour, Answer]:
        """Record a request and decide on its answer."""
        with self._lock:
            self.requests.append(asked)
            behaviour = self._next.popleft() if self._next else self.behaviour
        if self.poison is not None and any(self.poison in text for text in asked.texts):
            behaviour = "500"
        return behaviour, self._common(behaviour, asked) or self.answer(behaviour, asked)

    def texts_of(self, asked: Asked) -> list[str]:
        """Return what a request asks to translate; a bare peer understands nothing."""
        return []

    def answer(self, behaviour: Behaviour, asked: Asked) -> Answer:
        """Return the service's own answer, good or bad."""
        return Answer(b"{}")

    def _common(self, behaviour: Behaviour, asked: Asked) -> Answer | None:
        if behaviour == "429":
            headers = {} if self.retry_after is None else {"Retry-After": self.retry_after}
            return Answer(b'{"error": "Slowdown: 10 per 1 minute"}', 429, headers=headers)
        if behaviour in ("500", "503"):
            return Answer(b'{"error": "Cannot translate text: broken"}', int(behaviour))
        if behaviour == "403":
            return Answer(b'{"error": "Invalid API key"}', 403)
        if behaviour == "404":
            return Answer(b"<!doctype html><title>404 Not Found</title>", 404, "text/html")
        if behaviour == "redirect":
            return Answer(b"", 302, headers={"Location": self.elsewhere})
        if behaviour == "redirect here":
            return Answer(b"", 302, headers={"Location": asked.path})
        if behaviour == "html":
            return Answer(PAGE, 200, "text/html")
        if behaviour == "huge":
            return Answer(b" " * (10 * 1024 * 1024))
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # `server_close` waits for every handler
    peer: Peer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: _Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the standard library's name
        """Keep quiet."""

    def _serve(self) -> None:
        peer = self.server.peer
        self.close_connection = True
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        asked = Asked(self.command, parts.path, parse_qs(parts.query), _plain(self.headers), body)
        asked.texts.extend(peer.texts_of(asked))
        behaviour, answer = peer.receive(asked)
        if behaviour == "slow":
            peer.closing.wait(SLOW)
            return
        if behaviour in ("closed", "reset", "no http", "endless headers"):
            self._break_off(behaviour)
            return
        if behaviour == "drip headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            self._drip()
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if behaviour == "endless":
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(10**6 if behaviour == "drip" else len(answer.body)))
        self.send_header("Connection", "close")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if behaviour == "compressed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        if behaviour == "drip":
            self._drip()
        elif behaviour == "endless":
            self._flood(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        else:
            self.wfile.write(answer.body[: len(answer.body) // 2] if behaviour == "cut" else answer.body)

    def _break_off(self, behaviour: Behaviour) -> None:
        if behaviour == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif behaviour == "no http":
            self.wfile.write(b"\x16\x03\x01\x00 220 ready\r\n\r\n")
        elif behaviour == "endless headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._flood(b"X-More: " + b"x" * 1000 + b"\r\n")

    def _flood(self, bytes_: bytes) -> None:
        with suppress(OSError):  # nobody reads on
            while not self.server.peer.closing.is_set():
                self.wfile.write(bytes_)

    def _drip(self) -> None:
        while not self.server.peer.closing.wait(0.02):
            self.wfile.write(b" ")


def _plain(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
