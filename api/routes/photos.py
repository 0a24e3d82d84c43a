"""Photograph routes: upload under the digest that a record names, and erasure by its signer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any, Final

from flask import Response
from flask_smorest import Blueprint

from api.boundary import body, caller, platform
from api.documents.messages import PhotoKept
from api.schemas.consumer import PhotoQuery
from trace.errors import PhotoAbsent, PhotoUnnamed
from trace.labels.photo import LARGEST_BYTES
from trace.usecases.photos.photo import erase_photo, store_photo

blueprint = Blueprint("photos", __name__, url_prefix="/api/v1", description="照片 photographs")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


@blueprint.route("/photos/<string:sha256>", methods=["PUT"])
@blueprint.arguments(PhotoQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(
    requestBody={
        "required": True,
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in ("image/jpeg", "image/png", "image/webp")
        },
    },
)
@blueprint.response(201, PhotoKept)
def put_photo(query: Mapping[str, Any], sha256: str) -> dict[str, Any]:
    """The photograph that the record `?statement=` names by this digest; kept small, without metadata."""
    if _DIGEST.fullmatch(sha256) is None:
        raise PhotoUnnamed(sha256=sha256[:64])
    served = platform()
    content = body(LARGEST_BYTES)
    row = store_photo(served.transactions, served.folder.path, sha256, query["statement"], content)
    return asdict(row) | {"address": f"{served.public_url}/photos/{sha256}"}


@blueprint.route("/photos/<string:sha256>", methods=["DELETE"])
@blueprint.response(HTTPStatus.NO_CONTENT)
def delete_photo(sha256: str) -> Response:
    """Erase a photograph for good, by the signer of the record that names it."""
    if _DIGEST.fullmatch(sha256) is None:
        raise PhotoAbsent(sha256=sha256[:64])
    served = platform()
    erase_photo(served.transactions, served.folder.path, sha256, caller())
    return Response(status=HTTPStatus.NO_CONTENT)
