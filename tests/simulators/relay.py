"""A relay before a real server that can be told to swallow an answer: a connection that breaks."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import urllib3

from tests.patience import PATIENCE

_POOL = urllib3.PoolManager(retries=False, timeout=PATIENCE)


class Relay(ThreadingHTTPServer):
    """Passes everything on to the platform, but keeps the answer to an upload for itself."""

    daemon_threads = True

    def __init__(self, upstream: str, *, deliver: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Call)
        self.upstream, self.deliver = upstream, deliver
        self.held, self.over = threading.Event(), threading.Event()
        self.bodies: list[bytes] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def close(self) -> None:
        self.over.set()
        self.shutdown()
        self.server_close()


class _Call(BaseHTTPRequestHandler):
    server: Relay

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        upload = self.command == "POST" and self.path.startswith("/api/v1/statements")
        if upload:
            self.server.bodies.append(body)
        if not upload or self.server.deliver:
            headers = {
                name: self.headers[name] for name in ("Authorization", "Content-Type") if name in self.headers
            }
            answer = _POOL.request(self.command, self.server.upstream + self.path, body=body, headers=headers)
        if upload:
            self.server.held.set()
            self.server.over.wait(60)
            return
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.data)))
        self.end_headers()
        self.wfile.write(answer.data)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._pass
        raise AttributeError(name)

    def log_request(self, *_: object) -> None:
        """Nothing is said about it."""
