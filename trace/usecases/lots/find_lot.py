"""The document of one lot: product, amounts, state, statements, tests, certificates, marks."""

from __future__ import annotations

from typing import Any

from trace.chain.editions import is_for_everybody
from trace.parties import Actor
from trace.store.chain.statements import StatementRow
from trace.store.lots.details import (
    LotRow,
    certificates_on,
    marks_on,
    mentions_of,
    packs_by,
    reports_on,
    stated,
)
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.json_forms import day_of, interval_json, iso, mark_json, region_name
from trace.usecases.lots.trace_lineage import require_lot
from trace.usecases.lots.visibility import sees_whole


def find_lot(transactions: Transactions, lot: str, actor: Actor) -> dict[str, Any]:
    """The lot urn `lot` as `actor` may see it: whole, or what a shopper may know. Raises `UnknownLot`."""
    with transactions.look(actor.subject) as tx:
        row = require_lot(tx.connection, lot)
        if not sees_whole(tx.connection, actor, row):
            return _public(tx.connection, row)
        return _whole(tx.connection, row)


def _public(connection: Connection, row: LotRow) -> dict[str, Any]:
    places = [*row.detail.get("plots", ()), *([row.place] if row.place else [])]
    regions = {region_name(data.get("region")) for data, _ in stated(connection, "place", places).values()}
    return {
        "lot": row.urn,
        "view": "public",
        "kind": row.kind,
        "productName": row.product_name,
        "state": row.state,
        "region": "、".join(sorted(regions - {""})),
        "day": day_of(row.produced.latest),
        # What a statement that builds on this lot has to name; ids say nothing by themselves.
        "statement": {"stmt": row.made_by.statement, "log": row.made_by.origin, "index": row.made_by.index},
        "marks": [
            {"rule": mark.rule, "code": mark.code, "gates": list(mark.gates), "declared": mark.declared}
            for mark, _ in marks_on(connection, [row.id])
            if is_for_everybody(mark.code)
        ],
    }


def _whole(connection: Connection, row: LotRow) -> dict[str, Any]:
    marks = marks_on(connection, [row.id])
    return {
        "lot": row.urn,
        "view": "whole",
        "kind": row.kind,
        "product": row.product,
        "productName": row.product_name,
        "batchNo": row.batch_no,
        "holder": row.holder,
        "place": row.place,
        "quantity": row.quantity.as_json(),
        "available": row.available.as_json(),
        "produced": interval_json(row.produced),
        "state": row.state,
        "detail": dict(row.detail),
        "statement": _statement(row.made_by),
        "mentions": [
            {"role": role, **_statement(mentioned)}
            for role, mentioned in mentions_of(connection, [row.id]).get(row.id, [])
        ],
        "packs": [
            {"gtin": pack.gtin, "batchNo": pack.batch_no, "codeLevel": pack.code_level, "state": pack.state}
            for pack, _ in packs_by(connection, "lot", [row.id])
        ],
        "reports": [
            {
                "reportNo": one.report_no,
                "purpose": one.purpose,
                "conclusion": one.conclusion,
                **_statement(by),
            }
            for one, by in reports_on(connection, [row.id])
        ],
        "certificates": [
            {"certNo": one.cert_no, **_statement(by)} for one, by in certificates_on(connection, [row.id])
        ],
        "marks": [{**mark_json(mark), "statement": by.statement} for mark, by in marks],
        "gates": sorted({gate for mark, _ in marks for gate in mark.gates}),
    }


def _statement(row: StatementRow) -> dict[str, Any]:
    return {
        "stmt": row.statement,
        "typ": row.typ,
        "iss": row.iss,
        "log": row.origin,
        "index": row.index,
        "occurredAt": iso(row.occurred_at),
        "loggedAt": iso(row.logged_at),
    }
