"""Mock recalls as rows, and the goods of a firm that one can be drawn from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows, select
from trace.store.columns import json_text, json_value
from trace.store.tables.mock_recalls import mock_recall

_COLUMNS: Final = ("firm", "at", "lot", "seed", "night", "took", "figures", "analysis")
_LIST: Final = (
    "SELECT lot, seed, night, at, took, figures, analysis FROM mock_recall WHERE firm = ? "
    "ORDER BY at DESC LIMIT ?"
)
_DONE: Final = "SELECT 1 FROM mock_recall WHERE firm = ? AND night = ?"
_GOODS: Final = (
    "SELECT lot.urn FROM statement CROSS JOIN lot WHERE statement.iss = ? "
    "AND lot.id >= statement.id AND lot.id < statement.id + 256 AND lot.kind IN ('pack', 'product') "
    "AND lot.state <> 'withdrawn'"
)
_PACKERS: Final = (
    "SELECT DISTINCT statement.iss FROM pack JOIN statement ON statement.id = (pack.id & -256) "
    "ORDER BY statement.iss"
)


@dataclass(frozen=True, slots=True)
class MockRecallRow:
    """One mock recall of a firm: `night` is the day of a nightly one, "" of one that was asked for."""

    lot: str
    seed: str
    night: str
    at: datetime
    took_micros: int
    figures: Mapping[str, Any]
    analysis: str

    @property
    def seconds(self) -> str:
        """How long it took, with milliseconds."""
        return f"{self.took_micros / 1_000_000:.3f}"


def put_mock_recall(connection: Connection, firm: str, row: MockRecallRow) -> None:
    """Keep one; two of a firm in the same microsecond are one too many."""
    values = (
        firm, to_micros(row.at), row.lot, row.seed, row.night, row.took_micros, json_text(dict(row.figures)),
        row.analysis,
    )  # fmt: skip
    insert_rows(connection, mock_recall, _COLUMNS, [values])


def list_of_firm(connection: Connection, firm: str, most: int) -> list[MockRecallRow]:
    """The firm's mock recalls, the newest first."""
    return [
        MockRecallRow(lot, seed, night, from_micros(at), took, json_value(figures), analysis)
        for lot, seed, night, at, took, figures, analysis in select(connection, _LIST, (firm, most))
    ]


def was_done(connection: Connection, firm: str, night: str) -> bool:
    """Whether the firm has its mock recall of that night."""
    return bool(select(connection, _DONE, (firm, night)))


def goods_of(connection: Connection, firm: str) -> list[str]:
    """The finished lots that the firm made, in the order of their names."""
    return sorted(row[0] for row in select(connection, _GOODS, (firm,)))


def list_packers(connection: Connection) -> list[str]:
    """Who has packed anything."""
    return [row[0] for row in select(connection, _PACKERS)]
