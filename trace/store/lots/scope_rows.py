"""Rows of a scope: hand-overs out of lots, claims, links of old, returns, disposals; part by part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection

from trace.chain.handover_effects import ClaimSet, Formed, HandoverSet
from trace.quantities import Quantity
from trace.store.chain import rows
from trace.store.columns import amount, quantity
from trace.store.query import rows_among, rows_where, streamed_among

_STATED: Final = (
    "(SELECT stmt FROM statement WHERE id = {row}), (SELECT occurred_at FROM statement WHERE id = {row})"
)
_LOT: Final = "(SELECT {column} FROM lot WHERE id = {row})"
_SENT: Final = (
    f"SELECT {rows.HANDOVER.columns}, {_STATED.format(row='handover.id')}, "  # noqa: S608 - texts of ours, as below
    f"{_LOT.format(column='urn', row='handover.lot')}, {_LOT.format(column='urn', row='handover.from_lot')} "
    "FROM handover WHERE handover.id {listed} ORDER BY handover.id"
)
_HANDED: Final = "SELECT id, lot, shipper FROM handover WHERE from_lot {listed} ORDER BY id"
_CLAIM: Final = (
    f"SELECT {rows.CLAIM.columns}, (SELECT stmt FROM statement WHERE id = claim.id), "  # noqa: S608
    f"{_LOT.format(column='urn', row='claim.lot')}, link.taken, link.taken_unit FROM claim "
    "LEFT JOIN link ON link.id = claim.id AND link.state <> 'superseded' "
    "WHERE claim.{column} {listed} ORDER BY claim.id"
)
_FORMER: Final = f"SELECT {rows.FORMER.columns} FROM former WHERE {{where}} ORDER BY id"  # noqa: S608
_FORMER_BY_ID: Final = _FORMER.replace("{where}", "id {listed}")
_DENIED: Final = _FORMER.replace("{where}", "above {listed} AND ended_by IS NOT NULL")
_HOLDERS: Final = (
    "SELECT id, urn, holder, (SELECT iss FROM statement WHERE id = (lot.id & -256)) FROM lot "
    "WHERE id {listed}"
)
_RETURNED: Final = (
    "SELECT from_lot, given, given_unit FROM link WHERE from_lot {listed} AND kind = 'return' "
    "AND state <> 'superseded'"
)
_DISPOSED: Final = (
    "SELECT disposal.lot, disposal.quantity, disposal.unit, disposal.witnessed_by, statement.stmt, "
    "disposal.id, disposal.manner, statement.occurred_at FROM disposal "
    "JOIN statement ON statement.id = (disposal.id & -256) "
    "WHERE disposal.lot {listed} AND disposal.superseded_by IS NULL"
)
_NAMED: Final = "SELECT id, urn FROM lot WHERE urn {among}"


class Sent(NamedTuple):
    """A hand-over, the statement that says so and when it left, and the urns of its lots."""

    handover: HandoverSet
    statement: str
    sent_at: int
    lot: str
    from_lot: str


class Stated(NamedTuple):
    """A claim, the receipt that states it, the urn of its lot, and what it is of what was sent, in
    that one's unit; None where nobody can say, or it is no pair.
    """

    claim: ClaimSet
    statement: str
    lot: str
    taken: Quantity | None


class Held(NamedTuple):
    """A lot's urn, who holds it and who stated it."""

    urn: str
    holder: str | None
    issuer: str


class Disposed(NamedTuple):
    """What was disposed of, and whether a bureau saw it."""

    lot: int
    quantity: Quantity
    witnessed: bool
    statement: str
    row: int = 0
    manner: str = ""
    at: int | None = None


def handed_from(connection: Connection, lots: Collection[int]) -> Iterator[tuple[int, int, str]]:
    """(hand-over, consignment, shipper) of what was taken out of these lots, streamed: of one lot they may
    be a hundred thousand."""
    return map(tuple, streamed_among(connection, _HANDED, lots))


def sent_by(connection: Connection, handovers: Iterable[int]) -> list[Sent]:
    """These hand-overs whole."""
    at, found = rows.HANDOVER.width, rows_among(connection, _SENT, handovers)
    return [Sent(rows.HANDOVER.read(row), *row[at : at + 4]) for row in found]


def paired_with(connection: Connection, handovers: Iterable[int]) -> dict[int, list[Stated]]:
    """Hand-over -> the claims that are or were paired with it."""
    found: defaultdict[int, list[Stated]] = defaultdict(list)
    for one in _claims(connection, "handover", handovers):
        if one.claim.handover is not None:
            found[one.claim.handover].append(one)
    return dict(found)


def claims_of(connection: Connection, claims: Iterable[int]) -> dict[int, Stated]:
    """Claim row -> the claim."""
    return {one.claim.id: one for one in _claims(connection, "id", claims)}


def _claims(connection: Connection, column: str, values: Iterable[int]) -> list[Stated]:
    at = rows.CLAIM.width
    text = _CLAIM.replace("{column}", column)
    return [
        Stated(rows.CLAIM.read(row), row[at], row[at + 1], quantity(row[at + 2], row[at + 3]))
        for row in rows_among(connection, text, values)
    ]


def formers_of(connection: Connection, ids: Iterable[int]) -> dict[int, Formed]:
    """Row -> the link that stands no longer."""
    return {row[0]: rows.FORMER.read(row) for row in rows_among(connection, _FORMER_BY_ID, ids)}


def denied_from(connection: Connection, lots: Iterable[int]) -> list[Formed]:
    """Links of old from these lots that count no longer, because both sides deny them."""
    return [rows.FORMER.read(row) for row in rows_among(connection, _DENIED, lots)]


def holders_of(connection: Connection, lots: Iterable[int]) -> dict[int, Held]:
    """Lot -> its urn and whose it is."""
    return {lot: Held(*rest) for lot, *rest in rows_among(connection, _HOLDERS, lots)}


def returned_to(connection: Connection, lots: Iterable[int]) -> list[tuple[int, Quantity]]:
    """(consignment, amount) of what came back of it without a hand-over."""
    found = rows_among(connection, _RETURNED, lots)
    return [(lot, back) for lot, micro, unit in found if (back := quantity(micro, unit)) is not None]


def disposed_of(connection: Connection, lots: Iterable[int]) -> list[Disposed]:
    """What was disposed of out of these lots."""
    found = rows_among(connection, _DISPOSED, lots)
    return [
        Disposed(lot, amount(micro, unit), witness is not None, statement, row, manner, at)
        for lot, micro, unit, witness, statement, row, manner, at in found
    ]


def lots_named(connection: Connection, urns: Collection[str]) -> dict[str, int]:
    """Urn -> lot."""
    return {urn: lot for lot, urn in rows_where(connection, _NAMED, urns)}
