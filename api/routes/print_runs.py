"""Print-run routes: ask, fetch part by part or all at once, sign what was printed.

A client that broke off fetches the parts it lacks; every part has its digest in `Repr-Digest` (RFC 9530) and
in the manifest, and comes out the same whenever it is asked for.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, body, caller, json_response, platform
from api.documents.labels import PrintManifest, PrintRun, PrintRuns, address_of
from api.routes.labels import warn
from api.schemas.printing import RunBody
from trace.codes.intervals import Interval
from trace.labels.manifest import PartMade
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
_KINDS = {".csv": "text/csv; charset=utf-8", ".zpl": "application/zpl", ".pdf": "application/pdf"}


@blueprint.route("/lots/<path:lot>/print-runs", methods=["POST"])
@blueprint.arguments(RunBody, error_status_code=400)
@blueprint.response(201, PrintRun)
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
        wished["start"],
        wished["marks"],
        wished["lang"],
    )
    served = platform()
    asked = ask_run(served.transactions, lot, wish, caller(), served.public_url)
    return _answer(asked, HTTPStatus.CREATED, Location=address_of(asked.row.id))


@blueprint.route("/lots/<path:lot>/print-runs")
@blueprint.response(200, PrintRuns)
def get_runs(lot: str) -> Headed:
    """What was printed of a lot, by whom, for which printer."""
    runs = list_runs(platform().transactions, lot, caller())
    return {"lot": lot, "runs": runs}, HTTPStatus.OK, NO_STORE


@blueprint.route("/print-runs/<string:run>")
@blueprint.response(200, PrintRun)
def get_run(run: str) -> Response:
    """How far a run is: asked, printing, made, signed."""
    return _answer(look_at_run(platform().transactions, run, caller()))


@blueprint.route("/print-runs/<string:run>", methods=["DELETE"])
@blueprint.doc(responses={"204": {"description": "forgotten; nothing of it was given away"}})
def delete_run(run: str) -> Response:
    """Withdraw a run of which no part was fetched, so that its codes can be asked for anew."""
    withdraw_run(platform().transactions, run, caller())
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
@blueprint.response(200, PrintManifest)
def get_manifest(run: str) -> Response:
    """What was printed: range, count, digest of every file, printer, time; once every part was made."""
    payload, _ = manifest_of(platform().transactions, run, caller())
    return json_response(payload, Cache_Control="no-store")


@blueprint.route("/print-runs/<string:run>/manifest.jws")
@blueprint.doc(
    responses={"200": {"description": "compact JWS of the lot's holder", "content": {_JOSE: _FILE}}}
)
def get_signature(run: str) -> Response:
    """The signed manifest; 404 until it is signed."""
    _, signed = manifest_of(platform().transactions, run, caller())
    status = 200 if signed is not None else 404
    return Response(signed or "", status, content_type=_JOSE, headers={"Cache-Control": "no-store"})


@blueprint.route("/print-runs/<string:run>/manifest.jws", methods=["PUT"])
@blueprint.doc(requestBody={"required": True, "content": {_JOSE: _FILE}})
@blueprint.response(200, PrintRun)
def put_signature(run: str) -> Headed:
    """Hand in the manifest signed (compact JWS over exactly its bytes) with a key of the lot's holder."""
    asking, served = caller(), platform()
    sign_run(served.transactions, run, body(_MANIFEST_BYTES).decode("ascii", "replace"), asking)
    return look_at_run(served.transactions, run, asking), HTTPStatus.OK, NO_STORE


def _press() -> Press:
    served = platform()
    return Press(served.transactions, served.codes.ring, caller())


def _answer(asked: AskedRun, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """A run with its warnings in the headers too."""
    content = orjson.dumps(PrintRun().dump(asked))
    return warn(json_response(content, status, Cache_Control="no-store", **headers), asked.warnings)


def _file(response: Response, part: PartMade) -> Response:
    digest = base64.b64encode(bytes.fromhex(part.sha256)).decode()
    response.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    response.headers["Content-Disposition"] = f'attachment; filename="{part.name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
