"""Rows that show where a firm's records do not close: claims, what waits for it, marks, disputes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.bulk import select
from trace.store.query import rows_where

_CLAIMED: Final = (
    "SELECT claim.named_lot, claim.claimant, statement.stmt FROM claim "
    "JOIN statement ON statement.id = (claim.id & -256) "
    "WHERE claim.named_lot LIKE ? AND claim.handover IS NULL AND claim.state = 'claimed' "
    "ORDER BY statement.arrival"
)
_UNANSWERED: Final = (
    "SELECT lot.urn, h.shipper, h.stmt FROM handover AS h JOIN statement ON statement.id = (h.id & -256) "
    "JOIN lot ON lot.id = h.lot WHERE h.receiver = ? AND statement.occurred_at < ? "
    "AND h.state NOT IN ('withdrawn', 'received', 'unaccepted') "
    "AND NOT EXISTS (SELECT 1 FROM claim WHERE claim.handover = h.id "
    "AND claim.state NOT IN ('superseded', 'withdrawn')) ORDER BY statement.arrival"
)
_MARKS: Final = (
    "SELECT lot.urn, mark.rule, mark.code, mark.params, statement.stmt FROM mark "
    "JOIN lot ON lot.id = mark.lot JOIN statement ON statement.id = (mark.id & -256) "
    "WHERE mark.cleared_by IS NULL AND mark.declared IS NULL AND mark.lot {among} ORDER BY mark.id"
)
_DISPUTES: Final = (
    "SELECT lot.urn, dispute.subject, dispute.statements FROM dispute JOIN lot ON lot.id = dispute.lot "
    "WHERE dispute.outcome IS NULL AND dispute.lot {among} ORDER BY dispute.id"
)
_LATE: Final = (
    "SELECT stmt, sub, occurred_at, logged_at FROM statement WHERE iss = ? AND substr(typ, 1, 5) = 'food.' "
    "AND logged_at - occurred_at > ? ORDER BY arrival"
)
_RECEIVED: Final = (
    "SELECT lot.urn, h.shipper, sent.stmt, sent.occurred_at, got.stmt, got.occurred_at FROM claim AS c "
    "JOIN handover AS h ON h.id = c.handover JOIN statement AS sent ON sent.id = (h.id & -256) "
    "JOIN statement AS got ON got.id = (c.id & -256) JOIN lot ON lot.id = c.lot "
    "WHERE c.claimant = ? AND c.state IN ('confirmed', 'disputed') AND h.state <> 'withdrawn' "
    "AND got.occurred_at - sent.occurred_at < ? ORDER BY got.arrival"
)
_SEEN_APART: Final = (
    "SELECT a.lot, count(DISTINCT a.code), min(statement.stmt) FROM scan_alert AS a "
    "JOIN lot ON lot.urn = a.lot JOIN statement ON statement.id = (lot.id & -256) "
    "WHERE a.holder = ? AND a.kind = 'copied' AND a.raised_at <= ? AND (a.finding IS NULL OR a.found_at > ?) "
    "GROUP BY a.lot ORDER BY a.lot"
)
_STATED: Final = (
    "SELECT party.urn, statement.stmt FROM party JOIN statement ON statement.id = (party.id & -256) "
    "WHERE party.urn {among}"
)


def list_claims_on(connection: Connection, owner: str) -> Sequence[tuple[Any, ...]]:
    """(lot, claimant, statement) of receipts that name a lot of the owner and hang on no hand-over."""
    return select(connection, _CLAIMED, (f"urn:lot:{owner}:%",))


def list_waiting_for(connection: Connection, firm: str, before: int) -> Sequence[tuple[Any, ...]]:
    """(consignment, shipper, statement) of what was sent to the firm in clear before a moment, unanswered."""
    return select(connection, _UNANSWERED, (firm, before))


def list_open_marks(connection: Connection, lots: Iterable[int]) -> Sequence[tuple[Any, ...]]:
    """(lot, rule, code, figures, statement) of marks on these lots that nobody has declared or cleared."""
    return rows_where(connection, _MARKS, lots)


def list_open_disputes(connection: Connection, lots: Iterable[int]) -> Sequence[tuple[Any, ...]]:
    """(lot, subject, statements) of the open disputes about these lots."""
    return rows_where(connection, _DISPUTES, lots)


def list_late(connection: Connection, firm: str, micros: int) -> Sequence[tuple[Any, ...]]:
    """(statement, subject, happened, logged) of what the firm recorded more than so long afterwards."""
    return select(connection, _LATE, (firm, micros))


def list_received(connection: Connection, firm: str, micros: int) -> Sequence[tuple[Any, ...]]:
    """(lot, shipper, shipment, left, receipt, came) of what the firm got so soon, by both sides' word."""
    return select(connection, _RECEIVED, (firm, micros))


def list_codes_seen_apart(connection: Connection, firm: str, until: int) -> Sequence[tuple[Any, ...]]:
    """(lot, codes, statement) of packs of the firm with open alerts of copied codes at that moment."""
    return select(connection, _SEEN_APART, (firm, until, until))


def list_statements_of(connection: Connection, parties: Iterable[str]) -> dict[str, str]:
    """Party -> the statement that its master data come from."""
    return dict(map(tuple, rows_where(connection, _STATED, parties)))
