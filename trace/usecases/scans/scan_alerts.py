"""Alerts about scans, for those whom they concern: the regulator all of them, a firm its own."""

from __future__ import annotations

from typing import Any, Final

from trace.errors import ScanAlertUnknown
from trace.parties import Actor
from trace.store.scans.scan_alerts import (
    CONFIRMED,
    HARMLESS,
    ScanAlert,
    acknowledge,
    close_alerts,
    list_alerts,
    note_finding,
    read_alert,
)
from trace.store.scans.scans import clear_code, take_turn
from trace.store.transaction import Transactions
from trace.usecases.lots.json_forms import iso
from trace.usecases.scans.count_scans import COPIED

SEES_ALL: Final = "trace:all"
FINDINGS: Final = (CONFIRMED, HARMLESS)


def show_alerts(
    transactions: Transactions, actor: Actor, *, after: int, limit: int, unread: bool
) -> dict[str, Any]:
    """A page of alerts, oldest first; `next` continues behind the last one, "" at the end."""
    holder = None if actor.may(SEES_ALL) else actor.party or ""
    with transactions.look("scan-alerts") as tx:
        found = list_alerts(tx.connection, after, limit + 1, holder=holder, unread=unread)
    shown, more = found[:limit], len(found) > limit
    return {"alerts": [_document(each) for each in shown], "next": str(shown[-1].id) if more else ""}


def acknowledge_alert(transactions: Transactions, actor: Actor, number: int) -> dict[str, Any]:
    """Note that the caller has seen it; the first one stands. Raises ScanAlertUnknown, for others' too."""
    with transactions.begin(actor.subject) as tx:
        found = read_alert(tx.connection, number)
        if found is None or not (actor.may(SEES_ALL) or (found.holder and actor.acts_for(found.holder))):
            raise ScanAlertUnknown(alert=str(number))
        acknowledge(tx.connection, number, actor.party or actor.subject, tx.now)
        changed = read_alert(tx.connection, number)
    return _document(changed or found)


def record_finding(transactions: Transactions, actor: Actor, number: int, finding: str) -> dict[str, Any]:
    """Record an authority's finding: "confirmed", or "harmless", which takes the notice off the page.

    A harmless code is judged anew by the scans that come from now on. Raises ScanAlertUnknown.
    """
    by = actor.party or actor.subject
    with transactions.begin(actor.subject) as tx:
        take_turn(tx.connection)
        found = read_alert(tx.connection, number)
        if found is None:
            raise ScanAlertUnknown(alert=str(number))
        acknowledge(tx.connection, number, by, tx.now)
        note_finding(tx.connection, number, finding, by, tx.now)
        if finding == HARMLESS and found.kind == COPIED:
            clear_code(tx.connection, found.code)
            close_alerts(tx.connection, found.code, by, tx.now)
        changed = read_alert(tx.connection, number)
    return _document(changed or found)


def _document(alert: ScanAlert) -> dict[str, Any]:
    return {
        "id": str(alert.id),
        "code": alert.code,
        "lot": alert.lot,
        "holder": alert.holder,
        "kind": alert.kind,
        "level": alert.level,
        "reasons": list(alert.reasons),
        "log10Odds": f"{alert.odds:.2f}",
        "scans": alert.scans,
        "raisedAt": iso(alert.raised_at),
        "acknowledgedAt": iso(alert.acknowledged_at),
        "acknowledgedBy": alert.acknowledged_by,
        "finding": alert.finding,
        "foundAt": iso(alert.found_at),
        "foundBy": alert.found_by,
    }
