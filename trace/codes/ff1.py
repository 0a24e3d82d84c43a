"""FF1, format-preserving encryption (NIST SP 800-38G §6.2), over AES: numbers in, numbers out.

Ten Feistel rounds whose round function is an AES CBC-MAC of P ‖ Q. P never changes for one radix, length and
tweak length, so its block is enciphered once. A numeral string of `length` digits is handled as the integer
NUM(X); the revision of the standard asks for a domain of at least a million, and so do we.

`encrypt_many` gives the same numbers as `encrypt`, several thousand at a time: one AES call a round. Figures:
`python -m bench qr`.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

ROUNDS: Final = 10
SMALLEST_DOMAIN: Final = 1_000_000
_BLOCK: Final = 16
_WORD: Final = (1 << 64) - 1


class FF1:
    """A permutation of 0 … radix**length - 1, fixed by key and tweak. Safe to share between threads."""

    def __init__(self, key: bytes, radix: int, length: int, tweak: bytes = b"") -> None:
        """`key` is an AES key (16, 24 or 32 bytes). Raises `ValueError` outside the standard's bounds."""
        self.domain: Final[int] = radix**length
        if not 2 <= radix < 1 << 16 or self.domain < SMALLEST_DOMAIN:
            raise ValueError("radix or domain outside SP 800-38G")
        left, right = length // 2, length - length // 2
        self._moduli: Final[tuple[int, int]] = (radix**left, radix**right)
        self._half: Final[int] = ((radix**right - 1).bit_length() + 7) // 8  # b: octets of a half
        self._drawn: Final[int] = 4 * ((self._half + 3) // 4) + 4  # d: octets drawn from the MAC
        if self._drawn > _BLOCK:
            raise ValueError("longer strings than one block of output are not needed here")
        self._aes: Final = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305 - the block cipher of CBC-MAC
        head = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, left & 255])
        block = self._aes.encryptor().update(head + length.to_bytes(4, "big") + len(tweak).to_bytes(4, "big"))
        self._after_head: Final[int] = int.from_bytes(block, "big")
        self._tweak: Final = tweak + bytes(-(len(tweak) + self._half + 1) % _BLOCK)
        self._one_block: Final = len(self._tweak) + 1 + self._half == _BLOCK and self._half <= 7
        self._idle: Final[list[Any]] = []
        self._turns: Final = [
            self._after_head ^ int.from_bytes(self._tweak + bytes([turn]) + bytes(self._half), "big")
            for turn in range(ROUNDS if self._one_block else 0)
        ]

    def encrypt(self, number: int) -> int:
        """The permuted number; raises `ValueError` for one outside the domain."""
        first, second = self._halves(number)
        update = self._taken()
        for turn in range(ROUNDS):
            first, second = second, (first + self._drawn_from(update, turn, second)) % self._moduli[turn % 2]
        self._idle.append(update)
        return first * self._moduli[1] + second

    def decrypt(self, number: int) -> int:
        """The number that `encrypt` made into this one; raises `ValueError` outside the domain."""
        first, second = self._halves(number)
        update = self._taken()
        for turn in reversed(range(ROUNDS)):
            first, second = (second - self._drawn_from(update, turn, first)) % self._moduli[turn % 2], first
        self._idle.append(update)
        return first * self._moduli[1] + second

    def encrypt_many(self, numbers: Sequence[int]) -> list[int]:
        """`[encrypt(number) for number in numbers]`, faster; numbers must lie in the domain."""
        if not self._one_block or self._drawn != 8:
            return [self.encrypt(number) for number in numbers]
        modulus = self._moduli[1]
        first = [number // modulus for number in numbers]
        second = [number % modulus for number in numbers]
        for turn in range(ROUNDS):
            drawn, size = self._drawn_from_many(turn, second), self._moduli[turn % 2]
            first, second = second, [(a + y) % size for a, y in zip(first, drawn, strict=True)]
        return [a * modulus + b for a, b in zip(first, second, strict=True)]

    def _halves(self, number: int) -> tuple[int, int]:
        if not 0 <= number < self.domain:
            raise ValueError("outside the domain")
        return divmod(number, self._moduli[1])

    def _taken(self) -> Any:
        """AES on whole blocks, for one thread until it is put back; a new one costs four rounds."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._aes.encryptor().update

    def _drawn_from(self, update: Any, turn: int, half: int) -> int:
        """y = NUM of the first d octets of the MAC of P ‖ Q."""
        if self._one_block:  # only the last octets of Q differ
            mixed = self._turns[turn] ^ half
            return int.from_bytes(update(mixed.to_bytes(_BLOCK, "big"))[: self._drawn], "big")
        rest = self._tweak + bytes([turn]) + half.to_bytes(self._half, "big")
        state: int = self._after_head
        for start in range(0, len(rest), _BLOCK):
            mixed = state ^ int.from_bytes(rest[start : start + _BLOCK], "big")
            state = int.from_bytes(update(mixed.to_bytes(_BLOCK, "big")), "big")
        return state >> 8 * (_BLOCK - self._drawn)

    def _drawn_from_many(self, turn: int, halves: Sequence[int]) -> array[int]:
        """As `_drawn_from` for a Q of one block: only its last octets differ; a block is two words."""
        block = self._turns[turn]
        upper, lower = block >> 64, block & _WORD
        words = array("Q", [upper]) * (2 * len(halves))
        words[1::2] = array("Q", [lower ^ half for half in halves])
        if sys.byteorder == "little":
            words.byteswap()
        drawn = array("Q")
        drawn.frombytes(self._aes.encryptor().update(words.tobytes()))
        if sys.byteorder == "little":
            drawn.byteswap()
        return drawn[0::2]
