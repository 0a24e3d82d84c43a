"""The rows of one batch of statements, gathered by table and written with one driver call a table."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from sqlalchemy import Connection

from trace.chain.effects import Effects
from trace.chain.ids import row_id
from trace.store.base import to_micros
from trace.store.bulk import insert_rows, run_columns, run_many
from trace.store.chain.rows import RESTATED_LOT, ROW_MAPPINGS, SET_MAPPINGS
from trace.store.chain.search_terms import write_terms
from trace.store.mapping import RowMapping
from trace.store.tables.food import FOOD_TABLES, licence_packing

Row = tuple[Any, ...]

_INSERTED = {
    **{table.name: (table, tuple(column.name for column in table.columns)) for table in FOOD_TABLES},
    **{mapping.table.name: (mapping.table, mapping.inserted) for mapping in ROW_MAPPINGS},
}
_SETS = {"lot_statement", "plot_harvest"}
"""Tables whose whole row is the key: a statement that says a thing twice says it once."""

_LOT_ID, _AVAILABLE = (_INSERTED["lot"][1].index(name) for name in ("id", "available"))
_PACK_LOT, _PACK_STATE, _PACK_CODE = (
    _INSERTED["pack"][1].index(name) for name in ("lot", "state", "platform_code")
)

_UPSERTED = {"party", "place", "product", "licence"}

_UPDATES = {
    "available": "UPDATE lot SET available = available - ? WHERE id = ?",
    "amended_lot": f"UPDATE lot SET {RESTATED_LOT.assignments} WHERE id = ?",  # noqa: S608 - columns of ours
    "amended_statement": "UPDATE statement SET amended_by = ? WHERE id = ?",
    **{
        table.name: f"UPDATE {table.name} SET superseded_by = ? WHERE id = ?"  # noqa: S608 - tables of ours
        for table in FOOD_TABLES
        if "superseded_by" in table.columns
    },
    "lot_state": "UPDATE lot SET state = ? WHERE id = ?",
    "link_state": "UPDATE link SET state = ? WHERE to_lot = ? AND from_lot = ? AND id = ?",
    "mark_cleared": "UPDATE mark SET cleared_by = ? WHERE id = ?",
    "dispute_ended": "UPDATE dispute SET outcome = ?, ended_by = ? WHERE id = ?",
    "unpacked": "UPDATE aggregation SET removed_by = ? WHERE id = ?",
    "order_ended": "UPDATE goods_order SET state = ?, ended_by = ? WHERE id = ?",
    "codes_freed": "UPDATE code_interval SET ended_by = ? WHERE id = ?",
    "witnessed": "UPDATE disposal SET witnessed_by = ? WHERE id = ?",
    "report_named": "UPDATE report SET asked = 1 WHERE id = ?",
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
_MASTER = {
    "party": _STATE.format(table="party"),
    "place": "INSERT INTO place (urn, stater, id, official, data) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (urn, stater) DO UPDATE SET id = excluded.id, official = excluded.official, "
    "data = excluded.data",
    "product": "INSERT INTO product (urn, stater, id, official, packers, data) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (urn, stater) DO UPDATE SET id = excluded.id, official = excluded.official, "
    "packers = excluded.packers, data = excluded.data",
    "licence": "INSERT INTO licence (urn, id, holder, prefix, since, data) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (urn) DO UPDATE SET id = excluded.id, holder = excluded.holder, prefix = excluded.prefix, "
    "since = excluded.since, data = excluded.data",
}
_LICENCE_USED = (
    "INSERT INTO licence_use (licence, year_from, quantity, unit) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (licence, year_from) DO UPDATE SET quantity = licence_use.quantity + excluded.quantity"
)
_COUNTER = (
    "INSERT INTO code_counter (scope, epoch, next) VALUES (?, ?, ?) "
    "ON CONFLICT (scope, epoch) DO UPDATE SET next = excluded.next"
)


def _upsert(mapping: RowMapping[Any]) -> str:
    table, columns = mapping.table, mapping.inserted
    key = [column.name for column in table.primary_key]
    names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
    rest = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    into = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - names of ours
    return f"{into} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {rest}"


_WHOLE = {mapping.table.name: _upsert(mapping) for mapping in SET_MAPPINGS}


class RowBatch:
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
        "stater",
        "taken",
        "used",
        "whole",
    )

    def __init__(self, arrived: int) -> None:
        self.arrival = arrived
        self.rows: defaultdict[str, list[Row]] = defaultdict(list)
        self.master: dict[tuple[str, ...], Row] = {}
        self.taken: defaultdict[int, int] = defaultdict(int)
        self.packed: dict[tuple[int, str, str], tuple[int, str]] = {}
        self.used: dict[tuple[str, str], tuple[int, str]] = {}
        self.counters: dict[tuple[str, str], int] = {}
        self.scopes: set[str] = set()
        self.last: defaultdict[str, dict[object, Row]] = defaultdict(dict)
        self.whole: defaultdict[str, dict[object, Row]] = defaultdict(dict)
        self.entry = 0
        self.stater = ""

    def begin(self, effects: Effects) -> None:
        """The row of a statement; those of its changes follow. One that is decided again has its row."""
        entry = effects.entry
        self.entry, self.stater = row_id(entry.origin, entry.index), entry.iss
        if effects.again:
            return
        self.arrival += 1
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

    def write(self, connection: Connection) -> None:
        self._settle_new_lots()
        for name, rows in self.rows.items():
            table, columns = _INSERTED[name]
            insert_rows(connection, table, columns, list(dict.fromkeys(rows)) if name in _SETS else rows)
        packed = [(*key, *value) for key, value in self.packed.items()]
        insert_rows(connection, licence_packing, _INSERTED["licence_packing"][1], packed)
        for kind in sorted(_UPSERTED):
            stated = [row for key, row in self.master.items() if key[0] == kind]
            run_many(connection, _MASTER[kind], stated)
        if self.master:
            write_terms(connection, self.master)
        run_many(connection, _COUNTER, [(*key, due) for key, due in self.counters.items()])
        run_many(connection, _LICENCE_USED, [(*key, *value) for key, value in self.used.items()])
        taken = [(micro, lot) for lot, micro in self.taken.items()]
        run_columns(connection, _UPDATES["available"], _TAKEN_ARRAYS, taken)
        for name, whole in self.whole.items():
            run_many(connection, _WHOLE[name], list(whole.values()))
        for name, words in self.last.items():
            run_many(connection, _UPDATES[name], list(words.values()))

    def _settle_new_lots(self) -> None:
        """What this batch takes from its own lots, and the state of their packs, go in with their rows."""
        lots, packs = self.rows.get("lot", []), self.rows.get("pack", [])
        for at, row in enumerate(lots):
            if micro := self.taken.pop(row[_LOT_ID], 0):
                lots[at] = _with(row, {_AVAILABLE: row[_AVAILABLE] - micro})
        words = self.last.get("pack_state", {})
        ours = words.keys() & {row[_LOT_ID] for row in lots} if words else ()
        for at, row in enumerate(packs if ours else ()):
            if row[_PACK_LOT] in ours:
                state, code, _ = words[row[_PACK_LOT]]
                code = row[_PACK_CODE] if code is None else code
                packs[at] = _with(row, {_PACK_STATE: state, _PACK_CODE: code})
        for lot in ours:
            del words[lot]


def _with(row: Row, changed: dict[int, object]) -> Row:
    return tuple([changed.get(at, value) for at, value in enumerate(row)])
