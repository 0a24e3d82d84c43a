"""Signed ingest: verified, admitted, logged and projected, against verification and insertion alone."""

from __future__ import annotations

import gc
import os
import tempfile
from base64 import urlsafe_b64decode
from collections.abc import Sequence

import orjson
from sqlalchemy import Connection, Table, text

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.stores import KINDS, Store, store_of
from tests.builders.good_food import AFTERWARDS, LAP, GoodFood
from tests.clock import SteppingClock
from tests.servers.platform import TestPlatform
from trace.ledger import algorithms
from trace.ledger.canonical import unb64u
from trace.ledger.statement import Statement
from trace.store.base import metadata
from trace.store.bulk import insert_rows
from trace.store.log.disclosures import read_disclosures
from trace.store.query import rows_where
from trace.store.transaction import open_database
from trace.usecases.intake.receipt import Receipt
from trace.usecases.intake.verify_signatures import verify_signatures

BATCH = 256
TARGET = 0.5
PEER = 108.0
Batched = Sequence[Sequence[Statement]]
"""Events per second of the one EPCIS repository in Python that publishes a figure, in a batch."""

_TABLE = "CREATE TABLE bare (idx BIGINT PRIMARY KEY, stmt TEXT NOT NULL, jws TEXT NOT NULL)"
_ROWS = {
    "log_entry": "idx",
    "statement": "idx",
    "lot": "id >> 8 & 1099511627775",
    "link": "id >> 8 & 1099511627775",
    "lot_statement": "statement >> 8 & 1099511627775",
    "plot_harvest": "lot >> 8 & 1099511627775",
    "report": "id >> 8 & 1099511627775",
    "pack": "id >> 8 & 1099511627775",
    "handover": "id >> 8 & 1099511627775",
    "claim": "id >> 8 & 1099511627775",
    "loss": "id >> 8 & 1099511627775",
}
"""Where a lap leaves rows, and how a row tells the log index of its statement (trace/chain/ids.py)."""


