"""The sides of the recall bench, each in a process of its own that holds the product and no builder of tests.

`python -m bench.recall_sides SIDE URL` writes JSON into nothing and tells what it cost and held at most.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import Connection

from api.streamed_json import json_pieces
from trace.parties import COUNTRY, REGULATOR_MARKET, Actor
from trace.rules import load as load_rules
from trace.store.transaction import Transactions, open_database
from trace.usecases.intake.sequence import calm_collector
from trace.usecases.lots.recall_scope import read_scope
from trace.usecases.lots.trace_lineage import trace_lineage

MAKER: Final = "urn:uscc:91310000MA1FL4PT0X"
BATCH: Final = f"urn:lot:{MAKER}:BATCH"
"""The lot that is recalled."""
_NOW: Final = datetime(2026, 10, 1, tzinfo=UTC)
_REACHED: Final = (
    "WITH RECURSIVE reached (lot) AS (SELECT id FROM lot WHERE urn = {urn} "
    "UNION SELECT link.to_lot FROM reached CROSS JOIN link WHERE link.from_lot = reached.lot) "
)
_MADE: Final = "JOIN lot ON lot.id = reached.lot JOIN statement ON statement.id = (lot.id & -256) "
_LINKS: Final = (
    "SELECT link.*, statement.stmt FROM reached CROSS JOIN link "
    "JOIN statement ON statement.id = (link.id & -256) WHERE link.from_lot = reached.lot"
)
_LOTS: Final = f"SELECT lot.*, statement.* FROM reached {_MADE}"
_DISCLOSED: Final = (
    f"SELECT disclosure.stmt, disclosure.encoded FROM reached {_MADE}"
    "JOIN disclosure ON disclosure.stmt = statement.stmt"
)
_HANDED: Final = "SELECT handover.* FROM reached CROSS JOIN handover WHERE handover.from_lot = reached.lot"


def _document(url: str) -> tuple[int, int]:
    """(bytes, receivers) of the regulator's document, as the interface writes it."""
    reader = Actor("bench", "urn:uscc:BENCH", frozenset({REGULATOR_MARKET}), region=COUNTRY)
    transactions = Transactions(open_database(url), lambda: _NOW, load_rules(), "bench.example/log")
    members = trace_lineage(transactions, BATCH, "downstream", reader)
    size = receivers = 0
    for piece in json_pieces(members):
        size += len(piece)
        receivers += piece.count(b'"shippedAt"')
    return size, receivers


def _scope(url: str) -> tuple[int, int]:
    """(bytes, consignments) of the recall scope, as the interface writes it."""
    reader = Actor("bench", "urn:uscc:BENCH", frozenset({REGULATOR_MARKET}), region=COUNTRY)
    transactions = Transactions(open_database(url), lambda: _NOW, load_rules(), "bench.example/log")
    size = lines = 0
    for piece in json_pieces(read_scope(transactions, BATCH, reader)):
        size += len(piece)
        lines += piece.count(b'"consignment"')
    return size, lines


def _plain(url: str, *more: str) -> tuple[int, int]:
    engine = open_database(url)
    with engine.connect() as connection:
        sizes = [_streamed(connection, text) for text in (_LINKS, _LOTS, _DISCLOSED, *more)]
    return sum(sizes), 0


def _plain_scope(url: str) -> tuple[int, int]:
    return _plain(url, _HANDED)


def _streamed(connection: Connection, text: str) -> int:
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    found = connection.exec_driver_sql(
        _REACHED.format(urn=mark) + text, (BATCH,), execution_options={"stream_results": True}
    )
    return sum(len(orjson.dumps(tuple(row))) for row in found)


_SIDES: Final = {"plain": _plain, "document": _document, "plain-scope": _plain_scope, "scope": _scope}


def main() -> int:
    which, url = sys.argv[1:]
    calm_collector()  # as the server does
    begun = time.process_time()
    size, receivers = _SIDES[which](url)
    cpu = time.process_time() - begun
    status = Path("/proc/self/status").read_text()  # what a parent held before is not in it
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"cpu": cpu, "peak": peak, "bytes": size, "receivers": receivers}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
