"""Upload routes: a file in parts, its state, its faults and their mending, what is to be signed, receipts."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, body, caller, json_response, platform
from api.documents import uploads as documents
from api.documents.statements import Results, results_of
from api.problems import locale_of_request
from api.schemas.uploads import (
    CellBody,
    FaultsQuery,
    MendBody,
    ReasonBody,
    RowBody,
    SubmitBody,
    UploadBody,
    WaveBody,
)
from trace.exchange.tabular.grids import CellError
from trace.usecases.uploads import answers
from trace.usecases.uploads.annotated_copy import annotated_copy
from trace.usecases.uploads.correct_changed import changed_records, correct_changed
from trace.usecases.uploads.edit_cells import Edit, Mend, edit_cells, leave_out, mend_group
from trace.usecases.uploads.receive import PART_BYTES, Announced, announce, discard_upload, take_part
from trace.usecases.uploads.sign_upload import Signed, next_wave, receipts_of, submit
from trace.wording import say

blueprint = Blueprint("uploads", __name__, url_prefix="/api/v1", description="上传 files of rows")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@blueprint.route("/uploads", methods=["POST"])
@blueprint.arguments(UploadBody, error_status_code=400)
@blueprint.alt_response(200, schema=documents.Upload, description="the same file is here, or begun")
@blueprint.response(201, documents.Upload)
def post_upload(wished: Mapping[str, Any]) -> Headed:
    """Announce a file by its digest; then send its parts. The same file twice is one upload."""
    served, asking = platform(), caller()
    one, new = announce(served.transactions, asking, Announced(**wished))
    status = HTTPStatus.CREATED if new else HTTPStatus.OK
    return answers.state_of(served.transactions, asking, one.id), status, _at(one.id)


@blueprint.route("/uploads")
@blueprint.response(200, documents.Uploads)
def get_uploads() -> Headed:
    """The last uploads of the caller's party."""
    return {"uploads": answers.states_of(platform().transactions, caller())}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>")
@blueprint.response(200, documents.Upload)
def get_upload(upload: str) -> Headed:
    """How an upload stands; ask again while it is waiting or running, or after a broken connection."""
    return answers.state_of(platform().transactions, caller(), upload), HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>", methods=["DELETE"])
@blueprint.doc(responses={"204": {"description": "forgotten with all that was read of it"}})
def delete_upload(upload: str) -> Response:
    """Discard an upload of which nothing was signed."""
    discard_upload(platform().transactions, caller(), upload)
    return Response(status=204)


@blueprint.route("/uploads/<string:upload>/parts/<int:number>", methods=["PUT"])
@blueprint.doc(requestBody={"required": True, "content": {"application/octet-stream": _BINARY}})
@blueprint.response(200, documents.Received)
def put_part(upload: str, number: int) -> Headed:
    """Send the part that begins at byte `number`, at most 4 MiB; with the last one the reading begins."""
    served = platform()
    there = take_part(served.transactions, caller(), upload, number, body(PART_BYTES))
    served.nudge()
    return {"received": there}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/faults")
@blueprint.arguments(FaultsQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, documents.CellFaults)
def get_faults(query: Mapping[str, Any], upload: str) -> Headed:
    """Faults in the order of the file: what was read, what is expected, how to mend it."""
    found = answers.faults_of(platform().transactions, caller(), upload, query["most"], query["offset"])
    return {"faults": [_fault(one) for one in found]}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/groups")
@blueprint.response(200, documents.FaultGroups)
def get_groups(upload: str) -> Headed:
    """Equal faults together."""
    found = answers.groups_of(platform().transactions, caller(), upload)
    groups = [
        {
            "sheet": one.sheet, "place": one.place, "column": one.letter, "heading": heading,
            "code": one.code, "params": one.params, "count": one.count, "first": one.first,
            "detail": say(locale_of_request(), f"problem.{one.code}.detail", **one.params),
        }
        for one, heading in found
    ]  # fmt: skip
    return {"groups": groups}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/groups", methods=["POST"])
@blueprint.arguments(MendBody, error_status_code=400)
@blueprint.response(200, documents.Mended)
def post_group(wished: Mapping[str, Any], upload: str) -> Headed:
    """Mend equal faults together: names and numbers of things, never days, amounts or results."""
    served = platform()
    mend = Mend((wished["sheet"], wished["column"], wished["code"]), wished["read"], wished["text"])
    count = mend_group(served.transactions, served.codes, caller(), upload, mend)
    served.nudge()
    return {"count": count}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/cells", methods=["POST"])
