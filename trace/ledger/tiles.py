"""Tiles of the log (C2SP tlog-tiles): 256 hashes wide, 8 levels high, immutable once full.

Tile (L, N) holds the hashes of tree level 8·L at positions [256·N, 256·N + W). `TileTree` grows by batches
and says which tiles became full; `TileHashes` reads any node back from tiles, for `merkle`'s proofs.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from trace.errors import TileMalformed, TileMissing
from trace.ledger.merkle import HASH_BYTES, CompactRange, Node

WIDTH = 256
HEIGHT = 8
ENTRIES = "entries"
MAX_ENTRY = 65_535
_MAX_LEVEL = 63 // HEIGHT

_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9]\d?)/(?P<n>(?:x\d{3}/)*\d{3})(?:\.p/(?P<w>[1-9]\d{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Tile:
    """Hashes of one tile: `data` is 32 bytes per hash, `width` 1 to 256."""

    level: int
    n: int
    data: bytes

    @property
    def width(self) -> int:
        return len(self.data) // HASH_BYTES


class HashReader(Protocol):
    """A source of tiles; may answer with more than `width` hashes, never with fewer."""

    def tile(self, level: int, n: int, width: int) -> bytes:
        """Return at least `width` hashes of tile (level, n); raises `TileMissing`."""
        ...


def tile_path(level: int | str, n: int, width: int = WIDTH) -> str:
    """Return `tile/<L>/<N>[.p/<W>]`; `level` is a number or `"entries"`."""
    if level != ENTRIES and not (isinstance(level, int) and 0 <= level <= _MAX_LEVEL):
        raise TileMalformed(reason="level")
    if n < 0 or not 1 <= width <= WIDTH:
        raise TileMalformed(reason="number-or-width")
    groups = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        groups.insert(0, f"x{n % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def parse_tile_path(path: str) -> tuple[int | str, int, int]:
    """Return (level, n, width) of a path; raises `TileMalformed` unless it is the one form."""
    match = _PATH.fullmatch(path)
    if match is None:
        raise TileMalformed(reason="path")
    level = match["level"] if match["level"] == ENTRIES else int(match["level"])
    n = int(match["n"].replace("x", "").replace("/", ""))
    width = int(match["w"]) if match["w"] else WIDTH
    if (match["w"] and width == WIDTH) or tile_path(level, n, width) != path:
        raise TileMalformed(reason="path")
    return level, n, width


def encode_entries(entries: Iterable[bytes]) -> bytes:
    """Return an entry bundle: each entry after its big-endian uint16 length."""
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise TileMalformed(reason="entry-too-long", limit=MAX_ENTRY)
        parts.append(len(entry).to_bytes(2, "big"))
        parts.append(entry)
    return b"".join(parts)


def decode_entries(bundle: bytes) -> list[bytes]:
    """Return the entries of an entry bundle; raises `TileMalformed` for cut or overfull ones."""
    entries = []
    position = 0
    while position < len(bundle):
        start = position + 2
        position = start + int.from_bytes(bundle[position:start], "big")
        if start > len(bundle) or position > len(bundle):
            raise TileMalformed(reason="entry-cut")
        entries.append(bundle[start:position])
    if len(entries) > WIDTH:
        raise TileMalformed(reason="too-many-entries", limit=WIDTH)
    return entries


class TileTree:
    """A growing tree that keeps, per tile level, only the tile that is not full yet (its edge)."""

    def __init__(self, size: int = 0, edges: Sequence[bytes] = ()) -> None:
        """Restore from `size` and the edge of each level (`edges()`); raises `TileMalformed`."""
        self._edges = [bytearray(edge) for edge in edges]
        for level in range(max(len(edges), _levels(size))):
            expected = (size >> HEIGHT * level) % WIDTH * HASH_BYTES
            if level >= len(self._edges) or len(self._edges[level]) != expected:
                raise TileMalformed(reason="edge", level=level)
        peaks: list[bytes] = []
        for edge in reversed(self._edges):
            peaks.extend(_peaks(bytes(edge)))
        self._range = CompactRange(size, peaks)

    @property
    def size(self) -> int:
        return self._range.size

    def root(self) -> bytes:
        return self._range.root()

    def edges(self) -> tuple[bytes, ...]:
        """Return the hashes of each level's unfinished tile, level 0 first."""
        return tuple(bytes(edge) for edge in self._edges)

    def extend(self, leaves: Sequence[bytes]) -> tuple[Tile, ...]:
        """Add leaf hashes in order; return the tiles that became full."""
        first = self.size
        self._range.extend(leaves)
        return tuple(self._fill(0, first, leaves))

    def _fill(self, level: int, first: int, hashes: Sequence[bytes]) -> list[Tile]:
        if level == len(self._edges):
            self._edges.append(bytearray())
        edge = self._edges[level]
        n = first // WIDTH
        full: list[Tile] = []
        edge += b"".join(hashes)
        while len(edge) >= WIDTH * HASH_BYTES:
            full.append(Tile(level, n, bytes(edge[: WIDTH * HASH_BYTES])))
            del edge[: WIDTH * HASH_BYTES]
            n += 1
        if full:
            roots = [_rows(tile.data)[HEIGHT][0] for tile in full]
            full += self._fill(level + 1, full[0].n, roots)
        return full


