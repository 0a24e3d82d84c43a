"""A firm's records of its own control, by the names of their periods, and the days on which it produced."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.control import CONTROLS, RISKS, risks_name
from trace.chain.facts.food import MERGE, PRODUCTION, SPLIT
from trace.chain.facts.goods import PACK
from trace.chain.facts.urns import owner_of
from trace.store.base import to_micros
from trace.store.bulk import select
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value
from trace.store.query import rows_where

_TYPES: Final = ", ".join(f"'{kind.typ}'" for kind in CONTROLS.values())
_WORK: Final = ", ".join(f"'{kind.typ}'" for kind in (PRODUCTION, PACK, MERGE, SPLIT))
_NAMED: Final = (
    f"SELECT record.data, {STATEMENT.columns} FROM record "  # noqa: S608 - columns of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE record.sub {{among}} AND statement.typ IN ({_TYPES}) ORDER BY statement.arrival"
)
_LISTED: Final = (
    f"SELECT record.data, {STATEMENT.columns} FROM record "  # noqa: S608 - columns of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE record.sub {{among}} AND statement.typ = '{RISKS.typ}' ORDER BY statement.arrival"
)
_PEERS: Final = (
    "SELECT statement.stmt, statement.iss, record.sub, record.data FROM record "
    "JOIN statement ON statement.id = (record.id & -256) "
    "WHERE record.sub >= 'urn:peer-check:' AND record.sub < 'urn:peer-check;' "
    "AND (statement.iss = ? OR record.sub LIKE ?) ORDER BY statement.arrival DESC"
)
_DAY: Final = 86_400_000_000
_SHANGHAI: Final = 28_800_000_000
_WORKED: Final = (
    f"SELECT DISTINCT (statement.occurred_at + {_SHANGHAI}) / {_DAY} FROM statement "  # noqa: S608 - ours
    f"WHERE iss = ? AND occurred_at >= ? AND occurred_at < ? AND typ IN ({_WORK})"
)


@dataclass(frozen=True, slots=True)
class ControlRow:
    """A record of a period, as it was signed."""

    data: Mapping[str, Any]
    row: StatementRow


def read_controls(connection: Connection, party: str, names: Collection[str]) -> dict[str, ControlRow]:
    """Name of a period -> its last record by the party."""
    return {
        found.row.sub: found
        for data, *row in rows_where(connection, _NAMED, names)
        if (found := ControlRow(json_value(data), STATEMENT.read(row))).row.iss == party
    }


def read_risk_list(connection: Connection, party: str) -> ControlRow | None:
    """The party's list of risks that stands; None for none."""
    found = None
    for data, *row in rows_where(connection, _LISTED, [risks_name(party)]):
        read = ControlRow(json_value(data), STATEMENT.read(row))
        found = read if read.row.iss == party else found
    return found


def read_peer_checks(connection: Connection, party: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """(record, by whom, data) of each check by a firm or of it, the newest first; said again of the same firm
    and day, the last word stands."""
    found: dict[str, tuple[str, str, Mapping[str, Any]]] = {}
    for stmt, iss, name, data in select(connection, _PEERS, (party, f"%:{owner_of(party)}:%")):
        found.setdefault(name, (stmt, iss, json_value(data)))
    return list(found.values())


def list_worked_days(connection: Connection, party: str, since: datetime, until: datetime) -> set[int]:
    """The days in Shanghai, counted from 1970-01-01, on which records say that the party produced."""
    found = select(connection, _WORKED, (party, to_micros(since), to_micros(until)))
    return {int(day) for (day,) in found}