@blueprint.arguments(CellBody, error_status_code=400)
@blueprint.response(200, documents.Upload)
def post_cell(wished: Mapping[str, Any], upload: str) -> Headed:
    """Write one cell anew; what hangs on it is checked again."""
    served = platform()
    edit = Edit(wished["sheet"], wished["row"], wished["column"], wished["text"])
    edit_cells(served.transactions, served.codes, caller(), upload, [edit])
    served.nudge()
    return answers.state_of(served.transactions, caller(), upload), HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/left-out", methods=["POST"])
@blueprint.arguments(RowBody, error_status_code=400)
@blueprint.response(200, documents.Upload)
def post_left_out(wished: Mapping[str, Any], upload: str) -> Headed:
    """Take a row out of the upload: what it said is stated nowhere."""
    served = platform()
    leave_out(served.transactions, served.codes, caller(), upload, wished["sheet"], wished["row"])
    served.nudge()
    return answers.state_of(served.transactions, caller(), upload), HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/annotated.xlsx")
@blueprint.doc(responses={"200": {"description": "every fault at its cell", "content": {_XLSX: _BINARY}}})
def get_annotated(upload: str) -> Response:
    """A copy of the file with each fault as a comment at its cell."""
    locale = locale_of_request()
    packed = annotated_copy(platform().transactions, caller(), upload, lambda one: sentence_of(one, locale))
    response = Response(packed, content_type=_XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="annotated.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/uploads/<string:upload>/changed")
@blueprint.response(200, documents.ChangedRecords)
def get_changed(upload: str) -> Headed:
    """Records that stand and that the file says otherwise, member by member."""
    found = changed_records(platform().transactions, caller(), upload)
    return {"changed": found}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/corrections", methods=["POST"])
@blueprint.arguments(ReasonBody, error_status_code=400)
@blueprint.response(200, documents.Mended)
def post_corrections(wished: Mapping[str, Any], upload: str) -> Headed:
    """Make corrections of what the file says otherwise; they are signed as the rest is."""
    served = platform()
    count = correct_changed(served.transactions, served.codes, caller(), upload, wished["reason"])
    served.nudge()
    return {"count": count}, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/wave", methods=["POST"])
@blueprint.arguments(WaveBody, error_status_code=400)
@blueprint.response(200, documents.Wave)
def post_wave(wished: Mapping[str, Any], upload: str) -> Headed:
    """What is to be signed next in one of the caller's streams; nothing is left when it is empty."""
    served = platform()
    wave = next_wave(
        served.transactions,
        served.codes,
        caller(),
        upload,
        wished["stream"],
        leave_faulty=wished["leave_faulty"],
    )
    return wave, HTTPStatus.OK, NO_STORE


@blueprint.route("/uploads/<string:upload>/statements", methods=["POST"])
@blueprint.arguments(SubmitBody, error_status_code=400)
@blueprint.response(200, Results)
def post_signed(wished: Mapping[str, Any], upload: str) -> Response:
    """Hand in a wave that was signed: all of it is taken, or nothing."""
    served = platform()
    served.start()
    signed = [Signed(one["key"], one["jws"]) for one in wished["statements"]]
    outcomes = submit(served.transactions, served.acceptance, caller(), upload, signed)
    return json_response(orjson.dumps({"results": results_of(outcomes)}), Cache_Control="no-store")


@blueprint.route("/uploads/<string:upload>/receipts")
@blueprint.response(200, documents.Receipts)
def get_receipts(upload: str) -> Headed:
    """The receipts of everything that was stated from the upload, with the rows that said it."""
    found = receipts_of(platform().transactions, caller(), upload)
    return {"receipts": found}, HTTPStatus.OK, NO_STORE


def sentence_of(one: CellError, locale: str) -> str:
    """A fault in words: what is wrong, and how to mend it."""
    return " ".join(say(locale, f"problem.{one.code}.{part}", **one.params) for part in ("detail", "action"))


def _fault(one: answers.CellFault) -> dict[str, Any]:
    fault, locale = one.fault, locale_of_request()
    words = {
        part: say(locale, f"problem.{fault.code}.{part}", **fault.params)
        for part in ("title", "detail", "action")
    }
    return {
        "sheet": fault.sheet, "place": fault.place, "row": fault.row, "column": fault.letter,
        "heading": one.heading, "read": one.read, "code": fault.code, "params": fault.params,
        "editable": one.editable, "suggestions": one.suggestions, **words,
    }  # fmt: skip


def _at(upload: str) -> dict[str, str]:
    return {**NO_STORE, "Location": f"/api/v1/uploads/{upload}"}