class TileHashes:
    """Reads nodes of the tree of `size` from tiles, keeping the interior nodes of recent tiles (LRU)."""

    def __init__(self, reader: HashReader, size: int, *, keep: int = 64) -> None:
        self._reader = reader
        self._size = size
        self._keep = keep
        self._tiles: OrderedDict[tuple[int, int, int], list[list[bytes]]] = OrderedDict()

    def __call__(self, nodes: Sequence[Node]) -> list[bytes]:
        """Return the hash of each complete subtree (level, n); raises `TileMissing`."""
        return [self._node(level, n) for level, n in nodes]

    def _node(self, level: int, n: int) -> bytes:
        if (n + 1) << level > self._size:
            raise TileMissing(level=level, n=n)
        tile_level, row = divmod(level, HEIGHT)
        number, place = divmod(n, WIDTH >> row)
        return self._rows_of(tile_level, number)[row][place]

    def _rows_of(self, level: int, n: int) -> list[list[bytes]]:
        width = min(WIDTH, (self._size >> HEIGHT * level) - n * WIDTH)
        key = (level, n, width)
        rows = self._tiles.get(key)
        if rows is None:
            data = self._reader.tile(level, n, width)[: width * HASH_BYTES]
            if len(data) != width * HASH_BYTES:
                raise TileMissing(level=level, n=n)
            rows = self._tiles[key] = _rows(data)
            if len(self._tiles) > self._keep:
                self._tiles.popitem(last=False)
        else:
            self._tiles.move_to_end(key)
        return rows


def required_tiles(size: int) -> list[tuple[int, int, int]]:
    """Return (level, n, width) of the unfinished tiles at `size`, level 0 first."""
    return [
        (level, (size >> HEIGHT * level) // WIDTH, width)
        for level in range(_levels(size))
        if (width := (size >> HEIGHT * level) % WIDTH)
    ]


def _levels(size: int) -> int:
    return -(-size.bit_length() // HEIGHT)


def _rows(data: bytes) -> list[list[bytes]]:
    """Return the tile's hashes and above them the interior nodes, row by row, complete ones only."""
    row = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    rows = [row]
    for _ in range(HEIGHT):
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        rows.append(row)
    return rows


def _peaks(edge: bytes) -> list[bytes]:
    rows = _rows(edge)
    width = len(edge) // HASH_BYTES
    return [rows[bit][(width >> bit) - 1] for bit in range(HEIGHT - 1, -1, -1) if width >> bit & 1]


__all__ = [
    "ENTRIES",
    "HEIGHT",
    "MAX_ENTRY",
    "WIDTH",
    "HashReader",
    "Tile",
    "TileHashes",
    "TileTree",
    "decode_entries",
    "encode_entries",
    "parse_tile_path",
    "required_tiles",
    "tile_path",
]
