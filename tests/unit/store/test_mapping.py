"""Row mappings: what is written is read again, and nothing that a table demands is left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import BigInteger, Column, MetaData, Table, Text

from trace.chain.effects import DisposalNoted, Interval
from trace.chain.facts import KINDS
from trace.chain.known_states import KnownLot
from trace.chain.noted import NOTED, noted
from trace.quantities import Quantity
from trace.store.chain import rows
from trace.store.mapping import JSON, RowMapping

NOON = datetime(2026, 10, 15, 4, tzinfo=UTC)
COLUMNS = {
    "id": BigInteger,
    "note": Text,
    "amount": BigInteger,
    "unit": Text,
    "rest": BigInteger,
    "rest_unit": Text,
    "day": Text,
    "at": BigInteger,
    "span_from": BigInteger,
    "span_to": BigInteger,
    "names": Text,
    "data": Text,
    "first_amount": BigInteger,
    "kind": Text,
}
TABLE = Table("thing", MetaData(), *(Column(name, kind) for name, kind in COLUMNS.items()))


@dataclass(frozen=True, slots=True)
class Thing:
    id: int
    note: str | None
    amount: Quantity
    rest: Quantity | None
    day: date
    until: datetime | None
    span: Interval
    names: tuple[str, ...]
    elsewhere: str
    data: dict


THING = RowMapping(
    TABLE,
    Thing,
    named={"until": "at"},
    codecs={"data": JSON},
    written={"kind": lambda thing: thing.elsewhere},
    copied={"first_amount": "amount"},
)
KG = Quantity.of("13.6", "kg")
FULL = Thing(1, "x", KG, KG, date(2026, 10, 5), NOON, Interval(NOON, None), ("a", "b"), "c", {"n": 1})
EMPTY = Thing(2, None, KG, None, date(2026, 10, 5), None, Interval(None, None), (), "d", {})


def stored(thing: Thing) -> dict[str, object]:
    return dict(zip(THING.inserted, THING.row(thing), strict=True))


@pytest.mark.parametrize("thing", [FULL, EMPTY])
def test_what_is_written_is_read_again(thing: Thing) -> None:
    written = stored(thing)
    row = ("before", *(written[name] for name in THING.places), "behind")
    assert THING.read(row, 1, elsewhere=thing.elsewhere) == thing
    assert set(written) == set(COLUMNS)


def test_columns_hold_plain_values_in_the_stores_own_forms() -> None:
    assert stored(FULL) == {
        "id": 1,
        "note": "x",
        "amount": 13_600_000,
        "unit": "kg",
        "rest": 13_600_000,
        "rest_unit": "kg",
        "day": "2026-10-05",
        "at": 1_792_036_800_000_000,
        "span_from": 1_792_036_800_000_000,
        "span_to": None,
        "names": '["a","b"]',
        "data": '{"n":1}',
        "kind": "c",
        "first_amount": 13_600_000,
    }


def test_a_member_of_a_sort_that_no_codec_knows_is_refused_when_the_mapping_is_made() -> None:
    with pytest.raises(TypeError, match="data stands in thing"):
        RowMapping(TABLE, Thing, named={"until": "at"})


def test_a_mapping_of_some_members_gives_their_columns_alone() -> None:
    part = RowMapping(TABLE, Thing, only=("span", "amount"))
    assert part.assignments == "amount = ?, unit = ?, span_from = ?, span_to = ?"
    assert part.row(FULL)[1] == "kg"


@pytest.mark.parametrize(
    "mapping", [*rows.ROW_MAPPINGS, *rows.SET_MAPPINGS], ids=lambda mapping: mapping.table.name
)
def test_every_column_that_may_not_be_empty_is_inserted(mapping) -> None:
    demanded = {column.name for column in mapping.table.columns if not column.nullable}
    assert demanded <= set(mapping.inserted) <= set(mapping.table.columns.keys())


def test_every_kind_with_rows_of_its_own_has_a_mapping_of_them() -> None:
    mapped = {mapping.table.name: mapping.made for mapping in rows.ROW_MAPPINGS}
    assert {kind.noted_as for kind in KINDS.values() if kind.noted_as is not None} <= mapped.keys()
    assert {table: mapped[table] for table in NOTED} == NOTED


def test_a_table_holds_the_rows_of_one_effect() -> None:
    with pytest.raises(TypeError, match="disposal holds DisposalNoted"):
        noted("disposal")(Thing)
    assert NOTED["disposal"] is DisposalNoted


def test_every_column_of_a_lot_is_a_member_of_it() -> None:
    assert set(rows.KNOWN_LOT.places) == set(rows.KNOWN_LOT.table.columns.keys())
    assert set(rows.NEW_LOT.inserted) == set(rows.NEW_LOT.table.columns.keys())
    assert {"marks", "reports", "certificates", "pack", "statement"} <= set(KnownLot.__annotations__)
