from __future__ import annotations

import pytest

from tests.builders.ledgers import MemoryLog
from trace.errors import TileMalformed, TileMissing
from trace.ledger.merkle import CompactRange, inclusion_proof, leaf_hash, root_from
from trace.ledger.tiles import (
    ENTRIES,
    TileHashes,
    TileTree,
    decode_entries,
    encode_entries,
    parse_tile_path,
    required_tiles,
    tile_path,
)

LEAVES = [leaf_hash(number.to_bytes(4, "big")) for number in range(66_000)]


@pytest.mark.parametrize(
    ("place", "path"),
    [
        ((0, 0, 256), "tile/0/000"),
        ((0, 5, 7), "tile/0/005.p/7"),
        ((3, 1234067, 256), "tile/3/x001/x234/067"),
        ((7, 1000, 1), "tile/7/x001/000.p/1"),
        ((ENTRIES, 12, 256), "tile/entries/012"),
        ((ENTRIES, 1_000_000, 9), "tile/entries/x001/x000/000.p/9"),
    ],
)
def test_tiles_have_one_address(place, path):
    assert tile_path(*place) == path
    assert parse_tile_path(path) == place


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/2",
        "tile/00/000",
        "tile/8/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/data/000",
        "tile/0/０００",
        "tile/0/000/",
    ],
)
def test_other_addresses_are_refused(path):
    with pytest.raises(TileMalformed):
        parse_tile_path(path)


@pytest.mark.parametrize(
    "place", [(8, 0, 256), (-1, 0, 256), ("data", 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)]
)
def test_places_outside_the_tree_have_no_address(place):
    with pytest.raises(TileMalformed):
        tile_path(*place)


def test_entry_bundles_read_back():
    entries = [b"", b"a", b"b" * 65_535]
    assert decode_entries(encode_entries(entries)) == entries
    assert decode_entries(b"") == []
    with pytest.raises(TileMalformed, match="entry-too-long"):
        encode_entries([b"x" * 65_536])
    for cut in (b"\x00", b"\x00\x02a", encode_entries(entries)[:-1]):
        with pytest.raises(TileMalformed, match="entry-cut"):
            decode_entries(cut)
    with pytest.raises(TileMalformed, match="too-many-entries"):
        decode_entries(encode_entries([b""] * 257))


def test_full_tiles_appear_once_and_are_never_written_again():
    tree, seen = TileTree(), {}
    for start in range(0, 66_000, 3_000):
        for tile in tree.extend(LEAVES[start : start + 3_000]):
            assert (tile.level, tile.n) not in seen
            assert tile.width == 256
            seen[tile.level, tile.n] = tile.data
        assert TileTree(tree.size, tree.edges()).root() == tree.root()
    assert sorted(n for level, n in seen if level == 0) == list(range(257))
    assert [n for level, n in seen if level == 1] == [0]
    edge = CompactRange()
    edge.extend(LEAVES)
    assert tree.root() == edge.root()
    assert required_tiles(66_000) == [(0, 257, 208), (1, 1, 1), (2, 0, 1)]
    assert required_tiles(0) == []


def test_batches_of_any_size_make_the_same_tree():
    whole = TileTree()
    whole.extend(LEAVES[:1_000])
    one_by_one = TileTree()
    for leaf in LEAVES[:1_000]:
        one_by_one.extend([leaf])
    assert one_by_one.root() == whole.root()
    assert one_by_one.edges() == whole.edges()
    assert whole.extend([]) == ()


@pytest.mark.parametrize(
    ("size", "edges"), [(1, []), (1, [b""]), (0, [bytes(32)]), (256, [b""]), (257, [bytes(32), b"x"])]
)
def test_edges_that_do_not_fit_the_size_are_refused(size, edges):
    with pytest.raises(TileMalformed, match="edge"):
        TileTree(size, edges)


class Tiles:
    """Keeps full tiles and counts how often it is asked."""

    def __init__(self, size: int) -> None:
        self.tree = TileTree()
        self.full = {(tile.level, tile.n): tile.data for tile in self.tree.extend(LEAVES[:size])}
        self.asked = 0

    def tile(self, level: int, n: int, width: int) -> bytes:
        self.asked += 1
        return self.full.get((level, n)) or self.tree.edges()[level]


def test_hashes_come_from_tiles_and_are_kept():
    tiles = Tiles(2_000)
    assert root_from(2_000, TileHashes(tiles, 2_000)) == tiles.tree.root()
    for keep, asked in ((3, 3), (2, 6)):  # a proof of leaf 5 takes three tiles
        tiles.asked = 0
        hashes = TileHashes(tiles, 2_000, keep=keep)
        inclusion_proof(5, 2_000, hashes)
        inclusion_proof(6, 2_000, hashes)
        assert tiles.asked == asked
    older = TileHashes(tiles, 1_100)
    edge = CompactRange()
    edge.extend(LEAVES[:1_100])
    assert root_from(1_100, older) == edge.root()


def test_hashes_outside_the_tree_or_in_short_tiles_are_missing():
    tiles = Tiles(300)
    with pytest.raises(TileMissing):
        TileHashes(tiles, 300)([(0, 300)])
    with pytest.raises(TileMissing):
        TileHashes(tiles, 900)([(0, 299 + 256)])


def test_the_memory_log_of_the_tests_grows_by_tiles():
    log = MemoryLog("trace.test/x", 5, [])
    assert log.checkpoint().size == 0
