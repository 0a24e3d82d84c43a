"""A witness over HTTP (C2SP tlog-witness): add-checkpoint, and what it has seen."""

from __future__ import annotations

from flask import Flask, Response, request

from api import cors
from trace.usecases.witness.cosign_checkpoint import Witness

MAX_BODY = 64 * 1024
MAX_ENTRIES = 4 * 1024 * 1024


def create_witness(witness: Witness) -> Flask:
    """The application of one witness process. It knows no tokens: it signs only what it has checked."""
    app = Flask("greentrace-witness", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY

    cors.install(app)

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        answer = witness.add_checkpoint(request.get_data(cache=False))
        return Response(answer.body, status=answer.status, content_type=answer.media_type)

    @app.post("/add-entries")
    def add_entries() -> Response:
        request.max_content_length = MAX_ENTRIES
        answer = witness.add_entries(request.get_data(cache=False))
        return Response(answer.body, status=answer.status, content_type=answer.media_type)

    @app.get("/<string:origin_hash>/checkpoint")
    def latest(origin_hash: str) -> Response:
        note = witness.latest(origin_hash)
        if note is None:
            return Response(status=404)
        response = Response(note, content_type="text/plain; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        response.add_etag()
        response.make_conditional(request)
        return response

    @app.get("/healthz")
    def health() -> Response:
        return Response('{"status":"ok"}', content_type="application/json")

    return app
