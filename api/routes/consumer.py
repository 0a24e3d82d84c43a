"""Routes of complaints, wishes for tests and report files, for those who have to act on them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, body, caller, platform
from api.documents.messages import Complaints, ComplaintSeen, ReportFile, Wishes
from api.schemas.consumer import ComplaintsQuery, ComplaintStep, ReportQuery
from trace.errors import ReportFileUnnamed
from trace.usecases.messages.complaints import advance_complaint, complaints_for
from trace.usecases.messages.report_file import size_limit, store_report_file
from trace.usecases.messages.sampling_wish import count_wishes

blueprint = Blueprint(
    "consumer", __name__, url_prefix="/api/v1", description="投诉举报、报告原件 complaints, report files"
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@blueprint.route("/complaints")
@blueprint.arguments(ComplaintsQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Complaints)
def get_complaints(query: Mapping[str, Any]) -> Headed:
    """Complaints of a regulator's area, with contact data, the department that has to act, and until when."""
    return complaints_for(platform().transactions, caller(), **query), HTTPStatus.OK, NO_STORE


@blueprint.route("/complaints/<string:number>/state", methods=["POST"])
@blueprint.arguments(ComplaintStep, unknown="raise", error_status_code=400)
@blueprint.response(200, ComplaintSeen)
def post_complaint_state(step: Mapping[str, Any], number: str) -> Headed:
    """Take a complaint on: `forwarded` to the other department, or `answered` with words for its sender."""
    moved = advance_complaint(platform().transactions, caller(), number, **step)
    return moved, HTTPStatus.OK, NO_STORE


@blueprint.route("/test-wishes")
@blueprint.response(200, Wishes)
def get_test_wishes() -> Headed:
    """你点我检: how many devices asked for a test of which product; for regulators' sampling plans."""
    return {"wishes": count_wishes(platform().transactions)}, HTTPStatus.OK, NO_STORE


@blueprint.route("/files/<string:sha256>", methods=["PUT"])
@blueprint.arguments(ReportQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(
    requestBody={
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("application/pdf", "image/jpeg", "image/png")
        },
    },
)
@blueprint.response(201, ReportFile)
def put_file(query: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """The original of a test report, under the digest that the signed report `?report=` names."""
    if _DIGEST.fullmatch(sha256) is None:
        raise ReportFileUnnamed(sha256=sha256[:64])
    served = platform()
    content = body(size_limit(served.transactions))
    row = store_report_file(served.transactions, served.folder.path, sha256, query["report"], content)
    return {
        "sha256": row.sha256,
        "media_type": row.media_type,
        "bytes": row.bytes,
        "address": f"{served.public_url}/files/{row.sha256}",
    }
