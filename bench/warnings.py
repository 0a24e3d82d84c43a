"""The warning run over many firms' records, beside the plain streamed SQL of the rows that it needs.

Firms receive, mill and pack as in the bench of the balance; some of their records are late, some packs bear a
mark without a licence. The plain side streams the same rows, firm by firm where the run does, and drops them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import Engine

from bench.balance import median_seconds
from bench.figures import Figure, Report, at_peak, held_at_most
from bench.stores import KINDS, store_of
from tests.builders.effects import EffectsOf, kg
from trace.chain.effects import Effects, Mark
from trace.rules import load as load_rules
from trace.store.analyses.firm_rows import QUERIES, list_issuers
from trace.store.base import to_micros
from trace.store.bulk import marked
from trace.store.chain.effects import write_effects
from trace.store.query import driver_rows
from trace.store.risk.warnings import read_late, read_marked
from trace.store.transaction import Connection, Transactions, open_database
from trace.usecases.supervision.find_warnings import find_warnings

SIZES: Final = {"quick": (2_000, 10), "usual": (100_000, 200), "full": (1_000_000, 1_000)}
"""Records and firms."""
MEGABYTES: Final = 256
_LOG: Final = "bench.example/food"
_BEGIN: Final = datetime(2026, 1, 1, tzinfo=UTC)
_NOW: Final = datetime(2026, 12, 31, tzinfo=UTC)
_A_BATCH: Final = 3
_AT_ONCE: Final = 2_000
_MARKED, _LATE = 97, 41
"""Each so manieth batch bears a mark of that sort."""
_CODES: Final = ("mark-licence-lapsed", "product-outside-licence")


def run(size: str) -> Report:
    report = Report("warnings")
    records, firms = SIZES[size]
    for kind in KINDS if size != "full" else KINDS[:1]:
        with store_of(kind) as store:
            engine = open_database(store.migrated())
            transactions = Transactions(engine, lambda: _NOW, load_rules("demo"), _LOG)
            _fill(transactions, records, firms)
            limit = "the plain streamed SQL of the same rows"
            with transactions.look() as tx:
                marks = median_seconds(lambda: _marks(tx.connection))
                plain, streamed = at_peak(
                    lambda: median_seconds(lambda: _marks(tx.connection) + _books(tx.connection))
                )
            (quick, whole), held = at_peak(partial(_run_again, engine))
            engine.dispose()
        name = f"warnings over {records:,} records of {firms:,} firms, {kind}"
        report.add(Figure(f"{name}, marks alone", quick, "s", limit, marks, quick / marks, rounds=3))
        report.add(Figure(name, whole, "s", limit, plain, whole / plain, rounds=3))
        report.add(held_at_most(name, held, streamed, MEGABYTES))
    return report


def _run_again(engine: Engine) -> tuple[float, float]:
    """Seconds of a run without and with the balance; each is a run of its own minute."""
    minutes = count(1)

    def clock() -> datetime:
        return _NOW + timedelta(minutes=next(minutes))

    transactions = Transactions(engine, clock, load_rules("demo"), _LOG)
    quick = median_seconds(lambda: find_warnings(transactions, balance=False))
    return quick, median_seconds(lambda: find_warnings(transactions))


def _marks(connection: Connection) -> int:
    since = _NOW - timedelta(days=30)
    return sum(1 for _ in read_marked(connection, _CODES)) + len(read_late(connection, since))


def _books(connection: Connection) -> int:
    """Every row that the balance of each firm reads, once, and dropped."""
    rows, until = 0, to_micros(_NOW)
    for firm in list_issuers(connection, to_micros(_BEGIN), until):
        for text in QUERIES:
            found = connection.exec_driver_sql(marked(text, connection.dialect.name), (firm, until))
            rows += sum(1 for _ in driver_rows(found))
    return rows


def _fill(transactions: Transactions, records: int, firms: int) -> None:
    batches = records // _A_BATCH
    step = timedelta(days=360) / batches
    told: list[Effects] = []
    for number in range(batches):
        told.extend(_batch(number, f"urn:uscc:F{number % firms:05d}", _BEGIN + step * number))
        if len(told) >= _AT_ONCE:
            _write(transactions, told)
            told = []
    _write(transactions, told)


def _write(transactions: Transactions, told: list[Effects]) -> None:
    with transactions.begin("bench") as tx:
        write_effects(tx.connection, told)


def _batch(number: int, firm: str, at: datetime) -> list[Effects]:
    """1 000 kg of paddy, 680 kg of rice, 136 packs; now and then marked."""
    receipt = EffectsOf(_LOG, number * _A_BATCH, "food.receipt", firm)
    raw = receipt.lot(f"urn:lot:M:R{number}", kg("1000"), "material")
    if number % _LATE == 0:
        receipt.keep(Mark(receipt.next_id(), "R01", "late-upload", raw, (), {}))
    made = EffectsOf(_LOG, number * _A_BATCH + 1, "food.production", firm)
    batch = made.lot(f"urn:lot:M:B{number}", kg("1000"), "batch", {"yieldOf": "paddy_to_rice"})
    made.link(raw, batch, kg("1000"), kg("1000"), "transform")
    rice = made.lot(f"urn:lot:M:P{number}", kg("680"), "product")
    made.link(batch, rice, kg("680"), kg("680"), "transform")
    packed = EffectsOf(_LOG, number * _A_BATCH + 2, "food.pack", firm)
    pack = packed.lot(f"urn:lot:M:K{number}", kg("680"), "pack", {"netContent": {"value": "5", "unit": "kg"}})
    packed.link(rice, pack, kg("680"), kg("680"), "pack")
    if number % _MARKED == 0:
        packed.keep(Mark(packed.next_id(), "R12", _CODES[0], pack, (), {}))
    told = zip((receipt, made, packed), "RBK", strict=True)
    return [replace(one.done(f"urn:lot:M:{letter}{number}"), occurred_at=at) for one, letter in told]
