"""Lot routes: state, trace upstream and downstream, events, marks, and the offline bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request
from flask_smorest import Blueprint

from api.boundary import BUNDLE_BYTES, body, caller, json_response, packed_json, platform, require
from api.documents.formats import EpcisDocument, Scope, Trace, TraceBundle, Verdict
from api.documents.log import Feed
from api.documents.lots import Disposals, Lot, Marks, Orders
from api.documents.statements import TakenEvidence
from api.schemas.lots import FeedQuery, TraceQuery, ViewQuery
from api.streamed_json import streamed_response
from trace.errors import BodyUnreadable, BundleMalformed
from trace.ledger.bundle import read_bundle
from trace.usecases.intake.accept_evidence import Taken, accept_evidence
from trace.usecases.log.serve_feed import serve_feed
from trace.usecases.lots.export_epcis import export_epcis
from trace.usecases.lots.find_lot import PartnerLot, PublicLot, WholeLot, find_lot
from trace.usecases.lots.list_disposals import Disposals as DisposalsOf
from trace.usecases.lots.list_disposals import list_disposals
from trace.usecases.lots.order_on_goods import OrdersSeen, list_orders
from trace.usecases.lots.read_marks import MarksSeen, read_marks
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import Reading, trace_lineage
from trace.usecases.proof.assemble_bundle import REGULATOR
from trace.usecases.proof.judge_bundle import judge_bundle
from trace.usecases.proof.take_bundle import take_bundle
from trace.wording import LOCALES, say

blueprint = Blueprint(
    "lots", __name__, url_prefix="/api/v1", description="批次、溯源与证据 lots, traces, evidence"
)
_BUNDLE = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}


@blueprint.route("/lots/<path:lot>/upstream")
@blueprint.arguments(TraceQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Trace)
def get_upstream(query: Mapping[str, Any], lot: str) -> Response:
    """Trace back: every lot that may be in this one, with quantities, shares and open ends."""
    return _trace(lot, "upstream", query)


@blueprint.route("/lots/<path:lot>/downstream")
@blueprint.arguments(TraceQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Trace)
def get_downstream(query: Mapping[str, Any], lot: str) -> Response:
    """Trace forward: every lot that may contain this one, with quantities and receivers."""
    return _trace(lot, "downstream", query)


@blueprint.route("/lots/<path:lot>/scope")
@blueprint.response(200, Scope)
def get_scope(lot: str) -> Response:
    """Where the lot and all made of it went, or may have gone: by whose word, and how much."""
    members = read_scope(platform().transactions, lot, caller())
    return streamed_response((name, _named(value) if name == "columns" else value) for name, value in members)


def _named(columns: Any) -> dict[str, dict[str, str]]:
    """Column -> its name in each language."""
    return {column: {locale: say(locale, f"scope.{column}") for locale in LOCALES} for column in columns}


@blueprint.route("/lots/<path:lot>/bundle")
@blueprint.arguments(ViewQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, TraceBundle)
def get_bundle(query: Mapping[str, Any], lot: str) -> Response:
    """The offline bundle of a pack with a code, or of a lot that the caller sees whole.

    Statements, proofs, checkpoints; verify it with ./greentrace verify.
    """
    view = query["view"]
    if view == REGULATOR:
        require("?view=regulator")
    served = platform()
    bundle = take_bundle(served.transactions, lot, view, served.bundle_settings, caller())
    name = lot.rsplit(":", 1)[-1]
    return packed_json(orjson.dumps(bundle), Content_Disposition=f'attachment; filename="{name}.trace.json"')


@blueprint.route("/lots/<path:lot>/events")
@blueprint.response(200, EpcisDocument)
def get_events(lot: str) -> Response:
    """The lot's records as EPCIS 2.0 events."""
    return json_response(export_epcis(platform().transactions, lot, caller()).encode())


@blueprint.route("/lots/<path:lot>/marks")
@blueprint.response(200, Marks)
def get_marks(lot: str) -> MarksSeen:
    """Marks, closed gates, declared gaps and disputes on a lot and everything above it."""
    return read_marks(platform().transactions, lot, caller())


@blueprint.route("/lots/<path:lot>/disposals")
@blueprint.response(200, Disposals)
def get_disposals(lot: str) -> DisposalsOf:
    """What left the lot for good: destroyed, donated, sampled or past its date."""
    return list_disposals(platform().transactions, lot, caller())


@blueprint.route("/lots/<path:lot>/orders")
@blueprint.response(200, Orders)
def get_orders(lot: str) -> OrdersSeen:
    """Holds and recalls that bear on the lot: who ordered, why, of which level, and where to return it."""
    return list_orders(platform().transactions, lot, caller())


@blueprint.route("/lots/<path:lot>")
@blueprint.response(200, Lot)
def get_lot(lot: str) -> PublicLot | PartnerLot | WholeLot:
    """What is known of a lot: product, quantity, statement, marks and closed gates."""
    return find_lot(platform().transactions, lot, caller())


@blueprint.route("/evidence", methods=["POST"])
@blueprint.doc(requestBody=_BUNDLE)
@blueprint.response(201, TakenEvidence)
def post_evidence() -> Taken:
    """Bring the agricultural platform's bundle: verified again, its bytes kept, nothing re-signed."""
    form, served = _bundle(body(BUNDLE_BYTES)), platform()
    served.require_guarded()
    return accept_evidence(served.evidence, form)


@blueprint.route("/verify", methods=["POST"])
@blueprint.doc(requestBody=_BUNDLE)
@blueprint.response(200, Verdict)
def post_verify() -> Response:
    """Verify a bundle here: a convenience; a verifier obtained elsewhere is stronger."""
    verdict = judge_bundle(platform().transactions, platform().trust, _bundle(body(BUNDLE_BYTES)))
    return json_response(orjson.dumps(verdict.as_dict()))


@blueprint.route("/feed")
@blueprint.arguments(FeedQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Feed)
def get_feed(query: Mapping[str, Any]) -> Response:
    """The platform's statements in log order, for a platform that carries them over."""
    served = platform()
    page = serve_feed(served.transactions, served.lot_key, served.witnesses, query["after"], query["limit"])
    response = json_response(orjson.dumps(Feed().dump(page)))
    response.set_etag(page.etag)
    response.make_conditional(request)
    return response


def _trace(lot: str, direction: str, query: Mapping[str, Any]) -> Response:
    members = trace_lineage(
        platform().transactions,
        lot,
        direction,
        caller(),
        ignore_disputed=query["ignore_disputed"],
        reading=Reading(query["ignore_time"], query["kill_steps"], query["since"]),
        max_lots=query["max_lots"],
    )
    return streamed_response(members)


def _bundle(raw: bytes) -> Mapping[str, object]:
    try:
        return read_bundle(raw)
    except BundleMalformed as refusal:
        expected = {"not-json": "JSON", "not-an-object": "JSON object"}.get(str(refusal.params["reason"]))
        if expected is None:
            raise
        raise BodyUnreadable(expected=expected) from None
