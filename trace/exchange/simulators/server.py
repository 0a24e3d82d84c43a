"""The small HTTP server under both simulators: one handler function, threads, a bounded body."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Self

import orjson

LARGEST_BODY: Final = 4 * 2**20


@dataclass(frozen=True, slots=True)
class Request:
    """`path` includes the query. Header names are lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> object:
        """The body as JSON; None for an empty or broken one."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Reply:
    """`cut`: send only so many bytes of the body and hang up. `hang_up`: do not answer at all."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang_up: bool = False


def json_reply(status: int, value: object, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, orjson.dumps(value), {"Content-Type": "application/json", **(headers or {})})


Answering = Callable[[Request], Reply]


class Simulator:
    """Serves `answer` on 127.0.0.1:`port` (0: any) in a thread of its own; a context manager."""

    def __init__(self, answer: Answering, port: int = 0) -> None:
        self._server = _Server(answer, port)
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """In this thread, until the process is told to stop; says its address first."""
        print(f"listening on {self.url}", flush=True)  # noqa: T201 - the only way a parent learns the port
        try:
            self._server.serve_forever()
        except KeyboardInterrupt:
            self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, answer: Answering, port: int) -> None:
        self.answer = answer
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is normal here; anything else is a fault of the simulator and is shown."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def _handle(self) -> None:
        length = self.headers.get("Content-Length", "0")
        size = int(length) if length.isdigit() else 0
        if size > LARGEST_BODY:
            self._send(Reply(413))
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(size))
        if isinstance(self.server, _Server):
            self._send(self.server.answer(request))

    def _send(self, reply: Reply) -> None:
        if reply.hang_up:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status != 304:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if reply.cut is not None:
            self.wfile.write(reply.body[: reply.cut])
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(reply.body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = _handle  # noqa: N815 - as http.server calls them

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Simulators are quiet; what they were asked is on their admin endpoint."""
