"""Alerts about scans, for those whom they concern: an authority those of its area, a firm its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

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
from trace.store.transaction import Connection, Transactions
from trace.usecases.lots.sight import parties_in_area
from trace.usecases.scans.count_scans import COPIED

FINDINGS: Final = (CONFIRMED, HARMLESS)


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, the oldest first; `following` is the `after` of the next page, None at the end."""

    alerts: tuple[ScanAlert, ...]
    following: int | None


def show_alerts(
    transactions: Transactions, actor: Actor, *, after: int, limit: int, unread: bool
) -> AlertPage:
    """The alerts numbered above `after` that concern the caller, at most `limit`."""
    holder = None if actor.oversees else actor.party or ""
    found: list[ScanAlert] = []
    with transactions.look("scan-alerts") as tx:
        while len(found) <= limit:
            part = list_alerts(tx.connection, after, limit + 1, holder=holder, unread=unread)
            found += [one for one in part if _concerns(tx.connection, one, actor)]
            if len(part) <= limit:
                break
            after = part[-1].id
    shown, more = found[:limit], len(found) > limit
    return AlertPage(tuple(shown), shown[-1].id if more else None)


def acknowledge_alert(transactions: Transactions, actor: Actor, number: int) -> ScanAlert:
    """Note that the caller has seen it; the first one stands. Raises ScanAlertUnknown, for others' too."""
    with transactions.begin(actor.subject) as tx:
        found = read_alert(tx.connection, number)
        if found is None or not _concerns(tx.connection, found, actor):
            raise ScanAlertUnknown(alert=str(number))
        acknowledge(tx.connection, number, actor.party or actor.subject, tx.now)
        changed = read_alert(tx.connection, number)
    return changed or found


def record_finding(transactions: Transactions, actor: Actor, number: int, finding: str) -> ScanAlert:
    """Record an authority's finding: "confirmed", or "harmless", which takes the notice off the page.

    A harmless code is judged anew by the scans that come from now on. Raises ScanAlertUnknown.
    """
    by = actor.party or actor.subject
    with transactions.begin(actor.subject) as tx:
        take_turn(tx.connection)
        found = read_alert(tx.connection, number)
        if found is None or not _concerns(tx.connection, found, actor):
            raise ScanAlertUnknown(alert=str(number))
        acknowledge(tx.connection, number, by, tx.now)
        note_finding(tx.connection, number, finding, by, tx.now)
        if finding == HARMLESS and found.kind == COPIED:
            clear_code(tx.connection, found.code)
            close_alerts(tx.connection, found.code, by, tx.now)
        changed = read_alert(tx.connection, number)
    return changed or found


def _concerns(connection: Connection, alert: ScanAlert, actor: Actor) -> bool:
    """Whether it is about the caller's own goods, or lies in the area of an authority."""
    if alert.holder is not None and actor.acts_for(alert.holder):
        return True
    return actor.oversees and alert.holder in parties_in_area(connection, actor, [alert.holder])


__all__ = ["FINDINGS", "AlertPage", "ScanAlert", "acknowledge_alert", "record_finding", "show_alerts"]
