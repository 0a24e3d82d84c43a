"""Signed acts of authorities in a span of time, and what hangs on the goods that they name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import Connection

from trace.chain.facts.oversight import REVOCATION
from trace.oversight.official_acts import ActSaid, Fallen, LotSaid, ResultSaid, fallen_penalties
from trace.store.base import from_micros, to_micros
from trace.store.bulk import insert_rows
from trace.store.columns import json_value
from trace.store.query import rows_where
from trace.store.tables.checks import penalty_publication

# Written as in the partial index, or it is not used.
_ACTS: Final = (
    "SELECT s.stmt, s.typ, s.iss, s.occurred_at, record.data, s.logged_at, goods_order.state "
    "FROM statement AS s JOIN record ON record.id = s.id LEFT JOIN goods_order ON goods_order.id = s.id "
    "WHERE substr(s.typ, 1, 10) = 'oversight.' AND s.typ {among} "
    "AND s.occurred_at >= ? AND s.occurred_at < ? ORDER BY s.arrival"
)
_RESULTS: Final = (
    "SELECT report.stmt, lot.urn, report.report_no, report.conclusion, tested.occurred_at, "
    "tested.logged_at, report.data "
    "FROM lot JOIN report ON report.lot = lot.id JOIN statement AS tested "
    "ON tested.id = (report.id & -256) WHERE report.superseded_by IS NULL AND lot.urn {among}"
)
_LOTS: Final = "SELECT lot.urn, maker.iss, lot.product_name FROM lot JOIN statement AS maker \
ON maker.id = (lot.id & -256) WHERE lot.urn {among}"


def acts_between(
    connection: Connection, kinds: Collection[str], since: datetime, until: datetime
) -> list[ActSaid]:
    """The acts of these kinds that were done from `since` on and before `until`, in order of arrival."""
    rows: Any = rows_where(connection, _ACTS, kinds, to_micros(since), to_micros(until))
    return [
        ActSaid(stmt, typ, iss, from_micros(at), json_value(data), from_micros(logged), state or "")
        for stmt, typ, iss, at, data, logged, state in rows
    ]


def revocations(connection: Connection) -> dict[str, Fallen]:
    """Penalty -> how it fell, of all that did: there are few."""
    always = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    return fallen_penalties(acts_between(connection, [REVOCATION.typ], *always))


def results_of(connection: Connection, lots: Collection[str]) -> list[ResultSaid]:
    """The tests of these lots as they stand after corrections."""
    rows: Any = rows_where(connection, _RESULTS, lots)
    return [
        ResultSaid(
            *(stmt, lot, str(json_value(data).get("basis") or ""), number, conclusion),
            from_micros(at),
            from_micros(logged),
        )
        for stmt, lot, number, conclusion, at, logged, data in rows
    ]


def sampled_lots(connection: Connection, lots: Collection[str]) -> dict[str, LotSaid]:
    rows: Any = rows_where(connection, _LOTS, lots)
    return {urn: LotSaid(iss, name) for urn, iss, name in rows}


def publish_penalty(
    connection: Connection, record: str, published_on: date, place: str, by: tuple[str, datetime]
) -> None:
    """Note where a penalty was published, and who noted it when; once."""
    if not publications_of(connection, [record]):
        columns = ("record", "published_on", "place", "person", "at")
        row = (record, published_on.isoformat(), place, by[0], to_micros(by[1]))
        insert_rows(connection, penalty_publication, columns, [row])


def publications_of(connection: Connection, records: Collection[str]) -> dict[str, tuple[date, str]]:
    """Penalty -> the day on which it was published, and where."""
    rows: Any = rows_where(
        connection,
        "SELECT record, published_on, place FROM penalty_publication WHERE record {among}",
        records,
    )
    return {record: (date.fromisoformat(day), place) for record, day, place in rows}
