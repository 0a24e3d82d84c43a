"""The writer of effects: one pass that sorts changes by table, then one driver call per table.

This stands on the path of bulk ingest: rows are plain tuples, sums of one batch are added up before the
database sees them, and the last word on a state wins within the batch as it would across batches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection

from trace.chain import effects as made
from trace.chain.handover_effects import Agreed, WordKept
from trace.chain.identifiers import packers_in, prefix_of
from trace.chain.ids import row_id
from trace.chain.order_effects import CodesFreed, DisposalWitnessed, OrderEnded, Rested
from trace.chain.report_effects import ReportNamed
from trace.store.chain import rows
from trace.store.chain.round_rows import Row, RowBatch
from trace.store.chain.touched import Touched
from trace.store.columns import json_text
from trace.store.mapping import RowMapping
from trace.store.versions import bump_codes, bump_version

AMENDED = "amended"
"""The role of a correction on the time line of a lot that it restates."""

_ARRIVED = "SELECT max(arrival) FROM statement"


def write_effects(connection: Connection, effects: Iterable[made.Effects]) -> None:
    """Write what admitted statements changed, in order, and raise the version that caches compare.

    Belongs into the transaction that appended the statements; raises IntegrityError where a row of the same
    statement already stands.
    """
    arrived = connection.exec_driver_sql(_ARRIVED).scalar()
    batch, touched = RowBatch(arrived or 0), Touched()
    for each in effects:
        batch.begin(each)
        for change in each.changes:
            _KEEP[type(change)](batch, change)
            touched.note(change)
    batch.write(connection)
    bump_version(connection, keys=touched.keys(connection))
    bump_codes(connection, batch.scopes)


def _amended_lot(batch: RowBatch, change: made.LotAmended) -> None:
    new = change.lot
    batch.taken[new.id] -= change.more.micro
    batch.last["amended_lot"][new.id] = (*rows.RESTATED_LOT.row(new), new.id)
    batch.rows["lot_statement"].append((new.id, batch.entry, AMENDED))


def _amended_statement(batch: RowBatch, change: made.StatementAmended) -> None:
    amended = row_id(change.origin, change.index)
    batch.last["amended_statement"][amended] = (batch.entry, amended)


def _superseded(batch: RowBatch, change: made.RecordSuperseded) -> None:
    batch.last[change.kind][change.id] = (batch.entry, change.id)


def _taken(batch: RowBatch, taken: made.LotTaken) -> None:
    batch.taken[taken.lot] += taken.quantity.micro


def _master(batch: RowBatch, stated: made.MasterStated) -> None:
    data = json_text(stated.data)
    key: tuple[str, ...] = (stated.kind, stated.urn)
    row: Row = (stated.urn, stated.id, data)
    if stated.kind == "licence":
        given = prefix_of(stated.urn, stated.prefix, stated.data)
        prefix = (given.digits, given.valid_from) if given is not None else (None, None)
        row = (stated.urn, stated.id, stated.data.get("holder"), *prefix, data)
    elif stated.kind in {"place", "product"}:
        packers = "".join(f" {one} " for one in packers_in(stated.data))
        said = (int(stated.official), *((packers,) if stated.kind == "product" else ()))
        row, key = (stated.urn, batch.stater, stated.id, *said, data), (*key, batch.stater)
    batch.master[key] = row


def _licence_used(batch: RowBatch, used: made.LicenceUsed) -> None:
    key = (used.licence, used.year_from.isoformat())
    micro, base = used.quantity.micro, used.quantity.base_unit
    before, unit = batch.used.get(key, (0, base))
    batch.used[key] = (before + micro, unit)
    if micro > 0:
        packing = (batch.entry, *key)
        batch.packed[packing] = (batch.packed.get(packing, (0, base))[0] + micro, base)


def _mentioned(batch: RowBatch, mentioned: made.LotMentioned) -> None:
    batch.rows["lot_statement"].append((mentioned.lot, batch.entry, mentioned.role))


def _remembered(_batch: RowBatch, _change: made.LinkKept | made.HostsAllowed | WordKept | Agreed) -> None:
    """Stands in the record itself; the change is for `ChainState` alone."""


def _lot_state(batch: RowBatch, change: made.LotState) -> None:
    batch.last["lot_state"][change.lot] = (change.state, change.lot)


def _link_state(batch: RowBatch, change: made.LinkState) -> None:
    key = (change.to_lot, change.from_lot, change.link)
    batch.last["link_state"][key] = (change.state, *key)


def _link_set(batch: RowBatch, change: made.LinkSet) -> None:
    key = (change.to_lot, change.from_lot, change.id)
    batch.last["link_state"].pop(key, None)
    batch.whole["link"][key] = rows.LINK_SET.row(change)


def _set(mapping: RowMapping[Any]) -> Callable[[RowBatch, Any], None]:
    """The writer of a change that is the whole row under its id from now on."""
    name, row = mapping.table.name, mapping.row

    def keep(batch: RowBatch, change: Any) -> None:
        batch.whole[name][change.id] = row(change)

    return keep


def _mark_cleared(batch: RowBatch, change: made.MarkCleared) -> None:
    batch.last["mark_cleared"][change.mark] = (batch.entry, change.mark)


def _dispute_ended(batch: RowBatch, change: made.DisputeEnded) -> None:
    batch.last["dispute_ended"][change.dispute] = (change.outcome, batch.entry, change.dispute)


def _pack_state(batch: RowBatch, change: made.PackState) -> None:
    words = batch.last["pack_state"]
    before = words.get(change.lot, (None, None, change.lot))
    words[change.lot] = (change.state, change.platform_code or before[1], change.lot)


def _range_allocated(batch: RowBatch, new: made.RangeAllocated) -> None:
    batch.rows["code_range"].append(rows.CODE_RANGE.row(new))
    batch.counters[new.scope, new.epoch] = new.first + new.count
    batch.scopes.add(new.scope)


def _codes_changed(batch: RowBatch, change: made.CodesChanged) -> None:
    batch.rows["code_interval"].append(rows.CODE_INTERVAL.row(change))
    batch.scopes.add(change.scope)


def _items_packed(batch: RowBatch, new: made.ItemsPacked) -> None:
    batch.rows["aggregation"].append((new.id, new.container, None, new.lot, new.first, new.count, None))


def _container_packed(batch: RowBatch, new: made.ContainerPacked) -> None:
    batch.rows["aggregation"].append((new.id, new.container, new.inner, None, None, None, None))


def _unpacked(batch: RowBatch, change: made.Unpacked) -> None:
    batch.last["unpacked"][change.id] = (batch.entry, change.id)


def _order_ended(batch: RowBatch, change: OrderEnded) -> None:
    batch.last["order_ended"][change.order] = (change.state, batch.entry, change.order)


def _codes_freed(batch: RowBatch, change: CodesFreed) -> None:
    batch.last["codes_freed"][change.id] = (batch.entry, change.id)
    batch.scopes.add(change.scope)


def _witnessed(batch: RowBatch, change: DisposalWitnessed) -> None:
    batch.last["witnessed"][change.disposal] = (batch.entry, change.disposal)


def _report_named(batch: RowBatch, change: ReportNamed) -> None:
    batch.last["report_named"][change.report] = (change.report,)


def _rested(batch: RowBatch, change: Rested) -> None:
    batch.whole[rows.RESTED.table.name][change.id, change.name] = rows.RESTED.row(change)


def _inserted(mapping: RowMapping[Any]) -> Callable[[RowBatch, Any], None]:
    """The writer of a change that is a row as it stands."""
    name, row = mapping.table.name, mapping.row

    def insert(batch: RowBatch, new: object) -> None:
        batch.rows[name].append(row(new))

    return insert


_KEEP: dict[type, Callable[[RowBatch, Any], None]] = {
    **{mapping.made: _inserted(mapping) for mapping in rows.ROW_MAPPINGS},
    **{mapping.made: _set(mapping) for mapping in rows.SET_MAPPINGS},
    made.LinkSet: _link_set,
    made.LotTaken: _taken,
    made.LotAmended: _amended_lot,
    made.StatementAmended: _amended_statement,
    made.RecordSuperseded: _superseded,
    made.LinkKept: _remembered,
    made.HostsAllowed: _remembered,
    WordKept: _remembered,
    Agreed: _remembered,
    made.LotState: _lot_state,
    made.LinkState: _link_state,
    made.MarkCleared: _mark_cleared,
    made.DisputeEnded: _dispute_ended,
    made.MasterStated: _master,
    made.PackState: _pack_state,
    made.RangeAllocated: _range_allocated,
    made.CodesChanged: _codes_changed,
    made.ItemsPacked: _items_packed,
    made.ContainerPacked: _container_packed,
    made.Unpacked: _unpacked,
    made.LicenceUsed: _licence_used,
    made.LotMentioned: _mentioned,
    OrderEnded: _order_ended,
    CodesFreed: _codes_freed,
    DisposalWitnessed: _witnessed,
    ReportNamed: _report_named,
    Rested: _rested,
}
"""Which change becomes which row; a test asserts that every effect is here."""
