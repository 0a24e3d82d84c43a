"""Signed ingest: verified, admitted, logged and projected, against verification and insertion alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.stores import KINDS, Store, store_of
from tests.builders.good_food import AFTERWARDS, LAP, GoodFood
from tests.builders.platform import TestPlatform
from tests.clock import SteppingClock
from trace.ledger.canonical import unb64u
from trace.ledger.statement import Statement
from trace.store.transaction import open_database
from trace.usecases.receipt import Receipt

BATCH = 256
PEER = 108.0
"""Events per second of the Python EPCIS peer in a batch (peers.md §6)."""

_TABLE = "CREATE TABLE bare (idx BIGINT PRIMARY KEY, stmt TEXT NOT NULL, jws TEXT NOT NULL)"


def run(size: str) -> Report:
    report, quick = Report("ingest"), size == "quick"
    rounds, batches = (3, 2) if quick else (5, 6)
    food = GoodFood()
    statements = list(food.laps(-(-rounds * batches * BATCH // LAP), first_index=1 + len(food.signers)))
    batched = [statements[at : at + BATCH] for at in range(0, rounds * batches * BATCH, BATCH)]
    for kind in KINDS:
        with store_of(kind) as store:
            _batches(report, store, food, batched, rounds)
            if kind == "sqlite" or not quick:
                _singles(report, store, 40 if quick else 200)
    return report


def _batches(
    report: Report, store: Store, food: GoodFood, batched: Sequence[Sequence[Statement]], rounds: int
) -> None:
    """Batches of 256 in one transaction each, in the JSON that an upload has."""
    each = len(batched) // rounds
    bodies = [[orjson.dumps(one.flattened()) for one in batch] for batch in batched]
    checks = [_Check.of(batch, food) for batch in batched]
    bare = open_database(store.empty())
    with bare.begin() as connection:
        connection.execute(text(_TABLE))
    with TestPlatform(store.migrated(), SteppingClock(AFTERWARDS)) as platform:
        platform.register(*food.signers)

        def ours(number: int) -> Spent:
            with spending(store.servers) as spent:
                for body in bodies[number * each : (number + 1) * each]:
                    outcomes = platform.acceptance.accept(body, each=False)
                    assert all(isinstance(one, Receipt) and not one.marks for one in outcomes), outcomes[:1]
            return spent

        def limit(number: int) -> Spent:
            with spending(store.servers) as spent:
                for check in checks[number * each : (number + 1) * each]:
                    check.verify_and_insert(bare, store.kind)
            return spent

        taken, least = interleaved(rounds, [ours, limit])
    bare.dispose()
    count = each * BATCH
    rate, ceiling = (median([count / spent.cpu for spent in kept]) for kept in (taken, least))
    wall = median([count / spent.wall for spent in taken])
    ratio = median([b.cpu / a.cpu for a, b in zip(taken, least, strict=True)])
    name = f"ingest {store.kind}, batches of {BATCH}"
    report.add(
        Figure(name, rate, "statements/CPU-s", "Ed25519 verify + executemany", ceiling, ratio, "≥ 0.6",
               ratio >= 0.6, rounds)
    )  # fmt: skip
    report.add(
        Figure(f"{name}, wall", wall, "statements/s", "Python EPCIS peer, batch", PEER, wall / PEER,
               "≥ 10", wall / PEER >= 10, rounds)
    )  # fmt: skip


class _Check:
    """What the bare limit needs of a batch, taken apart beforehand."""

    def __init__(self, checks: list[tuple[Ed25519PublicKey, bytes, bytes]], rows: list[dict]) -> None:
        self.checks, self.rows = checks, rows

    @classmethod
    def of(cls, batch: Sequence[Statement], food: GoodFood) -> _Check:
        keys = {
            one.key.kid: Ed25519PublicKey.from_public_bytes(unb64u(one.key.public_jwk()["x"]))
            for one in food.signers
        }
        checks, rows = [], []
        for one in batch:
            signed = one.compact.rpartition(".")[0].encode()
            checks.append((keys[one.kid], one.signature, signed))
            rows.append((one.statement_id, one.compact))
        return cls(checks, rows)

    def verify_and_insert(self, engine, kind: str) -> None:
        for key, signature, message in self.checks:
            key.verify(signature, message)
        mark = "?" if kind == "sqlite" else "%s"
        with engine.begin() as connection:
            size = connection.exec_driver_sql("SELECT count(*) FROM bare").scalar_one()
            connection.exec_driver_sql(
                f"INSERT INTO bare VALUES ({mark}, {mark}, {mark})",
                [(size + at, *row) for at, row in enumerate(self.rows)],
            )


def _singles(report: Report, store: Store, count: int) -> None:
    """One statement an upload, one durable commit each, against an fsync of the same bytes and a bare row."""
    food = GoodFood(desks=1, name="s")
    statements = list(food.laps(-(-2 * count // LAP), first_index=1 + len(food.signers)))[: 2 * count]
    bodies = [[orjson.dumps(one.flattened())] for one in statements]
    bare = open_database(store.empty())
    with bare.begin() as connection:
        connection.execute(text(_TABLE))
    with TestPlatform(store.migrated(), SteppingClock(AFTERWARDS)) as platform:
        platform.register(*food.signers)

        def ours(number: int) -> Spent:
            with spending(store.servers) as spent:
                for body in bodies[number * count // 2 : (number + 1) * count // 2]:
                    (outcome,) = platform.acceptance.accept(body, each=False)
                    assert isinstance(outcome, Receipt), outcome
            return spent

        def synced(_: int) -> Spent:
            with tempfile.NamedTemporaryFile(dir=store.folder) as file, spending() as spent:
                for (body,) in bodies[: count // 2]:
                    file.write(body)
                    file.flush()
                    os.fsync(file.fileno())
            return spent

        def rows(number: int) -> Spent:
            mark = "?" if store.kind == "sqlite" else "%s"
            with spending(store.servers) as spent:
                for at in range(count // 2):
                    with bare.begin() as connection:
                        values = (number * count + at, "s", statements[at].compact)
                        connection.exec_driver_sql(f"INSERT INTO bare VALUES ({mark}, {mark}, {mark})", values)
            return spent

        taken, syncs, inserts = interleaved(4, [ours, synced, rows])
    bare.dispose()
    rate = median([count / 2 / one.wall for one in taken])
    for beside, limits in (("write + fsync of the bytes", syncs), ("one bare row committed", inserts)):
        bound = median([count / 2 / one.wall for one in limits])
        ratio = median([b.wall / a.wall for a, b in zip(taken, limits, strict=True)])
        report.add(
            Figure(f"ingest {store.kind}, single uploads", rate, "statements/s", beside, bound, ratio, rounds=4)
        )
