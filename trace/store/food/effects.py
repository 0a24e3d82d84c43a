"""Effects into rows: one pass that sorts changes by table, then one driver call per table.

This stands on the path of bulk ingest: rows are plain tuples, sums of one batch are added up before the
database sees them, and the last word on a state wins within the batch as it would across batches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from trace.chain import effects as made
from trace.chain.ids import row_id
from trace.store.base import to_micros
from trace.store.bulk import insert_rows, run_columns
from trace.store.food.columns import json_text, micros
from trace.store.food.version import bump_codes, bump_version
from trace.store.tables.food import FOOD_TABLES, licence_packing

Row = tuple[object, ...]

_INSERTED = {table.name: (table, [column.name for column in table.columns]) for table in FOOD_TABLES}
AMENDED = "amended"
"""The role of a correction on the time line of a lot that it restates."""

_SETS = {"lot_statement", "plot_harvest"}
"""Tables whose whole row is the key: a statement that says a thing twice says it once."""

_UPSERTED = {"party", "place", "product", "licence"}

_UPDATES = {
    "available": "UPDATE lot SET available = available - ? WHERE id = ?",
    "amended_lot": (
        "UPDATE lot SET product = ?, product_name = ?, place = ?, quantity = ?, unit = ?, produced_from = ?, "
        "produced_to = ?, detail = ? WHERE id = ?"
    ),
    "amended_statement": "UPDATE statement SET amended_by = ? WHERE id = ?",
    "operation": "UPDATE operation SET superseded_by = ? WHERE id = ?",
    "certificate": "UPDATE certificate SET superseded_by = ? WHERE id = ?",
    "report": "UPDATE report SET superseded_by = ? WHERE id = ?",
    "lot_state": "UPDATE lot SET state = ? WHERE id = ?",
    "link_state": "UPDATE link SET state = ? WHERE id = ?",
    "mark_cleared": "UPDATE mark SET cleared_by = ? WHERE id = ?",
    "dispute_ended": "UPDATE dispute SET outcome = ?, ended_by = ? WHERE id = ?",
    "unpacked": "UPDATE aggregation SET removed_by = ? WHERE id = ?",
    "pack_state": "UPDATE pack SET state = ?, platform_code = coalesce(?, platform_code) WHERE lot = ?",
}

_TAKEN_ARRAYS = (
    "UPDATE lot SET available = available - taken.micro "
    "FROM unnest(%s::bigint[], %s::bigint[]) AS taken (micro, lot) WHERE lot.id = taken.lot"
)
_STATE = (
    "INSERT INTO {table} (urn, id, data) VALUES (?, ?, ?) "
    "ON CONFLICT (urn) DO UPDATE SET id = excluded.id, data = excluded.data"
)
_MASTER = {name: _STATE.format(table=name) for name in ("party", "place", "product")} | {
    "licence": "INSERT INTO licence (urn, id, holder, data) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (urn) DO UPDATE SET id = excluded.id, holder = excluded.holder, data = excluded.data"
}
_LICENCE_USED = (
    "INSERT INTO licence_use (licence, year_from, quantity, unit) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (licence, year_from) DO UPDATE SET quantity = licence_use.quantity + excluded.quantity"
)
_COUNTER = (
    "INSERT INTO code_counter (scope, epoch, next) VALUES (?, ?, ?) "
    "ON CONFLICT (scope, epoch) DO UPDATE SET next = excluded.next"
)
_ARRIVED = "SELECT max(arrival) FROM statement"


def write_effects(connection: Connection, effects: Iterable[made.Effects]) -> None:
    """Write what admitted statements changed, in order, and raise the version that caches compare.

    Belongs into the transaction that appended the statements; raises IntegrityError where a row of the same
    statement already stands.
    """
    arrived = connection.exec_driver_sql(_ARRIVED).scalar()
    batch = _Batch(arrived or 0)
    for each in effects:
        batch.add(each)
    batch.write(connection)
    bump_version(connection)
    bump_codes(connection, batch.scopes)


class _Batch:
    """The rows of one batch, sorted by table, with sums and last words kept apart."""

    __slots__ = (
        "arrival",
        "counters",
        "entry",
        "last",
        "master",
        "packed",
        "rows",
        "scopes",
        "taken",
        "used",
    )

    def __init__(self, arrived: int) -> None:
        self.arrival = arrived
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)
        self.master: dict[tuple[str, str], Row] = {}
        self.taken: defaultdict[int, int] = defaultdict(int)
        self.packed: dict[tuple[int, str, str], tuple[int, str]] = {}
        self.used: dict[tuple[str, str], tuple[int, str]] = {}
        self.counters: dict[tuple[str, str], int] = {}
        self.scopes: set[str] = set()
        self.last: defaultdict[str, dict[object, Row]] = defaultdict(dict)
        self.entry = 0

    def add(self, effects: made.Effects) -> None:
        entry = effects.entry
        self.arrival += 1
        self.entry = row_id(entry.origin, entry.index)
        self.rows["statement"].append(
            (
                self.entry,
                entry.statement_id,
                effects.typ,
                entry.iss,
                effects.sub,
                entry.origin,
                entry.index,
                to_micros(effects.occurred_at),
                to_micros(entry.logged_at),
                self.arrival,
                None,
            )
        )
        for change in effects.changes:
            _KEEP[type(change)](self, change)

    def write(self, connection: Connection) -> None:
        for name, rows in self.rows.items():
            table, columns = _INSERTED[name]
            insert_rows(connection, table, columns, list(dict.fromkeys(rows)) if name in _SETS else rows)
        packed = [(*key, *value) for key, value in self.packed.items()]
        insert_rows(connection, licence_packing, _INSERTED["licence_packing"][1], packed)
        for kind in sorted(_UPSERTED):
            stated = [row for (of, _), row in self.master.items() if of == kind]
            _execute(connection, _MASTER[kind], stated)
        _execute(connection, _COUNTER, [(*key, due) for key, due in self.counters.items()])
        _execute(connection, _LICENCE_USED, [(*key, *value) for key, value in self.used.items()])
        taken = [(micro, lot) for lot, micro in self.taken.items()]
        run_columns(connection, _UPDATES["available"], _TAKEN_ARRAYS, taken)
        for name, words in self.last.items():
            _execute(connection, _UPDATES[name], list(words.values()))


def _execute(connection: Connection, sql: str, rows: list[Row]) -> None:
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        sql = sql.replace("?", "%s")
    connection.exec_driver_sql(sql, rows)


def _lot(batch: _Batch, new: made.NewLot) -> None:
    micro = new.quantity.micro
    batch.rows["lot"].append(
        (
            new.id,
            new.urn,
            new.kind,
            new.product,
            new.product_name,
            new.holder,
            new.place,
            micro,
            micro,
            new.quantity.unit,
            micros(new.produced.earliest),
            micros(new.produced.latest),
            new.batch_no,
            "normal",
            json_text(new.detail),
        )
    )


def _amended_lot(batch: _Batch, change: made.LotAmended) -> None:
    new = change.lot
    batch.taken[new.id] -= change.more.micro
    batch.last["amended_lot"][new.id] = (
        new.product,
        new.product_name,
        new.place,
        new.quantity.micro,
        new.quantity.unit,
        micros(new.produced.earliest),
        micros(new.produced.latest),
        json_text(new.detail),
        new.id,
    )
    batch.rows["lot_statement"].append((new.id, batch.entry, AMENDED))


def _amended_statement(batch: _Batch, change: made.StatementAmended) -> None:
    amended = row_id(change.origin, change.index)
    batch.last["amended_statement"][amended] = (batch.entry, amended)


def _superseded(batch: _Batch, change: made.RecordSuperseded) -> None:
    batch.last[change.kind][change.id] = (batch.entry, change.id)


def _plot_harvested(batch: _Batch, change: made.PlotHarvested) -> None:
    batch.rows["plot_harvest"].append((change.plot, change.lot, change.first_day.isoformat()))


def _link(batch: _Batch, new: made.NewLink) -> None:
    taken, given = new.taken, new.given
    batch.rows["link"].append(
        (
            new.to_lot,
            new.from_lot,
            new.id,
            new.kind,
            new.state,
            None if taken is None else taken.micro,
            None if taken is None else taken.unit,
            None if given is None else given.micro,
            None if given is None else given.unit,
            micros(new.departure.earliest),
            micros(new.departure.latest),
            micros(new.arrival.earliest),
            micros(new.arrival.latest),
        )
    )


def _taken(batch: _Batch, taken: made.LotTaken) -> None:
    batch.taken[taken.lot] += taken.quantity.micro


def _mark(batch: _Batch, new: made.Mark) -> None:
    gates = " ".join(new.gates)
    batch.rows["mark"].append(
        (new.id, new.rule, new.code, new.lot, gates, json_text(new.params), new.declared, None)
    )


def _dispute(batch: _Batch, new: made.NewDispute) -> None:
    batch.rows["dispute"].append(
        (new.id, new.lot, new.subject, json_text(new.statements), json_text(new.values), None, None)
    )


def _master(batch: _Batch, stated: made.MasterStated) -> None:
    row: Row = (stated.urn, stated.id, json_text(stated.data))
    if stated.kind == "licence":
        row = (stated.urn, stated.id, stated.data.get("holder"), row[2])
    batch.master[stated.kind, stated.urn] = row


def _operation(batch: _Batch, new: made.OperationNoted) -> None:
    batch.rows["operation"].append(
        (
            new.id,
            new.plot,
            new.operation,
            new.substance,
            new.used_on.isoformat(),
            None if new.stopped_on is None else new.stopped_on.isoformat(),
            new.phi_days,
            json_text(new.data),
            None,
        )
    )


def _certificate(batch: _Batch, new: made.CertificateNoted) -> None:
    batch.rows["certificate"].append((new.id, new.lot, new.cert_no, json_text(new.data), None))


def _report(batch: _Batch, new: made.ReportNoted) -> None:
    head = (new.id, new.lot, new.report_no, new.purpose, new.conclusion)
    batch.rows["report"].append((*head, new.statement_id, json_text(new.data), None))


def _pack(batch: _Batch, new: made.PackNoted) -> None:
    head = (new.id, new.lot, new.product, new.gtin, new.batch_no, new.data.get("platformCode"))
    batch.rows["pack"].append((*head, new.code_level, new.state, json_text(new.data)))


def _licence_used(batch: _Batch, used: made.LicenceUsed) -> None:
    key = (used.licence, used.year_from.isoformat())
    micro, base = used.quantity.micro, used.quantity.base_unit
    before, unit = batch.used.get(key, (0, base))
    batch.used[key] = (before + micro, unit)
    if micro > 0:
        packing = (batch.entry, *key)
        batch.packed[packing] = (batch.packed.get(packing, (0, base))[0] + micro, base)


def _mentioned(batch: _Batch, mentioned: made.LotMentioned) -> None:
    batch.rows["lot_statement"].append((mentioned.lot, batch.entry, mentioned.role))


def _record(batch: _Batch, kept: made.RecordKept) -> None:
    batch.rows["record"].append((kept.id, kept.sub, json_text(kept.data)))


def _remembered(_batch: _Batch, _change: made.LinkKept | made.HostsAllowed) -> None:
    """Stands in the record itself; the change is for `Known` alone."""


def _lot_state(batch: _Batch, change: made.LotState) -> None:
    batch.last["lot_state"][change.lot] = (change.state, change.lot)


def _link_state(batch: _Batch, change: made.LinkState) -> None:
    batch.last["link_state"][change.link] = (change.state, change.link)


def _mark_cleared(batch: _Batch, change: made.MarkCleared) -> None:
    batch.last["mark_cleared"][change.mark] = (batch.entry, change.mark)


def _dispute_ended(batch: _Batch, change: made.DisputeEnded) -> None:
    batch.last["dispute_ended"][change.dispute] = (change.outcome, batch.entry, change.dispute)


def _pack_state(batch: _Batch, change: made.PackState) -> None:
    words = batch.last["pack_state"]
    before = words.get(change.lot, (None, None, change.lot))
    words[change.lot] = (change.state, change.platform_code or before[1], change.lot)


def _range_allocated(batch: _Batch, new: made.RangeAllocated) -> None:
    batch.rows["code_range"].append((new.id, new.lot, new.scope, new.epoch, new.first, new.count))
    batch.counters[new.scope, new.epoch] = new.first + new.count
    batch.scopes.add(new.scope)


def _codes_changed(batch: _Batch, change: made.CodesChanged) -> None:
    row = (change.id, change.lot, change.standing, change.first, change.count)
    batch.rows["code_interval"].append(row)
    batch.scopes.add(change.scope)


def _items_packed(batch: _Batch, new: made.ItemsPacked) -> None:
    batch.rows["aggregation"].append((new.id, new.container, None, new.lot, new.first, new.count, None))


def _container_packed(batch: _Batch, new: made.ContainerPacked) -> None:
    batch.rows["aggregation"].append((new.id, new.container, new.inner, None, None, None, None))


def _unpacked(batch: _Batch, change: made.Unpacked) -> None:
    batch.last["unpacked"][change.id] = (batch.entry, change.id)


_KEEP: dict[type, Callable[[_Batch, Any], None]] = {
    made.NewLot: _lot,
    made.NewLink: _link,
    made.LotTaken: _taken,
    made.LotAmended: _amended_lot,
    made.StatementAmended: _amended_statement,
    made.RecordSuperseded: _superseded,
    made.PlotHarvested: _plot_harvested,
    made.LinkKept: _remembered,
    made.HostsAllowed: _remembered,
    made.LotState: _lot_state,
    made.LinkState: _link_state,
    made.Mark: _mark,
    made.MarkCleared: _mark_cleared,
    made.NewDispute: _dispute,
    made.DisputeEnded: _dispute_ended,
    made.MasterStated: _master,
    made.OperationNoted: _operation,
    made.CertificateNoted: _certificate,
    made.ReportNoted: _report,
    made.PackNoted: _pack,
    made.PackState: _pack_state,
    made.RangeAllocated: _range_allocated,
    made.CodesChanged: _codes_changed,
    made.ItemsPacked: _items_packed,
    made.ContainerPacked: _container_packed,
    made.Unpacked: _unpacked,
    made.LicenceUsed: _licence_used,
    made.LotMentioned: _mentioned,
    made.RecordKept: _record,
}
"""Which change becomes which row; a test asserts that every effect is here."""
