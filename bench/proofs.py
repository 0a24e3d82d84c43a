"""Inclusion proofs from tiles in SQLite, beside hashing as many nodes in memory; and checking them."""

from __future__ import annotations

import random
from hashlib import sha256

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.stores import store_of
from trace.ledger.merkle import inclusion_proof, leaf_hash, verify_inclusion
from trace.ledger.tiles import TileHashes, TileTree
from trace.store.log.entries import StoredTiles, put_tiles
from trace.store.transaction import Transactions, open_database

ORIGIN = "trace.bench/food"


def run(size: str) -> Report:
    report = Report("proofs")
    leaves, proofs, rounds = (20_000, 1_000, 3) if size == "quick" else (1_000_000, 3_000, 5)
    with store_of("sqlite") as store:
        engine = open_database(store.migrated())
        transactions = Transactions(engine, _no_clock, None, ORIGIN)
        tree = _grow(transactions, leaves)
        root, hashes = tree.root(), [leaf_hash(b"%d" % at) for at in range(leaves)]
        _prove(report, transactions, (leaves, proofs, rounds), root, hashes)
        engine.dispose()
    return report


def _no_clock():
    from datetime import UTC, datetime

    return datetime(2026, 10, 1, tzinfo=UTC)


def _grow(transactions: Transactions, leaves: int) -> TileTree:
    tree = TileTree()
    for start in range(0, leaves, 65_536):
        batch = [leaf_hash(b"%d" % at) for at in range(start, min(start + 65_536, leaves))]
        with transactions.begin("bench") as tx:
            put_tiles(tx.connection, tree, tree.extend(batch))
    return tree


def _prove(
    report: Report, transactions: Transactions, sizes: tuple[int, int, int], root: bytes, hashes: list[bytes]
) -> None:
    leaves, count, rounds = sizes
    spread = [random.Random(1).randrange(leaves) for _ in range(count)]
    newest = list(range(leaves - count, leaves))
    kept: dict[int, list[bytes]] = {}

    def prove(indices: list[int]) -> Spent:
        with transactions.look() as tx, spending() as spent:
            nodes = TileHashes(StoredTiles(tx.connection), leaves)
            for index in indices:
                kept[index] = inclusion_proof(index, leaves, nodes)
        return spent

    def hash_as_many(_: int) -> Spent:
        nodes = sum(len(kept[index]) for index in newest)
        left = right = bytes(32)
        with spending() as spent:
            for _node in range(nodes):
                right = sha256(b"\x01" + left + right).digest()
        return spent

    def verify(_: int) -> Spent:
        with spending() as spent:
            for index in newest:
                verify_inclusion(index, leaves, hashes[index], kept[index], root)
        return spent

    runs = interleaved(rounds, [lambda _: prove(newest), lambda _: prove(spread), hash_as_many, verify])
    rates = [median([count / spent.cpu for spent in run]) for run in runs]
    ratios = [median([b.cpu / a.cpu for a, b in zip(run, runs[2], strict=True)]) for run in runs]
    beside = "as many SHA-256 of two nodes in memory"
    name = f"inclusion proofs in a log of {leaves:,}"
    for place, what, target in (
        (0, f"{name}, newest entries", {"target": "≥ 3,000", "met": rates[0] >= 3000}),
        (1, f"{name}, anywhere", {}),
        (3, "inclusion proofs verified", {}),
    ):
        figure = Figure(
            what, rates[place], "proofs/CPU-s", beside, rates[2], ratios[place], rounds=rounds, **target
        )
        report.add(figure)
