"""The records on which a reading of the lot graph rests: of its lots, and of the links that it followed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby

from trace.chain.lineage.arcs import DISPUTED, SIGNED
from trace.chain.lineage.report import Item, used_record
from trace.chain.lineage.superset import CONTESTED, Step
from trace.ledger.canonical import hex_digest
from trace.store.lots.scope import statements_in_order
from trace.store.lots.wide_graph import row_of
from trace.store.transaction import Connection
from trace.usecases.lots.lineage_parts import parted

_STATEMENT = -256


def records_of(connection: Connection, lots: Collection[int], steps: Iterable[Step]) -> tuple[Item, ...]:
    """Each record once, in the order of the log."""
    rows, contested = set(lots), set[int]()
    for step in steps:
        row = row_of(step[0])
        rows.add(row)
        if step[5] & CONTESTED:
            contested.add(row)
    disputed = set(_statements(connection, contested))
    return tuple(
        used_record(statement, hex_digest(statement), DISPUTED if statement in disputed else SIGNED)
        for statement in _statements(connection, rows)
    )


def _statements(connection: Connection, rows: Collection[int]) -> Iterator[str]:
    owners = [owner for owner, _ in groupby(row & _STATEMENT for row in sorted(rows))]
    for part in parted(owners):
        yield from statements_in_order(connection, part)
