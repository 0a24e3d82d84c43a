"""QR symbols of a long run as sums of patterns (GF(2)), bit-identical to segno's.

With version, level and mask fixed, each module is an affine function over GF(2) of the bits of the text:
byte mode puts them in place, Reed-Solomon is linear, interleaving moves bits, mask and function patterns are
constants. So segno draws one symbol and, for each bit that may change, one more; the difference is that bit's
pattern. A symbol of the run is the base plus one tabulated pattern per pair of characters (docs/adr/0020);
a pair is looked up by the number that its two places in the alphabet are as octets in memory, so that nothing
is cut out of a text.

A symbol is one integer, bits in reading order. A `Layout` is a linear map of the modules to other bits (rows
with quiet zone, widened, with filter bytes): the tables are made in it, so it costs nothing per symbol.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain, islice
from operator import xor
from typing import Final

import segno
from segno.encoder import DataOverflowError

from trace.errors.codes import RunUnfit
from trace.errors.gs1 import SymbolTooLarge
from trace.labels.symbol import LARGEST_VERSION, LEVEL, Symbol

DIGITS_AND_CAPITALS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LONGEST_TABLE: Final = 1296
"""Entries of one table at most: pairs of digits and capitals."""

_AT_ONCE: Final = 4096
_BITS: Final = 7
_FOREIGN: Final = b"\xff"

Rows = Sequence[bytes]
"""Modules by row, 0 light and 1 dark."""
Layout = Callable[[Rows], int]
"""A linear map: `layout(a ^ b) == layout(a) ^ layout(b)`, and of no dark module 0."""


@dataclass(frozen=True, slots=True)
class Template:
    """Texts `prefix` + `width` characters of `alphabet` + `suffix`, in ASCII; None means segno's choice."""

    prefix: str
    width: int
    suffix: str = ""
    alphabet: str = DIGITS_AND_CAPITALS
    level: str = LEVEL
    version: int | None = None
    mask: int | None = None

    def text(self, varying: str) -> str:
        return f"{self.prefix}{varying}{self.suffix}"


class SymbolFamily:
    """The symbols of a template: their common version, level, mask and size, and the pattern of each bit."""

    def __init__(self, template: Template) -> None:
        """Raises `RunUnfit` (reason) or `SymbolTooLarge`. Takes about 0.1 s."""
        _check(template)
        self.template: Final = template
        self._zero: Final = template.text(template.alphabet[0] * template.width).encode()
        drawn = self._drawn(self._zero, template.version, template.mask)
        self.version: Final = int(drawn.version)
        self.mask: Final = int(drawn.mask)
        self._base: Final = tuple(bytes(row) for row in drawn.matrix)
        self.modules: Final = len(self._base)
        self._patterns: Final = self._bit_patterns()

    def table(self, layout: Layout) -> Table:
        """The family's tables in a layout."""
        template = self.template
        bits = {place: layout(pattern) for place, pattern in self._patterns.items()}
        zero = ord(template.alphabet[0])

        def pattern(place: int, character: str) -> int:
            changed = ord(character) ^ zero
            return reduce(xor, (bits[place, bit] for bit in range(_BITS) if changed >> bit & 1), 0)

        size = 2 if len(template.alphabet) ** 2 <= LONGEST_TABLE else 1
        groups: list[tuple[int | None, ...]] = []
        for start in range(0, template.width, size):
            entries = {"": 0}
            for place in range(start, min(start + size, template.width)):
                ends = {character: pattern(place, character) for character in template.alphabet}
                entries = {a + b: x ^ y for a, x in entries.items() for b, y in ends.items()}
            groups.append(_by_octets(entries, size, template.alphabet))
        return Table(template, layout(self._base), size, tuple(groups))

    def symbol(self, varying: str) -> Symbol:
        """One symbol of the run, the slow way, by segno."""
        text = self.template.text(varying)
        rows = self._drawn(text.encode(), self.version, self.mask).matrix
        return Symbol(text, self.version, self.template.level, self.mask, tuple(bytes(each) for each in rows))

    def _bit_patterns(self) -> dict[tuple[int, int], tuple[bytes, ...]]:
        """By (place, bit): the modules that flipping that bit of that character flips."""
        start, alphabet = len(self.template.prefix), self.template.alphabet
        used = reduce(lambda held, character: held | ord(character) ^ ord(alphabet[0]), alphabet, 0)
        patterns = {}
        for place in range(self.template.width):
            for bit in (bit for bit in range(_BITS) if used >> bit & 1):
                changed = bytearray(self._zero)
                changed[start + place] ^= 1 << bit
                matrix = self._drawn(bytes(changed), self.version, self.mask).matrix
                patterns[place, bit] = tuple(
                    bytes(a ^ b for a, b in zip(row, base, strict=True))
                    for row, base in zip(matrix, self._base, strict=True)
                )
        return patterns

    def _drawn(self, text: bytes, version: int | None, mask: int | None) -> segno.QRCode:
        level = self.template.level
        try:
            return segno.make(
                text, error=level, version=version, mask=mask, mode="byte", micro=False, boost_error=False
            )
        except DataOverflowError:
            raise SymbolTooLarge(length=len(text), version=version or LARGEST_VERSION) from None


