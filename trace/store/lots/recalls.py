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
_SNAPSHOTS: Final = (
    f"SELECT record.data, {STATEMENT.columns} FROM record "  # noqa: S608 - columns and a name of ours
    "JOIN statement ON statement.id = (record.id & -256) "
    f"WHERE record.sub = ? AND record.id < ? AND statement.typ = '{SNAPSHOT.typ}' "
)
_NEWEST: Final = _SNAPSHOTS + "ORDER BY record.id DESC LIMIT 1"
_OF_ONE: Final = _SNAPSHOTS + "AND statement.iss = ? ORDER BY record.id DESC LIMIT ?"
_FAR: Final = (1 << 40) - 1
_SAME: Final = ("asOf", "log", "size", "parts")


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A `status.snapshot` as signed: asOf, log, size, recalled, part and parts where it is one of several."""

    data: Mapping[str, Any]
    row: StatementRow


@dataclass(frozen=True, slots=True)
class SnapshotSeries:
    """The newest snapshot with its parts, the first first; not `whole` while one of them is missing."""

    parts: tuple[SnapshotRow, ...]
    whole: bool

    @property
    def data(self) -> Mapping[str, Any]:
        """What every part says: asOf, log, size."""
        return self.parts[0].data

    @property
    def alone(self) -> str | None:
        """The statement that is the whole snapshot; None where it comes in parts."""
        return None if "part" in self.data else self.parts[0].row.statement


def list_recalled_lots(connection: Connection) -> set[int]:
    """Lots under a recall, as a whole or some of their codes."""
    return {lot for (lot,) in select(connection, _RECALLED, (RECALLED, Standing.RECALLED.value))}


def find_newest_snapshot(connection: Connection, origin: str, below: int = _FAR) -> SnapshotSeries | None:
    """The last one in the log `origin` before index `below`, with those of its parts that are there.

    Parts follow each other in their signer's statements, so that those of two series never mix.
    """
    place = (origin, row_id(origin, below))
    for newest in _read(connection, _NEWEST, place):
        parts = int(newest.data.get("parts", 1))
        series = [newest]
        if parts > 1:
            for one in _read(connection, _OF_ONE, (*place, newest.row.iss, _number(newest)))[1:]:
                if _unlike(one, newest) or _number(one) >= _number(series[-1]):
                    break
                series.append(one)
        return SnapshotSeries(tuple(reversed(series)), whole=len(series) == parts)
    return None


def _number(one: SnapshotRow) -> int:
    return int(one.data.get("part", 1))


def _unlike(one: SnapshotRow, other: SnapshotRow) -> bool:
    return any(one.data.get(member) != other.data.get(member) for member in _SAME)


def _read(connection: Connection, query: str, values: tuple[object, ...]) -> list[SnapshotRow]:
    found = select(connection, query, values)
    return [SnapshotRow(json_value(row[0]), STATEMENT.read(row, 1)) for row in found]