def run(size: str) -> Report:
    report, quick = Report("ingest"), size == "quick"
    rounds, batches = (3, 2) if quick else (5, 6)
    food = GoodFood()
    statements = list(food.laps(-(-rounds * batches * BATCH // LAP), first_index=food.first_index))
    batched = [statements[at : at + BATCH] for at in range(0, rounds * batches * BATCH, BATCH)]
    _signatures(report, food, batched[0], rounds)
    for kind in KINDS:
        with store_of(kind) as store:
            _batches(report, store, food, batched, rounds)
            if kind == "sqlite" or not quick:
                _singles(report, store, 40 if quick else 200)
    return report


class _Batches:
    """Batches of 256, each one transaction, from the JSON that an upload has; and the two limits beside."""

    def __init__(self, store: Store, food: GoodFood, batched: Batched, platform: TestPlatform) -> None:
        self.store, self.platform, self.batched = store, platform, batched
        self.bodies = [[orjson.dumps(one.flattened()) for one in batch] for batch in batched]
        self.first = food.first_index
        self.verifying = _Verifying(food, batched)
        self.bare, self.same = open_database(store.empty()), open_database(store.migrated())
        with self.bare.begin() as connection:
            connection.execute(text(_TABLE))

    def ours(self, numbers: range) -> Spent:
        """Verified, admitted, logged, projected, durable."""
        with spending(self.store.servers) as spent:
            for number in numbers:
                outcomes = self.platform.acceptance.accept(self.bodies[number], each=False)
                assert all(isinstance(one, Receipt) and not one.marks for one in outcomes), outcomes[:1]
        return spent

    def same_rows(self, numbers: range) -> Spent:
        """The signatures alone, then the rows that ours left, into the same tables of another database."""
        with self.platform.engine.connect() as connection:
            rows = [_rows_of(connection, self.first + at * BATCH) for at in numbers]
        with spending(self.store.servers) as spent:
            for number, tables in zip(numbers, rows, strict=True):
                self.verifying.of_bodies(self.bodies[number])
                with self.same.begin() as connection:
                    for table, values in tables:
                        insert_rows(connection, table, table.columns.keys(), values)
        return spent

    def one_row(self, numbers: range) -> Spent:
        """Signatures and messages taken apart beforehand; one row of three columns for each."""
        with spending(self.store.servers) as spent:
            for number in numbers:
                self.verifying.of_parts(number)
                rows = [(number * BATCH + at, *row) for at, row in enumerate(self.verifying.rows[number])]
                with self.bare.begin() as connection:
                    connection.exec_driver_sql(_insert(self.store.kind), rows)
        return spent

    def dispose(self) -> None:
        self.bare.dispose()
        self.same.dispose()


def _batches(report: Report, store: Store, food: GoodFood, batched: Batched, rounds: int) -> None:
    each = len(batched) // rounds
    with TestPlatform(store.migrated(), SteppingClock(AFTERWARDS)) as platform:
        food.begin(platform)
        run = _Batches(store, food, batched, platform)
        gc.collect()
        gc.freeze()  # the uploads that wait here are the bench's; no server holds them

        def part(number: int) -> range:
            return range(number * each, (number + 1) * each)

        works = [run.ours, run.same_rows, run.one_row]
        taken, least, barest = interleaved(rounds, [lambda at, one=one: one(part(at)) for one in works])
        run.dispose()
        gc.unfreeze()
    count = each * BATCH
    rate = median([count / spent.cpu for spent in taken])
    name = f"ingest {store.kind}, batches of {BATCH}"
    for beside, limits, target in (
        ("verify the bodies + insert the same rows", least, TARGET),
        ("verify only + one prepared row each", barest, None),
    ):
        ceiling = median([count / spent.cpu for spent in limits])
        ratio = median([b.cpu / a.cpu for a, b in zip(taken, limits, strict=True)])
        goal = {"target": f"≥ {target}", "met": ratio >= target} if target else {}
        report.add(Figure(name, rate, "statements/CPU-s", beside, ceiling, ratio, rounds=rounds, **goal))
    wall = median([count / spent.wall for spent in taken])
    report.add(Figure(f"{name}, wall", wall, "statements/s"))
    goal = {"target": "≥ 10", "met": rate / PEER >= 10}
    beside = "Python EPCIS peer, batch (events/s)"
    report.add(Figure(f"{name}, per core", rate, "statements/CPU-s", beside, PEER, rate / PEER, **goal))


def _insert(kind: str) -> str:
    mark = "?" if kind == "sqlite" else "%s"
    return f"INSERT INTO bare VALUES ({mark}, {mark}, {mark})"


def _rows_of(connection: Connection, first: int) -> list[tuple[Table, list[tuple]]]:
    """Every row that the batch whose first index is `first` left, by table."""
    found = []
    for name, place in _ROWS.items():
        table = metadata.tables[name]
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        sql = f"SELECT {columns} FROM {name} WHERE {place} BETWEEN {first} AND {first + BATCH - 1}"
        found.append((table, [tuple(row) for row in connection.exec_driver_sql(sql)]))
    stated = [entry[2] for entry in found[0][1]]
    disclosed = read_disclosures(connection, stated)
    rows = [(name, str(at), one) for name, shown in disclosed.items() for at, one in enumerate(shown)]
    found.append((metadata.tables["disclosure"], rows))
    addressed = rows_where(connection, "SELECT party, stmt, salt FROM inbox WHERE stmt {among}", stated)
    found.append((metadata.tables["inbox"], [tuple(row) for row in addressed]))
    return found


class _Verifying:
    """The bare limit of checking: the keys are at hand, nothing is read but the signature.

    By the library that the ledger verifies with, so that a quicker one counts on both sides.
    """

    def __init__(self, food: GoodFood, batched: Batched) -> None:
        of_bytes = algorithms.ed25519.Ed25519PublicKey.from_public_bytes
        self._keys = {one.key.kid: of_bytes(unb64u(one.key.public_jwk()["x"])) for one in food.signers}
        self._headers = {one.compact.partition(".")[0]: one.kid for batch in batched for one in batch}
        self._parts = [
            [(one.kid, one.signature, one.compact.rpartition(".")[0].encode()) for one in batch]
            for batch in batched
        ]
        self.rows = [[(one.statement_id, one.compact) for one in batch] for batch in batched]

    def of_bodies(self, bodies: Sequence[bytes]) -> None:
        """From the JSON of an upload to a verified signature and the compact text, by the shortest way."""
        for body in bodies:
            form = orjson.loads(body)
            signed = f"{form['protected']}.{form['payload']}"
            signature = urlsafe_b64decode(form["signature"] + "==")
            self._keys[self._headers[form["protected"]]].verify(signature, signed.encode())

    def of_parts(self, batch: int) -> None:
        for kid, signature, signed in self._parts[batch]:
            self._keys[kid].verify(signature, signed)


def _signatures(report: Report, food: GoodFood, batch: Sequence[Statement], rounds: int) -> None:
    """The signatures of a batch on one processor and on all; of the best rounds, since others work too."""
    keys = {one.key.kid: one.key.public_key() for one in food.signers}
    processors = len(os.sched_getaffinity(0))

    def on(count: int) -> Spent:
        with spending() as spent:
            assert not any(verify_signatures(batch, keys, count))
        return spent

    alone, together = interleaved(8 * rounds, [lambda _: on(1), lambda _: on(processors)])
    one, many = (len(batch) / min(spent.wall for spent in taken) for taken in (alone, together))
    goal = {"target": "≥ 1.6", "met": many / one >= 1.6} if processors > 1 else {}
    name = f"ingest, signatures of a batch on {processors} processors, wall"
    beside = "on one"
    report.add(Figure(name, many, "statements/s", beside, one, many / one, rounds=8 * rounds, **goal))
    cpu = (len(batch) / median([spent.cpu for spent in taken]) for taken in (together, alone))
    many, one = cpu
    report.add(Figure(name.replace("wall", "CPU"), many, "statements/CPU-s", beside, one, many / one))


def _singles(report: Report, store: Store, count: int) -> None:
    """One statement an upload, one durable commit each, against an fsync of the same bytes and a bare row."""
    food = GoodFood(desks=1, name="s")
    statements = list(food.laps(-(-2 * count // LAP), first_index=food.first_index))[: 2 * count]
    bodies = [[orjson.dumps(one.flattened())] for one in statements]
    bare = open_database(store.empty())
    with bare.begin() as connection:
        connection.execute(text(_TABLE))
    with TestPlatform(store.migrated(), SteppingClock(AFTERWARDS)) as platform:
        food.begin(platform)

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
            with spending(store.servers) as spent:
                for at in range(count // 2):
                    with bare.begin() as connection:
                        values = (number * count + at, "s", statements[at].compact)
                        connection.exec_driver_sql(_insert(store.kind), values)
            return spent

        taken, syncs, inserts = interleaved(4, [ours, synced, rows])
    bare.dispose()
    rate = median([count / 2 / one.wall for one in taken])
    for beside, limits in (("write + fsync of the bytes", syncs), ("one bare row committed", inserts)):
        bound = median([count / 2 / one.wall for one in limits])
        ratio = median([b.wall / a.wall for a, b in zip(taken, limits, strict=True)])
        report.add(
            Figure(
                f"ingest {store.kind}, single uploads", rate, "statements/s", beside, bound, ratio, rounds=4
            )
        )
