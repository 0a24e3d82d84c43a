"""The mass balance of a year of a firm, beside the plain streamed SQL of the same rows in the same run.

The firm receives paddy, mills it and packs rice under its mark: three records a batch. The
plain side streams what the balance reads and drops it; the balance judges it on all its levels.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.figures import Figure, Report
from bench.stores import KINDS, store_of
from tests.builders.effects import EffectsOf, kg
from trace.chain.effects import Effects
from trace.rules import load as load_rules
from trace.store.analyses.firm_rows import QUERIES
from trace.store.base import to_micros
from trace.store.bulk import marked
from trace.store.chain.effects import write_effects
from trace.store.query import driver_rows
from trace.store.transaction import Connection, Transactions, open_database
from trace.usecases.balance.firm_balance import FirmBalance

SIZES: Final = {"quick": 10**3, "usual": 10**5, "full": 10**5}
ROUNDS: Final = 3
FIRM: Final = "urn:uscc:91310151XN0000442L"
MARK: Final = "LB-03-24050999001A"
_LOG: Final = "bench.example/food"
_BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_SINCE, _UNTIL = to_micros(_BEGIN), to_micros(datetime(2027, 1, 1, tzinfo=UTC))
A_BATCH: Final = 3
"""Records of a batch: a receipt, a production, a pack."""
AT_ONCE: Final = 2_000


def run(size: str) -> Report:
    report = Report("balance")
    for kind in KINDS:
        with store_of(kind) as store:
            engine = open_database(store.migrated())
            transactions = Transactions(engine, lambda: _BEGIN, load_rules("demo"), _LOG)
            _fill(transactions, SIZES[size])
            with transactions.look() as tx:
                plain = median_seconds(lambda: _stream(tx.connection))
                judged = median_seconds(lambda: FirmBalance(tx.connection, FIRM, _SINCE, _UNTIL, tx.rules))
            engine.dispose()
        name = f"balance of {SIZES[size]:,} records, {kind}"
        limit = "the plain streamed SQL of the same rows"
        report.add(Figure(name, judged, "s", limit, plain, judged / plain, rounds=ROUNDS))
    return report


def median_seconds(work: Callable[[], object]) -> float:
    """The median of the seconds on the wall: the server of a database works too."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _stream(connection: Connection) -> int:
    """Every row that the balance reads, once, and dropped."""
    rows = 0
    for text in QUERIES:
        found = connection.exec_driver_sql(marked(text, connection.dialect.name), (FIRM, _UNTIL))
        rows += sum(1 for _ in driver_rows(found))
    return rows


def _fill(transactions: Transactions, records: int) -> None:
    """So many records of receipts, productions and packs, spread over the year."""
    batches = records // A_BATCH
    step = timedelta(days=360) / batches
    told = []
    for number in range(batches):
        told.extend(_batch(number, _BEGIN + step * number))
        if len(told) >= AT_ONCE:
            _write(transactions, told)
            told = []
    _write(transactions, told)


def _write(transactions: Transactions, told: list[Effects]) -> None:
    with transactions.begin("bench") as tx:
        write_effects(tx.connection, told)


def _batch(number: int, at: datetime) -> list[Effects]:
    """1 000 kg of paddy, 680 kg of rice, 136 packs."""
    receipt = EffectsOf(_LOG, number * A_BATCH, "food.receipt", FIRM)
    raw = receipt.lot(f"urn:lot:M:R{number}", kg("1000"), "material")
    made = EffectsOf(_LOG, number * A_BATCH + 1, "food.production", FIRM)
    batch = made.lot(f"urn:lot:M:B{number}", kg("1000"), "batch", {"yieldOf": "paddy_to_rice"})
    made.link(raw, batch, kg("1000"), kg("1000"), "transform")
    rice = made.lot(f"urn:lot:M:P{number}", kg("680"), "product")
    made.link(batch, rice, kg("680"), kg("680"), "transform")
    packed = EffectsOf(_LOG, number * A_BATCH + 2, "food.pack", FIRM)
    detail = {
        "lbNo": MARK,
        "packs": {"value": "136", "unit": "件"},
        "netContent": {"value": "5", "unit": "kg"},
    }
    pack = packed.lot(f"urn:lot:M:K{number}", kg("680"), "pack", detail)
    packed.link(rice, pack, kg("680"), kg("680"), "pack")
    told = zip((receipt, made, packed), "RBK", strict=True)
    return [replace(one.done(f"urn:lot:M:{letter}{number}"), occurred_at=at) for one, letter in told]
