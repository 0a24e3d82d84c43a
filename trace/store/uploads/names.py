"""What a firm has to choose from: its products, places, open lots, and who delivered to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.food import RECEIPT
from trace.ledger.disclosure import parse_disclosure
from trace.store.bulk import select
from trace.store.columns import json_value
from trace.store.log.disclosures import read_disclosures

_MOST: Final = 5_000
_RECEIPTS: Final = 1_000
_SAID: Final = "SELECT urn, data FROM {kind} WHERE stater = ? ORDER BY urn LIMIT ?"
_OPEN: Final = (
    "SELECT urn FROM lot WHERE holder = ? AND available > 0 AND state = 'normal' ORDER BY id DESC LIMIT ?"
)
_RECEIVED: Final = "SELECT stmt FROM statement WHERE iss = ? AND typ = ? ORDER BY arrival DESC LIMIT ?"
_SHIPPERS: Final = (
    "SELECT DISTINCT handover.shipper, party.data FROM handover "
    "LEFT JOIN party ON party.urn = handover.shipper WHERE handover.receiver = ? ORDER BY handover.shipper"
)


def own_products(connection: Connection, party: str) -> list[tuple[str, str]]:
    """(bar code or code, name) of what the party said of products."""
    return [
        (_ending(urn), _name(data))
        for urn, data in select(connection, _SAID.format(kind="product"), (party, _MOST))
    ]


def own_places(connection: Connection, party: str) -> list[tuple[str, str]]:
    """(code, name) of what the party said of places."""
    return [
        (urn.removeprefix("urn:place:"), _name(data))
        for urn, data in select(connection, _SAID.format(kind="place"), (party, _MOST))
    ]


def open_lots(connection: Connection, party: str) -> list[str]:
    """Batch numbers, whole urns of what others made, of lots with stock left, the newest first."""
    own = f"urn:lot:{party.rsplit(':', 1)[-1]}:"
    return [urn.removeprefix(own) for (urn,) in select(connection, _OPEN, (party, _MOST))]


def known_suppliers(connection: Connection, party: str) -> list[tuple[str, str]]:
    """(code or "", name) of who delivered to the party, by hand-overs and by its own receipts."""
    found = dict.fromkeys(
        (_ending(urn), _name(data)) for urn, data in select(connection, _SHIPPERS, (party,))
    )
    stmts = [stmt for (stmt,) in select(connection, _RECEIVED, (party, RECEIPT.typ, _RECEIPTS))]
    for encoded in read_disclosures(connection, stmts).values():
        said = dict(_members(encoded))
        if said.get("supplierName"):
            found[_ending(said.get("supplier", "")), said["supplierName"]] = None
    return list(found)


def _members(encoded: Iterable[str]) -> Iterable[tuple[str, str]]:
    for one in map(parse_disclosure, encoded):
        if isinstance(one.value, str):
            yield one.name, one.value


def _ending(urn: str) -> str:
    return urn.rsplit(":", 1)[-1]


def _name(data: Any) -> str:
    said = json_value(data) if data is not None else {}
    return str(said.get("name") or said.get("productName") or "")
