"""A partner's site: pages on another origin, under a policy that allows the API's script and its answers, no more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

STYLE = "body { margin: 16px; font-family: sans-serif } "


class Host:
    """Serves `page(…)` at `url`; the API is at `api`."""

    def __init__(self, url: str, api: str) -> None:
        self.url = url
        self.api = api
        self.body = ""
        self.policy = (
            f"default-src 'none'; script-src {api}; connect-src {api}; frame-src {api}; style-src 'nonce-ours'; "
            "img-src data:; base-uri 'none'; require-trusted-types-for 'script'"
        )

    def page(self, *elements: str, lang: str = "ko", scheme: str = "", style: str = "", script: bool = True) -> str:
        """Put up a page with these elements; return its address. `scheme` is what its style declares."""
        declared = f":root {{ color-scheme: {scheme} }}" if scheme else ""
        pasted = f'<script type="module" src="{self.api}/embed/news.js"></script>' if script else ""
        self.body = (
            f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Partner</title>'
            '<link rel="icon" href="data:,"><meta name="viewport" content="width=device-width">'
            f'<style nonce="ours">{STYLE}{declared}{style}</style>{pasted}</head>'
            f"<body><main><h1>Partner</h1>{''.join(elements)}</main></body></html>"
        )
        return f"{self.url}/"


@contextmanager
def serving(api: str) -> Iterator[Host]:
    """Serve a partner's pages on a free port as long as the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = host.body.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", host.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = Host(f"http://localhost:{server.server_port}", api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
