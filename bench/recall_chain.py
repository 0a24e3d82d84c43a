"""A recall as wide as it gets: one production batch, some packs, very many consignments to named receivers.

Loaded in bulk straight into the tables. Every consignment is a record of its own; who received it lies beside
the record in four disclosures, as shippers state it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine

from bench.recall_sides import BATCH, MAKER
from tests.servers.platform import FOOD
from trace.chain.ids import row_id
from trace.ledger.disclosure import make_disclosure
from trace.store.bulk import insert_rows
from trace.store.tables.food import link, lot, statement
from trace.store.tables.handovers import handover
from trace.store.tables.log import disclosure
from trace.store.tables.master import party

PACKS = 20
_START = 1_760_000_000_000_000
_MINUTE = 60_000_000
_CHUNK = 5_000


@dataclass(frozen=True, slots=True)
class RecallPlan:
    """A batch whose packs went to `receivers` receivers, one consignment each."""

    receivers: int

    @property
    def batch(self) -> str:
        return BATCH

    def row_of(self, index: int) -> int:
        return row_id(FOOD, index, 1)


def load(engine: Engine, plan: RecallPlan) -> None:
    """Fill the tables that a trace reads."""
    for chunk in _chunks(_consignments(plan)):
        with engine.begin() as connection:
            for table, rows in zip(_TABLES, _columns(chunk), strict=True):
                insert_rows(connection, table, table.columns.keys(), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


_TABLES = (statement, lot, link, party, disclosure, handover)
_Rows = tuple[list[tuple], list[tuple], list[tuple], list[tuple], list[tuple], list[tuple]]


def _consignments(plan: RecallPlan) -> Iterator[_Rows]:
    yield _made(plan, 0, "batch", plan.batch, None)
    for pack in range(1, PACKS + 1):
        yield _made(plan, pack, "pack", f"urn:lot:{MAKER}:P{pack}", 0)
    for number in range(plan.receivers):
        index = 1 + PACKS + number
        rows = _made(plan, index, "consignment", f"urn:lot:{MAKER}:S{number:07d}", 1 + number % PACKS)
        urn, name = f"urn:uscc:9131{number:014d}", f"（演示）第{number:06d}号门店有限公司"
        told = (
            ("receiver", urn),
            ("receiverName", name),
            ("receiverAddress", f"上海市浦东新区无名路{number}号"),
            ("receiverContact", f"1{number:010d}"),
        )
        for at, (member, value) in enumerate(told):
            one = make_disclosure(member, value, (number * 4 + at).to_bytes(16, "big"))
            rows[4].append((_stmt(index), one.digest, one.encoded))
        rows[3].append((urn, row_id(FOOD, index), f'{{"name":"{name}"}}'))
        source, own = plan.row_of(1 + number % PACKS), plan.row_of(index)
        handed = (
            own & ~255,
            _stmt(index),
            MAKER,
            own,
            source,
            "party",
            urn,
            "[]",
            10_000_000,
            "kg",
            0,
            "open",
        )
        rows[5].append((*handed, None))
        yield rows


def _stmt(index: int) -> str:
    return f"{index * 2_654_435_761 % 10**12:012d}".ljust(43, "A")


def _made(plan: RecallPlan, index: int, kind: str, urn: str, upper: int | None) -> _Rows:
    when = _START + index * _MINUTE
    lower, unit = plan.row_of(index), "kg"
    stated = (
        lower & ~255, _stmt(index), f"food.{kind}", MAKER, urn, FOOD, index, when, when, index, None,
    )  # fmt: skip
    goods = (
        lower, urn, kind, "urn:gtin:06901234567892", "（演示）大米", MAKER, None, 10_000_000, 10_000_000,
        unit, when, when, f"B{index}", "normal", "{}", None,
    )  # fmt: skip
    links = []
    if upper is not None:
        way = "ship" if kind == "consignment" else "pack"
        links.append(
            (lower, plan.row_of(upper), lower + 1, way, "signed", 10_000_000, unit, 10_000_000, unit,
             when, when, when, when)
        )  # fmt: skip
    return [stated], [goods], links, [], [], []


def _columns(chunk: Sequence[_Rows]) -> list[list[tuple]]:
    return [[row for rows in chunk for row in rows[at]] for at in range(len(_TABLES))]


def _chunks(made: Iterator[_Rows]) -> Iterator[Sequence[_Rows]]:
    while chunk := list(islice(made, _CHUNK)):
        yield chunk
