"""The peer of the pages and the resolver: Flask with one view that says a constant."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from api.application import THREADS
from api.gateway import Gateway

PAGE = "GREENTRACE_BENCH_PAGE"


def bare(body: bytes = b"", headers: list[tuple[str, str]] | None = None) -> Flask:
    """`/page/…` says `body` under `headers`, any other path redirects."""
    app = Flask("bare", static_folder=None)
    own = [(name, value) for name, value in headers or [] if name != "Content-Length"]

    @app.get("/page/<path:rest>")
    def page(rest: str) -> Response:
        return Response(body, headers=own)

    @app.get("/<path:rest>")
    def moved(rest: str) -> AnyResponse:
        return redirect(f"/page/{len(rest)}", 307)

    return app


def served() -> Gateway:
    """For the server: the page lies in the file that GREENTRACE_BENCH_PAGE names."""
    return Gateway(bare(Path(os.environ[PAGE]).read_bytes(), [("Content-Encoding", "gzip")]), THREADS)
