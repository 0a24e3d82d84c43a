"""The log's rows: tiles lead back to the same tree, checkpoints are found by what they cover."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from tests.builders.counted import counted
from tests.clock import SteppingClock
from trace.errors import TileMissing
from trace.ledger.merkle import inclusion_proof, leaf_hash, verify_inclusion
from trace.ledger.tiles import TileHashes, TileTree
from trace.store.log import checkpoints
from trace.store.log.disclosures import erase_disclosures, put_disclosures, read_disclosures
from trace.store.log.entries import (
    ChainHead,
    StoredTiles,
    load_tree,
    put_heads,
    put_tiles,
    read_head,
    read_heads,
    read_tile,
)
from trace.store.transaction import Transactions, open_database

START = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.fixture
def transactions(database_url):
    engine = open_database(database_url)
    yield Transactions(engine, SteppingClock(), None, "trace.test/food")
    engine.dispose()


def grow(transactions: Transactions, tree: TileTree, count: int) -> None:
    leaves = [leaf_hash(str(tree.size + at).encode()) for at in range(count)]
    with transactions.begin("test") as tx:
        put_tiles(tx.connection, tree, tree.extend(leaves))


@pytest.mark.parametrize("steps", [(1, 1, 254, 1, 255), (256,), (700, 66_000, 3)])
def test_a_tree_loaded_from_tiles_is_the_tree_that_grew(transactions, steps) -> None:
    tree = TileTree()
    for count in steps:
        grow(transactions, tree, count)
        with transactions.look() as tx:
            loaded = load_tree(tx.connection, tree.size)
        assert loaded.root() == tree.root()
        assert loaded.edges() == tree.edges()
    with transactions.look() as tx:
        hashes = TileHashes(StoredTiles(tx.connection), tree.size)
        for index in {0, tree.size // 2, tree.size - 1}:
            proof = inclusion_proof(index, tree.size, hashes)
            verify_inclusion(index, tree.size, leaf_hash(str(index).encode()), proof, tree.root())


def test_a_tile_beyond_the_tree_is_missing(transactions) -> None:
    grow(transactions, TileTree(), 3)
    with transactions.look() as tx:
        assert len(read_tile(tx.connection, 0, 0, 3)) == 96
        for place in ((0, 0, 4), (0, 1, 1), (1, 0, 1)):
            with pytest.raises(TileMissing):
                read_tile(tx.connection, *place)


def test_an_empty_log_begins_at_nothing(transactions) -> None:
    with transactions.look() as tx:
        head = read_head(tx.connection)
    assert (head.size, head.logged_at, head.arrival) == (0, None, 0)


def test_the_first_checkpoint_that_all_witnesses_signed_proves_existence(transactions) -> None:
    signed = [
        (10, "agri", 1),
        (10, "amr", 5),
        (20, "agri", 6),
        (30, "agri", 7),
        (30, "amr", 8),
        (30, "amr", 9),
    ]
    with transactions.begin("test") as tx:
        for size in (10, 20, 30):
            checkpoints.add_checkpoint(
                tx.connection, size, sha256(b"x").digest(), f"note {size}\n\n— l x\n", START
            )
        lines = [
            checkpoints.StoredCosignature(size, name, START + timedelta(minutes=at), f"— {name} {size} {at}")
            for size, name, at in signed
        ]
        checkpoints.add_cosignatures(tx.connection, lines)
        checkpoints.add_cosignatures(tx.connection, lines)  # a repeated answer changes nothing
    both = {"agri", "amr"}
    with transactions.look() as tx:
        first = checkpoints.find_first_covering(tx.connection, 10, both)
        assert first is not None
        assert first.size == 30
        assert first.cosigned_note().endswith("— agri 30 7\n— amr 30 8\n")
        assert first.cosigned_note(newest=True).endswith("— amr 30 9\n")
        assert checkpoints.find_first_covering(tx.connection, 30, both) is None
        before = checkpoints.find_last_before(tx.connection, 25, both)
        assert before is not None
        assert before.size == 10
        latest = checkpoints.find_newest_cosigned(tx.connection, {"agri"})
        assert latest is not None
        assert latest.witnesses == both


def test_an_erased_disclosure_is_gone_and_its_neighbour_is_not(transactions) -> None:
    with transactions.begin("test") as tx:
        put_disclosures(tx.connection, [("s", "d1", "one"), ("s", "d2", "two"), ("t", "d1", "three")])
        erase_disclosures(tx.connection, "s", ["d1"])
    with transactions.look() as tx:
        assert read_disclosures(tx.connection, ["s", "t", "u"]) == {"s": ("two",), "t": ("three",)}


def test_a_head_costs_the_same_beside_ten_streams_of_its_signer_and_ten_thousand(transactions) -> None:
    begun = 0
    costs = []
    for streams in (10, 10_000):
        with transactions.begin("test") as tx:
            new = {("urn:uscc:A", f"s{at}"): ChainHead(at + 1, f"of-{at}") for at in range(begun, streams)}
            put_heads(tx.connection, new)
            begun = streams
        with transactions.look() as tx, counted(tx.connection) as cost:
            found = read_heads(tx.connection, [("urn:uscc:A", "s7"), ("urn:uscc:A", "none")])
        assert found == {("urn:uscc:A", "s7"): ChainHead(8, "of-7")}
        assert "chain_head" not in cost.scanned
        costs.append(cost.figures)
    assert costs[0] == costs[1] == (1, 1)


def test_heads_of_many_streams_are_found_whatever_their_names(transactions) -> None:
    names = [f"s{at}" for at in range(70)] + ["with, comma", '"quoted"', "稻谷", "", "{}"]
    with transactions.begin("test") as tx:
        put_heads(tx.connection, {("urn:uscc:A", name): ChainHead(at, "x") for at, name in enumerate(names)})
        put_heads(tx.connection, {("urn:uscc:B", name): ChainHead(500, "x") for name in names})
        asked = {("urn:uscc:A", name) for name in names}
        assert {of: head.seq for of, head in read_heads(tx.connection, asked).items()} == {
            ("urn:uscc:A", name): at for at, name in enumerate(names)
        }
        assert read_heads(tx.connection, set()) == {}
