"""Item-code routes: the serials that the next pack may have, a lot's codes, and a container's contents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson
from flask import Response
from flask_smorest import Blueprint

from api.boundary import json_response, platform, reader, require
from api.schemas.codes import NextRangeQuery
from trace.codes.platform_code import SCOPE
from trace.identity import gtin
from trace.identity.sscc import parse as parse_sscc
from trace.usecases.codes.show_codes import show_codes
from trace.usecases.codes.show_container import show_container

blueprint = Blueprint("codes", __name__, url_prefix="/api/v1", description="单品码 codes on packs")


@blueprint.route("/code-ranges/next")
@blueprint.arguments(NextRangeQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.doc(responses={"200": {"description": "scope, epoch, first and count"}})
def get_next_range(query: Mapping[str, Any]) -> Response:
    """The serials that the next pack of a product (or of goods without a GTIN) is to state."""
    require("statements:write")
    number = None if query["gtin"] is None else gtin.parse(query["gtin"]).text
    found = platform().codes.next_range(number, query["count"])
    return json_response(orjson.dumps(asdict(found)), Cache_Control="no-store")


@blueprint.route("/lots/<path:lot>/codes")
@blueprint.doc(responses={"200": {"description": "the range, and what became of which part"}})
def get_codes(lot: str) -> Response:
    """The serials of a pack lot: allocated, live, recalled and void, as intervals."""
    document = show_codes(platform().transactions, lot, reader())
    if document["scope"] == SCOPE and document["count"] == 1:
        (document["code"],) = platform().codes.platform_codes(document["epoch"], document["first"], 1)
    return json_response(orjson.dumps(document), Cache_Control="no-store")


@blueprint.route("/containers/<string:sscc>")
@blueprint.doc(responses={"200": {"description": "items as intervals, inner containers, what it stands in"}})
def get_container(sscc: str) -> Response:
    """What is in a case or on a pallet, at any depth, in the form that a recall takes."""
    container = f"urn:sscc:{parse_sscc(sscc).text}"
    document = show_container(platform().transactions, container, reader())
    return json_response(orjson.dumps(document), Cache_Control="no-store")
