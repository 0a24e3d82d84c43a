"""Any origin may read the public addresses, by GET and HEAD, after asking first or not; nothing else."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from api import cors
from api.routes.witness import create_witness

ORIGIN = {"Origin": "https://verifier.example"}
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "GET",
    "Access-Control-Request-Headers": "authorization",
}
READABLE = (
    *(
        "/api/v1/keys/K",
        "/log/checkpoint",
        "/log/tile/0/000",
        "/.well-known/jwks.json",
        "/problems/x",
        "/files/F",
    ),
    *("/page/01/09521234100010", "/01/09521234100010", "/t/7K3M-9QX2-TB4D", "/lots/urn:lot:X:1/trace.html"),
    *("/verifier.json", "/linkset-context.jsonld", "/static/verify.0123.js", f"/{'0a' * 32}/checkpoint"),
)


@pytest.fixture
def client():
    app = Flask("any", static_folder=None)
    cors.install(app)

    @app.route("/", defaults={"path": ""}, methods=["GET", "POST"])
    @app.route("/<path:path>", methods=["GET", "POST"])
    def anything(path):
        return Response(path, status=404 if path.endswith("K") else 200)

    return app.test_client()


@pytest.mark.parametrize("path", READABLE)
def test_what_a_verifier_reads_is_open_to_any_origin_after_a_preflight(client, path):
    for answer in (client.get(path, headers=ORIGIN), client.head(path, headers=ORIGIN)):
        assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"]
        assert "ETag" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    asked = client.options(path, headers=PREFLIGHT)
    assert asked.status_code in {200, 204}
    assert asked.headers["Access-Control-Allow-Origin"] == "*"
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "authorization" in asked.headers["Access-Control-Allow-Headers"].lower()


@pytest.mark.parametrize("path", READABLE)
def test_nobody_states_anything_from_another_origin(client, path):
    assert "Access-Control-Allow-Origin" not in client.post(path, headers=ORIGIN).headers


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/", "/scan", "/verifier.jsonx", "/nowhere/log/"])
def test_what_no_verifier_reads_is_not_shared(client, path):
    assert "Access-Control-Allow-Origin" not in client.get(path, headers=ORIGIN).headers


class Seen:
    """A witness of one checkpoint."""

    def latest(self, origin_hash: str) -> str | None:
        return "note\n" if origin_hash == "0a" * 32 else None


def test_what_a_witness_has_seen_is_open_too_and_not_sent_twice():
    client = create_witness(Seen()).test_client()
    path = f"/{'0a' * 32}/checkpoint"
    first = client.get(path, headers=ORIGIN)
    assert (first.status_code, first.text) == (200, "note\n")
    again = client.get(path, headers={**ORIGIN, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    asked = client.options(path, headers=PREFLIGHT)
    unknown = client.get(f"/{'0b' * 32}/checkpoint", headers=ORIGIN)
    assert unknown.status_code == 404
    for answer in (first, again, asked, unknown):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
