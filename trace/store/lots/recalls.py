"""Recall status: lots under recall now, and the market bureau's last snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.admission.gates import RECALLED
from trace.chain.facts.snapshot import SNAPSHOT
from trace.chain.ids import row_id
from trace.codes.ranges import Standing
from trace.store.bulk import select
from trace.store.chain.statements import STATEMENT, StatementRow
from trace.store.columns import json_value

_RECALLED: Final = (
    "SELECT lot FROM mark WHERE code = ? AND cleared_by IS NULL AND lot IS NOT NULL "
    "UNION SELECT lot FROM code_interval WHERE standing = ? AND ended_by IS NULL"
)
_NEWEST: Final = (
    f"SELECT record.data, {STATEMENT.columns} FROM record "  # noqa: S608 - columns and a name of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE record.sub = ? AND record.id < ? AND statement.typ = '{SNAPSHOT.typ}' "
    "ORDER BY record.id DESC LIMIT 1"
)
_FAR: Final = (1 << 40) - 1


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A `status.snapshot` as signed: asOf, log, size, recalled."""

    data: Mapping[str, Any]
    row: StatementRow


def list_recalled_lots(connection: Connection) -> set[int]:
    """Lots under a recall, as a whole or some of their codes."""
    return {lot for (lot,) in select(connection, _RECALLED, (RECALLED, Standing.RECALLED.value))}


def find_newest_snapshot(connection: Connection, origin: str, below: int = _FAR) -> SnapshotRow | None:
    """The last one in the log `origin` before index `below`."""
    for row in select(connection, _NEWEST, (origin, row_id(origin, below))):
        return SnapshotRow(json_value(row[0]), STATEMENT.read(row, 1))
    return None
