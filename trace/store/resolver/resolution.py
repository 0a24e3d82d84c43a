"""Queries of the resolver: what is registered under a key, and the links that organisations keep on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, text

from trace.chain.facts.link import LINK_CHANGE
from trace.store.base import from_micros
from trace.store.columns import json_value
from trace.store.query import rows_where

_PACKS: Final = (
    "SELECT pack.product, lot.product_name, lot.urn, lot.state, pack.state, pack.batch_no, statement.iss "
    "FROM pack JOIN lot ON lot.id = pack.lot JOIN statement ON statement.id = (pack.id & -256) "
    "WHERE pack.gtin {among}"
)
_OF_BATCH: Final = _PACKS + " AND pack.batch_no {among} ORDER BY statement.arrival, pack.id"
_OF_CODE: Final = _PACKS.replace("pack.gtin", "pack.platform_code") + " ORDER BY statement.arrival, pack.id"
_OF_LOT: Final = _PACKS.replace("pack.gtin", "lot.urn") + " ORDER BY statement.arrival, pack.id"
_ANY_BATCH: Final = _PACKS + " ORDER BY pack.id DESC LIMIT 64"
_ANSWERING: Final = (
    "SELECT DISTINCT statement.iss FROM pack JOIN statement ON statement.id = (pack.id & -256) "
    "WHERE pack.state = 'active' AND pack.gtin {among} ORDER BY statement.iss"
)
_RECORDS: Final = (
    "SELECT record.sub, record.data, statement.stmt, statement.iss FROM record "  # noqa: S608 - ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE statement.typ = '{LINK_CHANGE.typ}' AND record.sub {{among}} "
    "ORDER BY statement.arrival, record.id"
)
_HISTORY: Final = {
    column: "SELECT record.sub, record.data, statement.stmt, statement.iss, statement.occurred_at, "  # noqa: S608
    "statement.logged_at FROM record JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE statement.typ = '{LINK_CHANGE.typ}' AND {column} {{among}} "
    "ORDER BY statement.arrival DESC, record.id DESC LIMIT ?"
    for column in ("record.sub", "statement.iss")
}
_LOCATED: Final = {
    kind: text(
        f"SELECT {kind}.urn, {kind}.data, statement.iss FROM {kind} "  # noqa: S608 - names of ours
        f"JOIN statement ON statement.id = ({kind}.id & -256) WHERE {kind}.data LIKE :gln "
        f"ORDER BY {kind}.urn, statement.arrival"
    )
    for kind in ("place", "party")
}


_CASES: Final = text(
    "SELECT product.urn, product.data FROM product WHERE product.data LIKE :case ORDER BY product.urn"
)


@dataclass(frozen=True, slots=True)
class PackRow:
    """A pack under a GTIN: the lot, both states, and who packed it."""

    product: str
    product_name: str
    lot: str
    lot_state: str
    state: str
    batch_no: str
    iss: str


@dataclass(frozen=True, slots=True)
class LinkRow:
    """One `link.change` as signed; the newest of an issuer, subject and field counts."""

    sub: str
    data: Mapping[str, Any]
    statement: str
    iss: str


@dataclass(frozen=True, slots=True)
class LocationRow:
    """A party or place that stated a GLN."""

    urn: str
    data: Mapping[str, Any]
    iss: str


def list_packs_of_batch(connection: Connection, gtins: Iterable[str], batch_no: str) -> list[PackRow]:
    """Every pack of a batch, the earliest to arrive first."""
    return [PackRow(*row) for row in rows_where(connection, _OF_BATCH, gtins, [batch_no])]


def list_packs_of_code(connection: Connection, codes: Iterable[str]) -> list[PackRow]:
    """Every pack that a platform code names, the earliest to arrive first; `codes` are its spellings."""
    return [PackRow(*row) for row in rows_where(connection, _OF_CODE, codes)]


def list_packs_of_lot(connection: Connection, lot: str) -> list[PackRow]:
    """The pack that is this lot."""
    return [PackRow(*row) for row in rows_where(connection, _OF_LOT, [lot])]


def list_newest_packs(connection: Connection, gtins: Iterable[str]) -> list[PackRow]:
    """Some of the newest packs of a product: enough to know its name and who packs it."""
    return [PackRow(*row) for row in rows_where(connection, _ANY_BATCH, gtins)]


def list_answering(connection: Connection, gtins: Iterable[str]) -> list[str]:
    """Who packed goods whose codes answer under a GTIN."""
    return [iss for (iss,) in rows_where(connection, _ANSWERING, gtins)]


def list_link_changes(connection: Connection, subjects: Iterable[str]) -> list[LinkRow]:
    """The link changes that organisations signed on these subjects, in order of arrival."""
    return [
        LinkRow(sub, json_value(data), statement, iss)
        for sub, data, statement, iss in rows_where(connection, _RECORDS, subjects)
    ]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One `link.change` with when it happened and was logged,."""

    sub: str
    data: Mapping[str, Any]
    statement: str
    iss: str
    occurred_at: datetime
    logged_at: datetime


def list_changes_by(connection: Connection, column: str, values: Iterable[str], most: int) -> list[ChangeRow]:
    """The newest `most` changes by `record.sub` or by `statement.iss`, oldest first."""
    found = rows_where(connection, _HISTORY[column], values, most)
    return [
        ChangeRow(sub, json_value(data), stmt, iss, from_micros(occurred), from_micros(logged))
        for sub, data, stmt, iss, occurred, logged in reversed(found)
    ]


def list_locations(connection: Connection, gln: str) -> list[LocationRow]:
    """Who or what is said to have a GLN, by whom: places before parties."""
    found = []
    for text_of_kind in _LOCATED.values():
        for urn, data, iss in connection.execute(text_of_kind, {"gln": f'%"{gln}"%'}):
            content = json_value(data)
            if content.get("gln") == gln:
                found.append(LocationRow(urn, content, iss))
    return found


def list_cases(connection: Connection) -> dict[str, str]:
    """GTIN of a case -> GTIN of the units in it; a case that two products name is nobody's."""
    found: dict[str, set[str]] = {}
    for urn, data in connection.execute(_CASES, {"case": '%"caseGtin"%'}):
        case = json_value(data).get("caseGtin")
        if isinstance(case, str) and urn.startswith("urn:gtin:"):
            found.setdefault(case.zfill(14), set()).add(urn.removeprefix("urn:gtin:"))
    return {case: units.pop() for case, units in found.items() if len(units) == 1}
