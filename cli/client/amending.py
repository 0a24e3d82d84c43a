"""Corrections by workbook: the record that a row of 更正 means, as it stands now, with the right values.

A record goes by the number in its sheet; what it says now is what its last correction says. Members that were
concealed stay so, and keep their salts where they did not change.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from cli.client.finding import find_statement
from cli.client.http import Problem
from cli.client.signing_client import SigningClient
from trace.chain.facts.corrections import CORRECTION
from trace.chain.facts.goods import PACK, REPORT, SHIPMENT
from trace.exchange.draft import FIND_REPORT, FIND_STATEMENT, Draft, Reference, draft_key
from trace.exchange.workbook import Amendment, amended
from trace.ledger.statement import Statement, parse_statement

_STATEMENT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_REPORT_PATHS: Final = {PACK.typ: ("label", "release", "report"), SHIPMENT.typ: ("releaseReport",)}
_REPLACEMENT: Final = "replacement"


def correction(desk: SigningClient, one: Amendment) -> Draft:
    """The draft of a correction. Raises Problem (404) for a record that is not there, or is not one's own."""
    stmt, sub = _statement_of(desk, one)
    stated = _own(desk, stmt)
    now = _as_corrected(desk, stated, sub) or stated
    said: dict[str, object] = {"amends": stmt, "reason": one.reason}
    private: tuple[str, ...] = ()
    salts: dict[str, bytes] = {}
    references = [Reference(FIND_STATEMENT, "about", number=stmt, required=False)]
    if one.changes:
        owner = desk.iss.rsplit(":", 1)[1]
        data = amended(_data_of(now), one, owner)
        report = _report_of(stated, data)
        if report is not None:
            references.append(report)
        said[_REPLACEMENT] = data
        hidden = {
            path.removeprefix(f"{_REPLACEMENT}."): item for path, item in now.disclosure_paths().items()
        }
        private = tuple(f"{_REPLACEMENT}.{path}" for path in hidden if path in data)
        salts = {
            f"{_REPLACEMENT}.{path}": item.salt
            for path, item in hidden.items()
            if data.get(path) == item.value
        }
    else:
        said["withdraws"] = True
    return Draft(
        typ=CORRECTION.typ,
        sub=stated.claims.sub,
        occurred_at=datetime.fromisoformat(one.at),
        data=said,
        references=tuple(references),
        private=private,
        origin=one.origin,
        key=draft_key(desk.iss, CORRECTION.typ, stmt, one.at),
        salts=salts,
    )


def _statement_of(desk: SigningClient, one: Amendment) -> tuple[str, str]:
    """The statement's id, and the lot whose records tell of its corrections."""
    if _STATEMENT.fullmatch(one.record):
        return one.record, ""
    lot = one.lot or f"urn:lot:{desk.iss.rsplit(':', 1)[1]}:{one.record}"
    if one.sheet != "出厂检验":
        return str(desk.client.lot(lot)["statement"]["stmt"]), lot
    if not one.lot:
        stmt = desk.stated_report(one.record)
        if stmt is None:
            raise Problem(404, {"code": "report-unstated", "number": one.record, "lot": ""})
        return stmt, ""
    place = find_statement(desk.client, Reference(FIND_REPORT, "", lot=lot, number=one.record))
    return str(place["stmt"]), lot


def _own(desk: SigningClient, stmt: str) -> Statement:
    found = desk.client.get_json(f"/api/v1/statements/{stmt}")
    stated = parse_statement(found["jws"]) if "jws" in found else None
    if stated is None or stated.claims.iss != desk.iss:
        raise Problem(404, {"code": "record-not-own"})
    return stated


def _as_corrected(desk: SigningClient, stated: Statement, lot: str) -> Statement | None:
    """The last correction of a record, if there is one."""
    urn = lot or stated.claims.sub
    try:
        mentions = desk.client.lot(urn).get("mentions", ())
    except Problem as problem:
        if problem.status not in {403, 404}:
            raise
        return None
    corrections = sorted(
        (one for one in mentions if one.get("typ") == CORRECTION.typ), key=lambda one: int(one["index"])
    )
    for one in reversed(corrections):
        found = desk.client.get_json(f"/api/v1/statements/{one['stmt']}")
        correction_of = parse_statement(found["jws"]) if "jws" in found else None
        if correction_of is not None and correction_of.claims.data.get("amends") == stated.statement_id:
            return correction_of
    return None


def _data_of(stated: Statement) -> Mapping[str, Any]:
    """What a record says: its data, or those that a correction put in their place."""
    data: Mapping[str, Any] = stated.revealed_data()
    if stated.claims.typ != CORRECTION.typ:
        return data
    replaced = data.get(_REPLACEMENT)
    if not isinstance(replaced, Mapping):
        raise Problem(404, {"code": "record-withdrawn"})
    return replaced


def _report_of(stated: Statement, data: dict[str, Any]) -> Reference | None:
    """Where the number of a report was corrected: the statement that it means, to be found before signing."""
    path = _REPORT_PATHS.get(stated.claims.typ)
    if stated.claims.typ == REPORT.typ or path is None or "reportNo" not in data:
        return None
    number = str(data.pop("reportNo"))
    lot = str(data.get("fromLot", stated.claims.sub))
    return Reference(FIND_REPORT, "report", lot=lot, number=number, path=(_REPLACEMENT, *path))
