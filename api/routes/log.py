"""Log routes (C2SP tlog-tiles, tlog-checkpoint), keys and policy: what witnesses and auditors read."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from api.boundary import Headed, platform
from api.documents.log import JwkSet, Key, KeyStatements
from api.schemas.lots import RangeQuery
from trace.errors import UnknownTile
from trace.usecases.log.read_log import (
    StatedKey,
    key_of,
    key_statements,
    keys_in_force,
    newest_note,
    tile_bytes,
)

blueprint = Blueprint("log", __name__, description="存证日志与密钥 the append-only log and the keys")
_TEXT = {"200": {"description": "text as C2SP specifies it", "content": {"text/plain": {}}}}
_TILE = {
    "200": {
        "description": "bytes as C2SP tlog-tiles specifies them",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_IMMUTABLE = "public, max-age=31536000, immutable"


@blueprint.route("/log/checkpoint")
@blueprint.doc(responses=_TEXT)
def get_checkpoint() -> Response:
    """The newest checkpoint that both witnesses cosigned (before the first one: the log's own)."""
    note = newest_note(platform().transactions, platform().witnesses)
    if note is None:
        raise UnknownTile(path="checkpoint")
    response = Response(note, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.route("/log/tile/entries/<path:path>")
@blueprint.doc(responses=_TILE)
def get_entries(path: str) -> Response:
    """An entry bundle: leaves, for witnesses and auditors (token scope log:entries)."""
    return _tile(f"entries/{path}")


@blueprint.route("/log/tile/<int:level>/<path:path>")
@blueprint.doc(responses=_TILE)
def get_tile(level: int, path: str) -> Response:
    """A Merkle tile of up to 256 hashes."""
    return _tile(f"{level}/{path}")


@blueprint.route("/log/keys")
@blueprint.arguments(RangeQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, KeyStatements)
def get_key_statements(query: Mapping[str, Any]) -> dict[str, Any]:
    """The statements that register and revoke keys, as signed: what a witness needs to judge leaves."""
    return {"statements": key_statements(platform().transactions, query["start"], query["end"])}


@blueprint.route("/api/v1/keys/<string:kid>")
@blueprint.response(200, Key)
def get_key(kid: str) -> StatedKey:
    """One key: who holds it, how it is kept, when it was registered and revoked, with proofs."""
    return key_of(platform().transactions, kid)


@blueprint.route("/.well-known/jwks.json")
@blueprint.response(200, JwkSet)
def get_jwks() -> Headed:
    """The keys in force now, for ordinary JOSE tools."""
    keys = {"keys": keys_in_force(platform().transactions)}
    return keys, HTTPStatus.OK, {"Cache-Control": "public, max-age=300"}


@blueprint.route("/.well-known/trace-policy")
@blueprint.doc(responses=_TEXT)
def get_policy() -> Response:
    """The log's key and its witnesses (C2SP tlog-policy). Compare it with the printed one."""
    return Response(platform().trust.texts[0], content_type="text/plain; charset=utf-8")


def _tile(path: str) -> Response:
    response = Response(
        tile_bytes(platform().transactions, f"tile/{path}"), content_type="application/octet-stream"
    )
    response.headers["Cache-Control"] = _IMMUTABLE
    return response
