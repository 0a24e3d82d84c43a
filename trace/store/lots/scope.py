"""What a wide trace shows of its lots and links: narrow rows, asked for a part of them at a time.

Rows keep the store's integers (times in microseconds, quantities in millionths of the base unit): a wide
trace makes text of each once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from trace.store.columns import json_value
from trace.store.query import rows_among, rows_where, streamed_among

# Scalar look-ups, not joins: PostgreSQL would hash all lots for each part of a thousand links.
_KINDS: Final = "SELECT id, kind FROM lot WHERE id {listed}"
_LINES: Final = (
    "SELECT lot.id, urn, holder, place, quantity, unit, stmt FROM lot {stated} "
    "WHERE lot.id {listed} ORDER BY urn {plainly}"
)
_LOTS: Final = (
    "SELECT lot.id, urn, kind, product, product_name, holder, place, quantity, available, unit, "
    "produced_from, produced_to, batch_no, state, detail, stmt, iss "
    "FROM lot {stated} WHERE lot.id {listed} ORDER BY lot.id"
)
_LINKS: Final = (
    "SELECT (SELECT urn FROM lot WHERE id = link.from_lot), (SELECT urn FROM lot WHERE id = link.to_lot), "
    "kind, taken, taken_unit, given, given_unit, departure_from, departure_to, arrival_from, arrival_to, "
    "state, (SELECT stmt FROM statement WHERE id = (link.id & -256)) "
    "FROM link WHERE id {listed} ORDER BY id"
)
# Whoever received goods and said so is their receiver, disclosed or not.
_RECEIVER: Final = "COALESCE(holder, (SELECT receiver FROM handover WHERE handover.lot = lot.id LIMIT 1))"
_DISCLOSED: Final = (
    "(SELECT {joining}(encoded, ' ') FROM "
    "(SELECT encoded FROM disclosure WHERE stmt = statement.stmt ORDER BY digest) AS held)"
)
_CONSIGNMENTS: Final = (
    f"SELECT urn, {_RECEIVER}, quantity, unit, COALESCE({_DISCLOSED}, ''), occurred_at, stmt "  # noqa: S608
    "FROM lot {stated} WHERE lot.id {listed} AND kind = 'consignment' ORDER BY lot.id"
)
_OWNERS: Final = "SELECT lot.id, holder, iss FROM lot {stated} WHERE lot.id {listed}"
_STATEMENTS: Final = "SELECT id, stmt FROM statement WHERE id {listed}"
_IN_ORDER: Final = "SELECT stmt FROM statement WHERE id {listed} ORDER BY stmt {plainly}"
_KEYS: Final = (
    "SELECT holder, entry FROM signing_key WHERE holder {among} ORDER BY origin, registered_index, kid"
)
_MASTER: Final = {
    kind: f"SELECT urn, data FROM {kind} WHERE urn {{among}}"  # noqa: S608 - tables of ours
    for kind in ("party",)
}


class LotLine(NamedTuple):
    """A lot as a row of a report."""

    id: int
    urn: str
    holder: str | None
    place: str | None
    quantity: int
    unit: str
    statement: str


class ShownLot(NamedTuple):
    """A lot with everything that a trace shows of it."""

    id: int
    urn: str
    kind: str
    product: str | None
    product_name: str
    holder: str | None
    place: str | None
    quantity: int
    available: int
    unit: str
    produced_from: int | None
    produced_to: int | None
    batch_no: str
    state: str
    detail: str
    statement: str
    issuer: str

    @property
    def plots(self) -> list[str]:
        """The plots of a harvest."""
        return [] if self.detail == "{}" else list(json_value(self.detail).get("plots", ()))  # type: ignore[call-overload]


class ShownLink(NamedTuple):
    """A link between two lots (urns) with everything that a trace shows of it."""

    upper: str
    lower: str
    kind: str
    taken: int | None
    taken_unit: str | None
    given: int | None
    given_unit: str | None
    departure_from: int | None
    departure_to: int | None
    arrival_from: int | None
    arrival_to: int | None
    state: str
    statement: str


class Consignment(NamedTuple):
    """A lot that was shipped."""

    urn: str
    holder: str | None
    quantity: int
    unit: str
    disclosed: str
    """What the shipper disclosed beside the statement and nobody has erased, blanks between."""
    shipped_at: int
    statement: str


def kinds_of(connection: Connection, lots: Iterable[int]) -> dict[int, str]:
    """Lot id -> kind."""
    return {row[0]: row[1] for row in rows_among(connection, _KINDS, lots)}


def lines_by_urn(connection: Connection, lots: Collection[int]) -> Iterator[LotLine]:
    """The lots as rows of a report in the order of their urns, streamed."""
    return map(LotLine._make, streamed_among(connection, _LINES, lots))


def shown_lots(connection: Connection, lots: Iterable[int]) -> list[ShownLot]:
    """The lots by id."""
    return list(map(ShownLot._make, rows_among(connection, _LOTS, lots)))


def shown_links(connection: Connection, links: Iterable[int]) -> list[ShownLink]:
    """The links by id."""
    return list(map(ShownLink._make, rows_among(connection, _LINKS, links)))


def consignments_among(connection: Connection, lots: Iterable[int]) -> list[Consignment]:
    """Those of the lots that are consignments, by lot id."""
    return list(map(Consignment._make, rows_among(connection, _CONSIGNMENTS, lots)))


def parties_of(connection: Connection, lots: Iterable[int]) -> set[str]:
    """Everybody who holds or made one of the lots."""
    found = rows_among(connection, _OWNERS, lots)
    return {party for _, holder, issuer in found for party in (holder, issuer) if party}


def owned_among(connection: Connection, lots: Iterable[int], party: str) -> set[int]:
    """Those of the lots that the party made or holds."""
    return {lot for lot, *owners in rows_among(connection, _OWNERS, lots) if party in owners}


def statements_in_order(connection: Connection, rows: Collection[int]) -> Iterator[str]:
    """The ids of these statements (rows) in their own order, streamed."""
    return (row[0] for row in streamed_among(connection, _IN_ORDER, rows))


def statements_of(connection: Connection, rows: Iterable[int]) -> dict[int, str]:
    """Statement row id -> statement id."""
    return {row[0]: row[1] for row in rows_among(connection, _STATEMENTS, rows)}


def master_data(connection: Connection, kind: str, urns: Iterable[str]) -> dict[str, dict[str, Any]]:
    """urn -> data as last stated of parties; a name that no authority stated is that of the party's key."""
    wanted = list(urns)
    found = {urn: json_value(data) for urn, data in rows_where(connection, _MASTER[kind], wanted)}
    unnamed = [urn for urn in wanted if not found.get(urn, {}).get("name")]
    for holder, entry in rows_where(connection, _KEYS, unnamed):
        found.setdefault(holder, {})["name"] = json_value(entry)["name"]
    return found
