"""Item-code routes: the serials that the next pack may have, a lot's codes, and a container's contents."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask_smorest import Blueprint

from api.boundary import NO_STORE, Headed, caller, platform
from api.documents.codes import CodeRange, Container, LotCodes
from api.schemas.codes import NextRangeQuery
from trace.identity import gtin
from trace.identity.sscc import parse as parse_sscc
from trace.usecases.codes.show_codes import show_codes
from trace.usecases.lots.show_container import show_container

blueprint = Blueprint("codes", __name__, url_prefix="/api/v1", description="单品码 codes on packs")


@blueprint.route("/code-ranges/next")
@blueprint.arguments(NextRangeQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, CodeRange)
def get_next_range(query: Mapping[str, Any]) -> Headed:
    """The serials that the next pack of one's own product (or of goods without a GTIN) is to state."""
    number = None if query["gtin"] is None else gtin.parse(query["gtin"]).text
    codes = platform().codes
    if number is not None:
        codes.require_user(number, caller().party)
    return codes.next_range(number, query["count"]), HTTPStatus.OK, NO_STORE


@blueprint.route("/lots/<path:lot>/codes")
@blueprint.response(200, LotCodes)
def get_codes(lot: str) -> Headed:
    """The serials of a pack lot: allocated, live, recalled and void, as intervals."""
    served = platform()
    return show_codes(served.transactions, served.codes, lot, caller()), HTTPStatus.OK, NO_STORE


@blueprint.route("/containers/<string:sscc>")
@blueprint.response(200, Container)
def get_container(sscc: str) -> Headed:
    """What is in a case or on a pallet, at any depth, in the form that a recall takes."""
    container = f"urn:sscc:{parse_sscc(sscc).text}"
    return show_container(platform().transactions, container, caller()), HTTPStatus.OK, NO_STORE
