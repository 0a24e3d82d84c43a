"""Auditing a log: the tree of a million leaves made again from the stored leaves, and real signatures.

The leaves of the large log are made up (an audit of the tree reads nothing else); the signatures are checked
on a smaller log of real statements, since signing a million would be most of the run.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

import orjson

from bench.figures import Figure, Report, Spent, interleaved, median, spending
from bench.stores import Store, store_of
from tests.builders.good_food import AFTERWARDS, LAP, GoodFood
from tests.clock import SteppingClock
from tests.servers.platform import FOOD, LOT_KEY, TestPlatform
from trace.ledger.keybook import KeyBook
from trace.ledger.leaf import leaf_of, lot_secret
from trace.ledger.merkle import leaf_hash
from trace.ledger.statement import parse_statement, verify_statement
from trace.ledger.tiles import TileTree
from trace.store.log.entries import (
    StoredEntry,
    append_entries,
    put_tiles,
    read_entries_in_chunks,
    read_head,
    read_leaves,
    read_tile,
)
from trace.store.transaction import Transactions, open_database

CHUNK = 16_384


def run(size: str) -> Report:
    report = Report("audit")
    leaves, rounds, real = (20_000, 3, 600) if size == "quick" else (1_000_000, 3, 6_000)
    with store_of("sqlite") as store:
        _tree(report, store, leaves, rounds)
        _signatures(report, store, real, rounds)
    return report


def _tree(report: Report, store: Store, leaves: int, rounds: int) -> None:
    engine = open_database(store.migrated())
    transactions = Transactions(engine, SteppingClock(), None, FOOD)
    _fill(transactions, leaves)

    def audit(_: int) -> Spent:
        with transactions.look() as tx, spending() as spent:
            tree = TileTree()
            for start in range(0, leaves, CHUNK):
                hashes = [leaf_hash(leaf) for leaf in read_leaves(tx.connection, start, start + CHUNK)]
                for tile in tree.extend(hashes):
                    assert read_tile(tx.connection, tile.level, tile.n, tile.width) == tile.data
            for level, edge in enumerate(tree.edges()):
                n = (tree.size >> 8 * level) // 256
                assert not edge or read_tile(tx.connection, level, n, len(edge) // 32) == edge
            assert tree.size == leaves
        return spent

    def bare(_: int) -> Spent:
        node, leaf = bytes(32), b"\x00" + next(_leaves(leaves, leaves + 1))
        with spending() as spent:
            for _leaf in range(leaves):
                sha256(leaf).digest()
            for _node in range(leaves - 1):
                node = sha256(b"\x01" + node + node).digest()
        return spent

    audits, hashings = interleaved(rounds, [audit, bare])
    engine.dispose()
    rate, limit = (median([leaves / one.cpu for one in runs]) for runs in (audits, hashings))
    ratio = median([b.cpu / a.cpu for a, b in zip(audits, hashings, strict=True)])
    name = f"tree of {leaves:,} leaves audited"
    report.add(
        Figure(name, rate, "leaves/CPU-s", "SHA-256 of as many leaves and nodes", limit, ratio, rounds=rounds)
    )
    report.add(Figure(f"{name}: time", median([one.wall for one in audits]), "s"))


def _leaves(start: int, end: int) -> Iterator[bytes]:
    """Leaves as long as real ones."""
    form = (
        '{"b":"%022d","c":"%022d","k":"%043d","n":%d,"p":"%043d","r":"%043d",'
        '"s":"%043d","t":"food.receipt","v":1}'
    )
    for at in range(start, end):
        yield (form % (at, at, at, at + 2, at, at, at)).encode()


def _fill(transactions: Transactions, leaves: int) -> None:
    tree = TileTree()
    for start in range(0, leaves, CHUNK):
        batch = list(_leaves(start, min(start + CHUNK, leaves)))
        entries = [
            StoredEntry(
                index=at,
                arrival=at,
                statement_id=f"{at:043d}",
                kid="k",
                typ="food.receipt",
                iss="i",
                stream="s",
                seq=at,
                sub="lot",
                jws="",
                leaf=leaf.decode(),
                logged_at=AFTERWARDS,
                rules="bench",
                via=None,
            )
            for at, leaf in enumerate(batch, start)
        ]
        with transactions.begin("bench") as tx:
            append_entries(tx.connection, entries)
            put_tiles(tx.connection, tree, tree.extend([leaf_hash(leaf) for leaf in batch]))


def _signatures(report: Report, store: Store, count: int, rounds: int) -> None:
    """Every statement parsed, its leaf made again, its chain and its key looked up, its signature checked."""
    food = GoodFood()
    statements = list(food.laps(-(-count // LAP), first_index=food.first_index))
    with TestPlatform(store.migrated(), SteppingClock(AFTERWARDS)) as platform:
        food.begin(platform)
        for at in range(0, len(statements), 256):
            platform.acceptance.accept(
                [orjson.dumps(one.flattened()) for one in statements[at : at + 256]], each=False
            )
        keys = {one.key.kid: one.key.public_key() for one in food.signers}

        def audit(_: int) -> Spent:
            with platform.transactions.look() as tx, spending() as spent:
                book = KeyBook(FOOD, frozenset({platform.registrar.key.kid}))
                for chunk in read_entries_in_chunks(tx.connection, read_head(tx.connection).size):
                    for entry in chunk:
                        statement = parse_statement(entry.jws)
                        secret = lot_secret(LOT_KEY, statement.claims.sub)
                        assert leaf_of(statement, secret).encode().decode() == entry.leaf
                        book.verify(statement, book.signer(statement, entry.index, entry.logged_at))
                        book.record(statement, entry.index)
            return spent

        def bare(_: int) -> Spent:
            with spending() as spent:
                for one in statements:
                    verify_statement(one, keys[one.kid])
            return spent

        audits, checks = interleaved(rounds, [audit, bare])
    rate, limit = (median([len(statements) / one.cpu for one in runs]) for runs in (audits, checks))
    ratio = median([b.cpu / a.cpu for a, b in zip(audits, checks, strict=True)])
    name = f"signatures, leaves and keys of {len(statements):,} statements audited"
    report.add(Figure(name, rate, "statements/CPU-s", "their signatures alone", limit, ratio, rounds=rounds))