@dataclass(frozen=True, slots=True)
class Table:
    """Patterns in one layout, ready to be summed.

    `groups[n]` holds the patterns of the n-th `size` characters (1 or 2) under the number that their places
    in the alphabet, an octet each, are in this machine's memory; None stands between.
    """

    template: Template
    base: int
    size: int
    groups: tuple[tuple[int | None, ...], ...]

    def symbols(self, varying: Iterable[str], *, constant: int = 0) -> Iterator[int]:
        """The symbol of each text's varying part, streamed; `constant` is added to each.

        Raises `RunUnfit` at a text of another length or alphabet.
        """
        first = self._first(constant)
        return chain.from_iterable(self._sums(chunk, first) for chunk in self._chunks(varying))

    def drawn(self, varying: Iterable[str], *, constant: int = 0) -> Iterator[tuple[str, int]]:
        """As `symbols`, each beside its text's varying part."""
        first = self._first(constant)
        return chain.from_iterable(
            zip(chunk, self._sums(chunk, first), strict=True) for chunk in self._chunks(varying)
        )

    def _first(self, constant: int) -> list[int | None]:
        """The first group's patterns with base and constant in them already: one addition fewer a symbol."""
        base = self.base ^ constant
        return [None if pattern is None else pattern ^ base for pattern in self.groups[0]]

    def _chunks(self, varying: Iterable[str]) -> Iterator[list[str]]:
        texts = iter(varying)
        while chunk := list(islice(texts, _AT_ONCE)):
            if set(map(len, chunk)) != {self.template.width}:
                wrong = next(text for text in chunk if len(text) != self.template.width)
                raise RunUnfit(text=wrong[:40], reason="length")
            yield chunk

    def _sums(self, chunk: list[str], first: list[int | None]) -> Iterator[int]:
        """All in C: every group's numbers at once, look up and add, for a chunk of texts."""
        octets, count = self._octets(chunk), len(self.groups)
        numbers: bytes | array[int] = octets
        if self.size == 2:
            numbers = array("H")
            numbers.frombytes(octets)
        sums: Iterator[int] = map(first.__getitem__, numbers[::count])  # type: ignore[arg-type]
        for place, patterns in enumerate(self.groups[1:], start=1):
            sums = map(xor, sums, map(patterns.__getitem__, numbers[place::count]))
        return sums

    def _octets(self, chunk: list[str]) -> bytes:
        """The characters' places in the alphabet, text after text, each filled up to whole groups.

        Raises `RunUnfit` for a foreign letter.
        """
        alphabet = self.template.alphabet
        filler = alphabet[0] * (-self.template.width % self.size)
        octets = (filler.join(chunk) + filler).encode("utf-8", "surrogatepass").translate(_places(alphabet))
        if _FOREIGN in octets:
            foreign = next(text for text in chunk if not set(text) <= set(alphabet))
            raise RunUnfit(text=foreign[:40], reason="alphabet")
        return octets


@lru_cache(maxsize=64)
def _places(alphabet: str) -> bytes:
    """For `bytes.translate`: a character's place in the alphabet. Close numbers stay in the cache."""
    places = bytearray(_FOREIGN * 256)
    for place, character in enumerate(alphabet):
        places[ord(character)] = place
    return bytes(places)


def _by_octets(entries: dict[str, int], size: int, alphabet: str) -> tuple[int | None, ...]:
    """Patterns under the numbers of their characters' places; a short last group is filled up."""
    places = _places(alphabet)
    numbered = {
        int.from_bytes(text.ljust(size, alphabet[0]).encode().translate(places), sys.byteorder): pattern
        for text, pattern in entries.items()
    }
    return tuple(map(numbered.get, range(max(numbered) + 1)))


def reading_order(rows: Rows) -> int:
    """The plain layout: modules row by row, the first the most significant."""
    return int(b"".join(rows).translate(_WRITTEN), 2)


def matrix_of(symbol: int, modules: int) -> tuple[bytes, ...]:
    """The rows of a symbol in `reading_order`, as `Symbol.matrix` has them."""
    written = f"{symbol:0{modules * modules}b}".encode().translate(_READ)
    return tuple(written[start : start + modules] for start in range(0, modules * modules, modules))


_WRITTEN: Final = bytes.maketrans(b"\x00\x01", b"01")
_READ: Final = bytes.maketrans(b"01", b"\x00\x01")


def _check(template: Template) -> None:
    alphabet = template.alphabet
    whole = template.text(alphabet)
    fixed = template.prefix + template.suffix
    if not whole.isascii() or not whole.isprintable():
        raise RunUnfit(text=whole[:40], reason="not-ascii")
    if template.width < 1 or len(alphabet) < 2 or len(set(alphabet)) != len(alphabet):
        raise RunUnfit(text=alphabet[:40], reason="nothing-varies")
    if not any(character.islower() for character in fixed):
        # segno would write such a text in a denser mode, where bits are not in place
        raise RunUnfit(text=whole[:40], reason="no-lower-case")
