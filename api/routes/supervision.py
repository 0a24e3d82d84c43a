"""Routes of supervision: who supervises what, on which basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from api.boundary import caller, platform
from api.documents.supervision import ListOfDuties, Register
from api.schemas.supervision import RegisterQuery
from trace.oversight.register import LicenceSaid
from trace.rules.duty_list import duty_list
from trace.usecases.ledgers.period import period_of
from trace.usecases.supervision.read_register import RegisterPage, read_register

blueprint = Blueprint(
    "supervision", __name__, url_prefix="/api/v1", description="监管 supervision by two departments"
)


@blueprint.route("/duty-list")
@blueprint.response(200, ListOfDuties)
def duties() -> dict[str, Any]:
    """The list of duties (职责清单) of the two departments over producers of green food, in its own words."""
    listed = duty_list()
    rows = [
        {**asdict(one), "content": [{"zh": zh, "en": en} for zh, en in one.content]} for one in listed.duties
    ]
    return {**asdict(listed), "duties": rows}


@blueprint.route("/register")
@blueprint.arguments(RegisterQuery, location="query", unknown="raise", error_status_code=400)
@blueprint.response(200, Register)
def register(query: Mapping[str, Any]) -> dict[str, Any]:
    """The register of producers of green food (名录库) of one's area, and what changed in a period."""
    transactions = platform().transactions
    period = period_of(query["first"], query["last"], transactions.clock())
    return _register(read_register(transactions, caller(), period))


def _register(found: RegisterPage) -> dict[str, Any]:
    rows = [
        {
            "producer": one.holder,
            "name": found.firms.get(one.holder, {}).get("name"),
            "region": found.firms.get(one.holder, {}).get("region"),
            "sc_no": found.firms.get(one.holder, {}).get("scNo"),
            "licences": [_licence(each) for each in one.licences],
        }
        for one in found.producers
    ]
    changes = [{**asdict(one), "producer": one.holder} for one in found.changes]
    return {"day": found.day, "producers": rows, "products": found.products, "changes": changes}


def _licence(one: LicenceSaid) -> dict[str, Any]:
    return {**asdict(one), "approved_output": str(one.output) if one.output is not None else None}
