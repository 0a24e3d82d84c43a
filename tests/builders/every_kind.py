"""One record of every kind as it should be: its subject, and what it states."""

from __future__ import annotations

from typing import Any

from tests.builders import facts as made
from tests.builders import given, orders
from tests.builders.commitments import a_commitment
from tests.builders.label_changes import a_change

STATED: dict[str, tuple[str, dict[str, Any]]] = {
    "farm.operation": (made.plot(1), made.an_operation()),
    "farm.harvest": (made.lot(made.COOPERATIVE, "H1"), made.a_harvest()),
    "farm.certificate": (made.lot(made.COOPERATIVE, "H1"), made.a_certificate()),
    "farm.commitment": (
        "urn:commitment:93310151XN00001190:2026",
        a_commitment(),
    ),
    "lab.report": (made.lot(made.MILL, "RICE-A"), made.a_report()),
    "food.receipt": (made.lot(made.MILL, "R1"), made.a_receipt()),
    "food.merge": (made.lot(made.MILL, "S1"), made.a_merge()),
    "food.split": (made.lot(made.MILL, "S1"), made.a_split()),
    "food.production": (made.lot(made.MILL, "M20261012A"), made.a_production()),
    "food.pack": (made.lot(made.MILL, "K1"), made.a_pack()),
    "code.activate": (made.lot(made.MILL, "K1"), made.an_activation()),
    "code.void": (made.lot(made.MILL, "K1"), made.a_void()),
    "code.aggregate": ("urn:sscc:095212341000000010", made.an_aggregation(containers=[])),
    "food.shipment": (made.lot(made.MILL, "X1"), made.a_shipment()),
    "food.confirmation": (
        made.lot(made.MILL, "R1"),
        given.a_confirmation(
            made.statement_id("r"), made.statement_id("s"), salt=given.a_salt("x"), complete=True
        ),
    ),
    "food.refusal": (
        made.lot(made.MILL, "R1"),
        given.a_refusal(made.statement_id("r"), salt=given.a_salt("x")),
    ),
    "food.disposal": (made.lot(made.MILL, "K1"), made.a_disposal()),
    "master.party": (made.uscc(made.MILL), made.a_party()),
    "master.place": (made.plot(1), made.a_plot()),
    "master.product": (made.RICE, made.a_product()),
    "master.licence": (f"urn:licence:{made.RICE_MARK}", made.a_licence()),
    "correction": ("x", made.a_correction(made.statement_id("H1"), made.a_harvest())),
    "dispute.open": ("x", made.a_dispute([made.statement_id("a")])),
    "dispute.settle": ("x", made.a_settlement(made.statement_id("a"))),
    "party.key.register": ("x", {"kid": made.statement_id("k"), "jwk": {"kty": "OKP"}}),
    "party.key.revoke": ("x", {"kid": made.statement_id("k"), "reason": "superseded"}),
    "status.snapshot": (
        "food",
        {"asOf": "2026-10-06T09:00:00+08:00", "log": "food", "size": 4, "recalled": ["A" * 22]},
    ),
    "platform.edition": ("x", {"log": "x", "edition": 2}),
    "verifier.release": ("x", {"version": "1.0", "sha256": "0" * 64, "name": "verify.js"}),
    "link.change": ("x", {"field": "pip", "from": "a", "to": "b"}),
    "label.change": (made.lot(made.MILL, "K1"), a_change()),
    "epcis.event": ("x", {"event": {"type": "ObjectEvent"}}),
    "lab.alert": ("urn:alert:1", orders.an_alert()),
    "lab.commission": (made.lot(made.MILL, "K1"), orders.a_commission(made.lot(made.MILL, "K1"))),
} | {typ: ("x", data) for typ, data in orders.EVERY.items()}
