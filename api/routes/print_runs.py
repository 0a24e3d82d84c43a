"""Print-run routes: ask, fetch part by part or all at once, sign what was printed.

A client that broke off fetches the parts it lacks; every part has its digest in `Repr-Digest` (RFC 9530) and
in the manifest, and comes out the same whenever it is asked for.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from api.boundary import actor, body, json_response, platform
from api.routes.labels import may_print, told, warn
from api.schemas.printing import RunBody
from trace.codes.intervals import Interval
from trace.errors import TokenMissing
from trace.labels.manifest import PartMade
from trace.parties import Actor
from trace.usecases.printing.print_manifest import manifest_of, sign_run
from trace.usecases.printing.print_parts import Press
from trace.usecases.printing.print_runs import (
    AskedRun,
    RunRequest,
    ask_run,
    list_runs,
    look_at_run,
    withdraw_run,
)

blueprint = Blueprint(
    "print-runs", __name__, url_prefix="/api/v1", description="打印批次 print runs of item codes"
)

_MANIFEST_BYTES = 8 * 1024 * 1024
_JOSE = "application/jose"
_FILE = {"schema": {"type": "string", "format": "binary"}}
_JSON = {"200": {"description": "a JSON document"}}
_KINDS = {".csv": "text/csv; charset=utf-8", ".zpl": "application/zpl", ".pdf": "application/pdf"}


@blueprint.route("/lots/<path:lot>/print-runs", methods=["POST"])
@blueprint.arguments(RunBody, error_status_code=400)
@blueprint.doc(
    responses={"201": {"description": "the run: how many parts, where they are, what to beware of"}}
)
def post_run(wished: Mapping[str, Any], lot: str) -> Response:
    """Enter a print run of item codes; refused while the gate "code" is closed or the codes were printed."""
    part = wished["range"]
    wish = RunRequest(
        wished["form"],
        wished["printer"],
        None if part is None else Interval(part["first"], part["count"]),
        wished["size"],
        wished["dpi"],
        wished["dots"],
        wished["hidden"],
        wished["again"],
    )
    served = platform()
    asked = ask_run(served.transactions, lot, wish, may_print(), served.public_url)
    return warn(_json(_shown(asked), 201, Location=_path(asked.row.id)), asked.warnings)


@blueprint.route("/lots/<path:lot>/print-runs")
@blueprint.doc(responses=_JSON)
def get_runs(lot: str) -> Response:
    """What was printed of a lot, by whom, for which printer."""
    runs = list_runs(platform().transactions, lot, _reader())
    return _json({"lot": lot, "runs": [_shown(each) for each in runs]})


@blueprint.route("/print-runs/<string:run>")
@blueprint.doc(responses=_JSON)
def get_run(run: str) -> Response:
    """How far a run is: asked, printing, made, signed."""
    asked = look_at_run(platform().transactions, run, _reader())
    return warn(_json(_shown(asked)), asked.warnings)


@blueprint.route("/print-runs/<string:run>", methods=["DELETE"])
@blueprint.doc(responses={"204": {"description": "forgotten; nothing of it was given away"}})
def delete_run(run: str) -> Response:
    """Withdraw a run of which no part was fetched, so that its codes can be asked for anew."""
    withdraw_run(platform().transactions, run, may_print())
    return Response(status=204)


@blueprint.route("/print-runs/<string:run>/parts/<int:number>")
@blueprint.doc(responses={"200": {"description": "a file of the run", "content": {"application/zip": _FILE}}})
def get_part(run: str, number: int) -> Response:
    """One file of the run, from 0, made now: the same bytes every time."""
    part, content = _press().part(run, number)
    kind = next((kind for suffix, kind in _KINDS.items() if part.name.endswith(suffix)), "application/zip")
    return _file(Response(content, content_type=kind), part)


@blueprint.route("/print-runs/<string:run>/files.zip")
@blueprint.doc(
    responses={"200": {"description": "every part and the manifest", "content": {"application/zip": _FILE}}}
)
def get_files(run: str) -> Response:
    """The whole run as one streamed ZIP; each part is made as it is sent."""
    response = Response(_press().archive(run), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{run[:8]}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/print-runs/<string:run>/manifest")
@blueprint.doc(responses={"200": {"description": "canonical JSON, exactly the bytes to sign"}})
def get_manifest(run: str) -> Response:
    """What was printed: range, count, digest of every file, printer, time; once every part was made."""
    payload, _ = manifest_of(platform().transactions, run, _reader())
    return json_response(payload, Cache_Control="no-store")


@blueprint.route("/print-runs/<string:run>/manifest.jws")
@blueprint.doc(
    responses={"200": {"description": "compact JWS of the lot's holder", "content": {_JOSE: _FILE}}}
)
def get_signature(run: str) -> Response:
    """The signed manifest; 404 until it is signed."""
    _, signed = manifest_of(platform().transactions, run, _reader())
    status = 200 if signed is not None else 404
    return Response(signed or "", status, content_type=_JOSE, headers={"Cache-Control": "no-store"})


@blueprint.route("/print-runs/<string:run>/manifest.jws", methods=["PUT"])
@blueprint.doc(
    requestBody={"required": True, "content": {_JOSE: _FILE}},
    responses={"200": {"description": "the run, signed"}},
)
def put_signature(run: str) -> Response:
    """Hand in the manifest signed (compact JWS over exactly its bytes) with a key of the lot's holder."""
    caller, served = may_print(), platform()
    sign_run(served.transactions, run, body(_MANIFEST_BYTES).decode("ascii", "replace"), caller)
    return _json(_shown(look_at_run(served.transactions, run, caller)))


def _press() -> Press:
    caller, served = may_print(), platform()
    return Press(served.transactions, served.codes.ring, caller)


def _reader() -> Actor:
    """Whoever may look at runs: their holder, a regulator."""
    caller = actor()
    if caller is None:
        raise TokenMissing
    return caller if caller.is_regulator else may_print()


def _shown(asked: AskedRun) -> dict[str, Any]:
    row = asked.row
    size = {"dots": row.described["dots"], "dpi": row.described["dpi"], "symbol": row.described["symbol"]}
    address = _path(row.id)
    return {
        "id": row.id,
        "lot": row.lot,
        "state": asked.state,
        "form": row.form,
        "range": {"first": row.first, "count": row.count},
        "epoch": row.epoch,
        "parts": row.parts,
        "done": asked.done,
        "perPart": row.described["perPart"],
        "printer": row.printer,
        **size,
        "askedAt": row.asked_at.isoformat(),
        "again": row.again,
        "signedWith": row.signed_with,
        "warnings": told(asked.warnings),
        "links": {
            "self": address,
            "part": f"{address}/parts/{{number}}",
            "all": f"{address}/files.zip",
            "manifest": f"{address}/manifest",
        },
    }


def _path(run: str) -> str:
    return f"/api/v1/print-runs/{run}"


def _file(response: Response, part: PartMade) -> Response:
    digest = base64.b64encode(bytes.fromhex(part.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    response.headers["Content-Disposition"] = f'attachment; filename="{part.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _json(document: Mapping[str, Any], status: int = 200, **headers: str) -> Response:
    return json_response(orjson.dumps(document), status, Cache_Control="no-store", **headers)
